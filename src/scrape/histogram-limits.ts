import { BarographError } from '#lib/errors';
import { CUSTOM_BOUNDS_SCHEMA, type Histogram } from '#model/histogram';
import { limitBuckets, reduceResolution, schemaForFactor } from '#model/histogram-resolution';
import { histogramProblem } from '#model/histogram-validation';
import type { ScrapeConfig } from './config.ts';

/** The settings of a job that decide about native histograms. */
export type HistogramRules = Pick<ScrapeConfig, 'nativeHistogramBucketLimit' | 'nativeHistogramMinBucketFactor'>;

/** The code of the error for `native_histogram_bucket_limit`. */
export const BUCKET_LIMIT = 'histogram-bucket-limit';

/**
 * The histogram as it is stored: at a lower resolution where the job's settings ask for it. Throws what fails the whole
 * scrape: an invalid histogram, or one with too many buckets at every resolution.
 */
export function acceptedHistogram(histogram: Histogram, rules: HistogramRules): Histogram {
  const problem = histogramProblem(histogram);
  if (problem !== null) throw new BarographError(problem, { kind: 'bad-request', code: 'invalid-histogram' });
  const { nativeHistogramBucketLimit: limit, nativeHistogramMinBucketFactor: factor } = rules;
  const wide = factor > 0 && histogram.schema !== CUSTOM_BOUNDS_SCHEMA;
  const reduced = wide ? reduceResolution(histogram, schemaForFactor(factor)) : histogram;
  const limited = limit > 0 ? limitBuckets(reduced, limit) : reduced;
  if (limited !== null) return limited;
  throw new BarographError('histogram bucket limit exceeded', { kind: 'bad-request', code: BUCKET_LIMIT });
}
