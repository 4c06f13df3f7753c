import { formatExpr } from '#promql/print';
import { alwaysFires, lostLabel, missingSeverity, shortFor, valueInLabel } from './advice/alerts.ts';
import type { AdviceContext, Check } from './advice/check.ts';
import { rateOfGauge, rateOfSum, rawCounter, shortRange } from './advice/counters.ts';
import { classOfCodes, templateInMatcher } from './advice/matchers.ts';
import { quantileOfCounters, quantileWithoutLe } from './advice/quantiles.ts';
import { ratioToItself } from './advice/ratio.ts';
import { absentMetric, unboundedLabel } from './advice/series.ts';
import type { Rule, RuleGroup } from './rule.ts';

export type { AdviceContext } from './advice/check.ts';

/** What is known of a server that is not there: nothing. */
export const NOTHING_KNOWN: Omit<AdviceContext, 'interval'> = { scrapeInterval: null, typeOf: () => null, names: null };

/** Mistakes of a rule that no parser refuses. */
export interface RuleAdvice {
  /** One text each: what is wrong and what to do. Empty: the rule is fine. */
  readonly findings: readonly string[];
  /** The expression with everything corrected that can be; null when nothing in it is to be changed. */
  readonly expr: string | null;
}

/** In the order in which they correct: names before what is made of them, leaves before what is around them. */
const CHECKS: readonly Check[] = [
  templateInMatcher,
  classOfCodes,
  absentMetric,
  rateOfGauge,
  rateOfSum,
  shortRange,
  rawCounter,
  quantileOfCounters,
  quantileWithoutLe,
  ratioToItself,
  alwaysFires,
  lostLabel,
  unboundedLabel,
  missingSeverity,
  shortFor,
  valueInLabel,
];

/** Looks for the mistakes that people make in rules. Never wrong about what it corrects: where in doubt, it is silent. */
export function adviseRule(rule: Rule, context: AdviceContext): RuleAdvice {
  let current = rule;
  const findings: string[] = [];
  for (const check of CHECKS) {
    const checked = check(current, context);
    findings.push(...checked.findings);
    current = { ...current, expr: checked.expr };
  }
  const expr = formatExpr(current.expr);
  return { findings, expr: expr === rule.query ? null : expr };
}

/** The advice on every rule of a group, in their order. */
export function adviseGroup(group: RuleGroup, context: Omit<AdviceContext, 'interval'>): readonly RuleAdvice[] {
  return group.rules.map((rule) => adviseRule(rule, { ...context, interval: group.interval }));
}
