import type { Histogram } from '#model/histogram';

/** Samples in columns: series id, time, the halves of the value's bits. The first `length` of each column count. */
export interface SampleRows {
  readonly length: number;
  readonly id: Uint32Array;
  readonly t: Float64Array;
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  /** Null when all samples are plain floats and staleness markers. */
  readonly extras?: RowExtras | null;
}

/** What rows have beside their bits, by index; both may be longer than the rows. */
export interface RowExtras {
  readonly histograms: readonly (Histogram | undefined)[];
  /** NO_START = not known. */
  readonly starts: Float64Array;
}
