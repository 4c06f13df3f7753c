import type { Histogram, Span } from '#model/histogram';
import { boundAt } from './bounds.ts';

/** Which ends belong to a bucket, as the API numbers it: 0 = the upper, 1 = the lower, 2 = none, 3 = both. */
export type BoundaryRule = 0 | 1 | 2 | 3;

/** One bucket of a native histogram with its own count. */
export interface HistogramBucket {
  readonly rule: BoundaryRule;
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

/** The schema of histograms with custom bounds. */
export const CUSTOM_BOUNDS_SCHEMA = -53;

/** The buckets of a native histogram, ascending. */
export function histogramBuckets(histogram: Histogram): HistogramBucket[] {
  if (histogram.schema === CUSTOM_BOUNDS_SCHEMA) return customBuckets(histogram);
  const { zeroCount, zeroThreshold, schema, positiveSpans, positiveBuckets, negativeSpans, negativeBuckets } =
    histogram;
  const negative = indexed(negativeSpans, negativeBuckets).reverse();
  const below = negative.map(({ index, count }): HistogramBucket => {
    const lower = -boundAt(index, schema);
    return { rule: 1, lower, upper: Math.min(-boundAt(index - 1, schema), -zeroThreshold), count };
  });
  const zero: HistogramBucket = { rule: 3, lower: -zeroThreshold, upper: zeroThreshold, count: zeroCount };
  const above = indexed(positiveSpans, positiveBuckets).map(({ index, count }): HistogramBucket => {
    const lower = Math.max(boundAt(index - 1, schema), zeroThreshold);
    return { rule: 0, lower, upper: boundAt(index, schema), count };
  });
  return [...below, ...(zeroCount > 0 ? [zero] : []), ...above];
}

function customBuckets({ customBounds, positiveSpans, positiveBuckets }: Histogram): HistogramBucket[] {
  const bounds = customBounds ?? [];
  return indexed(positiveSpans, positiveBuckets).map(({ index, count }) => ({
    rule: index === 0 ? 3 : 0,
    lower: index === 0 ? Number.NEGATIVE_INFINITY : bounds[index - 1]!,
    upper: index >= bounds.length ? Number.POSITIVE_INFINITY : bounds[index]!,
    count,
  }));
}

/** The counts of a run of spans with their bucket numbers, ascending. */
export function indexed(spans: readonly Span[], counts: Float64Array): { index: number; count: number }[] {
  const out: { index: number; count: number }[] = [];
  let index = 0;
  for (const { offset, length } of spans) {
    index += offset;
    for (let i = 0; i < length; i++) out.push({ index: index++, count: counts[out.length] ?? 0 });
  }
  return out;
}
