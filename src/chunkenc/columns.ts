import type { ColumnPlace } from '#lib/kernel-heap';

/** A number. */
export const FLOAT = 0;
/** A staleness marker. */
export const STALE = 1;

/**
 * Where decoded samples go: columns that the caller owns (storage's SampleBuffer is one). Sample i is `t[i]`, `v[i]`,
 * `kind[i]`; the value of a staleness marker is an ordinary NaN. `reserve` may replace the arrays.
 */
export interface SampleColumns {
  length: number;
  readonly t: Float64Array;
  readonly v: Float64Array;
  readonly kind: Uint8Array;
  /** Set by who writes a staleness marker; false: there is none. */
  hasStale: boolean;
  /** Where the columns lie in the memory of this thread's kernels, when they do. */
  readonly place?: ColumnPlace | null;
  /** Makes room for `count` more samples. */
  reserve(count: number): void;
}

/** Which samples are wanted: those with start <= t <= end. */
export interface TimeBounds {
  readonly start: number;
  readonly end: number;
}

/** A chunk of floats as it is stored, sample count first. */
export interface XorChunk {
  readonly data: Uint8Array;
}

/** How far a chunk is decoded: its first `count` samples as long as t <= end. */
export interface ResumeOptions {
  readonly count: number;
  readonly end: number;
}

/** Which samples of a chunk are wanted: the first `count`, of those the ones with start <= t <= end. */
export interface DecodeOptions {
  readonly count: number;
  readonly start: number;
  readonly end: number;
}
