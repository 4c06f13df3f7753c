import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { AlertSet } from './alert-state.ts';
import { orderedAlerts } from './evaluate.ts';
import type { Rule } from './rule.ts';
import type { ActiveAlertStatus, AlertingRuleStatus, RuleHealth, RuleStatus } from './status.ts';

/** What a rule has come to so far. Owned by its group's runner. */
export interface RuleState {
  readonly rule: Rule;
  health: RuleHealth;
  lastError: string;
  evaluationSeconds: number;
  lastEvaluation: Millis | null;
  lastSamples: number;
  /** Empty for recording rules. */
  alerts: AlertSet;
  /** Series of the last evaluation: those missing in the next one become stale. */
  series: ReadonlyMap<string, Labels>;
  /** Until then its series are not written, lest they hide the ones to restore from. */
  restored: boolean;
}

/** The state before the first evaluation. */
export function newRuleState(rule: Rule, restored: boolean): RuleState {
  return {
    rule,
    health: 'unknown',
    lastError: '',
    evaluationSeconds: 0,
    lastEvaluation: null,
    lastSamples: 0,
    alerts: new Map(),
    series: new Map(),
    restored,
  };
}

/**
 * Hands the state of the old rules to the new ones of the same kind, name and labels, the first to the first where there
 * are several. Returns the series of rules that found no successor: they have to become stale.
 */
export function adoptStates(from: readonly RuleState[], to: readonly RuleState[]): Labels[] {
  const waiting = new Map<string, RuleState[]>();
  for (const state of from) {
    const key = ruleIdentity(state.rule);
    waiting.set(key, [...(waiting.get(key) ?? []), state]);
  }
  for (const state of to) {
    const old = waiting.get(ruleIdentity(state.rule))?.shift();
    if (!old) continue;
    const { rule: _, ...rest } = old;
    Object.assign(state, rest);
  }
  return [...waiting.values()].flat().flatMap(({ series }) => [...series.values()]);
}

function ruleIdentity({ kind, name, labels }: Rule): string {
  return JSON.stringify([kind, name, labels.key]);
}

/** The rule as the API shows it. */
export function ruleStatus(state: RuleState): RuleStatus {
  const { rule, health, lastError, evaluationSeconds, lastEvaluation, lastSamples } = state;
  const { name, query, labels } = rule;
  const shared = { name, query, labels, health, lastError, evaluationSeconds, lastEvaluation, lastSamples };
  if (rule.kind === 'recording') return { kind: 'recording', ...shared };
  return {
    kind: 'alerting',
    ...shared,
    duration: rule.holdDuration,
    keepFiringFor: rule.keepFiringFor,
    annotations: rule.annotations,
    state: highestState(state),
    alerts: activeAlertStatus(state),
  };
}

/** Its pending and firing alerts ordered by labels. */
export function activeAlertStatus({ alerts }: RuleState): ActiveAlertStatus[] {
  return orderedAlerts(alerts).map(({ labels, annotations, state, activeAt, value, keepFiringSince }) => ({
    labels,
    annotations,
    state: state === 'firing' ? 'firing' : 'pending',
    activeAt,
    value,
    keepFiringSince,
  }));
}

function highestState({ alerts, lastEvaluation }: RuleState): AlertingRuleStatus['state'] {
  if (lastEvaluation === null) return 'unknown';
  const states = new Set([...alerts.values()].map(({ state }) => state));
  return states.has('firing') ? 'firing' : states.has('pending') ? 'pending' : 'inactive';
}
