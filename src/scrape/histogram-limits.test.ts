import { describe, expect, it } from 'vitest';
import type { Histogram } from '#model/histogram';
import { acceptedHistogram } from './histogram-limits.ts';

const HISTOGRAM: Histogram = {
  ...{ schema: 3, zeroThreshold: 0, zeroCount: 0, count: 4, sum: 5, customBounds: null },
  positiveSpans: [{ offset: 1, length: 4 }],
  positiveBuckets: Float64Array.of(1, 1, 1, 1),
  negativeSpans: [],
  negativeBuckets: new Float64Array(0),
  ...{ counterResetHint: 'unknown', isInteger: true },
};
const accepted = (histogram: Histogram, limit = 0, factor = 0) =>
  acceptedHistogram(histogram, { nativeHistogramBucketLimit: limit, nativeHistogramMinBucketFactor: factor });

describe('a scraped histogram', () => {
  it('is stored as it is where the job sets no limit', () => {
    expect(accepted(HISTOGRAM)).toBe(HISTOGRAM);
  });

  it('has wider buckets where they grow by less than the smallest factor, or are too many', () => {
    expect(accepted(HISTOGRAM, 0, 1.1).schema).toBe(2);
    expect(accepted(HISTOGRAM, 1).schema).toBe(1);
    expect(accepted(HISTOGRAM, 2, 1.1)).toMatchObject({ schema: 2, positiveBuckets: Float64Array.of(2, 2) });
  });

  it('fails the scrape when no resolution is low enough, or when it is invalid', () => {
    const bounds = { schema: -53, customBounds: Float64Array.of(1, 2, 3, 4) };
    expect(() => accepted({ ...HISTOGRAM, ...bounds }, 3)).toThrow('histogram bucket limit exceeded');
    expect(accepted({ ...HISTOGRAM, ...bounds }, 4, 2)).toMatchObject(bounds);
    expect(() => accepted({ ...HISTOGRAM, count: 3 })).toThrow(
      '4 observations found in buckets, but the Count field is 3',
    );
  });
});
