/** Cumulative buckets of a classic histogram, ascending by upper bound, in columns. */
export interface Buckets {
  readonly bounds: Float64Array;
  readonly counts: Float64Array;
  length: number;
}

/** What was done to make the counts monotonic. */
export interface Monotonicity {
  readonly minBucket: number;
  readonly maxBucket: number;
  readonly maxDifference: number;
}

export interface BucketQuantile {
  readonly value: number;
  /** Null when nothing had to be repaired. */
  readonly repair: Monotonicity | null;
}

// Relative differences below this come from rounding.
const SMALL_DIFFERENCE = 1e-12;
const SMALLEST_NORMAL = 2 ** -1022;

/**
 * The quantile of a classic histogram, linear within a bucket. The lowest bucket begins at 0 when its bound is positive;
 * in the highest one the answer is its lower bound. NaN without observations, without a bucket for +Inf, or with fewer
 * than two. The buckets are repaired in place.
 */
export function bucketQuantile(quantile: number, buckets: Buckets): BucketQuantile {
  if (Number.isNaN(quantile)) return { value: Number.NaN, repair: null };
  if (quantile < 0) return { value: Number.NEGATIVE_INFINITY, repair: null };
  if (quantile > 1) return { value: Number.POSITIVE_INFINITY, repair: null };
  if (!isComplete(buckets)) return { value: Number.NaN, repair: null };
  coalesce(buckets);
  const repair = makeMonotonic(buckets);
  const { length, counts } = buckets;
  if (length < 2 || counts[length - 1] === 0) return { value: Number.NaN, repair };
  return { value: interpolatedQuantile(quantile, buckets), repair };
}

function interpolatedQuantile(quantile: number, { bounds, counts, length }: Buckets): number {
  const last = length - 1;
  let rank = quantile * counts[last]!;
  let bucket = 0;
  while (bucket < last && !(counts[bucket]! >= rank)) bucket++;
  if (bucket === last) return bounds[last - 1]!;
  if (bucket === 0 && bounds[0]! <= 0) return bounds[0]!;
  let start = 0;
  let inside = counts[bucket]!;
  if (bucket > 0) {
    start = bounds[bucket - 1]!;
    inside -= counts[bucket - 1]!;
    rank -= counts[bucket - 1]!;
  }
  return start + (bounds[bucket]! - start) * (rank / inside);
}

/** The share of the observations between two values, linear within a bucket. The buckets are coalesced in place. */
export function bucketFraction(lower: number, upper: number, buckets: Buckets): number {
  if (!isComplete(buckets)) return Number.NaN;
  coalesce(buckets);
  const total = buckets.counts[buckets.length - 1]!;
  if (total === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return Number.NaN;
  if (lower >= upper) return 0;
  return (rankAt(upper, buckets) - rankAt(lower, buckets)) / total;
}

/** How many observations are below a value. */
function rankAt(value: number, { bounds, counts, length }: Buckets): number {
  const total = counts[length - 1]!;
  let below = 0;
  for (let i = 0; i < length; i++) {
    const start = i > 0 ? bounds[i - 1]! : bounds[0]! <= 0 ? Number.NEGATIVE_INFINITY : 0;
    if (start >= value) return Math.min(below, total);
    const end = bounds[i]!;
    if (end > value) return Math.min(rankInside(value, { start, end, below, count: counts[i]! }), total);
    below = counts[i]!;
  }
  return total;
}

interface BucketShape {
  readonly start: number;
  readonly end: number;
  readonly below: number;
  readonly count: number;
}

function rankInside(value: number, { start, end, below, count }: BucketShape): number {
  // Nothing is known about where in an infinite bucket the observations are.
  if (start === Number.NEGATIVE_INFINITY) return count;
  return below + ((count - below) * (value - start)) / (end - start);
}

function isComplete({ bounds, length }: Buckets): boolean {
  return length > 0 && bounds[length - 1] === Number.POSITIVE_INFINITY;
}

/** Adds up buckets that have the same bound. */
function coalesce(buckets: Buckets): void {
  const { bounds, counts } = buckets;
  let last = 0;
  for (let i = 1; i < buckets.length; i++) {
    if (bounds[i] === bounds[last]) {
      counts[last]! += counts[i]!;
      continue;
    }
    last++;
    bounds[last] = bounds[i]!;
    counts[last] = counts[i]!;
  }
  buckets.length = last + 1;
}

/** Raises counts that are lower than the one before; differences that are only rounding are levelled in silence. */
function makeMonotonic({ bounds, counts, length }: Buckets): Monotonicity | null {
  let minBucket = Number.POSITIVE_INFINITY;
  let maxBucket = Number.NEGATIVE_INFINITY;
  let maxDifference = 0;
  let isForced = false;
  let previous = counts[0]!;
  for (let i = 1; i < length; i++) {
    const current = counts[i]!;
    if (current === previous) continue;
    if (isAlmostEqual(previous, current)) {
      counts[i] = previous;
    } else if (current < previous) {
      counts[i] = previous;
      isForced = true;
      minBucket = Math.min(minBucket, bounds[i]!);
      maxBucket = Math.max(maxBucket, bounds[i]!);
      maxDifference = Math.max(maxDifference, previous - current);
    } else {
      previous = current;
    }
  }
  return isForced ? { minBucket, maxBucket, maxDifference } : null;
}

function isAlmostEqual(a: number, b: number): boolean {
  if (Number.isNaN(a) && Number.isNaN(b)) return true;
  const size = Math.abs(a) + Math.abs(b);
  const difference = Math.abs(a - b);
  if (a === 0 || b === 0 || size < SMALLEST_NORMAL) return difference < SMALL_DIFFERENCE * SMALLEST_NORMAL;
  return difference / Math.min(size, Number.MAX_VALUE) < SMALL_DIFFERENCE;
}

/** The upper bound that a `le` label holds, as Go's ParseFloat reads it; undefined when it is none. */
export function parseBound(text: string): number | undefined {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return Number(text);
  if (/^[+-]?inf(?:inity)?$/i.test(text))
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^[+-]?nan$/i.test(text) ? Number.NaN : undefined;
}
