import type { Millis } from '#model/time';
import type { AlertEventJson } from '../api/alerting.ts';

/** One notification to one integration: accepted, or not. */
export interface Attempt {
  readonly key: string;
  readonly at: Millis;
  readonly ok: boolean;
  readonly groupKey: string;
  readonly receiver: string;
  readonly integration: string;
  /** `first notification: 200`, or what went wrong. */
  readonly detail: string;
  readonly alerts: readonly AlertEventJson[];
}

/** What is written down of one notification lies within this. */
const TOGETHER: Millis = 1000;

/** The events of notifications (newest first) put together: one attempt for all alerts that it told of. */
export function attemptsOf(events: readonly AlertEventJson[]): readonly Attempt[] {
  const open = new Map<string, { readonly first: AlertEventJson; readonly alerts: AlertEventJson[] }>();
  const groups: { readonly first: AlertEventJson; readonly alerts: AlertEventJson[] }[] = [];
  for (const event of events) {
    if (event.kind !== 'sent' && event.kind !== 'failed') continue;
    const key = JSON.stringify([event.kind, event.groupKey, event.receiver, event.integration, shared(event)]);
    const known = open.get(key);
    if (known !== undefined && Date.parse(known.first.at) - Date.parse(event.at) < TOGETHER) {
      known.alerts.push(event);
      continue;
    }
    const group = { first: event, alerts: [event] };
    open.set(key, group);
    groups.push(group);
  }
  return groups.map(attemptOf);
}

function attemptOf({ first, alerts }: { readonly first: AlertEventJson; readonly alerts: readonly AlertEventJson[] }) {
  const { at, kind, groupKey, receiver, integration, fingerprint } = first;
  const key = `${at} ${groupKey} ${receiver} ${integration} ${fingerprint} ${kind}`;
  return {
    key,
    at: Date.parse(at),
    ok: kind === 'sent',
    ...{ groupKey, receiver, integration },
    detail: shared(first),
    alerts,
  };
}

/** Without what it says of the single alert: `firing, ` or `resolved, `. */
function shared({ kind, detail }: AlertEventJson): string {
  return kind === 'sent' ? detail.replace(/^(?:firing|resolved), /, '') : detail;
}

/** The newest attempt of each integration, by `receiver integration`. */
export function lastAttempts(attempts: readonly Attempt[]): ReadonlyMap<string, Attempt> {
  const last = new Map<string, Attempt>();
  for (const attempt of attempts) {
    const key = `${attempt.receiver} ${attempt.integration}`;
    const known = last.get(key);
    if (known === undefined || known.at < attempt.at) last.set(key, attempt);
  }
  return last;
}

/** What failed before what did not, each newest first. */
export function errorsFirst(attempts: readonly Attempt[]): readonly Attempt[] {
  return attempts.toSorted((a, b) => Number(a.ok) - Number(b.ok) || b.at - a.at);
}
