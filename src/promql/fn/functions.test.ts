import { describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import { goMax, goMin, goMod, goPow, scalarOperation } from './arithmetic.ts';
import { type Buckets, bucketFraction, bucketQuantile, parseBound } from './classic-histogram.ts';
import { FLOAT_FUNCTIONS, roundTo } from './math.ts';
import { compareNaturally, quantileOf, sortNaNFirst } from './order.ts';
import { seriesOffset } from './series-hash.ts';

const apply = (func: string, value: number, ...args: number[]) =>
  FLOAT_FUNCTIONS[func]!(value, args[0] ?? Number.NaN, args[1] ?? Number.NaN);

describe('arithmetic', () => {
  it('follows Go where JavaScript differs', () => {
    expect(goPow(1, Number.NaN)).toBe(1);
    expect(goPow(-1, Number.POSITIVE_INFINITY)).toBe(1);
    expect(goPow(Number.NaN, 0)).toBe(1);
    expect(goMod(-7, 3)).toBe(-1);
    expect(goMin(Number.NaN, Number.NEGATIVE_INFINITY)).toBe(Number.NEGATIVE_INFINITY);
    expect(goMax(Number.NaN, Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(goMax(Number.NaN, 1)).toBeNaN();
  });

  it('gives 0 and 1 for comparisons between scalars', () => {
    expect(scalarOperation('>=')(2, 2)).toBe(1);
    expect(scalarOperation('!=')(2, 2)).toBe(0);
    expect(scalarOperation('atan2')(1, 1)).toBe(Math.PI / 4);
  });
});

describe('functions of a value', () => {
  it('clamps, dropping everything when the borders are crossed', () => {
    expect(apply('clamp', 7, 0, 5)).toBe(5);
    expect(apply('clamp', 7, 5, 0)).toBeUndefined();
    expect(apply('clamp_min', Number.NaN, 5)).toBeNaN();
    expect(apply('clamp_max', -3, -5)).toBe(-5);
  });

  it('rounds half up', () => {
    expect([-1.5, -0.5, 0.5, 1.5].map((value) => roundTo(value, 1) + 0)).toEqual([-1, 0, 1, 2]);
    expect(roundTo(0.0055, 0.001)).toBe(0.006);
    expect(roundTo(127, 10)).toBe(130);
  });

  it('keeps zero and NaN as their own signs', () => {
    expect([-4, 0, 4].map((value) => apply('sgn', value))).toEqual([-1, 0, 1]);
    expect(apply('sgn', Number.NaN)).toBeNaN();
  });

  it('reads the calendar in UTC', () => {
    // 2024-02-29T23:59:59.9Z, a Thursday.
    const leapDay = Date.UTC(2024, 1, 29, 23, 59, 59) / 1000 + 0.9;
    const names = ['year', 'month', 'day_of_month', 'day_of_week', 'day_of_year', 'days_in_month', 'hour', 'minute'];
    expect(names.map((name) => apply(name, leapDay))).toEqual([2024, 2, 29, 4, 60, 29, 23, 59]);
    expect(apply('day_of_year', -1)).toBe(365);
  });
});

describe('order', () => {
  it('puts NaN before everything for quantiles', () => {
    expect([...sortNaNFirst(Float64Array.of(2, Number.NaN, 1))]).toEqual([Number.NaN, 1, 2]);
    expect(quantileOf(0.5, Float64Array.of(1, 2))).toBe(1.5);
    expect(quantileOf(-0.1, Float64Array.of(1))).toBe(Number.NEGATIVE_INFINITY);
    expect(quantileOf(0.5, new Float64Array(0))).toBeNaN();
  });

  it('compares runs of digits as numbers', () => {
    const sorted = ['node10', 'node2', 'node1', '10', '9', '', 'node'].sort(compareNaturally);
    expect(sorted).toEqual(['', '9', '10', 'node', 'node1', 'node2', 'node10']);
  });
});

describe('classic histograms', () => {
  const buckets = (...pairs: [bound: number, count: number][]): Buckets => ({
    bounds: Float64Array.from(pairs, ([bound]) => bound),
    counts: Float64Array.from(pairs, ([, count]) => count),
    length: pairs.length,
  });
  const inf = Number.POSITIVE_INFINITY;

  it('interpolates within a bucket', () => {
    expect(bucketQuantile(0.5, buckets([1, 2], [2, 6], [inf, 8]))).toEqual({ value: 1.5, repair: null });
    expect(bucketQuantile(0.1, buckets([1, 2], [2, 6], [inf, 8])).value).toBeCloseTo(0.4, 12);
    expect(bucketQuantile(0.99, buckets([1, 2], [2, 6], [inf, 8])).value).toBe(2);
    expect(bucketQuantile(0.1, buckets([-1, 2], [2, 6], [inf, 8])).value).toBe(-1);
  });

  it('has no answer without observations, without an upper end, or with one bucket', () => {
    expect(bucketQuantile(0.5, buckets([1, 0], [inf, 0])).value).toBeNaN();
    expect(bucketQuantile(0.5, buckets([1, 2], [2, 6])).value).toBeNaN();
    expect(bucketQuantile(0.5, buckets([inf, 6])).value).toBeNaN();
    expect(bucketQuantile(2, buckets([1, 2], [2, 6])).value).toBe(inf);
  });

  it('adds up buckets with one bound', () => {
    expect(bucketQuantile(0.5, buckets([1, 1], [1, 1], [2, 6], [inf, 8])).value).toBe(1.5);
  });

  it('makes counts monotonic and says what it did, but not for rounding errors', () => {
    expect(bucketQuantile(0.5, buckets([1, 4], [2, 3], [4, 2], [inf, 8]))).toEqual({
      value: 1,
      repair: { minBucket: 2, maxBucket: 4, maxDifference: 2 },
    });
    expect(bucketQuantile(0.5, buckets([1, 4], [2, 4 - 1e-13], [inf, 8])).repair).toBeNull();
  });

  it('gives the share between two values', () => {
    expect(bucketFraction(0, 1, buckets([1, 2], [2, 6], [inf, 8]))).toBe(0.25);
    expect(bucketFraction(0.5, 1.5, buckets([1, 2], [2, 6], [inf, 8]))).toBe(0.375);
    expect(bucketFraction(Number.NEGATIVE_INFINITY, inf, buckets([1, 2], [inf, 8]))).toBe(1);
    expect(bucketFraction(2, 1, buckets([1, 2], [inf, 8]))).toBe(0);
  });

  it('reads bounds as Go does', () => {
    expect(['+Inf', '0.5', '1e3', '-.5'].map(parseBound)).toEqual([inf, 0.5, 1000, -0.5]);
    expect(['', 'x', '1 '].map(parseBound)).toEqual([undefined, undefined, undefined]);
  });
});

describe('the hash of limit_ratio', () => {
  it('places each series in [0, 1)', () => {
    const offset = seriesOffset(Labels.from({ __name__: 'up', instance: 'x'.repeat(300) }));
    expect(offset).toBeGreaterThanOrEqual(0);
    expect(offset).toBeLessThan(1);
  });
});
