import type { SqliteDatabase, SqlStatement } from '#lib/sqlite';
import type { Millis } from '#model/time';

/** A dashboard that was saved here. */
export interface SavedDashboard {
  /** Given by the database, never given again. */
  readonly id: number;
  readonly uid: string;
  /** '' at the top. */
  readonly folderUid: string;
  /** Counts up from 1 with each save. */
  readonly version: number;
  readonly createdAt: Millis;
  readonly updatedAt: Millis;
  /** A stamp of the file that it stands in for; '' when it stands for itself. */
  readonly overFile: string;
  /** As it was sent, without `id` and `version`. */
  readonly json: string;
}

/** One save of a dashboard. */
export interface SavedVersion {
  readonly id: number;
  readonly version: number;
  /** 0 for the first. */
  readonly parentVersion: number;
  /** The version whose text it took up again; 0 for none. */
  readonly restoredFrom: number;
  readonly createdAt: Millis;
  readonly message: string;
  readonly json: string;
}

interface Row {
  readonly id: number;
  readonly uid: string;
  readonly folder_uid: string;
  readonly version: number;
  readonly created_at: number;
  readonly updated_at: number;
  readonly over_file: string;
  readonly json: string;
}

interface VersionRow {
  readonly id: number;
  readonly version: number;
  readonly parent_version: number;
  readonly restored_from: number;
  readonly created_at: number;
  readonly message: string;
  readonly json: string;
}

/** Of each dashboard this many versions are kept, the newest. */
const KEPT_VERSIONS = 200;

/** The saved dashboards with their versions and stars. Calls are synchronous; run writes inside a commit. */
export class DashboardTable {
  private readonly statements: Readonly<Record<keyof typeof SQL, SqlStatement>>;

  constructor(database: SqliteDatabase) {
    const prepared = Object.entries(SQL).map(([name, sql]) => [name, database.prepare(sql)]);
    this.statements = Object.fromEntries(prepared);
  }

  all(): SavedDashboard[] {
    return this.statements.all.all<Row>().map(toDashboard);
  }

  get(uid: string): SavedDashboard | undefined {
    return this.statements.byUid.all<Row>(uid).map(toDashboard)[0];
  }

  byId(id: number): SavedDashboard | undefined {
    return this.statements.byId.all<Row>(id).map(toDashboard)[0];
  }

  /** Inserts it when its id is 0, else replaces the one with its id. Gives the id. */
  put(dashboard: SavedDashboard): number {
    const { id, uid, folderUid, version, createdAt, updatedAt, overFile, json } = dashboard;
    const values = [uid, folderUid, version, createdAt, updatedAt, overFile, json];
    this.statements.put.run(id === 0 ? null : id, ...values);
    return this.get(uid)!.id;
  }

  /** Deletes it with its versions and star. */
  delete({ id, uid }: SavedDashboard): void {
    this.statements.deleteVersions.run(id);
    this.statements.deleteOne.run(id);
    this.statements.unstar.run(uid);
  }

  /** Keeps a save, and forgets the oldest beyond 200. */
  addVersion(dashboardId: number, saved: Omit<SavedVersion, 'id'>): void {
    const { version, parentVersion, restoredFrom, createdAt, message, json } = saved;
    this.statements.addVersion.run(dashboardId, version, parentVersion, restoredFrom, createdAt, message, json);
    this.statements.prune.run(dashboardId, version - KEPT_VERSIONS);
  }

  /** Newest first. */
  versions(dashboardId: number, { limit, start }: { readonly limit: number; readonly start: number }): SavedVersion[] {
    return this.statements.versions.all<VersionRow>(dashboardId, limit, start).map(toVersion);
  }

  version(dashboardId: number, version: number): SavedVersion | undefined {
    return this.statements.version.all<VersionRow>(dashboardId, version).map(toVersion)[0];
  }

  stars(): string[] {
    return this.statements.stars.all<{ uid: string }>().map(({ uid }) => uid);
  }

  setStar(uid: string, starred: boolean): void {
    (starred ? this.statements.star : this.statements.unstar).run(uid);
  }
}

const SQL = {
  all: 'SELECT * FROM dashboards ORDER BY id',
  byUid: 'SELECT * FROM dashboards WHERE uid = ?',
  byId: 'SELECT * FROM dashboards WHERE id = ?',
  put: `INSERT OR REPLACE INTO dashboards (id, uid, folder_uid, version, created_at, updated_at, over_file, json)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  deleteOne: 'DELETE FROM dashboards WHERE id = ?',
  deleteVersions: 'DELETE FROM dashboard_versions WHERE dashboard_id = ?',
  addVersion: `INSERT INTO dashboard_versions
        (dashboard_id, version, parent_version, restored_from, created_at, message, json) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  prune: 'DELETE FROM dashboard_versions WHERE dashboard_id = ? AND version <= ?',
  versions: 'SELECT * FROM dashboard_versions WHERE dashboard_id = ? ORDER BY version DESC LIMIT ? OFFSET ?',
  version: 'SELECT * FROM dashboard_versions WHERE dashboard_id = ? AND version = ?',
  stars: 'SELECT uid FROM dashboard_stars ORDER BY uid',
  star: 'INSERT OR REPLACE INTO dashboard_stars VALUES (?)',
  unstar: 'DELETE FROM dashboard_stars WHERE uid = ?',
};

function toDashboard(row: Row): SavedDashboard {
  const { id, uid, version, json } = row;
  return {
    ...{ id, uid, version, json, folderUid: row.folder_uid, overFile: row.over_file },
    ...{ createdAt: row.created_at, updatedAt: row.updated_at },
  };
}

function toVersion(row: VersionRow): SavedVersion {
  const { id, version, message, json } = row;
  return {
    ...{ id, version, message, json, createdAt: row.created_at },
    ...{ parentVersion: row.parent_version, restoredFrom: row.restored_from },
  };
}
