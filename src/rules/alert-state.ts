import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';

/** `inactive`: resolved, kept for a while so that its end is told again. */
export type AlertState = 'pending' | 'firing' | 'inactive';

/** How long a resolved alert is kept and told to be resolved. */
export const RESOLVED_RETENTION: Millis = 15 * 60_000;

/** One alert of an alerting rule. Immutable: `advance` makes the next one. */
export interface ActiveAlert {
  /** The identity: the result's labels without the metric name, the rule's labels, and `alertname`. */
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: AlertState;
  /** The last value of the expression. */
  readonly value: number;
  /** Since when the expression holds, or what was restored of it. */
  readonly activeAt: Millis;
  readonly firedAt: Millis | null;
  readonly resolvedAt: Millis | null;
  /** Since when it fires without a result. */
  readonly keepFiringSince: Millis | null;
  readonly lastSentAt: Millis | null;
}

/** One element of the rule's result, templates expanded. */
export interface AlertResult {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly value: number;
}

/** What of the rule decides about states. */
interface AlertTiming {
  readonly holdDuration: Millis;
  readonly keepFiringFor: Millis;
}

/** A rule's alerts by `labels.key`. */
export type AlertSet = ReadonlyMap<string, ActiveAlert>;

/**
 * The alerts after an evaluation at `now` that gave `results` (label sets unique). Pure; nothing else moves an alert:
 * - new, or was inactive: pending; firing as soon as it has been active for `holdDuration` (0: at once)
 * - still there: value and annotations are replaced; a firing one whose `for` grew beyond its age is pending again
 * - gone: a pending one vanishes; a firing one goes on for `keepFiringFor`, then is inactive for RESOLVED_RETENTION
 */
export function advance(
  previous: AlertSet,
  results: readonly AlertResult[],
  at: AlertTiming & { now: Millis },
): AlertSet {
  const next = new Map<string, ActiveAlert>();
  const found = new Map(results.map((result) => [result.labels.key, result]));
  for (const [key, alert] of previous) {
    const result = found.get(key);
    const moved = result ? whileActive(alert, result, at) : withoutResult(alert, at);
    if (moved) next.set(key, moved);
  }
  for (const [key, result] of found) {
    if (!next.has(key)) next.set(key, settled(fresh(result, at.now), at));
  }
  return next;
}

/** Pending and firing alerts. */
export function activeAlerts(alerts: AlertSet): ActiveAlert[] {
  return [...alerts.values()].filter(({ state }) => state !== 'inactive');
}

/** Whether the Alertmanager has to hear of it now: it resolved since, or the last time is longer ago than `resendDelay`. */
export function needsSending(
  { state, resolvedAt, lastSentAt }: ActiveAlert,
  now: Millis,
  resendDelay: Millis,
): boolean {
  if (state === 'pending') return false;
  if (lastSentAt === null || (resolvedAt !== null && resolvedAt > lastSentAt)) return true;
  return lastSentAt + resendDelay < now;
}

/** The alert with another beginning, as a restart restores it. */
export function withActiveAt(alert: ActiveAlert, activeAt: Millis): ActiveAlert {
  return { ...alert, activeAt };
}

function fresh({ labels, annotations, value }: AlertResult, now: Millis): ActiveAlert {
  return {
    labels,
    annotations,
    value,
    state: 'pending',
    activeAt: now,
    firedAt: null,
    resolvedAt: null,
    keepFiringSince: null,
    lastSentAt: null,
  };
}

function whileActive(alert: ActiveAlert, result: AlertResult, at: AlertTiming & { now: Millis }): ActiveAlert {
  if (alert.state === 'inactive') return settled(fresh(result, at.now), at);
  const { annotations, value } = result;
  return settled({ ...alert, annotations, value, keepFiringSince: null }, at);
}

/** Null: nothing is left of it. */
function withoutResult(alert: ActiveAlert, at: AlertTiming & { now: Millis }): ActiveAlert | null {
  const { now, keepFiringFor } = at;
  if (alert.state === 'pending') return null;
  if (alert.state === 'inactive') return now - (alert.resolvedAt ?? now) > RESOLVED_RETENTION ? null : alert;
  if (keepFiringFor > 0) {
    const keepFiringSince = alert.keepFiringSince ?? now;
    if (now - keepFiringSince < keepFiringFor) return settled({ ...alert, keepFiringSince }, at);
    return { ...alert, keepFiringSince, state: 'inactive', resolvedAt: now };
  }
  return { ...alert, state: 'inactive', resolvedAt: now };
}

/** Pending or firing, by how long it has been active. */
function settled(alert: ActiveAlert, { now, holdDuration }: AlertTiming & { now: Millis }): ActiveAlert {
  const due = now - alert.activeAt >= holdDuration;
  if (alert.state === 'pending' && due) return { ...alert, state: 'firing', firedAt: now };
  if (alert.state === 'firing' && !due) {
    return { ...alert, state: 'pending', firedAt: null, lastSentAt: null, keepFiringSince: null };
  }
  return alert;
}
