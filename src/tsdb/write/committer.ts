import { nextTurn } from '#lib/event-loop';
import type { Millis } from '#model/time';
import type { AppendReport } from '#storage/appender';
import { HeadReader } from '../head/head-reader.ts';
import { DUPLICATE, OUT_OF_ORDER, TAKEN } from '../head/series-writer.ts';
import type { LateWrites } from '../late-writes.ts';
import { recordOf } from '../wal/samples.ts';
import type { WalCommit, WalWriter } from '../wal/wal-writer.ts';
import { type LiveHead, movedId } from './live-head.ts';
import type { PendingRows, RejectionCounter, Transaction } from './pending-rows.ts';

/** Samples that are written together, when more wait: other work of the thread gets its turn in between. */
const MOST_TOGETHER = 50_000;

interface Waiting {
  readonly transaction: Transaction;
  readonly resolve: (report: AppendReport) => void;
  readonly reject: (error: unknown) => void;
}

/** What of a transaction was taken. */
interface Applied {
  samples: number;
  late: number;
  /** Refused as out of order, though they were not when they were judged. */
  outOfOrderHistograms: number;
  earliest: Millis;
}

/** What the committer has done since the start. */
export interface CommitTotals {
  samples: number;
  commits: number;
  failedCommits: number;
  outOfOrder: number;
  /** Of `outOfOrder`. */
  outOfOrderHistograms: number;
  outOfBounds: number;
  duplicate: number;
  tooOld: number;
  /** Of `samples`, those that were out of order. */
  late: number;
}

/**
 * Takes transactions in order: WAL first, then the head, where each becomes visible as a whole. Those that wait while the
 * WAL is being written go into the next write together, up to 50,000 samples.
 */
export class Committer {
  readonly totals: CommitTotals = {
    samples: 0,
    commits: 0,
    failedCommits: 0,
    outOfOrder: 0,
    outOfOrderHistograms: 0,
    outOfBounds: 0,
    duplicate: 0,
    tooOld: 0,
    late: 0,
  };
  private readonly live: LiveHead;
  private readonly wal: WalWriter;
  private readonly late: LateWrites;
  private queue: Waiting[] = [];
  private tail: Promise<void> = Promise.resolve();
  private scheduled = false;
  private refusal: unknown = null;

  constructor(live: LiveHead, wal: WalWriter, late: LateWrites) {
    this.live = live;
    this.wal = wal;
    this.late = late;
  }

  commit(transaction: Transaction): Promise<AppendReport> {
    return new Promise((resolve, reject) => {
      this.queue.push({ transaction, resolve, reject });
      if (this.scheduled) return;
      this.scheduled = true;
      void this.exclusive(() => this.writeQueue());
    });
  }

  /** Runs something while no commit is under way; commits wait. Resolves or rejects as it does. */
  exclusive<T>(run: () => Promise<T>): Promise<T> {
    const result = this.tail.then(run);
    this.tail = result.then(
      () => {},
      () => {},
    );
    return result;
  }

  /** Nothing is written any more: commits that wait, and later ones, reject with the error. */
  refuse(error: unknown): void {
    this.refusal = error;
  }

  /** All that waits now, before anything else that is exclusive. */
  private async writeQueue(): Promise<void> {
    const all = this.queue;
    this.queue = [];
    this.scheduled = false;
    for (let done = 0; done < all.length; ) {
      if (done > 0) await nextTurn();
      const group = all.slice(done, endOfGroup(all, done));
      await this.writeTogether(group);
      done += group.length;
    }
  }

  private async writeTogether(group: readonly Waiting[]): Promise<void> {
    const unlogged = this.live.takeUnlogged();
    try {
      await this.log(group, unlogged);
    } catch (error) {
      this.live.returnUnlogged(unlogged);
      this.totals.failedCommits += group.length;
      for (const { transaction, reject } of group) {
        this.returnRows(transaction);
        reject(error);
      }
      return;
    }
    for (const { transaction, resolve, reject } of group) {
      try {
        resolve(this.apply(transaction));
      } catch (error) {
        reject(error);
      }
    }
  }

  private async log(group: readonly Waiting[], unlogged: ReturnType<LiveHead['takeUnlogged']>): Promise<void> {
    if (this.refusal) throw this.refusal;
    let samples = 0;
    let histogramBytes = 0;
    for (const { transaction } of group) {
      this.translate(transaction, unlogged);
      const { rows, late } = transaction;
      samples += rows.length + (late?.length ?? 0);
      histogramBytes += rows.histogramBytes;
      if (late) this.live.head.late.reserve(late.id.subarray(0, late.length), late.histogramBytes);
    }
    const hasExemplars = group.some(({ transaction }) => transaction.exemplars !== null);
    if (samples === 0 && unlogged.length === 0 && !hasExemplars) return;
    // Memory first: once the WAL has a commit, it must not fail.
    this.live.head.reserve(samples, histogramBytes);
    await this.wal.write(
      group.map(
        ({ transaction }, i): WalCommit => ({
          ...{ series: i === 0 ? unlogged : [], samples: transaction.rows },
          ...{ late: transaction.late, exemplars: transaction.exemplars?.list ?? [] },
        }),
      ),
    );
  }

