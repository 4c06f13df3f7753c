import type { SqliteDatabase, SqlStatement } from '#lib/sqlite';

/** A data source that was made here. */
export interface SavedDataSource {
  readonly id: number;
  readonly uid: string;
  readonly name: string;
  readonly version: number;
  /** What may be shown, as JSON. */
  readonly settings: string;
  /** Passwords and tokens by name, as JSON. Never shown. */
  readonly secrets: string;
  /** 1: they are encrypted; 0: an older program wrote them as they are. */
  readonly sealed: number;
}

/** The data sources. Calls are synchronous; run writes inside a commit. */
export class DataSourceTable {
  private readonly selectAll: SqlStatement;
  private readonly upsert: SqlStatement;
  private readonly deleteOne: SqlStatement;

  constructor(database: SqliteDatabase) {
    this.selectAll = database.prepare('SELECT * FROM data_sources ORDER BY id');
    this.upsert = database.prepare(
      'INSERT OR REPLACE INTO data_sources (id, uid, name, version, settings, secrets, sealed) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.deleteOne = database.prepare('DELETE FROM data_sources WHERE id = ?');
  }

  all(): SavedDataSource[] {
    return this.selectAll.all<SavedDataSource>();
  }

  /** Inserts it when its id is 0, else replaces the one with its id. */
  put({ id, uid, name, version, settings, secrets, sealed }: SavedDataSource): void {
    this.upsert.run(id === 0 ? null : id, uid, name, version, settings, secrets, sealed);
  }

  delete(id: number): void {
    this.deleteOne.run(id);
  }
}
