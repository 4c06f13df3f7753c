import type { Histogram } from '#model/histogram';

/** The columns that rows are written to. */
export interface OpenColumns {
  readonly values: Float64Array;
  readonly present: Uint8Array;
  histograms: (Histogram | undefined)[] | null;
  /** Where the columns lie in the memory of this thread's kernels, when they do. */
  readonly place?: RowPlace | null;
}

/** Addresses of `values[0]` and `present[0]`. */
export interface RowPlace {
  readonly values: number;
  readonly present: number;
}

/** A series that is being written: step i goes to index `base + i` of the columns. */
export interface OpenRow {
  readonly columns: OpenColumns;
  readonly base: number;
}

/** Writes a float at step `i`. */
export function setFloat({ columns, base }: OpenRow, i: number, value: number): void {
  columns.values[base + i] = value;
  columns.present[base + i] = 1;
}

/** Writes a histogram at step `i`. */
export function setHistogram({ columns, base }: OpenRow, i: number, histogram: Histogram): void {
  columns.histograms ??= [];
  columns.histograms[base + i] = histogram;
  columns.present[base + i] = 1;
}