  /** Gives the rows the ids of the head of today, where it was replaced since. */
  private translate({ head, rows, late }: Transaction, unlogged: ReturnType<LiveHead['takeUnlogged']>): void {
    if (head === this.live.head) return;
    const { moved } = this.live;
    const reader = new HeadReader(head.handle);
    for (const { id, length } of late ? [rows, late] : [rows]) {
      for (let i = 0; i < length; i++) {
        const now = moved?.generation === head.generation ? movedId(moved, id[i]!) : 0;
        id[i] = now || this.live.seriesFor(reader.labels.of(id[i]!).pairs);
      }
    }
    unlogged.push(...this.live.takeUnlogged());
  }

  private apply(transaction: Transaction): AppendReport {
    const { rows, late, exemplars, rejected, newSeries } = transaction;
    const { head } = this.live;
    const done: Applied = { samples: 0, late: 0, outOfOrderHistograms: 0, earliest: Number.POSITIVE_INFINITY };
    this.applyRows(rows, rejected, done);
    if (late) for (let i = 0; i < late.length; i++) this.applyLate(late, i, rejected, done);
    for (const { series, exemplar } of exemplars?.list ?? []) this.live.exemplars.add(series, exemplar);
    head.publish();
    this.late.committed(done.earliest);
    this.returnRows(transaction);
    this.totals.late += done.late;
    this.totals.outOfOrderHistograms += transaction.outOfOrderHistograms + done.outOfOrderHistograms;
    this.count(done.samples, rejected);
    return { samples: done.samples, newSeries, rejected, exemplarsOutOfOrder: exemplars?.outOfOrder ?? 0 };
  }

  private applyRows(rows: PendingRows, rejected: RejectionCounter, done: Applied): void {
    const { head, minValidTime } = this.live;
    const other = (i: number) => this.applyRow(rows, i, rejected, done);
    if (rows.extras) {
      for (let i = 0; i < rows.length; i++) other(i);
      return;
    }
    const { samples, earliest } = head.appendRows(rows, minValidTime, other);
    done.samples += samples;
    done.earliest = Math.min(done.earliest, earliest);
  }

  private applyRow(rows: PendingRows, i: number, rejected: RejectionCounter, done: Applied): void {
    const { head, minValidTime } = this.live;
    const { id, t, high, low, extras } = rows;
    if (t[i]! < minValidTime) {
      this.outOfBounds(rows, i, rejected, done);
      return;
    }
    if (id[i] === 0) {
      rejected.seriesLimit++;
      return;
    }
    const outcome = extras
      ? head.appendRecord(id[i]!, recordOf(rows, i))
      : head.append(id[i]!, t[i]!, high[i]!, low[i]!);
    if (outcome === TAKEN) {
      done.samples++;
      done.earliest = Math.min(done.earliest, t[i]!);
    } else if (outcome === OUT_OF_ORDER) this.outOfOrder(rows, i, rejected, done);
    else if (outcome === DUPLICATE) rejected.duplicate++;
  }

  // In order when they were judged: others have come in between.
  private outOfBounds(rows: PendingRows, i: number, rejected: RejectionCounter, done: Applied): void {
    if (this.live.limits.lateWindow > 0) this.applyLate(rows, i, rejected, done);
    else rejected.outOfBounds++;
  }

  private outOfOrder(rows: PendingRows, i: number, rejected: RejectionCounter, done: Applied): void {
    if (this.live.limits.lateWindow > 0) this.applyLate(rows, i, rejected, done);
    else {
      rejected.outOfOrder++;
      if (recordOf(rows, i).histogram !== null) done.outOfOrderHistograms++;
    }
  }

  private applyLate(rows: PendingRows, i: number, rejected: RejectionCounter, done: Applied): void {
    if (rows.id[i] === 0) {
      rejected.seriesLimit++;
      return;
    }
    if (!this.live.head.appendLate(rows.id[i]!, recordOf(rows, i))) return;
    done.samples++;
    done.late++;
    done.earliest = Math.min(done.earliest, rows.t[i]!);
  }

  private returnRows({ rows, late }: Transaction): void {
    this.live.returnRows(rows);
    if (late) this.live.returnRows(late);
  }

  private count(samples: number, { outOfOrder, outOfBounds, duplicate, tooOld }: AppendReport['rejected']): void {
    const { totals } = this;
    totals.samples += samples;
    totals.tooOld += tooOld;
    totals.commits++;
    totals.outOfOrder += outOfOrder;
    totals.outOfBounds += outOfBounds;
    totals.duplicate += duplicate;
  }
}

/** Where a group ends that begins at `from`: one transaction at least. */
function endOfGroup(all: readonly Waiting[], from: number): number {
  let samples = 0;
  for (let i = from; i < all.length; i++) {
    const { rows, late } = all[i]!.transaction;
    samples += rows.length + (late?.length ?? 0);
    if (i > from && samples > MOST_TOGETHER) return i;
  }
  return all.length;
}
