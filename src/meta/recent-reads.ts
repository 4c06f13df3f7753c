import { type Alert, fingerprint } from '#model/alert';
import { Labels } from '#model/labels';
import {
  type AlertEvent,
  type AlertHistoryQuery,
  type AlertHistoryTable,
  DEFAULT_HISTORY_LIMIT,
  type LabelledAlertEvent,
} from './alert-history.ts';
import { type NotificationEntry, notificationKey } from './notification-log.ts';
import { eventKey, type Recent } from './recent.ts';

/** The alerts of the table with what is newer; `recents` is in the order of time. */
export function alertsOf(table: readonly Alert[], recents: readonly Recent[]): Alert[] {
  const all = new Map<string, Alert | null>(table.map((alert) => [fingerprint(alert.labels), alert]));
  for (const recent of recents) for (const [key, alert] of recent.alerts) all.set(key, alert);
  return [...all.values()].filter((alert) => alert !== null);
}

/** The same for notifications. */
export function notificationsOf(table: readonly NotificationEntry[], recents: readonly Recent[]): NotificationEntry[] {
  const all = new Map(table.map((entry) => [notificationKey(entry), entry]));
  for (const recent of recents) for (const [key, entry] of recent.notified) all.set(key, entry);
  return [...all.values()];
}

/** The events that are asked for, newest first: first those of `recents`, then those of the table that are none of them. */
export function historyOf(
  table: AlertHistoryTable,
  recents: readonly Recent[],
  query: AlertHistoryQuery,
): LabelledAlertEvent[] {
  const { limit = DEFAULT_HISTORY_LIMIT } = query;
  const matches = testOf(query);
  const found: AlertEvent[] = [];
  for (const { events } of recents.toReversed()) {
    for (let i = events.length - 1; i >= 0 && found.length < limit; i--) {
      if (matches(events[i]!.event)) found.push(events[i]!.event);
    }
  }
  const [oldest] = recents.flatMap(({ events }) => events.slice(0, 1));
  const before = oldest?.id ?? Number.MAX_SAFE_INTEGER;
  const older = found.length < limit ? table.query({ ...query, limit: limit - found.length }, before) : [];
  const labelsOf = (key: string) => recentLabels(recents, key) ?? table.labelsOf(key) ?? Labels.EMPTY;
  const newest = found.map((event) => ({ ...event, labels: labelsOf(event.fingerprint) }));
  return [...newest, ...older].map((event) => {
    const labels = event.labels.size > 0 ? event.labels : labelsOf(event.fingerprint);
    return { ...event, labels, detail: amendedDetail(recents, event) };
  });
}

function testOf({ fingerprint: wanted, groupKey, receiver, kinds, since, until }: AlertHistoryQuery) {
  return (event: AlertEvent): boolean =>
    (wanted === undefined || event.fingerprint === wanted) &&
    (groupKey === undefined || event.groupKey === groupKey) &&
    (receiver === undefined || event.receiver === receiver) &&
    (kinds === undefined || kinds.includes(event.kind)) &&
    event.at >= (since ?? 0) &&
    event.at <= (until ?? Number.MAX_SAFE_INTEGER);
}

function recentLabels(recents: readonly Recent[], key: string): Labels | undefined {
  return recents.findLast(({ labels }) => labels.has(key))?.labels.get(key)?.labels;
}

function amendedDetail(recents: readonly Recent[], event: AlertEvent): string {
  const amending = recents.findLast(({ amended }) => amended.size > 0 && amended.has(eventKey(event)));
  return amending?.amended.get(eventKey(event))?.detail ?? event.detail;
}
