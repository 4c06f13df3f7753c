import { decided } from './value.ts';

/** A bucket with all observations up to `upper`. */
export interface ClassicBucket {
  readonly upper: number;
  readonly count: number;
}

/** Ascending, each bound once; null without a bucket for everything. */
function prepared(buckets: readonly ClassicBucket[]): ClassicBucket[] | null {
  const byUpper = new Map<number, number>();
  for (const { upper, count } of buckets) byUpper.set(upper, (byUpper.get(upper) ?? 0) + count);
  if (!byUpper.has(Number.POSITIVE_INFINITY)) return null;
  return [...byUpper].map(([upper, count]) => ({ upper, count })).sort((a, b) => (a.upper < b.upper ? -1 : 1));
}

/** Counts that never fall; what differs by rounding alone is equal. */
function monotonic(buckets: readonly ClassicBucket[]): ClassicBucket[] {
  let before = buckets[0]!.count;
  return buckets.map(({ upper, count }) => {
    if (!isNearly(before, count) && !(count < before)) before = count;
    return { upper, count: before };
  });
}

function isNearly(a: number, b: number): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  return Math.abs(a - b) / Math.min(Math.abs(a) + Math.abs(b), Number.MAX_VALUE) < 1e-12;
}

export function bucketQuantile(quantile: number, unordered: readonly ClassicBucket[]): number {
  if (Number.isNaN(quantile)) return Number.NaN;
  if (quantile < 0) return Number.NEGATIVE_INFINITY;
  if (quantile > 1) return Number.POSITIVE_INFINITY;
  const ordered = prepared(unordered);
  if (ordered === null || ordered.length < 2) return Number.NaN;
  const buckets = monotonic(ordered);
  const last = buckets.length - 1;
  const all = buckets[last]!.count;
  if (all === 0) return Number.NaN;
  const rank = quantile * all;
  for (const { count } of buckets) decided(count, rank);
  const found = buckets.findIndex(({ count }, i) => i === last || count >= rank);
  if (found === last) return buckets[last - 1]!.upper;
  const { upper, count } = buckets[found]!;
  if (found === 0 && upper <= 0) return upper;
  const below = found === 0 ? { upper: 0, count: 0 } : buckets[found - 1]!;
  return below.upper + (upper - below.upper) * ((rank - below.count) / (count - below.count));
}

export function bucketFraction(lower: number, upper: number, unordered: readonly ClassicBucket[]): number {
  const buckets = prepared(unordered);
  const all = buckets?.at(-1)?.count ?? 0;
  if (buckets === null || all === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return Number.NaN;
  if (lower >= upper) return 0;
  return (observationsBelow(upper, buckets) - observationsBelow(lower, buckets)) / all;
}

function observationsBelow(value: number, buckets: readonly ClassicBucket[]): number {
  const all = buckets.at(-1)!.count;
  const least = (rank: number) => Math.min(rank, all);
  let start = buckets[0]!.upper <= 0 ? Number.NEGATIVE_INFINITY : 0;
  let rank = 0;
  for (const { upper, count } of buckets) {
    if (start >= value) return least(rank);
    if (upper > value) {
      if (start === Number.NEGATIVE_INFINITY) return least(count);
      return least(rank + ((count - rank) * (value - start)) / (upper - start));
    }
    rank = count;
    start = upper;
  }
  return all;
}
