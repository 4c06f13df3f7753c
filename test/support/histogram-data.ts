import { bucketIndexes, type CounterResetHint, type Histogram, type Span } from '#model/histogram';

/** A sample: a histogram, a number, or a staleness marker (null). */
export interface MixedSample {
  readonly t: number;
  readonly value: Histogram | number | null;
}

interface MixedSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly MixedSample[];
}

/** The beginning of a two-hour range of blocks. */
export const HISTOGRAM_BASE = 1_699_999_200_000;
const STEP = 15_000;
const NO_BUCKETS = new Float64Array(0);

interface Buckets {
  readonly [index: number]: number;
}

/** A histogram by the counts of its buckets; its count is that of the buckets. */
export function histogramOf(
  positive: Buckets,
  given: Partial<Histogram> & { readonly negative?: Buckets } = {},
): Histogram {
  const { negative = {}, ...rest } = given;
  const sides = { positive: sideOf(positive), negative: sideOf(negative) };
  const zeroCount = rest.zeroCount ?? 0;
  const count = [...sides.positive.buckets, ...sides.negative.buckets].reduce((sum, one) => sum + one, zeroCount);
  return {
    schema: 0,
    zeroThreshold: 0.001,
    zeroCount,
    count,
    sum: count * 1.5,
    positiveSpans: sides.positive.spans,
    positiveBuckets: sides.positive.buckets,
    negativeSpans: sides.negative.spans,
    negativeBuckets: sides.negative.buckets,
    customBounds: null,
    counterResetHint: 'unknown',
    ...rest,
  };
}

/** A histogram of integers. */
export function integers(positive: Buckets, given: Parameters<typeof histogramOf>[1] = {}): Histogram {
  return histogramOf(positive, { ...given, isInteger: true });
}

/** The same as a gauge, or with another hint. */
export function hinted(histogram: Histogram, counterResetHint: CounterResetHint): Histogram {
  return { ...histogram, counterResetHint };
}

/**
 * What a histogram says, whatever the layout in which it was stored: empty buckets do not count, and neither do hints
 * unless they are asked for.
 */
export function comparable(histogram: Histogram) {
  const { schema, zeroThreshold, zeroCount, count, sum, customBounds, isInteger = false, counterResetHint } = histogram;
  const used = (spans: readonly Span[], buckets: Float64Array) =>
    [...bucketIndexes(spans)].map((index, i) => [index, buckets[i]]).filter(([, n]) => n !== 0);
  const positive = used(histogram.positiveSpans, histogram.positiveBuckets);
  const negative = used(histogram.negativeSpans, histogram.negativeBuckets);
  const isGauge = counterResetHint === 'gauge';
  return { schema, zeroThreshold, zeroCount, count, sum, customBounds, isInteger, isGauge, positive, negative };
}

function sideOf(counts: Buckets): { spans: Span[]; buckets: Float64Array } {
  const sorted = Object.entries(counts)
    .map(([index, count]) => [Number(index), count as number] as const)
    .sort(([a], [b]) => a - b);
  if (sorted.length === 0) return { spans: [], buckets: NO_BUCKETS };
  const spans: { offset: number; length: number }[] = [];
  let next = 0;
  for (const [index] of sorted) {
    const last = spans.at(-1);
    if (last && index === next) last.length++;
    else spans.push({ offset: index - next, length: 1 });
    next = index + 1;
  }
  return { spans, buckets: Float64Array.from(sorted, ([, count]) => count) };
}

function series(name: string, count: number, value: (i: number) => MixedSample['value']): MixedSeries {
  const samples = Array.from({ length: count }, (_, i) => ({
    // Not quite regular, so that the differences of times are not all zero.
    t: HISTOGRAM_BASE + i * STEP + (i % 7 === 3 ? 41 : 0),
    value: value(i),
  }));
  return { labels: { __name__: name, job: 'histograms' }, samples };
}

/** Counts that grow: bucket b of `width` gets one more every `b + 1` steps, and appears at step `5 b`. */
function growing(i: number, width: number): Buckets {
  const buckets: Record<number, number> = {};
  for (let b = 0; b < width; b++) if (i >= b * 5) buckets[b * 2 - 3] = Math.floor((i - b * 5) / (b + 1)) + b;
  return buckets;
}

