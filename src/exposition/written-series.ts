import type { Histogram } from '#model/histogram';

/** A series on a page: labels are name, value, … pairs without that of the metric. */
export interface WrittenSeries {
  readonly name: string;
  readonly labels: readonly string[];
}

/**
 * Writes samples of untyped series with their timestamps, family after family. A family may come in several parts where
 * others stand between.
 */
export interface SampleWriter {
  /** Bytes so far, at least of the families that ended. */
  readonly length: number;
  float(series: WrittenSeries, value: number, t: number): void;
  /** False: the format has no way to write one, and nothing was written. */
  histogram(series: WrittenSeries, histogram: Histogram, t: number): boolean;
  /** All that was written; the writer is empty then. */
  take(): Uint8Array<ArrayBuffer>;
}
