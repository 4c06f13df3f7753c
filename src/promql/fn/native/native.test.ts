import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CounterResetHint, Histogram } from '#model/histogram';
import { Annotations } from '../../annotations.ts';
import { histogramBuckets } from './buckets.ts';
import { isReset, isSameHistogram } from './compare.ts';
import { HistogramNotes, HistogramSeries } from './histogram-window.ts';
import { HistogramTotal } from './mean.ts';
import { histogramInstantRate, histogramRate } from './rate.ts';
import { histogramFraction, histogramQuantile, histogramVariance } from './statistics.ts';
import { histogramText } from './text.ts';
import { trimHistogram } from './trim.ts';
import { WorkHistogram } from './work-histogram.ts';

interface Given {
  readonly schema?: number;
  readonly zero?: readonly [threshold: number, count: number];
  readonly positive?: readonly number[];
  readonly negative?: readonly number[];
  /** Bucket number of the first count. */
  readonly offset?: number;
  readonly bounds?: readonly number[];
  readonly sum?: number;
  readonly count?: number;
  readonly hint?: CounterResetHint;
}

function histogram(given: Given): Histogram {
  const { schema = 0, zero = [0, 0], positive = [], negative = [], offset = 0, bounds, hint = 'unknown' } = given;
  const total = [...positive, ...negative, zero[1]].reduce((sum, count) => sum + count, 0);
  const side = (counts: readonly number[]) => (counts.length > 0 ? [{ offset, length: counts.length }] : []);
  return {
    schema: bounds ? -53 : schema,
    zeroThreshold: zero[0],
    zeroCount: zero[1],
    count: given.count ?? total,
    sum: given.sum ?? 0,
    positiveSpans: side(positive),
    positiveBuckets: Float64Array.from(positive),
    negativeSpans: side(negative),
    negativeBuckets: Float64Array.from(negative),
    customBounds: bounds ? Float64Array.from(bounds) : null,
    counterResetHint: hint,
  };
}

const shape = (value: Histogram) =>
  histogramBuckets(value)
    .filter(({ count }) => count !== 0)
    .map(({ lower, upper, count }) => [lower, upper, count]);

const add = (a: Histogram, b: Histogram, sign: 1 | -1 = 1) => {
  const work = new WorkHistogram(a);
  const notes = work.add(new WorkHistogram(b), sign);
  return { notes, result: work.finish() };
};

function noted() {
  const annotations = new Annotations('rate(h[5m])');
  return { annotations, notes: new HistogramNotes('h', { annotations, span: { start: 5, end: 10 } }) };
}

describe('adding native histograms', () => {
  it('adds bucket by bucket, in the coarser of two schemas', () => {
    // Schema 1 has two buckets where schema 0 has one: numbers 1 and 2 are (1, 2].
    const fine = histogram({ schema: 1, positive: [1, 2, 4], offset: 1 });
    const coarse = histogram({ schema: 0, positive: [10], offset: 1 });
    const { result, notes } = add(fine, coarse);
    expect(shape(result)).toEqual([
      [1, 2, 13],
      [2, 4, 4],
    ]);
    expect(result.schema).toBe(0);
    expect(notes).toEqual({ resetCollision: false, boundsReconciled: false });
    expect(shape(add(coarse, fine).result)).toEqual(shape(result));
  });

  it('widens the zero bucket up to the end of a populated bucket', () => {
    const narrow = histogram({ zero: [0.5, 1], positive: [2, 3], offset: 0 });
    const wide = histogram({ zero: [1.5, 10] });
    const { result } = add(narrow, wide);
    // 1.5 lies in (1, 2], which has observations.
    expect([result.zeroThreshold, result.zeroCount]).toEqual([2, 16]);
    expect(shape(result)).toEqual([[-2, 2, 16]]);
  });

  it('keeps the custom bounds in common', () => {
    const a = histogram({ bounds: [1, 2, 4], positive: [1, 1, 1, 1] });
    const b = histogram({ bounds: [2, 3], positive: [5, 5, 5] });
    const { result, notes } = add(a, b);
    expect(notes).toEqual({ resetCollision: false, boundsReconciled: true });
    expect(shape(result)).toEqual([
      [Number.NEGATIVE_INFINITY, 2, 7],
      [2, Number.POSITIVE_INFINITY, 12],
    ]);
  });

  it('refuses custom and exponential buckets together', () => {
    expect(add(histogram({ bounds: [1], positive: [1] }), histogram({ positive: [1] })).notes).toBeNull();
  });

  it('notices contradicting hints', () => {
    const outcome = add(histogram({ hint: 'reset' }), histogram({ hint: 'not-reset' }));
    expect(outcome.notes?.resetCollision).toBe(true);
    expect(outcome.result.counterResetHint).toBe('unknown');
    expect(add(histogram({ hint: 'reset' }), histogram({ hint: 'gauge' })).result.counterResetHint).toBe('gauge');
  });

  it('does not lose small counts between large ones', () => {
    const total = new HistogramTotal(histogram({ positive: [1] }), false, noted().notes);
    for (const count of [1e100, 1, -1e100]) total.add(histogram({ positive: [count] }));
    expect(total.finish()?.positiveBuckets).toEqual(Float64Array.of(2));
  });

  it('undoes what it did', () => {
    const counts = fc.array(fc.nat(1000), { maxLength: 6 });
    fc.assert(
      fc.property(counts, counts, fc.integer({ min: -3, max: 3 }), (a, b, offset) => {
        const first = histogram({ positive: a, offset });
        const second = histogram({ positive: b });
        expect(shape(add(add(first, second).result, second, -1).result)).toEqual(shape(first));
      }),
    );
  });
});

