import { BarographError } from '#lib/errors';
import type { SqliteDatabase } from '#lib/sqlite';

/** The statements that bring the database from version `index` to `index + 1`. Never edited once released. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE silences (
     id TEXT PRIMARY KEY, matchers TEXT NOT NULL, starts_at INTEGER NOT NULL, ends_at INTEGER NOT NULL,
     updated_at INTEGER NOT NULL, created_by TEXT NOT NULL, comment TEXT NOT NULL, annotations TEXT NOT NULL
   ) WITHOUT ROWID;
   CREATE TABLE notification_log (
     group_key TEXT NOT NULL, receiver TEXT NOT NULL, integration TEXT NOT NULL, position INTEGER NOT NULL,
     sent_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, firing TEXT NOT NULL, resolved TEXT NOT NULL,
     receiver_data TEXT NOT NULL,
     PRIMARY KEY (group_key, receiver, integration, position)
   ) WITHOUT ROWID;
   CREATE TABLE alerts (
     fingerprint TEXT PRIMARY KEY, labels TEXT NOT NULL, annotations TEXT NOT NULL, starts_at INTEGER NOT NULL,
     ends_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, timeout INTEGER NOT NULL, generator_url TEXT NOT NULL
   ) WITHOUT ROWID;
   CREATE TABLE alert_history (
     id INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, fingerprint TEXT NOT NULL,
     group_key TEXT NOT NULL, receiver TEXT NOT NULL, integration TEXT NOT NULL, detail TEXT NOT NULL
   );
   CREATE INDEX alert_history_at ON alert_history (at);
   CREATE INDEX alert_history_fingerprint ON alert_history (fingerprint, at);
   CREATE TABLE alert_labels (
     fingerprint TEXT PRIMARY KEY, labels TEXT NOT NULL, seen_at INTEGER NOT NULL
   ) WITHOUT ROWID;`,
  `CREATE TABLE dashboards (
     id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL UNIQUE, folder_uid TEXT NOT NULL, version INTEGER NOT NULL,
     created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, over_file TEXT NOT NULL, json TEXT NOT NULL
   );
   CREATE TABLE dashboard_versions (
     id INTEGER PRIMARY KEY AUTOINCREMENT, dashboard_id INTEGER NOT NULL, version INTEGER NOT NULL,
     parent_version INTEGER NOT NULL, restored_from INTEGER NOT NULL, created_at INTEGER NOT NULL,
     message TEXT NOT NULL, json TEXT NOT NULL,
     UNIQUE (dashboard_id, version)
   );
   CREATE TABLE dashboard_folders (
     id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL UNIQUE, parent_uid TEXT NOT NULL, title TEXT NOT NULL,
     version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
   );
   CREATE TABLE dashboard_stars (uid TEXT PRIMARY KEY) WITHOUT ROWID;
   CREATE TABLE dashboard_annotations (
     id INTEGER PRIMARY KEY AUTOINCREMENT, dashboard_uid TEXT NOT NULL, panel_id INTEGER NOT NULL,
     time INTEGER NOT NULL, time_end INTEGER NOT NULL, text TEXT NOT NULL, tags TEXT NOT NULL, data TEXT NOT NULL,
     created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
   );
   CREATE INDEX dashboard_annotations_time ON dashboard_annotations (time_end, time);
   CREATE TABLE data_sources (
     id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE,
     version INTEGER NOT NULL, settings TEXT NOT NULL, secrets TEXT NOT NULL
   );`,
  // Where there ever was a data source, the file may hold a password as it is, even if its row is gone.
  `ALTER TABLE data_sources ADD COLUMN sealed INTEGER NOT NULL DEFAULT 0;
   CREATE TABLE unscrubbed (name TEXT PRIMARY KEY) WITHOUT ROWID;
   INSERT INTO unscrubbed SELECT name FROM sqlite_sequence WHERE name = 'data_sources';`,
];

/**
 * Brings the schema up to this program's version, all steps in one transaction. Throws `bad-config` when the file was
 * written by a newer program: its tables may mean something else.
 */
export function migrate(database: SqliteDatabase, migrations = MIGRATIONS): void {
  const version = database.prepare('PRAGMA user_version').all<{ user_version: number }>()[0]?.user_version ?? 0;
  if (version > migrations.length) {
    throw new BarographError(
      `the database has schema version ${version}, this program knows up to ${migrations.length}`,
      {
        kind: 'bad-config',
        code: 'meta-too-new',
        hint: 'Run the newer program that wrote it, or restore the barograph.db from before the upgrade.',
      },
    );
  }
  if (version === migrations.length) return;
  database.transaction(() => {
    for (const step of migrations.slice(version)) database.exec(step);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}
