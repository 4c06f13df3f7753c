import type { SqliteDatabase, SqlStatement } from '#lib/sqlite';
import { Labels } from '#model/labels';
import type { Millis } from '#model/time';

/**
 * What can happen to an alert: `pending` its rule waits for its `for`; `inactive` it stopped being pending without
 * firing; `created` it arrived for the first time; `firing` it fires again after it was resolved;
 * `grouped` it joined a group; `suppressed` a stage kept it back (detail: by what), or it had ended before anybody could
 * be told; `sent` an integration accepted it (detail: reason); `failed` an integration did not (detail: error);
 * `resolved` it ended.
 */
export const ALERT_EVENT_KINDS = [
  'pending',
  'inactive',
  'created',
  'firing',
  'grouped',
  'suppressed',
  'sent',
  'failed',
  'resolved',
] as const;

/** One of them. */
export type AlertEventKind = (typeof ALERT_EVENT_KINDS)[number];

/** One line of an alert's history. Group, receiver and integration are '' where they play no part. */
export interface AlertEvent {
  readonly at: Millis;
  readonly kind: AlertEventKind;
  readonly fingerprint: string;
  readonly groupKey: string;
  readonly receiver: string;
  readonly integration: string;
  /**
   * In words: `silenced by <id>`, `first notification: 200`, the error of failed attempts and, of several, how many there were.
   * Never a secret.
   */
  readonly detail: string;
}

/** An event with the labels of its alert. */
export interface LabelledAlertEvent extends AlertEvent {
  readonly labels: Labels;
}

export interface AlertHistoryQuery {
  /** One alert, or all when absent. */
  readonly fingerprint?: string;
  readonly groupKey?: string;
  readonly receiver?: string;
  /** Only these; all when absent. */
  readonly kinds?: readonly AlertEventKind[];
  /** Inclusive bounds. */
  readonly since?: Millis;
  readonly until?: Millis;
  /** At most this many, the newest; DEFAULT_HISTORY_LIMIT when absent. */
  readonly limit?: number;
}

/** How many events are given when nobody says how many. */
export const DEFAULT_HISTORY_LIMIT = 1_000;

interface Row {
  readonly at: number;
  readonly kind: AlertEventKind;
  readonly fingerprint: string;
  readonly group_key: string;
  readonly receiver: string;
  readonly integration: string;
  readonly detail: string;
  readonly labels: string | null;
}

const SELECT = `SELECT h.*, l.labels FROM alert_history h LEFT JOIN alert_labels l ON l.fingerprint = h.fingerprint
  WHERE (?1 IS NULL OR h.group_key = ?1) AND h.at BETWEEN ?2 AND ?3 AND (?5 IS NULL OR h.receiver = ?5)
  AND (?6 IS NULL OR h.kind IN (SELECT value FROM json_each(?6))) AND h.id < ?7`;

/**
 * The history of alerts: events are added, and the one of a failure that goes on is counted up. Calls are synchronous;
 * writes come from the alert log, inside a transaction, and may come twice.
 */
export class AlertHistoryTable {
  private readonly insert: SqlStatement;
  private readonly update: SqlStatement;
  private readonly selectAll: SqlStatement;
  private readonly selectOne: SqlStatement;
  private readonly deleteEvents: SqlStatement;
  private readonly deleteLabels: SqlStatement;
  private readonly rememberLabels: SqlStatement;
  private readonly selectLabels: SqlStatement;
  private readonly selectLast: SqlStatement;

  constructor(database: SqliteDatabase) {
    this.insert = database.prepare(
      'INSERT OR IGNORE INTO alert_history (id, at, kind, fingerprint, group_key, receiver, integration, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.update = database.prepare(
      `UPDATE alert_history SET detail = ?1 WHERE fingerprint = ?2 AND at = ?3 AND kind = ?4 AND group_key = ?5
       AND receiver = ?6 AND integration = ?7`,
    );
    this.rememberLabels = database.prepare('INSERT OR REPLACE INTO alert_labels VALUES (?, ?, ?)');
    this.selectLabels = database.prepare('SELECT labels FROM alert_labels WHERE fingerprint = ?');
    this.selectLast = database.prepare('SELECT max(id) AS id FROM alert_history');
    this.selectAll = database.prepare(`${SELECT} ORDER BY h.id DESC LIMIT ?4`);
    this.selectOne = database.prepare(`${SELECT} AND h.fingerprint = ?8 ORDER BY h.id DESC LIMIT ?4`);
    this.deleteEvents = database.prepare('DELETE FROM alert_history WHERE at < ?');
    this.deleteLabels = database.prepare(
      `DELETE FROM alert_labels WHERE seen_at < ?
       AND NOT EXISTS (SELECT 1 FROM alert_history h WHERE h.fingerprint = alert_labels.fingerprint)`,
    );
  }

  /** The highest number of an event; 0 when there is none. */
  lastId(): number {
    return this.selectLast.all<{ id: number | null }>()[0]?.id ?? 0;
  }

  /** Adds an event under its number, unless it is there. */
  append(id: number, event: AlertEvent): void {
    this.insert.run(
      id,
      event.at,
      event.kind,
      event.fingerprint,
      event.groupKey,
      event.receiver,
      event.integration,
      event.detail,
    );
  }

  /** Gives the event of the same time, alert, kind and place this event's detail. */
  amend({ at, detail, fingerprint, kind, groupKey, receiver, integration }: AlertEvent): void {
    this.update.run(detail, fingerprint, at, kind, groupKey, receiver, integration);
  }

  /** Keeps the labels behind a fingerprint, for as long as its events are kept. */
  putLabels(alertFingerprint: string, labels: Labels, at: Millis): void {
    this.rememberLabels.run(alertFingerprint, JSON.stringify(labels.pairs), at);
  }

  /** The labels behind a fingerprint; null when they are not known. */
  labelsOf(alertFingerprint: string): Labels | null {
    const [row] = this.selectLabels.all<{ labels: string }>(alertFingerprint);
    return row === undefined ? null : Labels.fromSorted(JSON.parse(row.labels) as string[]);
  }

  /** Those whose number is below `before`, newest first. */
  query(query: AlertHistoryQuery, before: number): LabelledAlertEvent[] {
    const { fingerprint, groupKey, receiver, kinds, since = 0, until = Number.MAX_SAFE_INTEGER } = query;
    const { limit = DEFAULT_HISTORY_LIMIT } = query;
    const wanted = kinds === undefined ? null : JSON.stringify(kinds);
    const rest = [groupKey ?? null, since, until, limit, receiver ?? null, wanted, before];
    if (fingerprint === undefined) return this.selectAll.all<Row>(...rest).map(toEvent);
    return this.selectOne.all<Row>(...rest, fingerprint).map(toEvent);
  }

  /** Deletes what is older than `before`, and labels that no event refers to any more. */
  deleteBefore(before: Millis): void {
    this.deleteEvents.run(before);
    this.deleteLabels.run(before);
  }
}

function toEvent(row: Row): LabelledAlertEvent {
  return {
    at: row.at,
    kind: row.kind,
    fingerprint: row.fingerprint,
    groupKey: row.group_key,
    receiver: row.receiver,
    integration: row.integration,
    detail: row.detail,
    labels: row.labels === null ? Labels.EMPTY : Labels.fromSorted(JSON.parse(row.labels) as string[]),
  };
}
