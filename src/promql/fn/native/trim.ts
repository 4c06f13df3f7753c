import type { Histogram } from '#model/histogram';
import { boundAt } from './bounds.ts';
import { CUSTOM_BOUNDS_SCHEMA } from './buckets.ts';
import { fractionBelow } from './statistics.ts';
import { sorted, WorkHistogram } from './work-histogram.ts';

/** Which observations stay: those below the value (`</`) or above it (`>/`). */
export type TrimSide = 'below' | 'above';

/** What stays of a bucket and where its middle is. */
interface Remainder {
  readonly count: number;
  readonly middle: number;
}

interface Bucket {
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
  readonly isNegative: boolean;
  readonly isCustom: boolean;
}

/** Cuts a histogram at a value. The sum becomes an estimate when anything was cut away. */
export function trimHistogram(histogram: Histogram, value: number, side: TrimSide): Histogram {
  const work = new WorkHistogram(histogram);
  const isCustom = work.hasCustomBounds;
  let count = 0;
  let sum = 0;
  let isCut = false;
  const keep = (before: number, { count: kept, middle }: Remainder) => {
    count += kept;
    sum += middle * kept;
    if (kept !== before) isCut = true;
    return kept;
  };
  const populated = { positive: false, negative: false };
  for (const name of ['positive', 'negative'] as const) {
    for (const [index, before] of sorted(work[name])) {
      if (before === 0) continue;
      populated[name] = true;
      const bucket = {
        ...boundsOf(work, index, name === 'negative'),
        count: before,
        isNegative: name === 'negative',
        isCustom,
      };
      work[name].set(index, keep(before, remainderOf(bucket, value, side)));
    }
  }
  let { zeroCount } = histogram;
  if (zeroCount > 0) zeroCount = keep(zeroCount, zeroRemainder(histogram, value, { side, populated }));
  if (!isCut) return histogram;
  return { ...work.finish(), zeroCount, count, sum };
}

function boundsOf(work: WorkHistogram, index: number, isNegative: boolean): { lower: number; upper: number } {
  if (work.schema === CUSTOM_BOUNDS_SCHEMA) {
    const bounds = work.customBounds ?? [];
    return { lower: bounds[index - 1] ?? Number.NEGATIVE_INFINITY, upper: bounds[index] ?? Number.POSITIVE_INFINITY };
  }
  const [near, far] = [boundAt(index - 1, work.schema), boundAt(index, work.schema)];
  return isNegative ? { lower: -far, upper: -near } : { lower: near, upper: far };
}

function remainderOf(bucket: Bucket, value: number, side: TrimSide): Remainder {
  const { lower, upper, count } = bucket;
  const isWhole = side === 'below' ? upper <= value : lower >= value;
  if (isWhole) return { count, middle: middle(lower, upper, bucket) };
  const isGone = side === 'below' ? lower >= value : upper <= value;
  if (isGone) return { count: 0, middle: 0 };
  if (lower === Number.NEGATIVE_INFINITY) return lowestRemainder(bucket, value, side);
  if (upper === Number.POSITIVE_INFINITY) return highestRemainder(bucket, value, side);
  const under = count * fractionBelow(value, bucket, bucket.isCustom);
  if (side === 'below') return { count: under, middle: middle(lower, value, bucket) };
  return { count: count - under, middle: middle(value, upper, bucket) };
}

/** The bucket that begins at -Inf is taken to begin at 0 when that makes sense, otherwise it goes as a whole. */
function lowestRemainder({ upper, count }: Bucket, value: number, side: TrimSide): Remainder {
  const hasEnd = upper !== Number.POSITIVE_INFINITY;
  if (side === 'below') {
    if (value > 0 && upper > 0 && hasEnd) return { count: (count * value) / upper, middle: value / 2 };
    if (upper <= 0) return { count, middle: value };
  } else if (value >= 0 && upper > value && hasEnd) {
    return { count: count * (1 - value / upper), middle: (value + upper) / 2 };
  }
  return { count: 0, middle: 0 };
}

function highestRemainder({ lower, count }: Bucket, value: number, side: TrimSide): Remainder {
  return side === 'above' && value >= lower ? { count, middle: value } : { count: 0, middle: 0 };
}

function middle(lower: number, upper: number, { isCustom, isNegative }: Bucket): number {
  if (Math.abs(lower) === Number.POSITIVE_INFINITY) {
    if (Math.abs(upper) === Number.POSITIVE_INFINITY) return 0;
    return upper > 0 ? upper / 2 : upper;
  }
  if (Math.abs(upper) === Number.POSITIVE_INFINITY) return lower;
  if (isCustom) return (lower + upper) / 2;
  return Math.sqrt(Math.abs(lower * upper)) * (isNegative ? -1 : 1);
}

function zeroRemainder(
  { zeroThreshold, zeroCount }: Histogram,
  value: number,
  { side, populated }: { readonly side: TrimSide; readonly populated: { positive: boolean; negative: boolean } },
): Remainder {
  const upper = populated.negative && !populated.positive ? 0 : zeroThreshold;
  const lower = populated.positive && !populated.negative ? 0 : -zeroThreshold;
  const [from, to] = side === 'below' ? [lower, Math.min(value, upper)] : [Math.max(value, lower), upper];
  if (from >= to) {
    const isWhole = side === 'below' ? value >= upper && value > lower : value <= lower;
    return isWhole ? { count: zeroCount, middle: (lower + upper) / 2 } : { count: 0, middle: 0 };
  }
  return { count: zeroCount * ((to - from) / (upper - lower)), middle: (from + to) / 2 };
}
