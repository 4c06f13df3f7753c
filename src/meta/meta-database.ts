import type { Log } from '#lib/log';
import { openSqlite, type SqliteDatabase } from '#lib/sqlite';
import { AlertHistoryTable } from './alert-history.ts';
import { AlertTable } from './alerts.ts';
import { AnnotationTable } from './annotations.ts';
import { CommitQueue } from './commit-queue.ts';
import { DashboardFolderTable } from './dashboard-folders.ts';
import { DashboardTable } from './dashboards.ts';
import { DataSourceTable } from './data-sources.ts';
import { migrate } from './migrations.ts';
import { NotificationLogTable } from './notification-log.ts';
import { SilenceTable } from './silences.ts';

export interface MetaDatabaseOptions {
  /** The file, `barograph.db` in the data directory. The caller holds the directory's lock. */
  readonly path: string;
  readonly log: Log;
}

/**
 * Everything the program must remember that is no sample: one SQLite file, one table object per aggregate. Reads are
 * synchronous and may happen any time; writes go through `commit`.
 */
export class MetaDatabase {
  readonly silences: SilenceTable;
  readonly notificationLog: NotificationLogTable;
  readonly alerts: AlertTable;
  readonly alertHistory: AlertHistoryTable;
  readonly dashboards: DashboardTable;
  readonly dashboardFolders: DashboardFolderTable;
  readonly annotations: AnnotationTable;
  readonly dataSources: DataSourceTable;
  private readonly database: SqliteDatabase;
  private readonly queue: CommitQueue;

  private constructor(database: SqliteDatabase, log: Log) {
    this.database = database;
    this.queue = new CommitQueue(database, log);
    this.silences = new SilenceTable(database);
    this.notificationLog = new NotificationLogTable(database);
    this.alerts = new AlertTable(database);
    this.alertHistory = new AlertHistoryTable(database);
    this.dashboards = new DashboardTable(database);
    this.dashboardFolders = new DashboardFolderTable(database);
    this.annotations = new AnnotationTable(database);
    this.dataSources = new DataSourceTable(database);
  }

  /** Opens or creates the file and migrates it. Throws `unavailable` (cannot open) or `bad-config` (too new). */
  static async open({ path, log }: MetaDatabaseOptions): Promise<MetaDatabase> {
    const database = await openSqlite(path);
    try {
      migrate(database);
      return new MetaDatabase(database, log);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /**
   * Runs `write` in the next transaction, together with what else is committed in this turn of the event loop. Resolves
   * once it is on the disk; rejects when it could not be written.
   */
  commit(write: () => void): Promise<void> {
    return this.queue.add(write);
  }

  /** Writes what waits, now. */
  flush(): void {
    this.queue.flush();
  }

  /** Writes what waits and closes the file. Nothing may be called afterwards. */
  close(): void {
    this.queue.flush();
    this.database.close();
  }
}
