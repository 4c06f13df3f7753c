import { formatDuration } from '#lib/duration';
import type { Aggregation, Binary, Expr } from '#promql/ast';
import type { AlertingRule } from '../rule.ts';
import { bare, type Check, saying, shownLabels } from './check.ts';

function ofAlerts(find: (rule: AlertingRule, interval: number) => readonly string[]): Check {
  return saying((rule, { interval }) => (rule.kind === 'alerting' ? find(rule, interval) : []));
}

/** Alerts that no route can tell from another by how urgent they are. */
export const missingSeverity: Check = ofAlerts(({ labels }) =>
  labels.has('severity')
    ? []
    : ['the alert has no label severity, by which routes choose who is woken: add severity: warning, or critical'],
);

/** A `for` that ends before the rule is looked at again. */
export const shortFor: Check = ofAlerts(({ holdDuration }, interval) => {
  if (holdDuration === 0 || interval === 0 || holdDuration >= interval) return [];
  const [hold, every] = [formatDuration(holdDuration), formatDuration(interval)];
  return [
    `for: ${hold} is shorter than the evaluation interval ${every}: it acts as for: ${every}. Write so, or evaluate the group more often`,
  ];
});

/** A label that changes with the value: at every evaluation it is another alert, whose `for` begins anew. */
export const valueInLabel: Check = ofAlerts(({ labels }) =>
  [...labels.entries()]
    .filter(([, text]) => /\{\{[^}]*(\$value|\.Value)\b/.test(text))
    .map(
      ([name]) =>
        `label ${name} holds the value: each change of it makes another alert, so that for never ends and every change notifies. Move it to an annotation`,
    ),
);

/** Labels in templates that the expression does not keep. */
export const lostLabel: Check = ofAlerts((rule) => {
  const outer = resultOf(rule.expr);
  if (outer.kind !== 'aggregate' || LABELS_STAY.has(outer.operator)) return [];
  const lost = shownLabels(rule).filter(
    (label) => !rule.labels.has(label) && outer.grouping.includes(label) === outer.without,
  );
  return lost.map(
    (label) => `a template shows $labels.${label}, which is always empty: ${headOf(outer)} does not keep that label`,
  );
});

const LABELS_STAY: ReadonlySet<string> = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio', 'count_values']);

/** The part whose labels the result has: the left side of comparisons and arithmetic with numbers. */
function resultOf(expr: Expr): Expr {
  const inner = bare(expr);
  if (inner.kind !== 'binary') return inner;
  if (inner.matching === null) return resultOf(bare(inner.left).kind === 'number' ? inner.right : inner.left);
  return inner.matching.include.length === 0 && inner.operator !== 'or' ? resultOf(inner.left) : inner;
}

function headOf({ operator, grouping, without }: Aggregation): string {
  if (!without && grouping.length === 0) return `${operator}()`;
  return `${operator} ${without ? 'without' : 'by'} (${grouping.join(', ')})`;
}

/** `up == bool 0` answers 0 or 1, and an alert fires for any answer. */
export const alwaysFires: Check = (rule) => {
  const outer = bare(rule.expr);
  if (rule.kind !== 'alerting' || outer.kind !== 'binary' || !outer.bool) return { findings: [], expr: rule.expr };
  const finding = `with bool, ${outer.operator} answers 0 or 1, and an alert fires for every answer: leave bool out`;
  return { findings: [finding], expr: { ...outer, bool: false } satisfies Binary };
};
