import { errorMessage } from '#lib/errors';
import type { Log } from '#lib/log';
import type { AppendReport } from '#storage/appender';
import type { Committer } from './committer.ts';
import type { Transaction } from './pending-rows.ts';

/** About 100 MB. */
const MOST_HELD = 5_000_000;

/**
 * Commits of writers who must not stand still while the WAL is being read: until `end` they are answered at once, as if
 * all samples had been taken, and are written when their turn comes, in order with all others. When too many are held, the
 * next ones wait too.
 */
export class EarlyCommits implements Pick<Committer, 'commit'> {
  private readonly committer: Committer;
  private readonly log: Log;
  private held = 0;
  private isOver = false;

  constructor(committer: Committer, log: Log) {
    this.committer = committer;
    this.log = log;
  }

  /** From now on commits are answered when they are written. */
  end(): void {
    this.isOver = true;
  }

  commit(transaction: Transaction): Promise<AppendReport> {
    const report = assumed(transaction);
    const written = this.committer.commit(transaction);
    if (this.isOver || this.held + report.samples > MOST_HELD) return written;
    this.held += report.samples;
    written.catch((error: unknown) => {
      this.log.warn('samples that came while the WAL was being read are lost', {
        samples: report.samples,
        error: errorMessage(error),
      });
    });
    return Promise.resolve(report);
  }
}

function assumed({ rows, late, rejected, newSeries }: Transaction): AppendReport {
  return {
    samples: rows.length + (late?.length ?? 0),
    newSeries,
    rejected: { ...rejected },
    exemplarsOutOfOrder: 0,
  };
}
