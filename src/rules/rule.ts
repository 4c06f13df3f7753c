import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { Expr } from '#promql/ast';

interface RuleBase {
  readonly name: string;
  /** Canonical PromQL, as `formatExpr` prints it: what is evaluated, shown and linked to. */
  readonly query: string;
  readonly expr: Expr;
  /** The rule's labels over its group's; for alerting rules the values are templates. */
  readonly labels: Labels;
}

export interface RecordingRule extends RuleBase {
  readonly kind: 'recording';
}

export interface AlertingRule extends RuleBase {
  readonly kind: 'alerting';
  /** How long a result must last before the alert fires; 0 fires at once. */
  readonly holdDuration: Millis;
  /** How long a firing alert goes on after its result vanished. */
  readonly keepFiringFor: Millis;
  /** Names and templates. */
  readonly annotations: Labels;
}

/** A rule as configured. Frozen: results and health live in the manager. */
export type Rule = RecordingRule | AlertingRule;

/** Rules that are evaluated together, in order, at one interval. Identified by file and name. */
export interface RuleGroup {
  readonly file: string;
  readonly name: string;
  readonly interval: Millis;
  /** Queries look this far into the past, and the results are written there. */
  readonly queryOffset: Millis;
  /** Series or alerts that a rule may produce; 0 is no limit. */
  readonly limit: number;
  readonly rules: readonly Rule[];
}

/** What Prometheus' metrics call a group: `file;name`. */
export function groupKey({ file, name }: Pick<RuleGroup, 'file' | 'name'>): string {
  return `${file};${name}`;
}
