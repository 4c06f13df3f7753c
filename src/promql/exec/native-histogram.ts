import type { BarographError } from '#lib/errors';
import { executionError } from '../limits.ts';

/** The error of an operation that does not know native histograms: better than a result without them. */
export function unsupportedHistogram(operation: string): BarographError {
  return executionError(
    `${operation} of native histograms is not supported`,
    'Select float series only, or query the classic histogram (_bucket, _sum, _count) of the metric.',
  );
}
