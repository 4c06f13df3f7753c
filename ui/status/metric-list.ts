import type { CardinalityJson, MetricJson } from '../api/prometheus.ts';
import { containsWords } from '../parts/text-match.ts';

export type MetricOrder = 'series' | 'new' | 'unused';

/** A metric with its part of all series, 0 to 1. */
export interface MetricShare extends MetricJson {
  readonly share: number;
}

/** The metrics that are shown, and how many match in all. */
export function listedMetrics(
  { series, metrics, churn, unused }: CardinalityJson,
  { words, order, most }: { readonly words: string; readonly order: MetricOrder; readonly most: number },
): { readonly rows: readonly MetricShare[]; readonly matching: number } {
  const lists: Readonly<Record<MetricOrder, readonly MetricJson[]>> = {
    series: metrics,
    new: churn,
    unused: unused.top.map((metric) => ({ ...metric, usedBy: [] })),
  };
  const matching = lists[order].filter(({ name }) => containsWords(words, name));
  const rows = matching.slice(0, most).map((metric) => ({ ...metric, share: metric.series / Math.max(1, series) }));
  return { rows, matching: matching.length };
}
