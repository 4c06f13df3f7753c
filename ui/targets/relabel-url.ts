import type { LabelSet } from '../api/prometheus.ts';
import { labelLines } from './pasted-labels.ts';

/** Where relabelling can be followed step by step: the page that shows these labels before the rules of a job. */
export function relabelUrl(pool: string, labels: LabelSet): string {
  return `/targets/relabel?${new URLSearchParams({ pool, labels: labelLines(labels) })}`;
}