describe('scaling native histograms', () => {
  it('multiplies and divides every number', () => {
    const work = new WorkHistogram(histogram({ zero: [1, 2], positive: [4], sum: 10 })).scale(0.5);
    expect(work.finish()).toMatchObject({ count: 3, sum: 5, zeroCount: 1, positiveBuckets: Float64Array.of(2) });
    const gone = new WorkHistogram(histogram({ positive: [4], sum: 10 })).divide(0).finish();
    expect([gone.count, shape(gone)]).toEqual([Number.POSITIVE_INFINITY, []]);
    expect(new WorkHistogram(histogram({})).scale(-1).finish().counterResetHint).toBe('gauge');
  });
});

describe('comparing native histograms', () => {
  it('sees a reset when anything became less, finer or narrower', () => {
    const before = histogram({ zero: [1, 2], positive: [1, 2], offset: 2 });
    expect(isReset(before, before)).toBe(false);
    expect(isReset(histogram({ zero: [1, 2], positive: [2, 1], offset: 2 }), before)).toBe(true);
    expect(isReset(histogram({ zero: [1, 1], positive: [1, 3], offset: 2 }), before)).toBe(true);
    expect(isReset(histogram({ zero: [0.5, 2], positive: [1, 2], offset: 2 }), before)).toBe(true);
    expect(isReset(histogram({ schema: 1, zero: [1, 2], positive: [1, 2], offset: 2 }), before)).toBe(true);
    expect(isReset(histogram({ bounds: [1], positive: [9] }), before)).toBe(true);
  });

  it('believes a hint', () => {
    const empty = histogram({});
    expect(isReset({ ...empty, counterResetHint: 'reset' }, empty)).toBe(true);
    expect(isReset({ ...empty, counterResetHint: 'not-reset' }, histogram({ positive: [5] }))).toBe(false);
  });

  it('does not mind empty buckets', () => {
    expect(isSameHistogram(histogram({ positive: [1, 0, 2] }), histogram({ positive: [1, 0, 2, 0] }))).toBe(true);
    expect(isSameHistogram(histogram({ positive: [1, 2], count: 3 }), histogram({ positive: [2, 1], count: 3 }))).toBe(
      false,
    );
  });
});

