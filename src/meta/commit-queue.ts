import { errorMessage } from '#lib/errors';
import type { Log } from '#lib/log';
import type { SqliteDatabase } from '#lib/sqlite';

interface Pending {
  readonly write: () => void;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Group commit: what is added during one turn of the event loop goes to the disk in one transaction, in the order it
 * was added. One sync then serves many notifications.
 */
export class CommitQueue {
  private readonly database: SqliteDatabase;
  private readonly log: Log;
  private pending: Pending[] = [];
  private scheduled = false;

  constructor(database: SqliteDatabase, log: Log) {
    this.database = database;
    this.log = log;
  }

  /** Resolves when the write is on the disk; rejects when it is not and will not be. */
  add(write: () => void): Promise<void> {
    return new Promise((done, failed) => {
      this.pending.push({ write, done, failed });
      if (this.scheduled) return;
      this.scheduled = true;
      setImmediate(() => this.flush());
    });
  }

  /** Writes everything that waits, now. Never throws: each write's promise tells. */
  flush(): void {
    this.scheduled = false;
    const batch = this.pending;
    this.pending = [];
    if (batch.length === 0) return;
    try {
      this.database.transaction(() => {
        for (const { write } of batch) write();
      });
      for (const { done } of batch) done();
    } catch (error) {
      const [only] = batch;
      if (only && batch.length === 1) {
        only.failed(error);
        return;
      }
      this.log.warn('a batch of writes failed, trying each alone', { writes: batch.length, err: errorMessage(error) });
      for (const each of batch) this.commitAlone(each);
    }
  }

  private commitAlone({ write, done, failed }: Pending): void {
    try {
      this.database.transaction(write);
      done();
    } catch (error) {
      failed(error);
    }
  }
}
