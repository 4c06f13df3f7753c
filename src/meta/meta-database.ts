import { type Clock, systemClock } from '#lib/clock';
import type { Log } from '#lib/log';
import { openSqlite, type SqliteDatabase } from '#lib/sqlite';
import { AlertLog } from './alert-log.ts';
import { AnnotationTable } from './annotations.ts';
import { CommitQueue } from './commit-queue.ts';
import { DashboardFolderTable } from './dashboard-folders.ts';
import { DashboardTable } from './dashboards.ts';
import { DataSourceTable } from './data-sources.ts';
import { migrate } from './migrations.ts';
import { SilenceTable } from './silences.ts';

export interface MetaDatabaseOptions {
  /** The file, `barograph.db` in the data directory. The caller holds the directory's lock. */
  readonly path: string;
  readonly log: Log;
  readonly clock?: Clock;
}

/**
 * Everything the program must remember that is no sample: one SQLite file, one table object per aggregate, and beside it
 * the log of what happens to alerts. Reads are synchronous and may happen any time; writes of tables go through `commit`.
 */
export class MetaDatabase {
  readonly silences: SilenceTable;
  readonly alertLog: AlertLog;
  readonly dashboards: DashboardTable;
  readonly dashboardFolders: DashboardFolderTable;
  readonly annotations: AnnotationTable;
  readonly dataSources: DataSourceTable;
  private readonly database: SqliteDatabase;
  private readonly queue: CommitQueue;

  private constructor(database: SqliteDatabase, alertLog: AlertLog, log: Log) {
    this.database = database;
    this.alertLog = alertLog;
    this.queue = new CommitQueue(database, log);
    this.silences = new SilenceTable(database);
    this.dashboards = new DashboardTable(database);
    this.dashboardFolders = new DashboardFolderTable(database);
    this.annotations = new AnnotationTable(database);
    this.dataSources = new DataSourceTable(database);
  }

  /** Opens or creates the file and migrates it. Throws `unavailable` (cannot open) or `bad-config` (too new). */
  static async open({ path, log, clock = systemClock }: MetaDatabaseOptions): Promise<MetaDatabase> {
    const database = await openSqlite(path);
    try {
      migrate(database);
      const alertLog = await AlertLog.open({ database, path: `${path}.alerts`, clock, log });
      return new MetaDatabase(database, alertLog, log);
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
    this.alertLog.flush();
  }

  /** False: what is not used of the file may hold secrets that an older program has written as they are. */
  get isScrubbed(): boolean {
    return this.database.prepare('SELECT name FROM unscrubbed').all().length === 0;
  }

  /**
   * Writes the file anew, so that nothing is left in it of what was replaced or deleted. Takes as long as the file is large.
   * Throws what the disk says.
   */
  scrub(): void {
    this.flush();
    this.database.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE);');
    this.database.transaction(() => this.database.exec('DELETE FROM unscrubbed'));
  }

  /** Writes what waits and closes the file. Nothing may be called afterwards. */
  close(): void {
    this.queue.flush();
    this.alertLog.close();
    this.database.close();
  }
}
