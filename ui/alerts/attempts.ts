import type { Millis } from '#model/time';
import type { AlertEventJson } from '../api/alerting.ts';

type AttemptKind = 'sent' | 'failed' | 'suppressed';

/** One notification to one integration, accepted or not; or, `suppressed`, alerts that were kept back from a receiver. */
export interface Attempt {
  readonly key: string;
  readonly at: Millis;
  /** When it was last tried in vain, or kept back, for the same reason; `at` when it was once. */
  readonly lastAt: Millis;
  readonly kind: AttemptKind;
  readonly ok: boolean;
  /** It failed, and the same integration was told of all its alerts later. */
  readonly deliveredLater: boolean;
  readonly groupKey: string;
  readonly receiver: string;
  /** '' for what was kept back: no integration was asked. */
  readonly integration: string;
  /** `first notification: 200`, what went wrong, or `silenced by <id>`. */
  readonly detail: string;
  readonly alerts: readonly AlertEventJson[];
}

/** What is written down of one notification lies within this. */
const TOGETHER: Millis = 1000;

interface Together {
  readonly kind: AttemptKind;
  readonly first: AlertEventJson;
  readonly alerts: AlertEventJson[];
}

/** The events of notifications (newest first) put together: one attempt for all alerts that it told of. */
export function attemptsOf(events: readonly AlertEventJson[]): readonly Attempt[] {
  const open = new Map<string, Together>();
  const groups: Together[] = [];
  for (const event of events) {
    const { kind } = event;
    if (kind !== 'sent' && kind !== 'failed' && kind !== 'suppressed') continue;
    const key = JSON.stringify([kind, event.groupKey, event.receiver, event.integration, shared(event)]);
    const known = open.get(key);
    if (known !== undefined && Date.parse(known.first.at) - Date.parse(event.at) < TOGETHER) {
      known.alerts.push(event);
      continue;
    }
    const group = { kind, first: event, alerts: [event] };
    open.set(key, group);
    groups.push(group);
  }
  const lastSent = lastSentTimes(events);
  return groups.map((group) => attemptOf(group, lastSent));
}

/** When each alert was last told to each integration in each group. */
function lastSentTimes(events: readonly AlertEventJson[]): ReadonlyMap<string, Millis> {
  const sent = events.filter(({ kind }) => kind === 'sent');
  return new Map(sent.toReversed().map((event) => [deliveryKey(event), Date.parse(event.at)]));
}

function deliveryKey({ groupKey, receiver, integration, fingerprint }: AlertEventJson): string {
  return JSON.stringify([groupKey, receiver, integration, fingerprint]);
}

function attemptOf({ kind, first, alerts }: Together, lastSent: ReadonlyMap<string, Millis>): Attempt {
  const { at, groupKey, receiver, integration, fingerprint } = first;
  const isLater = (alert: AlertEventJson) => (lastSent.get(deliveryKey(alert)) ?? 0) > Date.parse(alert.at);
  return {
    key: `${at} ${groupKey} ${receiver} ${integration} ${fingerprint} ${kind}`,
    at: Date.parse(at),
    lastAt: lastTry(first),
    ...{ kind, ok: kind === 'sent', deliveredLater: kind === 'failed' && alerts.every(isLater) },
    ...{ groupKey, receiver, integration },
    detail: shared(first),
    alerts,
  };
}

/** Without what it says of the single alert: `firing, ` or `resolved, `. */
function shared({ kind, detail }: AlertEventJson): string {
  return kind === 'sent' ? detail.replace(/^(?:firing|resolved), /, '') : detail;
}

/** One event tells of all attempts that failed in the same way: of the last one in its words. */
function lastTry({ at, detail }: AlertEventJson): Millis {
  const [, last] = /; \d+ attempts, the last at (\S+)$/.exec(detail) ?? [];
  return Date.parse(last ?? at);
}

/** The newest attempt of each integration, by `receiver integration`. */
export function lastAttempts(attempts: readonly Attempt[]): ReadonlyMap<string, Attempt> {
  const last = new Map<string, Attempt>();
  for (const attempt of attempts) {
    const key = `${attempt.receiver} ${attempt.integration}`;
    const known = last.get(key);
    if (known === undefined || known.lastAt < attempt.lastAt) last.set(key, attempt);
  }
  return last;
}

/** The integrations that could not be told when they were last tried, newest first. */
export function failingNow(attempts: readonly Attempt[]): readonly Attempt[] {
  const failing = [...lastAttempts(attempts).values()].filter(({ kind }) => kind === 'failed');
  return failing.toSorted((a, b) => b.lastAt - a.lastAt);
}

/** What failed, then what failed and was delivered later, then what did not fail; each newest first. */
export function errorsFirst(attempts: readonly Attempt[]): readonly Attempt[] {
  return attempts.toSorted((a, b) => rank(a) - rank(b) || b.at - a.at);
}

function rank({ kind, deliveredLater }: Attempt): number {
  if (kind !== 'failed') return 2;
  return deliveredLater ? 1 : 0;
}
