import { bucketFraction, bucketQuantile, type ClassicBucket } from './classic-histogram.ts';
import { type Bucket, bucketsOf } from './histogram.ts';
import { sumOf } from './numbers.ts';
import { decided, type Element, type Hist, isHist, type Vector } from './value.ts';

/** A number that is computed from one histogram, of the classic or the native kind. */
interface Estimate {
  readonly ofClassic: (buckets: readonly ClassicBucket[]) => number;
  readonly ofNative: (hist: Hist) => number;
}

export function quantileEstimate(quantile: number): Estimate {
  return {
    ofClassic: (buckets) => bucketQuantile(quantile, buckets),
    ofNative: (hist) => nativeQuantile(quantile, hist),
  };
}

export function fractionEstimate(lower: number, upper: number): Estimate {
  return {
    ofClassic: (buckets) => bucketFraction(lower, upper, buckets),
    ofNative: (hist) => nativeFraction(lower, upper, hist),
  };
}

/** Buckets with equal labels but for `le` are one classic histogram. Where both kinds have the same labels, neither counts. */
export function estimateAll(vector: Vector, { ofClassic, ofNative }: Estimate): Vector {
  const groups = new Map<string, { readonly labels: Element['labels']; readonly buckets: ClassicBucket[] }>();
  for (const { labels: all, value } of vector) {
    const upper = boundOf(all.get('le'));
    if (isHist(value) || upper === null) continue;
    const labels = all.without(new Set(['le']));
    const group = groups.get(labels.key) ?? { labels, buckets: [] };
    groups.set(labels.key, group);
    group.buckets.push({ upper, count: value });
  }
  const natives = vector.flatMap(({ labels, value }) => (isHist(value) ? [{ labels, hist: value }] : []));
  const isNative = (key: string) => natives.some(({ labels }) => labels.key === key);
  return [
    ...natives
      .filter(({ labels }) => !groups.has(labels.key))
      .map(({ labels, hist }) => ({ labels, value: ofNative(hist), dropName: true })),
    ...[...groups.values()]
      .filter(({ labels }) => !isNative(labels.key))
      .map(({ labels, buckets }) => ({ labels, value: ofClassic(buckets), dropName: true })),
  ];
}

function boundOf(text: string): number | null {
  if (/^[+]?Inf$/i.test(text)) return Number.POSITIVE_INFINITY;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : null;
}

/** The zero bucket reaches to the side only on which there are observations. */
function clipped(bucket: Bucket, { positive, negative }: Hist): Bucket {
  if (negative.size === 0 && positive.size > 0) return { ...bucket, lower: 0 };
  return positive.size === 0 && negative.size > 0 ? { ...bucket, upper: 0 } : bucket;
}

function nativeQuantile(quantile: number, hist: Hist): number {
  if (quantile < 0) return Number.NEGATIVE_INFINITY;
  if (quantile > 1) return Number.POSITIVE_INFINITY;
  if (hist.count === 0 || Number.isNaN(quantile)) return Number.NaN;
  const isForward = Number.isNaN(hist.sum) || quantile < 0.5;
  const buckets = isForward ? bucketsOf(hist) : bucketsOf(hist).reverse();
  const rank = (isForward ? quantile : 1 - quantile) * hist.count;
  let count = 0;
  let bucket: Bucket = { lower: 0, upper: 0, count: 0 };
  for (bucket of buckets) {
    count += bucket.count;
    decided(count, rank);
    if (count >= rank) break;
  }
  if (hist.bounds === null && bucket.lower < 0 && bucket.upper > 0) bucket = clipped(bucket, hist);
  if (hist.bounds !== null) {
    if (bucket.lower === Number.NEGATIVE_INFINITY) {
      if (bucket.upper <= 0) return bucket.upper;
      bucket = { ...bucket, lower: 0 };
    } else if (bucket.upper === Number.POSITIVE_INFINITY) return bucket.lower;
  }
  count = Math.min(count, hist.count);
  if (count < rank) return Number.isNaN(hist.sum) ? Number.NaN : bucket.upper;
  const inside = isForward ? rank - (count - bucket.count) : count - rank;
  return valueAt(bucket, inside / bucket.count, hist.bounds !== null);
}

function valueAt({ lower, upper }: Bucket, share: number, isLinear: boolean): number {
  if (isLinear || (lower <= 0 && upper >= 0)) return lower + (upper - lower) * share;
  const [from, to] = [Math.log2(Math.abs(lower)), Math.log2(Math.abs(upper))];
  return lower > 0 ? 2 ** (from + (to - from) * share) : -(2 ** (to + (from - to) * (1 - share)));
}

function nativeFraction(lower: number, upper: number, hist: Hist): number {
  if (hist.count === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return Number.NaN;
  if (lower >= upper) return 0;
  const buckets = bucketsOf(hist).map((bucket) =>
    bucket.lower <= 0 && bucket.upper >= 0 ? clipped(bucket, hist) : bucket,
  );
  const all = Number.isNaN(hist.sum) ? buckets.reduce((sum, { count }) => sum + count, 0) : hist.count;
  const below = (value: number) => {
    let rank = 0;
    for (const bucket of buckets) {
      if (bucket.lower >= value) return Math.min(rank, all);
      if (bucket.upper > value)
        return Math.min(rankInside(bucket, { value, rank, isCustom: hist.bounds !== null }), all);
      rank += bucket.count;
    }
    return all;
  };
  return (below(upper) - below(lower)) / hist.count;
}

function rankInside(
  { lower, upper, count }: Bucket,
  { value, rank, isCustom }: { value: number; rank: number; isCustom: boolean },
): number {
  if (lower === Number.NEGATIVE_INFINITY) return count;
  if (isCustom || (lower <= 0 && upper >= 0)) return rank + count * ((value - lower) / (upper - lower));
  const [from, to, at] = [lower, upper, value].map((bound) => Math.log2(Math.abs(bound))) as [number, number, number];
  return rank + count * (lower > 0 ? (at - from) / (to - from) : 1 - (at - to) / (from - to));
}

/** histogram_count, _sum, _avg, _stddev and _stdvar of a native histogram. */
export const STATISTICS: Readonly<Record<string, (hist: Hist) => number>> = {
  histogram_count: ({ count }) => count,
  histogram_sum: ({ sum }) => sum,
  histogram_avg: ({ sum, count }) => sum / count,
  histogram_stdvar: spread,
  histogram_stddev: (hist) => Math.sqrt(spread(hist)),
};

function spread(hist: Hist): number {
  const mean = hist.sum / hist.count;
  const middle = ({ lower, upper }: Bucket) => {
    if (hist.bounds !== null) return (lower + upper) / 2;
    if (lower <= 0 && upper >= 0) return 0;
    return Math.sqrt(upper * lower) * (upper < 0 ? -1 : 1);
  };
  const parts = bucketsOf(hist).map((bucket) => bucket.count * (middle(bucket) - mean) ** 2);
  return sumOf(parts) / hist.count;
}
