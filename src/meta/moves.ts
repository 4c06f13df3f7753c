import type { AlertHistoryTable } from './alert-history.ts';
import type { AlertTable } from './alerts.ts';
import type { NotificationLogTable } from './notification-log.ts';
import type { Recent } from './recent.ts';

/** The tables behind the alert log. */
export interface RecentTables {
  readonly alerts: AlertTable;
  readonly history: AlertHistoryTable;
  readonly notifications: NotificationLogTable;
}

/**
 * The writes that bring a part of the log to the tables, to be run in this order inside of transactions. Rows of one table
 * stand in the order of their keys: neighbours lie on the same pages of the file. All of it may happen again after a death
 * in between: nothing is there twice then.
 */
export function* movesOf(recent: Recent, { alerts, history, notifications }: RecentTables): Generator<() => void> {
  for (const [key, alert] of byKey(recent.alerts)) {
    yield alert === null ? () => alerts.delete(key) : () => alerts.put(key, alert);
  }
  for (const [key, { labels, at }] of byKey(recent.labels)) yield () => history.putLabels(key, labels, at);
  for (const [, entry] of byKey(recent.notified)) yield () => notifications.put(entry);
  for (const { id, event } of recent.events) yield () => history.append(id, event);
  for (const event of recent.amended.values()) yield () => history.amend(event);
}

function byKey<T>(map: ReadonlyMap<string, T>): [key: string, value: T][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}
