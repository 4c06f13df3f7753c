import type { Histogram } from '#model/histogram';

/** The samples of one series by step: those at `base + i` in the columns. */
export interface SampleColumns {
  readonly values: Float64Array;
  /** Null: all are present. */
  readonly present: Uint8Array | null;
  readonly histograms: readonly (Histogram | undefined)[] | null;
  readonly base: number;
}

/** Where `writeFloats` notes at which length of the writer each step began: from `at` on. */
export interface StepIndex {
  readonly table: Uint32Array;
  readonly at: number;
}
