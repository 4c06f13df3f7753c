import { ArenaCopy } from '#lib/arena-copy';
import type { Clock } from '#lib/clock';
import { errorMessage } from '#lib/errors';
import { pathIn, remove } from '#lib/fs';
import type { Log } from '#lib/log';
import type { Millis } from '#model/time';
import { listWal } from '../wal/wal-files.ts';
import type { WalWriter } from '../wal/wal-writer.ts';
import type { Committer } from '../write/committer.ts';
import type { LiveHead } from '../write/live-head.ts';
import { readSnapshot, type Snapshot, type SnapshotContents, temporaryName, writeSnapshot } from './snapshot-file.ts';

const NAME = 'head.snapshot';
/** Reading the WAL again costs about this much more for a new series than for a sample. */
const SERIES_COST = 25;
/** So many samples are read from the WAL in about half a second. */
const MOST_COST = 5_000_000;
const LONGEST: Millis = 15 * 60_000;
/** A snapshot takes at most this part of the time. */
const REST = 20;

/** How much was read from the WAL. */
export interface Replayed {
  readonly samples: number;
  readonly series: number;
}

interface SnapshotsParts {
  readonly dir: string;
  readonly walDir: string;
  readonly chunkRange: Millis;
  readonly log: Log;
  readonly clock: Clock;
  readonly live: LiveHead;
  readonly wal: WalWriter;
  readonly committer: Committer;
  /** What the WAL had beyond the snapshot that was read at the start; null = there was no snapshot. */
  readonly replayed: Replayed | null;
}

/** What has been done since the start. */
export interface SnapshotTotals {
  snapshots: number;
  failedSnapshots: number;
  /** Of the newest one. */
  snapshotBytes: number;
}

/**
 * Keeps a copy of the head on the disk, so that a start need not read the whole WAL. It is a copy only: checkpoint and
 * segments of the WAL say the same, and stay.
 */
export class Snapshots {
  readonly totals: SnapshotTotals = { snapshots: 0, failedSnapshots: 0, snapshotBytes: 0 };
  private readonly parts: SnapshotsParts;
  private readonly path: string;
  private running: Promise<void> | null = null;
  private costBefore = 0;
  private seriesBefore = 0;
  private generation = 0;
  private last: Millis;
  private lastTook: Millis = 0;

  constructor(parts: SnapshotsParts) {
    this.parts = parts;
    this.path = pathIn(parts.dir, NAME);
    this.last = parts.clock.now();
    this.generation = parts.live.head.generation;
    this.costBefore = -(parts.replayed?.samples ?? 0);
    this.seriesBefore = parts.live.head.lastId - (parts.replayed?.series ?? parts.live.head.lastId);
  }

  /** Whether a start would take so long now that a new snapshot is due. */
  isDue(now: Millis): boolean {
    if (this.parts.live.head.generation !== this.generation) return true;
    const since = now - this.last;
    // A clock that was set back tells nothing.
    if (since >= 0 && since < this.lastTook * REST) return false;
    const cost = this.cost();
    return cost >= MOST_COST || (cost > 0 && Math.abs(since) >= LONGEST);
  }

  /** Writes a snapshot; joins one that is under way. Never rejects: a failure is logged, and the WAL has everything. */
  take(): Promise<void> {
    this.running ??= this.tryTake().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  /** Resolves when none is under way. */
  async settled(): Promise<void> {
    await this.running;
  }

  private async tryTake(): Promise<void> {
    const { clock, log } = this.parts;
    const begun = clock.now();
    try {
      await this.parts.committer.exclusive(() => this.write());
      this.totals.snapshots++;
      log.debug('snapshot of the head written', { bytes: this.totals.snapshotBytes });
    } catch (error) {
      this.totals.failedSnapshots++;
      log.warn('cannot write a snapshot of the head; a start would read the WAL instead', {
        error: errorMessage(error),
      });
    }
    this.last = clock.now();
    this.lastTook = Math.max(0, this.last - begun);
  }

  /** Commits wait meanwhile, so that only what appenders do before their commit has to be announced to the copy. */
  private async write(): Promise<void> {
    const { live, wal, walDir, chunkRange } = this.parts;
    const { head } = live;
    if (head.maxTime === Number.NEGATIVE_INFINITY) return;
    await wal.cut();
    const checkpoint = (await listWal(walDir)).checkpoints.at(-1) ?? -1;
    const copy = new ArenaCopy(head.arena);
    try {
      const contents = {
        state: head.state(),
        chunkRange,
        checkpoint,
        segment: wal.segment,
        unlogged: live.unloggedSeries,
      };
      await writeSnapshot(this.path, {
        copy,
        lookup: head.copyLookup(),
        exemplars: [...live.exemplars.all()],
        contents,
      });
    } finally {
      copy.end();
    }
    this.totals.snapshotBytes = copy.usedBytes;
    this.generation = head.generation;
    this.seriesBefore = head.lastId;
    this.costBefore = this.parts.committer.totals.samples;
  }

  private cost(): number {
    const { live, committer } = this.parts;
    return committer.totals.samples - this.costBefore + SERIES_COST * (live.head.lastId - this.seriesBefore);
  }
}

/** Where a snapshot is looked for, and the range of the chunks that it must have. */
export interface SnapshotPlace {
  readonly dir: string;
  readonly walDir: string;
  readonly chunkRange: Millis;
}

/**
 * Reads the snapshot of a data directory, if it is of the WAL there and of chunks of that range. `ahead`: what was read of it
 * before; it is taken if it is of that WAL still, be there a newer one: the WAL has what came since.
 */
export async function findSnapshot(place: SnapshotPlace, ahead: Snapshot | null = null): Promise<Snapshot | null> {
  await remove(temporaryName(pathIn(place.dir, NAME)));
  return ahead !== null && (await fitting(place))(ahead) ? ahead : lookForSnapshot(place);
}

/** The same without changing anything in the directory, which may belong to others. */
export async function lookForSnapshot(place: SnapshotPlace): Promise<Snapshot | null> {
  return readSnapshot(pathIn(place.dir, NAME), await fitting(place));
}

async function fitting({ walDir, chunkRange }: SnapshotPlace): Promise<(contents: SnapshotContents) => boolean> {
  const { checkpoints } = await listWal(walDir);
  const newest = checkpoints.at(-1) ?? -1;
  return (contents) => contents.chunkRange === chunkRange && contents.checkpoint === newest;
}
