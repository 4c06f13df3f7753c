import { BarographError } from '#lib/errors';
import type { Histogram } from '#model/histogram';
import { Labels, METRIC_NAME } from '#model/labels';
import type { Millis } from '#model/time';
import { expandRuleTemplate, type RuleTemplateContext } from '#template/rule-template';
import { GoStruct } from '#template/value';
import { type ActiveAlert, type AlertResult, type AlertSet, activeAlerts, advance } from './alert-state.ts';
import { FOR_STATE_METRIC } from './restore.ts';
import type { AlertingRule, RecordingRule } from './rule.ts';

/** One element of a query's result; a scalar result is one element without labels. */
export interface RuleSample {
  readonly labels: Labels;
  readonly value: number;
  /** Set for a native histogram; `value` is then ignored. */
  readonly histogram?: Histogram;
}

/** Runs an instant query. Rejects when it fails or takes too long; the message is shown as the rule's last error. */
export type RuleQuery = (expr: string, at: Millis, signal: AbortSignal) => Promise<readonly RuleSample[]>;

/** What one of several queries came to, and the time that it took. */
export type RuleOutcome =
  | { readonly samples: readonly RuleSample[]; readonly seconds: number }
  | { readonly error: Error; readonly seconds: number };

/** Runs several instant queries on the same data; the outcomes are in their order. Rejects when all fail together. */
export type RuleQueries = (
  exprs: readonly string[],
  at: Millis,
  signal: AbortSignal,
) => Promise<readonly RuleOutcome[]>;

/** A rule group as the one who asks. */
export interface AskingGroup {
  readonly file: string;
  readonly name: string;
}

/** The same, with the group whose rule asks. */
export type GroupQuery = (...args: [...Parameters<RuleQuery>, group: AskingGroup]) => ReturnType<RuleQuery>;
export type GroupQueries = (...args: [...Parameters<RuleQueries>, group: AskingGroup]) => ReturnType<RuleQueries>;

export interface EvaluationContext {
  /** The slot that is evaluated. */
  readonly now: Millis;
  readonly queryOffset: Millis;
  /** 0 is no limit. */
  readonly limit: number;
  readonly query: RuleQuery;
  readonly signal: AbortSignal;
  readonly externalURL: string;
  readonly externalLabels: Labels;
}

/** The metric that shows pending and firing alerts. */
export const ALERTS_METRIC = 'ALERTS';

/** The samples of a recording rule. Rejects when the query fails, two results end up with the same labels, or the limit is exceeded. */
export async function evaluateRecordingRule(
  rule: RecordingRule,
  context: EvaluationContext,
): Promise<readonly RuleSample[]> {
  const { now, queryOffset, query, signal, limit } = context;
  const result = await query(rule.query, now - queryOffset, signal);
  const changes = { ...rule.labels.toRecord(), [METRIC_NAME]: rule.name };
  const samples = result.map((sample) => ({ ...sample, labels: sample.labels.with(changes) }));
  if (new Set(samples.map(({ labels }) => labels.key)).size < samples.length) {
    throw ruleError('rule-duplicate', 'vector contains metrics with the same labelset after applying rule labels');
  }
  if (limit > 0 && samples.length > limit) {
    throw ruleError('rule-limit', `exceeded limit of ${limit} with ${samples.length} series`);
  }
  return samples;
}

/** The alerts of an alerting rule after evaluating it. Rejects as `evaluateRecordingRule` does; the limit is `checkAlertLimit`'s. */
export async function evaluateAlertingRule(
  rule: AlertingRule,
  previous: AlertSet,
  context: EvaluationContext,
): Promise<AlertSet> {
  const { now, queryOffset, query, signal } = context;
  const result = await query(rule.query, now - queryOffset, signal);
  const results = new Map<string, AlertResult>();
  for (const sample of result) {
    const alert = await alertOf(rule, sample, context);
    if (results.has(alert.labels.key)) {
      throw ruleError('rule-duplicate', 'vector contains metrics with the same labelset after applying alert labels');
    }
    results.set(alert.labels.key, alert);
  }
  const { holdDuration, keepFiringFor } = rule;
  return advance(previous, [...results.values()], { now, holdDuration, keepFiringFor });
}

/** Throws when more alerts than the group allows are pending or firing; the rule then loses all its alerts. */
export function checkAlertLimit(alerts: AlertSet, limit: number): void {
  const count = activeAlerts(alerts).length;
  if (limit > 0 && count > limit) throw ruleError('rule-limit', `exceeded limit of ${limit} with ${count} alerts`);
}

/** The ALERTS and ALERTS_FOR_STATE samples of pending and firing alerts. */
export function alertSamples(alerts: AlertSet): RuleSample[] {
  return activeAlerts(alerts).flatMap(({ labels, state, activeAt }) => [
    { labels: labels.with({ [METRIC_NAME]: ALERTS_METRIC, alertstate: state }), value: 1 },
    { labels: labels.with({ [METRIC_NAME]: FOR_STATE_METRIC }), value: Math.floor(activeAt / 1000) },
  ]);
}

/** The pending and firing alerts in the order of their labels. */
export function orderedAlerts(alerts: AlertSet): ActiveAlert[] {
  return activeAlerts(alerts).sort((a, b) => a.labels.compare(b.labels));
}

async function alertOf(rule: AlertingRule, sample: RuleSample, context: EvaluationContext): Promise<AlertResult> {
  const expand = expander(rule, sample, context);
  const labels: Record<string, string> = { [METRIC_NAME]: '' };
  for (const [name, text] of rule.labels.entries()) labels[name] = await expand(text);
  const annotations: Record<string, string> = {};
  for (const [name, text] of rule.annotations.entries()) annotations[name] = await expand(text);
  return {
    labels: sample.labels.with({ ...labels, alertname: rule.name }),
    annotations: Labels.from(annotations),
    value: sample.histogram ? 0 : sample.value,
  };
}

// Templates see the labels of the query's result, metric name included, not the rule's own.
function expander(
  rule: AlertingRule,
  sample: RuleSample,
  context: EvaluationContext,
): (text: string) => Promise<string> {
  const { now, query, signal, externalURL, externalLabels } = context;
  const value = sampleValue(sample);
  const templates: RuleTemplateContext = {
    alertName: rule.name,
    now,
    externalURL,
    query: async (expr) => {
      const result = await query(expr, now, signal);
      return result.map((each) => ({ labels: each.labels, value: sampleValue(each) }));
    },
  };
  const data = { labels: sample.labels, externalLabels, externalURL, value };
  return (text) => expandRuleTemplate(text, data, templates);
}

function sampleValue({ value, histogram }: RuleSample): number | GoStruct {
  if (!histogram) return value;
  const { count, sum } = histogram;
  return new GoStruct(
    '*histogram.FloatHistogram',
    { Count: count, Sum: sum },
    { text: () => `{count:${count}, sum:${sum}}` },
  );
}

function ruleError(code: 'rule-duplicate' | 'rule-limit', message: string): BarographError {
  const hint =
    code === 'rule-limit'
      ? 'aggregate more in the expression, or raise limit: of the group'
      : 'keep the labels that tell the results apart';
  return new BarographError(message, { kind: 'bad-request', code, hint });
}
