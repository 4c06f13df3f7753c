import { formatFloatG } from '#lib/go-format';
import type { Histogram } from '#model/histogram';
import { type BoundaryRule, histogramBuckets } from './buckets.ts';

const BRACKETS: Readonly<Record<BoundaryRule, readonly [string, string]>> = {
  0: ['(', ']'],
  1: ['[', ')'],
  2: ['(', ')'],
  3: ['[', ']'],
};

/** A histogram as Prometheus writes it in labels and templates: `{count:3, sum:5, (1,2]:3}`. */
export function histogramText(histogram: Histogram): string {
  const buckets = histogramBuckets(histogram)
    .filter(({ count }) => count !== 0)
    .map(({ rule, lower, upper, count }) => {
      const [open, close] = BRACKETS[rule];
      return `, ${open}${formatFloatG(lower)},${formatFloatG(upper)}${close}:${formatFloatG(count)}`;
    });
  return `{count:${formatFloatG(histogram.count)}, sum:${formatFloatG(histogram.sum)}${buckets.join('')}}`;
}
