import type { SqliteDatabase, SqlStatement } from '#lib/sqlite';
import type { MatcherSpec } from '#model/matcher';
import type { Millis } from '#model/time';

/** A silence as it is kept. Alerts that match all matchers are not notified from `startsAt` until before `endsAt`. */
export interface StoredSilence {
  readonly id: string;
  readonly matchers: readonly MatcherSpec[];
  readonly startsAt: Millis;
  readonly endsAt: Millis;
  readonly updatedAt: Millis;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations: Readonly<Record<string, string>>;
}

interface Row {
  readonly id: string;
  readonly matchers: string;
  readonly starts_at: number;
  readonly ends_at: number;
  readonly updated_at: number;
  readonly created_by: string;
  readonly comment: string;
  readonly annotations: string;
}

/** The silences of the metadata database. Calls are synchronous; run them inside a commit. */
export class SilenceTable {
  private readonly selectAll: SqlStatement;
  private readonly upsert: SqlStatement;
  private readonly deleteOne: SqlStatement;

  constructor(database: SqliteDatabase) {
    this.selectAll = database.prepare('SELECT * FROM silences');
    this.upsert = database.prepare('INSERT OR REPLACE INTO silences VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    this.deleteOne = database.prepare('DELETE FROM silences WHERE id = ?');
  }

  all(): StoredSilence[] {
    return this.selectAll.all<Row>().map((row) => ({
      id: row.id,
      matchers: JSON.parse(row.matchers) as MatcherSpec[],
      startsAt: row.starts_at,
      endsAt: row.ends_at,
      updatedAt: row.updated_at,
      createdBy: row.created_by,
      comment: row.comment,
      annotations: JSON.parse(row.annotations) as Record<string, string>,
    }));
  }

  /** Inserts it, or replaces the one with its id. */
  put(silence: StoredSilence): void {
    this.upsert.run(
      silence.id,
      JSON.stringify(silence.matchers.map(({ name, operator, value }) => ({ name, operator, value }))),
      silence.startsAt,
      silence.endsAt,
      silence.updatedAt,
      silence.createdBy,
      silence.comment,
      JSON.stringify(silence.annotations),
    );
  }

  delete(id: string): void {
    this.deleteOne.run(id);
  }
}
