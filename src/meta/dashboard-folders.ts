import type { SqliteDatabase, SqlStatement } from '#lib/sqlite';
import type { Millis } from '#model/time';

/** A folder of dashboards that was made here. */
export interface SavedFolder {
  readonly id: number;
  readonly uid: string;
  /** '' at the top. */
  readonly parentUid: string;
  readonly title: string;
  readonly version: number;
  readonly createdAt: Millis;
  readonly updatedAt: Millis;
}

interface Row {
  readonly id: number;
  readonly uid: string;
  readonly parent_uid: string;
  readonly title: string;
  readonly version: number;
  readonly created_at: number;
  readonly updated_at: number;
}

/** The folders of dashboards. Calls are synchronous; run writes inside a commit. */
export class DashboardFolderTable {
  private readonly selectAll: SqlStatement;
  private readonly upsert: SqlStatement;
  private readonly deleteOne: SqlStatement;

  constructor(database: SqliteDatabase) {
    this.selectAll = database.prepare('SELECT * FROM dashboard_folders ORDER BY id');
    this.upsert = database.prepare(
      `INSERT OR REPLACE INTO dashboard_folders (id, uid, parent_uid, title, version, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.deleteOne = database.prepare('DELETE FROM dashboard_folders WHERE id = ?');
  }

  all(): SavedFolder[] {
    return this.selectAll.all<Row>().map((row) => ({
      ...{ id: row.id, uid: row.uid, parentUid: row.parent_uid, title: row.title, version: row.version },
      ...{ createdAt: row.created_at, updatedAt: row.updated_at },
    }));
  }

  /** Inserts it when its id is 0, else replaces the one with its id. */
  put({ id, uid, parentUid, title, version, createdAt, updatedAt }: SavedFolder): void {
    this.upsert.run(id === 0 ? null : id, uid, parentUid, title, version, createdAt, updatedAt);
  }

  delete(id: number): void {
    this.deleteOne.run(id);
  }
}
