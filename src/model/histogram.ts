/** A run of consecutive buckets: `offset` empty buckets are skipped before it (the first span counts from index 0). */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

/** Whether a histogram may be a reset of the one before it: unknown, certainly, certainly not, or it is a gauge. */
export type CounterResetHint = 'unknown' | 'reset' | 'not-reset' | 'gauge';

/**
 * A native histogram with absolute bucket counts. `schema` −4…8: exponential buckets of base 2^(2^−schema);
 * −53: custom bounds (`customBounds`, upper bounds ascending without +Inf), positive buckets only.
 * Counts are per bucket (not cumulative), in span order. Immutable.
 */
export interface Histogram {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly count: number;
  readonly sum: number;
  readonly positiveSpans: readonly Span[];
  readonly positiveBuckets: Float64Array;
  readonly negativeSpans: readonly Span[];
  readonly negativeBuckets: Float64Array;
  readonly customBounds: Float64Array | null;
  readonly counterResetHint: CounterResetHint;
}
