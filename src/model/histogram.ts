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
  /**
   * The source counted in integers, and storage keeps it so; absent or false = a float histogram, whatever its counts.
   * Who decodes integers sets it; a histogram that was computed does not have it.
   */
  readonly isInteger?: boolean;
}

/** The schema of histograms with custom bounds. */
export const CUSTOM_BOUNDS_SCHEMA = -53;

/**
 * Whether two histograms are the same data: same kind, layout (empty spans aside) and numbers. The hints about resets are
 * not compared, as in Prometheus.
 */
export function equalHistograms(a: Histogram, b: Histogram): boolean {
  return (
    (a.isInteger === true) === (b.isInteger === true) &&
    a.schema === b.schema &&
    a.zeroThreshold === b.zeroThreshold &&
    a.zeroCount === b.zeroCount &&
    a.count === b.count &&
    Object.is(a.sum, b.sum) &&
    equalNumbers(a.customBounds ?? [], b.customBounds ?? []) &&
    equalSpans(a.positiveSpans, b.positiveSpans) &&
    equalSpans(a.negativeSpans, b.negativeSpans) &&
    equalNumbers(a.positiveBuckets, b.positiveBuckets) &&
    equalNumbers(a.negativeBuckets, b.negativeBuckets)
  );
}

/** The numbers of the buckets that spans describe, ascending. */
export function bucketIndexes(spans: readonly Span[]): Int32Array {
  const indexes = new Int32Array(spans.reduce((sum, { length }) => sum + length, 0));
  let next = 0;
  let n = 0;
  for (const { offset, length } of spans) {
    next += offset;
    for (let i = 0; i < length; i++) indexes[n++] = next++;
  }
  return indexes;
}

function equalSpans(a: readonly Span[], b: readonly Span[]): boolean {
  if (a === b) return true;
  if (a.length === b.length && a.every((span, i) => span.offset === b[i]!.offset && span.length === b[i]!.length)) {
    return true;
  }
  return equalNumbers(bucketIndexes(a), bucketIndexes(b));
}

function equalNumbers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}
