import type { Millis, TimeRange } from '#model/time';
import type { MatrixSeries } from '../api/prometheus.ts';

/** The instants of a range query: `start`, then every `step` up to `end`. */
export function stepTimes({ start, end }: TimeRange, step: Millis): Millis[] {
  return Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, i) => start + i * step);
}

/**
 * The values of a series at the instants of its query. Null where there is no sample, and for NaN and infinities, which
 * have no place on a chart. Of a native histogram its sum.
 */
export function columnOf(series: MatrixSeries, { start, end }: TimeRange, step: Millis): (number | null)[] {
  const column = new Array<number | null>(Math.floor((end - start) / step) + 1).fill(null);
  const put = (seconds: number, text: string): void => {
    const index = Math.round((seconds * 1000 - start) / step);
    const value = Number(text);
    if (index >= 0 && index < column.length && Number.isFinite(value)) column[index] = value;
  };
  for (const [seconds, value] of series.values ?? []) put(seconds, value);
  for (const [seconds, histogram] of series.histograms ?? []) put(seconds, histogram.sum);
  return column;
}
