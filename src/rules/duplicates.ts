import { Labels } from '#model/labels';
import { type RuleGroupConfig, textsOf } from './config.ts';

/** A rule that another one of its file repeats. */
export interface DuplicateRule {
  /** What it records, or the name of its alert. */
  readonly name: string;
  /** Its labels over those of its group. */
  readonly labels: Labels;
}

/**
 * The rules of one file that write the same series as one before them: same name, same labels. Ordered by name and labels,
 * each as often as it is one too many.
 */
export function duplicateRules(groups: readonly RuleGroupConfig[]): readonly DuplicateRule[] {
  const rules = groups.flatMap((group) =>
    group.rules.map(({ record, alert, labels }) => ({
      name: record || alert,
      labels: Labels.from({ ...group.labels, ...textsOf(labels) }),
    })),
  );
  rules.sort((a, b) => compareText(a.name, b.name) || compareText(a.labels.key, b.labels.key));
  return rules.filter((rule, i) => i > 0 && isSame(rule, rules[i - 1]!));
}

function isSame(a: DuplicateRule, b: DuplicateRule): boolean {
  return a.name === b.name && a.labels.key === b.labels.key;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
