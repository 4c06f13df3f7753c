import type { SqliteDatabase, SqlStatement } from '#lib/sqlite';
import type { Alert } from '#model/alert';
import { Labels } from '#model/labels';

interface Row {
  readonly labels: string;
  readonly annotations: string;
  readonly starts_at: number;
  readonly ends_at: number;
  readonly updated_at: number;
  readonly timeout: number;
  readonly generator_url: string;
}

/**
 * The alerts that the alertmanager holds, so that a restart neither forgets one nor takes it for new. Calls are
 * synchronous; writes come from the alert log, inside a transaction.
 */
export class AlertTable {
  private readonly selectAll: SqlStatement;
  private readonly upsert: SqlStatement;
  private readonly deleteOne: SqlStatement;

  constructor(database: SqliteDatabase) {
    this.selectAll = database.prepare('SELECT * FROM alerts');
    this.upsert = database.prepare('INSERT OR REPLACE INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    this.deleteOne = database.prepare('DELETE FROM alerts WHERE fingerprint = ?');
  }

  all(): Alert[] {
    return this.selectAll.all<Row>().map((row) => ({
      labels: Labels.fromSorted(JSON.parse(row.labels) as string[]),
      annotations: Labels.fromSorted(JSON.parse(row.annotations) as string[]),
      startsAt: row.starts_at,
      endsAt: row.ends_at,
      updatedAt: row.updated_at,
      timeout: row.timeout === 1,
      generatorURL: row.generator_url,
    }));
  }

  /** Inserts it, or replaces the one with the same labels. */
  put(alertFingerprint: string, alert: Alert): void {
    this.upsert.run(
      alertFingerprint,
      JSON.stringify(alert.labels.pairs),
      JSON.stringify(alert.annotations.pairs),
      alert.startsAt,
      alert.endsAt,
      alert.updatedAt,
      alert.timeout ? 1 : 0,
      alert.generatorURL,
    );
  }

  delete(alertFingerprint: string): void {
    this.deleteOne.run(alertFingerprint);
  }
}
