import type { SqliteDatabase, SqlStatement } from '#lib/sqlite';
import type { Millis } from '#model/time';

/** Which integration of which receiver was told about which group. */
export interface NotificationKey {
  readonly groupKey: string;
  readonly receiver: string;
  readonly integration: string;
  /** Position among the receiver's integrations of this kind. */
  readonly index: number;
}

/** The last successful notification under one key: what later ones are compared with. */
export interface NotificationEntry extends NotificationKey {
  readonly sentAt: Millis;
  /**
   * Fingerprints of the alerts that were reported as firing, and as resolved. Of what another program has told, names of
   * that program's own may stand for alerts that have not come here yet.
   */
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  /** What the integration wants to find again, such as the id of a message to update. */
  readonly receiverData: Readonly<Record<string, string>>;
  /** When it may be forgotten. */
  readonly expiresAt: Millis;
  /** The instance of a cluster that sent it; absent when that is not known. Forgotten when the entry comes to its table. */
  readonly by?: string;
}

interface Row {
  readonly group_key: string;
  readonly receiver: string;
  readonly integration: string;
  readonly position: number;
  readonly sent_at: number;
  readonly expires_at: number;
  readonly firing: string;
  readonly resolved: string;
  readonly receiver_data: string;
}

/** The key of an entry as a text. */
export function notificationKey({ groupKey, receiver, integration, index }: NotificationKey): string {
  return JSON.stringify([groupKey, receiver, integration, index]);
}

/** The notification log of the metadata database. Calls are synchronous; writes come from the alert log, inside a transaction. */
export class NotificationLogTable {
  private readonly selectAll: SqlStatement;
  private readonly upsert: SqlStatement;
  private readonly deleteExpired: SqlStatement;

  constructor(database: SqliteDatabase) {
    this.selectAll = database.prepare('SELECT * FROM notification_log');
    this.upsert = database.prepare('INSERT OR REPLACE INTO notification_log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.deleteExpired = database.prepare('DELETE FROM notification_log WHERE expires_at <= ?');
  }

  all(): NotificationEntry[] {
    return this.selectAll.all<Row>().map((row) => ({
      groupKey: row.group_key,
      receiver: row.receiver,
      integration: row.integration,
      index: row.position,
      sentAt: row.sent_at,
      expiresAt: row.expires_at,
      firing: JSON.parse(row.firing) as string[],
      resolved: JSON.parse(row.resolved) as string[],
      receiverData: JSON.parse(row.receiver_data) as Record<string, string>,
    }));
  }

  /** Replaces the entry of the same key. */
  put(entry: NotificationEntry): void {
    this.upsert.run(
      entry.groupKey,
      entry.receiver,
      entry.integration,
      entry.index,
      entry.sentAt,
      entry.expiresAt,
      JSON.stringify(entry.firing),
      JSON.stringify(entry.resolved),
      JSON.stringify(entry.receiverData),
    );
  }

  /** Forgets entries whose time is over. */
  expire(now: Millis): void {
    this.deleteExpired.run(now);
  }
}