/** Counts that come and go. */
function waving(i: number): Buckets {
  const buckets: Record<number, number> = {};
  for (let b = 0; b < 6; b++) if ((i + b) % 4 !== 0) buckets[b] = ((i * 7 + b * 3) % 11) + 1;
  return buckets;
}

function wide(i: number): Buckets {
  return Object.fromEntries(
    Array.from({ length: 160 }, (_, b) => [b - 80, (i + 1) * (b % 13) + ((i * b) % 5 === 0 ? i : 0)]),
  );
}

type Make = typeof histogramOf;

/** Every way that histograms of one kind follow each other. */
function ofKind(kind: string, make: Make, scale: number): MixedSeries[] {
  const scaled = (buckets: Buckets): Buckets =>
    Object.fromEntries(Object.entries(buckets).map(([b, count]) => [b, (count as number) * scale]));
  const custom = (bounds: readonly number[], buckets: Buckets) =>
    make(scaled(buckets), { schema: -53, zeroThreshold: 0, customBounds: Float64Array.from(bounds) });
  return [
    series(`${kind}_growing`, 400, (i) =>
      make(scaled(growing(i, 12)), {
        negative: scaled(growing(Math.floor(i / 3), 3)),
        zeroCount: i * scale,
        schema: 3,
      }),
    ),
    series(`${kind}_resets`, 120, (i) =>
      make(scaled(growing(i % 37, 4)), {
        schema: i < 60 ? 1 : 2,
        zeroThreshold: i < 90 ? 2 ** -128 : 0.3,
        zeroCount: (i % 23) * scale,
      }),
    ),
    series(`${kind}_hinted_resets`, 30, (i) =>
      hinted(make(scaled(growing(i, 2))), i % 10 === 4 ? 'reset' : i % 10 === 5 ? 'not-reset' : 'unknown'),
    ),
    series(`${kind}_vanishing`, 60, (i) =>
      make(scaled(i % 3 === 0 ? { 1: i + 1, 2: 0, 5: i + 2 } : { 1: i + 1, 5: i + 2, 12: i })),
    ),
    series(`${kind}_gauge`, 150, (i) => hinted(make(scaled(waving(i)), { negative: scaled(waving(i + 1)) }), 'gauge')),
    series(`${kind}_stale`, 40, (i) => (i % 9 === 7 || i === 8 ? null : make(scaled(growing(i + 20, 3))))),
    series(`${kind}_stale_gauge`, 20, (i) => (i % 6 === 4 ? null : hinted(make(scaled(waving(i))), 'gauge'))),
    series(`${kind}_gauge_then_counter`, 20, (i) =>
      hinted(make(scaled(growing(i + 9, 2))), i < 8 ? 'gauge' : 'unknown'),
    ),
    series(`${kind}_wide`, 100, (i) => make(scaled(wide(i)), { schema: 5 })),
    series(`${kind}_custom`, 90, (i) =>
      custom(i < 40 ? [0.005, 0.1, 1.005, 2.5, 1e10] : [-1, 0, 0.1, 2 / 3, 33_554.43, 33_554.431], {
        0: i,
        1: Math.floor(i / 2),
        ...(i > 20 ? { 3: i, 5: i - 20 } : {}),
      }),
    ),
    series(`${kind}_empty`, 10, () => make({})),
    series(`${kind}_nan_sum`, 10, (i) => make(scaled({ 1: i }), { sum: Number.NaN })),
    series(`${kind}_large`, 20, (i) => make({ 1: 2 ** 40 * i * scale, 2: 2 ** (i + 20) * scale })),
  ];
}

/** Series of native histograms of every kind, within two hours. A block that Prometheus made of them is a fixture. */
export const histogramData: readonly MixedSeries[] = [
  // For float histograms Prometheus 3.5 gets the spans wrong here.
  series('integer_vanishing_apart', 60, (i) =>
    integers(i % 3 === 0 ? { 1: i + 1, 2: 0, 5: i + 2, 9: 0 } : { 0: 0, 1: i + 1, 5: i + 2, 12: i }),
  ),
  ...ofKind('integer', integers, 1),
  ...ofKind('float', histogramOf, 0.75),
  series('mixed', 60, (i) => {
    if (i < 10 || i >= 50) return i * 1.5;
    if (i < 20) return integers(growing(i, 2));
    if (i < 30) return histogramOf({ 1: i * 0.5 });
    if (i < 35) return i;
    return i === 40 ? null : integers(growing(i, 2));
  }),
];
