import type { SilenceMatcher } from '../api/alertmanager.ts';
import type { LabelSet } from '../api/prometheus.ts';

/** A silence to begin with, for exactly the alerts that have these labels. */
export function draftFor(labels: LabelSet): { readonly matchers: readonly SilenceMatcher[]; readonly comment: string } {
  const matchers = Object.entries(labels).map(([name, value]) => ({ name, value, isRegex: false, isEqual: true }));
  return { matchers, comment: '' };
}
