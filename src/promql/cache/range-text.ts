import { ByteWriter } from '#lib/byte-writer';
import type { Millis } from '#model/time';
import { writeMetric } from '../json/label-text.ts';
import { writeFloats } from '../json/samples.ts';
import { stepTimes } from '../json/step-times.ts';
import type { Frame, StepGrid } from '../value.ts';

/**
 * The result of a range query as the text of its answer, findable by series and step. Series are in the order of the
 * answer. Plain columns that cross threads; shared when they are kept.
 */
export interface RangeText extends StepGrid {
  readonly rows: number;
  /**
   * Row r has `count + 2` numbers, positions in `text`: where its metric's JSON begins, then where the samples of each step
   * begin, then the end. A sample is `,[time,"value"]`; a step without one has no bytes.
   */
  readonly table: Uint32Array;
  readonly text: Uint8Array;
}

/** What a query thread keeps of a range query, with all that tells whether it may be used later. */
export interface CachedRange extends RangeText {
  /** As `DataHistory.edition` and `DataHistory.lateCount` were before the query ran. */
  readonly edition: number;
  readonly lateCount: number;
  /** The step of subqueries that name none. */
  readonly defaultStep: Millis;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

/** Encodes frames of floats; null when there are histograms among them. */
export function encodeRange(frames: readonly Frame[], grid: StepGrid): RangeText | null {
  if (frames.some(({ histograms }) => histograms !== null)) return null;
  const { start, step, count } = grid;
  const rows = frames.reduce((sum, { labels }) => sum + labels.length, 0);
  const table = new Uint32Array(rows * (count + 2));
  const writer = new ByteWriter();
  const times = stepTimes(grid);
  let at = 0;
  for (const { labels, values, present } of frames) {
    for (let s = 0; s < labels.length; s++) {
      table[at] = writer.length;
      writeMetric(writer, labels[s]!);
      const columns = { values, present, histograms: null, base: s * count };
      writeFloats(writer, columns, times, { table, at: at + 1 });
      table[at + 1 + count] = writer.length;
      at += count + 2;
    }
  }
  return { start, step, count, rows, table, text: writer.take() };
}
