import type { Histogram } from '#model/histogram';
import { KahanSum } from '../kahan.ts';
import { CUSTOM_BOUNDS_SCHEMA, type HistogramBucket, histogramBuckets } from './buckets.ts';

/** A value computed from a histogram, and what is doubtful about it. */
export interface Estimate {
  readonly value: number;
  /** NaN observations that make the result NaN or move it; `null`: none. */
  readonly nan: 'result' | 'skew' | null;
}

const sure = (value: number): Estimate => ({ value, nan: null });

interface PopulatedBucket {
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

/**
 * The quantile of a native histogram: linear within custom buckets and the zero bucket, exponential within the others.
 * Counts from the nearer end, so that rounding does less harm.
 */
export function histogramQuantile(quantile: number, histogram: Histogram): Estimate {
  if (quantile < 0) return sure(Number.NEGATIVE_INFINITY);
  if (quantile > 1) return sure(Number.POSITIVE_INFINITY);
  if (histogram.count === 0 || Number.isNaN(quantile)) return sure(Number.NaN);
  const isForward = Number.isNaN(histogram.sum) || quantile < 0.5;
  const buckets = histogramBuckets(histogram);
  if (!isForward) buckets.reverse();
  let rank = (isForward ? quantile : 1 - quantile) * histogram.count;
  let seen = 0;
  let bucket: PopulatedBucket = { lower: 0, upper: 0, count: 0 };
  let at = 0;
  for (; at < buckets.length; at++) {
    bucket = buckets[at]!;
    seen += bucket.count;
    if (bucket.count !== 0 && seen >= rank) break;
  }
  const isCustom = histogram.schema === CUSTOM_BOUNDS_SCHEMA;
  const open = isCustom ? openEnd(bucket) : null;
  if (open !== null) return sure(open);
  const inside = withNaturalZero(bucket, histogram);
  seen = Math.min(seen, histogram.count);
  if (seen < rank) {
    return Number.isNaN(histogram.sum) ? { value: Number.NaN, nan: 'result' } : sure(inside.upper);
  }
  rank = isForward ? rank - (seen - bucket.count) : seen - rank;
  let rest = seen;
  for (const { count } of buckets.slice(at + 1)) rest += count;
  const nan = Number.isNaN(histogram.sum) && rest < histogram.count ? 'skew' : null;
  return { value: pointIn(inside, rank / bucket.count, isCustom), nan };
}

/** In the outermost custom buckets the answer is their finite bound, unless the lowest one can begin at 0. */
function openEnd({ lower, upper }: PopulatedBucket): number | null {
  if (lower === Number.NEGATIVE_INFINITY) return upper <= 0 ? upper : null;
  return upper === Number.POSITIVE_INFINITY ? lower : null;
}

function withNaturalZero(bucket: PopulatedBucket, histogram: Histogram): PopulatedBucket {
  const { lower, upper } = bucket;
  if (lower === Number.NEGATIVE_INFINITY) return { ...bucket, lower: 0 };
  const isAroundZero = lower < 0 && upper > 0;
  return histogram.schema !== CUSTOM_BOUNDS_SCHEMA && isAroundZero ? fromZero(bucket, histogram) : bucket;
}

/** Without observations on one side of 0, the bucket around it ends there. */
function fromZero(bucket: PopulatedBucket, histogram: Histogram): PopulatedBucket {
  const hasNegative = histogram.negativeBuckets.length > 0;
  const hasPositive = histogram.positiveBuckets.length > 0;
  if (hasPositive && !hasNegative) return { ...bucket, lower: 0 };
  return hasNegative && !hasPositive ? { ...bucket, upper: 0 } : bucket;
}

function pointIn({ lower, upper }: PopulatedBucket, fraction: number, isCustom: boolean): number {
  if (isCustom || (lower <= 0 && upper >= 0)) return lower + (upper - lower) * fraction;
  const from = Math.log2(Math.abs(lower));
  const to = Math.log2(Math.abs(upper));
  return lower > 0 ? 2 ** (from + (to - from) * fraction) : -(2 ** (to + (from - to) * (1 - fraction)));
}

/** Which part of a bucket is below a value inside of it. */
export function fractionBelow(value: number, { lower, upper }: PopulatedBucket, isLinear: boolean): number {
  if (isLinear) return (value - lower) / (upper - lower);
  const [from, to, at] = [lower, upper, value].map((bound) => Math.log2(Math.abs(bound))) as [number, number, number];
  return value > 0 ? (at - from) / (to - from) : 1 - (at - to) / (from - to);
}

/** The share of the observations between two values; NaN observations are in no bucket and so in no share. */
export function histogramFraction(lower: number, upper: number, histogram: Histogram): Estimate {
  if (histogram.count === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return sure(Number.NaN);
  if (lower >= upper) return sure(0);
  const buckets = histogramBuckets(histogram);
  let total = histogram.count;
  let hasNaN = false;
  if (Number.isNaN(histogram.sum)) {
    total = buckets.reduce((sum, { count }) => sum + count, 0);
    hasNaN = total < histogram.count;
  }
  const share =
    (rankAt(upper, buckets, { histogram, total }) - rankAt(lower, buckets, { histogram, total })) / histogram.count;
  return { value: share, nan: hasNaN ? 'skew' : null };
}

function rankAt(
  value: number,
  buckets: readonly HistogramBucket[],
  { histogram, total }: { readonly histogram: Histogram; readonly total: number },
): number {
  const isCustom = histogram.schema === CUSTOM_BOUNDS_SCHEMA;
  let below = 0;
  for (const bucket of buckets) {
    const isZero = bucket.lower <= 0 && bucket.upper >= 0;
    const shape = isZero ? fromZero(bucket, histogram) : bucket;
    if (shape.lower >= value) return Math.min(below, total);
    if (shape.upper > value) {
      if (shape.lower === Number.NEGATIVE_INFINITY) return Math.min(bucket.count, total);
      return Math.min(below + bucket.count * fractionBelow(value, shape, isCustom || isZero), total);
    }
    below += bucket.count;
  }
  return total;
}

/** The variance of the observations, each taken as the middle of its bucket. */
export function histogramVariance(histogram: Histogram): number {
  const mean = histogram.sum / histogram.count;
  const isCustom = histogram.schema === CUSTOM_BOUNDS_SCHEMA;
  const squares = new KahanSum();
  for (const bucket of histogramBuckets(histogram)) {
    if (bucket.count === 0) continue;
    const delta = middleOf(bucket, isCustom) - mean;
    squares.add(bucket.count * delta * delta);
  }
  return squares.total / histogram.count;
}

function middleOf({ lower, upper }: HistogramBucket, isCustom: boolean): number {
  if (isCustom) return (upper + lower) / 2;
  if (lower <= 0 && upper >= 0) return 0;
  return Math.sqrt(upper * lower) * (upper < 0 ? -1 : 1);
}
