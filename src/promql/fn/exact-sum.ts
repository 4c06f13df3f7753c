import type { Windows } from './windows.ts';

/** Sums of the first i samples, each as a float and the float that it misses. */
export interface PrefixSums {
  readonly high: Float64Array;
  readonly low: Float64Array;
  /** Index of the sample that `high[0]` stands before. */
  readonly origin: number;
}

// A pair of floats holds 106 bits: 53 of a value, 40 of range, 13 of count.
const WIDEST_RANGE = 2 ** 40;
const MOST_SAMPLES = 2 ** 13;

/**
 * Whether all sums of these samples fit a pair of floats without rounding, so that the sum of any window can be had by
 * subtracting two prefixes and is the true sum, rounded once. (A Kahan-Neumaier sum of such values is that as well.)
 */
export function isExactlySummable({ v, from, to }: Windows): boolean {
  const start = from[0] ?? 0;
  const end = to[to.length - 1] ?? 0;
  if (end - start > MOST_SAMPLES) return false;
  let smallest = Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = start; i < end; i++) {
    const size = Math.abs(v[i]!);
    if (!(size < Number.POSITIVE_INFINITY)) return false;
    if (size > largest) largest = size;
    if (size < smallest && size !== 0) smallest = size;
  }
  return largest < 1e300 && (largest === 0 || (smallest > 1e-280 && largest / smallest < WIDEST_RANGE));
}

/** The prefix sums of samples that pass `isExactlySummable`. */
export function prefixSums({ v, from, to }: Windows): PrefixSums {
  const origin = from[0] ?? 0;
  const count = Math.max(0, (to[to.length - 1] ?? 0) - origin);
  const high = new Float64Array(count + 1);
  const low = new Float64Array(count + 1);
  for (let i = 0; i < count; i++) {
    const a = high[i]!;
    const b = v[origin + i]!;
    const sum = a + b;
    const part = sum - a;
    const missed = a - (sum - part) + (b - part) + low[i]!;
    const rounded = sum + missed;
    high[i + 1] = rounded;
    low[i + 1] = missed - (rounded - sum);
  }
  return { high, low, origin };
}

/** The sum of the samples `from` up to, not including, `to`. */
export function windowSum({ high, low, origin }: PrefixSums, from: number, to: number): number {
  const a = high[to - origin]!;
  const b = -high[from - origin]!;
  const sum = a + b;
  const part = sum - a;
  const missed = a - (sum - part) + (b - part);
  return sum + (missed + (low[to - origin]! - low[from - origin]!));
}

/** Whether the samples are whole numbers, of which any sum is exact. */
export function isWhole({ v, from, to }: Windows): boolean {
  const start = from[0] ?? 0;
  const end = to[to.length - 1] ?? 0;
  const largest = Number.MAX_SAFE_INTEGER / Math.max(1, end - start);
  for (let i = start; i < end; i++) {
    const value = v[i]!;
    if (Math.floor(value) !== value || value > largest || value < -largest) return false;
  }
  return true;
}

/** Sums of the first i samples from `origin` on. */
export interface WholePrefixSums {
  readonly sums: Float64Array;
  readonly origin: number;
}

/** The prefix sums of samples that pass `isWhole`. They are valid until the next call. */
export function wholePrefixSums({ v, from, to }: Windows): WholePrefixSums {
  const origin = from[0] ?? 0;
  const count = Math.max(0, (to[to.length - 1] ?? 0) - origin);
  if (count >= shared.length) shared = new Float64Array(count * 2);
  const sums = shared;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    sum += v[origin + i]!;
    sums[i + 1] = sum;
  }
  return { sums, origin };
}

let shared = new Float64Array(256);