describe('numbers from native histograms', () => {
  it('interpolates exponentially between the bounds of a bucket', () => {
    const one = histogram({ positive: [4], offset: 3 });
    expect(histogramQuantile(0.5, one).value).toBeCloseTo(Math.sqrt(32), 12);
    expect(histogramQuantile(0.5, histogram({ negative: [4], offset: 3 })).value).toBeCloseTo(-Math.sqrt(32), 12);
    expect(histogramQuantile(0.25, histogram({ bounds: [2, 4], positive: [2, 2] })).value).toBe(1);
    expect(histogramQuantile(1, histogram({ bounds: [2], positive: [1, 3] })).value).toBe(2);
    expect(histogramQuantile(0.5, histogram({})).value).toBeNaN();
  });

  it('says when NaN observations move a quantile or are it', () => {
    const skewed = histogram({ positive: [4], offset: 1, count: 6, sum: Number.NaN });
    expect(histogramQuantile(0.5, skewed)).toEqual({ value: 2 ** 0.75, nan: 'skew' });
    expect(histogramQuantile(0.9, skewed)).toEqual({ value: Number.NaN, nan: 'result' });
    expect(histogramFraction(0, 10, skewed)).toEqual({ value: 4 / 6, nan: 'skew' });
  });

  it('gives shares, beginning at 0 when there is nothing below', () => {
    const zero = histogram({ zero: [1, 4], positive: [4], offset: 1 });
    expect(histogramFraction(0, 0.5, zero).value).toBe(0.25);
    expect(histogramFraction(Number.NEGATIVE_INFINITY, 2, zero).value).toBe(1);
    expect(histogramFraction(1, 1, zero).value).toBe(0);
  });

  it('measures spread from the middles of the buckets', () => {
    // Two in (1, 4] in the coarse schema: middle 2; the mean is 2 as well.
    expect(histogramVariance(histogram({ schema: -1, positive: [2], offset: 1, sum: 4 }))).toBe(0);
    expect(histogramVariance(histogram({ bounds: [2, 4], positive: [0, 2], sum: 4 }))).toBe(1);
  });

  it('is written with its bounds', () => {
    expect(histogramText(histogram({ zero: [0.5, 1], positive: [2], negative: [3], offset: 1, sum: 1.5 }))).toBe(
      '{count:6, sum:1.5, [-2,-1):3, [-0.5,0.5]:1, (1,2]:2}',
    );
  });
});

describe('trimming', () => {
  const custom = histogram({ bounds: [2, 4], positive: [4, 6, 2], sum: 30 });

  it('keeps what lies on one side, cutting a bucket in proportion', () => {
    const below = trimHistogram(custom, 3, 'below');
    expect(shape(below)).toEqual([
      [Number.NEGATIVE_INFINITY, 2, 4],
      [2, 4, 3],
    ]);
    // Middles: 1 for the lowest bucket, 2.5 for what stays of the next.
    expect([below.count, below.sum]).toEqual([7, 11.5]);
    expect(shape(trimHistogram(custom, 4, 'above'))).toEqual([[4, Number.POSITIVE_INFINITY, 2]]);
  });

  it('leaves the sum alone when nothing is cut', () => {
    expect(trimHistogram(histogram({ positive: [4], offset: 1, sum: 7 }), 2, 'below').sum).toBe(7);
  });
});

describe('rates of native histograms', () => {
  const window = (histograms: readonly Histogram[], every = 15_000) => ({
    series: new HistogramSeries(
      Float64Array.from(histograms, (_, i) => (i + 1) * every),
      histograms,
    ),
    first: 0,
    last: histograms.length - 1,
    start: 0,
    end: (histograms.length + 1) * every,
    boundary: 'plain' as const,
  });
  const counter = (count: number, hint: CounterResetHint = 'unknown') => histogram({ positive: [count], hint });

  it('extrapolate like those of floats', () => {
    const increase = histogramRate({ counter: true, perSecond: false });
    const { notes } = noted();
    // 2 in 30 s, to both borders of one minute.
    expect(increase(window([counter(4), counter(5), counter(6)]), notes)?.count).toBe(4);
    expect(increase(window([counter(4), counter(1), counter(2)]), notes)?.count).toBe(4);
    expect(increase(window([counter(4)]), notes)).toBeNull();
  });

  it('warn about gauges and counters that are not', () => {
    const { annotations, notes } = noted();
    histogramRate({ counter: true, perSecond: true })(window([counter(1), counter(2, 'gauge')]), notes);
    histogramInstantRate(false)(window([counter(1), counter(2)]), notes);
    expect(annotations.warnings).toEqual([
      'PromQL warning: this native histogram metric is not a counter: "h" (1:6)',
      'PromQL warning: this native histogram metric is not a gauge: "h" (1:6)',
    ]);
  });

  it('have no value when custom and exponential buckets are mixed', () => {
    const { annotations, notes } = noted();
    const mixed = window([counter(1), histogram({ bounds: [1], positive: [2], hint: 'not-reset' })]);
    expect(histogramRate({ counter: true, perSecond: true })(mixed, notes)).toBeNull();
    expect(annotations.warnings).toEqual([
      'PromQL warning: vector contains a mix of histograms with exponential and custom buckets schemas for metric name "h" (1:6)',
    ]);
  });
});
