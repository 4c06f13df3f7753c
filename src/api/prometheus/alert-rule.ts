import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { RuleManager } from '#rules/manager';
import type { AlertingRuleStatus, RuleGroupStatus } from '#rules/status';

/** What the rule behind an alert says of it; `inactive`: it has no such alert now, and value and time are null. */
export interface RuleOfAlert {
  readonly name: string;
  readonly group: string;
  readonly state: 'firing' | 'pending' | 'inactive';
  readonly value: string | null;
  /** RFC 3339. */
  readonly activeAt: string | null;
}

/**
 * The rule whose alert was sent with these labels: external labels may have come to its own. When none has such an alert
 * now, the one that makes alerts of this name with these labels; null when there is none.
 */
export function ruleOf(rules: Pick<RuleManager, 'groups'>, labels: Labels): RuleOfAlert | null {
  const all = rules.groups().flatMap(alertingRules);
  for (const { rule, group } of all) {
    const alert = rule.alerts.find((each) => holds(each.labels, labels));
    if (alert === undefined) continue;
    const { state, value, activeAt } = alert;
    return { name: rule.name, group, state, value: String(value), activeAt: isoTime(activeAt) };
  }
  const idle = all.find(({ rule }) => rule.name === labels.get('alertname') && holds(fixedLabels(rule), labels));
  if (idle === undefined) return null;
  return { name: idle.rule.name, group: idle.group, state: 'inactive', value: null, activeAt: null };
}

function alertingRules({ name: group, rules }: RuleGroupStatus) {
  return rules.flatMap((rule) => (rule.kind === 'alerting' ? [{ rule, group }] : []));
}

/** Labels that are the same for all alerts of the rule: those without a template. */
function fixedLabels({ labels }: AlertingRuleStatus): Labels {
  return labels.filter((_, value) => !value.includes('{{'));
}

function holds(some: Labels, labels: Labels): boolean {
  return [...some.entries()].every(([name, value]) => labels.get(name) === value);
}

function isoTime(time: Millis): string {
  return new Date(time).toISOString();
}
