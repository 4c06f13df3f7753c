import { KIND_HISTOGRAM, SampleBuffer } from '#storage/sample-buffer';
import { bordersOf } from '../fn/extended-rate.ts';
import type { Windows } from '../fn/windows.ts';
import { executionError, sameLabelsError } from '../limits.ts';
import type { RawSeries } from '../value.ts';
import type { Execution } from './execution.ts';
import { withoutMetadata } from './labels.ts';
import type { RangeSeries, RangeSource } from './range-source.ts';
import { count } from './selector.ts';

/** The samples of a range vector as they are, for a query of one step; sorted by labels. */
export async function readRawMatrix(execution: Execution, source: RangeSource): Promise<RawSeries[]> {
  const out: RawSeries[] = [];
  const buffer = new SampleBuffer();
  for (let next = await source.series.next(); !next.done; next = await source.series.next()) {
    for (const series of next.value) {
      buffer.clear();
      series.read(buffer);
      count(execution, buffer);
      execution.counters.queryable += buffer.length;
      execution.guard.take(buffer.length);
      const raw = source.boundary === 'plain' ? rawSeries(series, buffer) : bounded(series, buffer, source);
      if (raw) out.push(raw);
    }
  }
  out.sort((a, b) => a.labels.compare(b.labels));
  for (let i = 1; i < out.length; i++) if (out[i]!.labels.equals(out[i - 1]!.labels)) throw sameLabelsError();
  return out;
}

function rawSeries(
  { labels, dropName }: RangeSeries,
  { t, v, kind, histograms, length }: SampleBuffer,
): RawSeries | null {
  if (length === 0) return null;
  const hasHistogram = kind.subarray(0, length).includes(KIND_HISTOGRAM);
  return {
    labels: dropName ? withoutMetadata(labels) : labels,
    t: t.slice(0, length),
    v: v.slice(0, length),
    histograms: hasHistogram ? Array.from({ length }, (_, i) => histograms[i]) : null,
  };
}

/** Anchored or smoothed: the samples inside, and values at both borders. */
function bounded({ labels }: RangeSeries, buffer: SampleBuffer, source: RangeSource): RawSeries | null {
  const { t, v, kind, length } = buffer;
  if (length === 0) return null;
  if (kind.subarray(0, length).includes(KIND_HISTOGRAM)) {
    throw executionError(`${source.boundary} modifier is not supported with histograms`);
  }
  const windows: Windows = {
    ...source,
    t,
    v,
    from: Int32Array.of(0),
    to: Int32Array.of(length),
    times: source.ends,
    args: [],
  };
  const borders = bordersOf(windows, 0, false);
  if (borders === null) return null;
  const { left, right, first, last } = borders;
  const end = source.ends[0]!;
  return {
    labels,
    t: Float64Array.of(end - source.range, ...t.slice(first, last + 1), end),
    v: Float64Array.of(left, ...v.slice(first, last + 1), right),
    histograms: null,
  };
}
