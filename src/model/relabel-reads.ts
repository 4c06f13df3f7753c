import { compileRegex } from '#lib/regex';
import type { Labels } from './labels.ts';
import type { RelabelConfig } from './relabel-config.ts';

/** Labels for relabeling alone: what a target is made of has none of them. */
const META = '__meta_';

/**
 * Whether the rules make the same of both label sets but for labels that only discovery gave: they differ in `__meta_`
 * labels alone, and in none that a rule reads. An Endpoints object, say, changes an annotation with each of its changes.
 */
export function relabelsAlike(rules: readonly RelabelConfig[], a: Labels, b: Labels): boolean {
  return a.equals(b) || (unread(rules, a, b) && unread(rules, b, a));
}

/** Whether no rule needs to know of what `a` has otherwise than `b`. */
function unread(rules: readonly RelabelConfig[], a: Labels, b: Labels): boolean {
  for (const [name, value] of a.entries()) {
    if (b.get(name) !== value && !(name.startsWith(META) && !rules.some((rule) => reads(rule, name)))) return false;
  }
  return true;
}

/** A rule that only writes or removes the label does not read it. */
function reads({ action, sourceLabels, targetLabel, regex }: RelabelConfig, name: string): boolean {
  if (action === 'labelmap') return compileRegex(regex).test(name);
  if (action === 'keepequal' || action === 'dropequal') return targetLabel === name || sourceLabels.includes(name);
  return sourceLabels.includes(name);
}
