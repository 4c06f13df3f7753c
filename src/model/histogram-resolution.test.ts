import { describe, expect, it } from 'vitest';
import type { Histogram } from './histogram.ts';
import { limitBuckets, reduceResolution, schemaForFactor } from './histogram-resolution.ts';

const HISTOGRAM: Histogram = {
  ...{ schema: 1, zeroThreshold: 0.001, zeroCount: 1, count: 22, sum: 5, customBounds: null },
  positiveSpans: [
    { offset: -3, length: 2 },
    { offset: 1, length: 3 },
  ],
  positiveBuckets: Float64Array.of(1, 2, 3, 4, 5),
  negativeSpans: [{ offset: 1, length: 2 }],
  negativeBuckets: Float64Array.of(2, 4),
  counterResetHint: 'unknown',
  isInteger: true,
};

describe('a histogram at a lower resolution', () => {
  it('has pairs of buckets merged, the upper one even', () => {
    // Buckets -3 -2 | 0 1 2 become -1 -1 | 0 1 1.
    expect(reduceResolution(HISTOGRAM, 0)).toEqual({
      ...HISTOGRAM,
      schema: 0,
      positiveSpans: [{ offset: -1, length: 3 }],
      positiveBuckets: Float64Array.of(3, 3, 9),
      negativeSpans: [{ offset: 1, length: 1 }],
      negativeBuckets: Float64Array.of(6),
    });
    expect(reduceResolution(HISTOGRAM, -1).positiveBuckets).toEqual(Float64Array.of(6, 9));
    expect(reduceResolution(HISTOGRAM, 1)).toBe(HISTOGRAM);
  });

  it('is taken until the buckets fit', () => {
    expect(limitBuckets(HISTOGRAM, 7)).toBe(HISTOGRAM);
    expect(limitBuckets(HISTOGRAM, 6)?.schema).toBe(0);
    expect(limitBuckets(HISTOGRAM, 3)?.schema).toBe(-1);
    expect(limitBuckets(HISTOGRAM, 2)).toBe(null);
    expect(limitBuckets({ ...HISTOGRAM, schema: -53, customBounds: Float64Array.of(1) }, 6)).toBe(null);
  });

  it.each([
    [0.5, 8],
    [1.0027, 8],
    [1.1, 2],
    [1.5, 0],
    [2, 0],
    [4, -1],
    [1e10, -4],
  ])('is the finest whose buckets grow by %d: schema %d', (factor, schema) => {
    expect(schemaForFactor(factor)).toBe(schema);
  });
});
