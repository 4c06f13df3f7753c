import { formatFloatG } from '#lib/go-format';
import type { Histogram } from '#model/histogram';
import { type BoundaryRule, histogramBuckets } from './buckets.ts';

const BRACKETS: Readonly<Record<BoundaryRule, readonly [string, string]>> = {
  0: ['(', ']'],
  1: ['[', ')'],
  2: ['(', ')'],
  3: ['[', ']'],
};

/**
 * A histogram as Prometheus writes it in labels and templates: `{count:3, sum:5, (1,2]:3}`. Its counts are floats to PromQL,
 * whatever they are in storage; `count` may write them otherwise.
 */
export function histogramText(histogram: Histogram, count: (value: number) => string = formatFloatG): string {
  const buckets = histogramBuckets(histogram)
    .filter((bucket) => bucket.count !== 0)
    .map((bucket) => {
      const [open, close] = BRACKETS[bucket.rule];
      return `, ${open}${formatFloatG(bucket.lower)},${formatFloatG(bucket.upper)}${close}:${count(bucket.count)}`;
    });
  return `{count:${count(histogram.count)}, sum:${formatFloatG(histogram.sum)}${buckets.join('')}}`;
}
