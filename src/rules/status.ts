import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { AlertState } from './alert-state.ts';

/** `unknown` until the first evaluation; `err` when the last one failed. */
export type RuleHealth = 'ok' | 'err' | 'unknown';

interface RuleStatusBase {
  readonly name: string;
  readonly query: string;
  readonly labels: Labels;
  readonly health: RuleHealth;
  /** '' when the last evaluation went well. */
  readonly lastError: string;
  /** Duration of the last evaluation in seconds; 0 before the first. */
  readonly evaluationSeconds: number;
  /** When the last evaluation began; null before the first. */
  readonly lastEvaluation: Millis | null;
  /** Samples of the last successful evaluation. */
  readonly lastSamples: number;
}

interface RecordingRuleStatus extends RuleStatusBase {
  readonly kind: 'recording';
}

export interface AlertingRuleStatus extends RuleStatusBase {
  readonly kind: 'alerting';
  readonly duration: Millis;
  readonly keepFiringFor: Millis;
  readonly annotations: Labels;
  /** The highest state of its alerts: firing, pending, inactive; `unknown` before the first evaluation. */
  readonly state: AlertState | 'unknown';
  /** Pending and firing alerts, ordered by labels. */
  readonly alerts: readonly ActiveAlertStatus[];
}

export type RuleStatus = RecordingRuleStatus | AlertingRuleStatus;

/** A pending or firing alert, as /api/v1/rules and /api/v1/alerts show it. */
export interface ActiveAlertStatus {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: 'pending' | 'firing';
  readonly activeAt: Millis;
  readonly value: number;
  /** Since when it fires only because of `keep_firing_for`; null otherwise. */
  readonly keepFiringSince: Millis | null;
}

export interface RuleGroupStatus {
  readonly file: string;
  readonly name: string;
  readonly interval: Millis;
  readonly limit: number;
  readonly queryOffset: Millis;
  /** Rules in their order in the file. */
  readonly rules: readonly RuleStatus[];
  /** Duration of the last evaluation in seconds; 0 before the first. */
  readonly evaluationSeconds: number;
  readonly lastEvaluation: Millis | null;
}
