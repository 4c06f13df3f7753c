import type { LabelSet } from '../api/prometheus.ts';

/** How serious an alert says it is: by its `severity` label, and `warn` where that says nothing known. None is good news. */
export function severityState(labels: LabelSet): 'note' | 'warn' | 'bad' {
  const severity = (labels['severity'] ?? '').toLowerCase();
  if (['critical', 'error', 'page', 'emergency', 'high'].includes(severity)) return 'bad';
  return ['info', 'none', 'low', 'notice', 'debug'].includes(severity) ? 'note' : 'warn';
}
