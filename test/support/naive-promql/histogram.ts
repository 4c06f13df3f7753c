import type { CounterResetHint, Histogram, Span } from '#model/histogram';
import type { Hist } from './value.ts';

/** One bucket with its bounds; `-Infinity` and `Infinity` are bounds of custom buckets. */
export interface Bucket {
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

export function fromModel(histogram: Histogram): Hist {
  const { schema, zeroThreshold, zeroCount, count, sum } = histogram;
  return {
    ...{ schema, zeroThreshold, zeroCount, count, sum },
    positive: byIndex(histogram.positiveSpans, histogram.positiveBuckets),
    negative: byIndex(histogram.negativeSpans, histogram.negativeBuckets),
    bounds: histogram.customBounds && [...histogram.customBounds],
    hint: histogram.counterResetHint,
  };
}

function byIndex(spans: readonly Span[], counts: Float64Array): Map<number, number> {
  const out = new Map<number, number>();
  let index = 0;
  let at = 0;
  for (const { offset, length } of spans) {
    index += offset;
    for (let i = 0; i < length; i++) out.set(index++, counts[at++]!);
  }
  return withoutEmpty(out);
}

export function toModel(hist: Hist): Histogram {
  const { schema, zeroThreshold, zeroCount, count, sum, bounds, hint } = hist;
  const positive = sideOf(hist.positive);
  const negative = sideOf(hist.negative);
  return {
    ...{ schema, zeroThreshold, zeroCount, count, sum, counterResetHint: hint },
    positiveSpans: positive.spans,
    positiveBuckets: positive.buckets,
    negativeSpans: negative.spans,
    negativeBuckets: negative.buckets,
    customBounds: bounds && Float64Array.from(bounds),
  };
}

function sideOf(counts: ReadonlyMap<number, number>) {
  const sorted = ascending(counts);
  const spans = sorted.map(([index], i) => ({ offset: i === 0 ? index : index - sorted[i - 1]![0] - 1, length: 1 }));
  return { spans, buckets: Float64Array.from(sorted, ([, count]) => count) };
}

function ascending(counts: ReadonlyMap<number, number>): [number, number][] {
  return [...counts].sort(([a], [b]) => a - b);
}

function withoutEmpty(counts: ReadonlyMap<number, number>): Map<number, number> {
  return new Map([...counts].filter(([, count]) => count !== 0));
}

/** The upper bound of an exponential bucket: base ** index, where base = 2 ** 2 ** -schema. */
function boundOf(schema: number, index: number): number {
  return 2 ** (index * 2 ** -schema);
}

/** All buckets with observations, ascending: negative, zero, positive. */
export function bucketsOf(hist: Hist): Bucket[] {
  const { schema, bounds } = hist;
  if (bounds) {
    return ascending(hist.positive).map(([index, count]) => ({
      lower: bounds[index - 1] ?? Number.NEGATIVE_INFINITY,
      upper: bounds[index] ?? Number.POSITIVE_INFINITY,
      count,
    }));
  }
  const side = (counts: ReadonlyMap<number, number>) =>
    ascending(counts).map(([index, count]) => ({
      // What of the bucket the zero bucket reaches into is not the bucket's.
      lower: Math.max(boundOf(schema, index - 1), hist.zeroThreshold),
      upper: boundOf(schema, index),
      count,
    }));
  const negative = side(hist.negative).map(({ lower, upper, count }) => ({ lower: -upper, upper: -lower, count }));
  const zero = { lower: -hist.zeroThreshold, upper: hist.zeroThreshold, count: hist.zeroCount };
  return [...negative.reverse(), ...(hist.zeroCount > 0 ? [zero] : []), ...side(hist.positive)];
}

/** The same in the coarser exponential schema. */
export function withSchema(hist: Hist, schema: number): Hist {
  const factor = 2 ** (hist.schema - schema);
  const coarser = (counts: ReadonlyMap<number, number>) => moved(counts, (index) => Math.ceil(index / factor));
  return { ...hist, schema, positive: coarser(hist.positive), negative: coarser(hist.negative) };
}

function moved(counts: ReadonlyMap<number, number>, to: (index: number) => number): Map<number, number> {
  const out = new Map<number, number>();
  for (const [index, count] of counts) out.set(to(index), (out.get(to(index)) ?? 0) + count);
  return out;
}

/** With a zero bucket that reaches at least to `threshold`; a populated bucket is taken in as a whole. */
export function withZeroThreshold(hist: Hist, threshold: number): Hist {
  let wanted = threshold;
  for (;;) {
    const reach = Math.max(
      wanted,
      ...[...hist.positive, ...hist.negative]
        .filter(([index]) => boundOf(hist.schema, index - 1) < wanted)
        .map(([index]) => boundOf(hist.schema, index)),
    );
    if (reach === wanted) break;
    wanted = reach;
  }
  const isInside = ([index]: [number, number]) => boundOf(hist.schema, index - 1) < wanted;
  const inside = [...hist.positive, ...hist.negative].filter(isInside);
  return {
    ...hist,
    zeroThreshold: wanted,
    zeroCount: inside.reduce((sum, [, count]) => sum + count, hist.zeroCount),
    positive: new Map([...hist.positive].filter((bucket) => !isInside(bucket))),
    negative: new Map([...hist.negative].filter((bucket) => !isInside(bucket))),
  };
}

/** With the custom bounds, which are some of its own. */
function withBounds(hist: Hist, bounds: readonly number[]): Hist {
  const upperOf = (index: number) => hist.bounds![index] ?? Number.POSITIVE_INFINITY;
  const to = (index: number) => {
    const found = bounds.findIndex((bound) => bound >= upperOf(index));
    return found < 0 ? bounds.length : found;
  };
  return { ...hist, bounds, positive: moved(hist.positive, to) };
}

/** Both in the finest layout that each can be brought to; null when one is exponential and the other is not. */
export function reconciled(a: Hist, b: Hist): [Hist, Hist] | null {
  if ((a.bounds === null) !== (b.bounds === null)) return null;
  if (a.bounds && b.bounds) {
    const common = a.bounds.filter((bound) => b.bounds!.includes(bound));
    return [withBounds(a, common), withBounds(b, common)];
  }
  let [x, y] = [a, b];
  while (x.zeroThreshold !== y.zeroThreshold) {
    if (x.zeroThreshold < y.zeroThreshold) x = withZeroThreshold(x, y.zeroThreshold);
    else y = withZeroThreshold(y, x.zeroThreshold);
  }
  const schema = Math.min(x.schema, y.schema);
  return [withSchema(x, schema), withSchema(y, schema)];
}

/** a + sign × b; null when their layouts cannot be brought together. */
export function combine(a: Hist, b: Hist, sign: 1 | -1): Hist | null {
  const pair = reconciled(a, b);
  if (pair === null) return null;
  const [x, y] = pair;
  const merged = (one: ReadonlyMap<number, number>, other: ReadonlyMap<number, number>) => {
    const out = new Map(one);
    for (const [index, count] of other) out.set(index, (out.get(index) ?? 0) + sign * count);
    return withoutEmpty(out);
  };
  return {
    ...x,
    zeroCount: x.zeroCount + sign * y.zeroCount,
    count: x.count + sign * y.count,
    sum: x.sum + sign * y.sum,
    positive: merged(x.positive, y.positive),
    negative: merged(x.negative, y.negative),
    hint: commonHint(a.hint, b.hint),
  };
}

function commonHint(a: CounterResetHint, b: CounterResetHint): CounterResetHint {
  if (a === b) return a;
  return a === 'gauge' || b === 'gauge' ? 'gauge' : 'unknown';
}

/** Every number of the histogram changed alike. */
export function scale(hist: Hist, change: (value: number) => number): Hist {
  const side = (counts: ReadonlyMap<number, number>) =>
    withoutEmpty(new Map([...counts].map(([index, count]) => [index, change(count)])));
  return {
    ...hist,
    zeroCount: change(hist.zeroCount),
    count: change(hist.count),
    sum: change(hist.sum),
    positive: side(hist.positive),
    negative: side(hist.negative),
  };
}

export function times(hist: Hist, factor: number): Hist {
  const scaled = scale(hist, (value) => value * factor);
  return factor < 0 ? { ...scaled, hint: 'gauge' } : scaled;
}

export function dividedBy(hist: Hist, divisor: number): Hist {
  const scaled = scale(hist, (value) => value / divisor);
  const kept = divisor === 0 ? { ...scaled, positive: new Map(), negative: new Map() } : scaled;
  return divisor < 0 ? { ...kept, hint: 'gauge' } : kept;
}

/** Whether a counter must have started anew between the two, judged by their counts and layouts. */
export function isReset(now: Hist, before: Hist): boolean {
  if (now.hint === 'reset' || now.hint === 'not-reset') return now.hint === 'reset';
  if (now.count < before.count) return true;
  if ((now.bounds === null) !== (before.bounds === null)) return true;
  if (now.bounds === null) {
    if (now.schema > before.schema || now.zeroThreshold < before.zeroThreshold) return true;
    if (withZeroThreshold(before, now.zeroThreshold).zeroThreshold !== now.zeroThreshold) return true;
  }
  const [x, y] = reconciled(now, before)!;
  const isLess = (a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>) =>
    [...b].some(([index, count]) => (a.get(index) ?? 0) < count);
  return x.zeroCount < y.zeroCount || isLess(x.positive, y.positive) || isLess(x.negative, y.negative);
}

/** Equal in layout and every number; the hints do not count. */
export function isSame(a: Hist, b: Hist): boolean {
  const sameSide = (x: ReadonlyMap<number, number>, y: ReadonlyMap<number, number>) =>
    x.size === y.size && [...x].every(([index, count]) => y.get(index) === count);
  return (
    a.schema === b.schema &&
    a.zeroThreshold === b.zeroThreshold &&
    Object.is(a.zeroCount, b.zeroCount) &&
    Object.is(a.count, b.count) &&
    Object.is(a.sum, b.sum) &&
    JSON.stringify(a.bounds) === JSON.stringify(b.bounds) &&
    sameSide(a.positive, b.positive) &&
    sameSide(a.negative, b.negative)
  );
}
