import type { Alert } from '#model/alert';
import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import { expressionLink } from '#template/prometheus-funcs';
import { type ActiveAlert, type AlertSet, needsSending } from './alert-state.ts';
import type { AlertingRule } from './rule.ts';

export interface SendContext {
  readonly rule: AlertingRule;
  readonly now: Millis;
  readonly interval: Millis;
  readonly resendDelay: Millis;
  readonly externalURL: string;
  readonly externalLabels: Labels;
  readonly relabelAlert: AlertRelabeling;
}

/** `alert_relabel_configs`: the labels under which the Alertmanager hears of an alert. Null: it does not hear of it. */
export type AlertRelabeling = (labels: Labels) => Labels | null;

/** Firing alerts expire by themselves when the rule is not heard of for so many periods. */
const PERIODS_UNTIL_EXPIRY = 4;

/** Picks the alerts that are due and marks them as sent at `now`. External labels fill what the alert lacks, then it is relabeled. */
export function takeAlertsToSend(
  alerts: AlertSet,
  context: SendContext,
): { readonly alerts: AlertSet; readonly outgoing: readonly Alert[] } {
  const { now, resendDelay } = context;
  const outgoing: Alert[] = [];
  const marked = new Map<string, ActiveAlert>();
  for (const [key, alert] of alerts) {
    const due = needsSending(alert, now, resendDelay);
    const labels = due ? outgoingLabels(alert, context) : null;
    if (labels !== null) outgoing.push(outgoingAlert(alert, labels, context));
    marked.set(key, due ? { ...alert, lastSentAt: now } : alert);
  }
  return { alerts: marked, outgoing };
}

/** The labels under which the Alertmanager hears of an alert; null: it does not hear of it. */
export function outgoingLabels(
  { labels }: ActiveAlert,
  { externalLabels, relabelAlert }: Pick<SendContext, 'externalLabels' | 'relabelAlert'>,
): Labels | null {
  const missing = externalLabels.filter((name) => !labels.has(name));
  return relabelAlert(missing.size === 0 ? labels : labels.with(missing.toRecord()));
}

function outgoingAlert(alert: ActiveAlert, labels: Labels, context: SendContext): Alert {
  const { rule, now, interval, resendDelay, externalURL } = context;
  const { annotations, firedAt, activeAt, resolvedAt } = alert;
  return {
    labels,
    annotations,
    startsAt: firedAt ?? activeAt,
    endsAt: resolvedAt ?? now + PERIODS_UNTIL_EXPIRY * Math.max(interval, resendDelay),
    updatedAt: now,
    timeout: false,
    generatorURL: externalURL + expressionLink(rule.query, 1),
  };
}
