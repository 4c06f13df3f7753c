import { type EncodedPoints, encodePoints } from '#wire/points';
import { metricBytes } from './json/label-text.ts';
import type { Frame, QueryResult, StepGrid } from './value.ts';

/**
 * The floats of a range query as columns (docs/formats/query-stream.md), thinned for a picture so many pixels wide when there
 * are many more; 0: all of them. Null when the result is no matrix or holds native histograms. The bytes are the caller's.
 */
export function encodeResultPoints(result: QueryResult, pixels: number): EncodedPoints | null {
  if (result.type !== 'matrix' || result.frames.some(({ histograms }) => histograms !== null)) return null;
  return encodeFrames(result.frames, result.grid, pixels);
}

function encodeFrames(frames: readonly Frame[], grid: StepGrid, pixels: number): EncodedPoints {
  const rows = frames.flatMap(({ labels, values, present }) =>
    labels.map((metric, s) => ({ metric, values, present, from: s * grid.count })),
  );
  return encodePoints({
    ...{ start: grid.start, step: grid.step, count: grid.count, rows: rows.length, pixels },
    fill: (row, into) => {
      const { metric, values, present, from } = rows[row]!;
      into.values.set(values.subarray(from, from + grid.count));
      into.present.set(present.subarray(from, from + grid.count));
      return metricBytes(metric);
    },
  });
}
