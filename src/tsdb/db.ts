import { type BlockMeta, isInOrder } from '#block/meta';
import { type DirLock, lockDir } from '#lib/dir-lock';
import { errorMessage } from '#lib/errors';
import { makeWritableDir, pathIn, sizeBytes } from '#lib/fs';
import { Labels } from '#model/labels';
import { createMatcher, type MatcherSpec } from '#model/matcher';
import type { Millis, TimeRange } from '#model/time';
import { type Appendable, type Appender, type AppendReport, type SeriesRef, UNKNOWN_REF } from '#storage/appender';
import { KIND_FLOAT, KIND_STALE } from '#storage/sample-buffer';
import type { BatchWriter, WriteBatch } from '#storage/write-batch';
import { Admin } from './admin.ts';
import type { AdoptionReport } from './adopt/adopt.ts';
import { BlockList } from './block-list.ts';
import { type Cardinality, cardinality } from './cardinality.ts';
import { blockRanges } from './compact/plan.ts';
import { type DbOptions, withDefaults } from './db-options.ts';
import type { DbTotals } from './db-totals.ts';
import { ExemplarStore, type SeriesExemplars } from './exemplars/exemplar-store.ts';
import { HeadReader } from './head/head-reader.ts';
import { type HeadStats, headStats } from './head-stats.ts';
import { LateWrites } from './late-writes.ts';
import { Maintenance } from './maintenance.ts';
import { type FilledHead, type OpenedHead, openHead } from './open-head.ts';
import { ReplayPhase } from './replay-phase.ts';
import { Snapshots, type SnapshotTotals } from './snapshot/snapshots.ts';
import type { DbState } from './state.ts';
import { NOTHING_READ, type ReplayProgress, type WalReport } from './wal/replay.ts';
import { WAL_DIR } from './wal/wal-files.ts';
import { WalWriter } from './wal/wal-writer.ts';
import { Committer } from './write/committer.ts';
import { EarlyCommits } from './write/early-commits.ts';
import { HeadAppender } from './write/head-appender.ts';
import { LiveHead } from './write/live-head.ts';
import { NewSeries } from './write/new-series.ts';
import { SeriesBudget } from './write/series-budget.ts';

export type { Retention } from './compact/retention.ts';
export type { DbOptions } from './db-options.ts';
export type { DbTotals } from './db-totals.ts';
export type { HeadStats } from './head-stats.ts';
export type { ReplayProgress } from './wal/replay.ts';
export type { WalSync } from './wal/wal-writer.ts';

const SYNC_INTERVAL = 1000;

/** What may change while the program runs. */
type Changeable = Partial<Pick<DbOptions, 'retention' | 'seriesLimits' | 'outOfOrderWindow' | 'maxExemplars'>>;

/**
 * The writing side of the database: head, WAL and blocks of one data directory. One per process and directory; readers, in
 * this thread or others, open its `state()` with DbReader.
 */
export class Db implements Appendable, BatchWriter {
  /**
   * Resolves when the WAL is read and commits that have waited are written. Before, readers miss samples and say so, and commits, deletions and whatever changes blocks
   * wait. When it rejects, the database is of no use but to be closed.
   */
  readonly whole: Promise<void>;
  private readonly options: Required<DbOptions>;
  private readonly lock: DirLock;
  private readonly live: LiveHead;
  private readonly wal: WalWriter;
  private readonly blocks: BlockList;
  private readonly committer: Committer;
  private readonly late: LateWrites;
  private readonly maintenance: Maintenance;
  /** Deletion, cleaning up after it, snapshots. */
  readonly admin: Admin;
  private readonly opened: OpenedHead;
  private readonly replay: ReplayPhase;
  private readonly earlyCommits: EarlyCommits;
  private filled: FilledHead | null = null;
  private snapshots: Snapshots | null = null;
  private readonly listeners = new Set<(state: DbState) => void>();
  private failedSyncs = 0;
  private cancelSync: () => void = () => {};
  private closed = false;

  private constructor(parts: {
    readonly options: Required<DbOptions>;
    readonly lock: DirLock;
    readonly live: LiveHead;
    readonly blocks: BlockList;
    readonly opened: OpenedHead;
  }) {
    const { options, live, blocks, opened } = parts;
    this.options = options;
    this.lock = parts.lock;
    this.live = live;
    this.blocks = blocks;
    this.opened = opened;
    this.wal = new WalWriter(pathIn(options.dir, WAL_DIR), opened.next, options.walSync);
    this.late = new LateWrites(options.clock);
    this.committer = new Committer(live, this.wal, this.late);
    this.maintenance = new Maintenance({
      ...options,
      walDir: pathIn(options.dir, WAL_DIR),
      live,
      blocks,
      wal: this.wal,
      committer: this.committer,
      ranges: blockRanges(options.minBlockDuration, options.maxBlockDuration),
      onChange: () => this.announce(),
    });
    this.admin = new Admin({
      ...{ dir: options.dir, blockWriter: options.blockWriter, live, blocks, wal: this.wal },
      ...{ committer: this.committer, maintenance: this.maintenance, onChange: () => this.announce() },
    });
    this.earlyCommits = new EarlyCommits(this.committer, options.log);
    this.replay = new ReplayPhase({ ...{ opened, live, clock: options.clock }, committer: this.committer });
    this.whole = this.maintenance.exclusive(() => this.replay.whole).then((filled) => this.begin(filled));
    this.whole.catch(() => {});
  }

  /**
   * Opens the directory: takes its lock, reads blocks and WAL (with `opensEarly` the WAL only later). Rejects with
   * `unavailable` when another process uses it or it cannot be written. What of the WAL was unreadable is in `report`.
   */
  static async open(given: DbOptions): Promise<Db> {
    const options = withDefaults(given);
    const { dir, log } = options;
    const walDir = pathIn(dir, WAL_DIR);
    await makeWritableDir(dir);
    const lock = await lockDir(dir);
    try {
      await makeWritableDir(walDir);
      const blocks = new BlockList(dir, log, options.clock);
      await blocks.clean();
      await blocks.scan();
      const blocksEnd = Math.max(
        Number.NEGATIVE_INFINITY,
        ...blocks.refs.flatMap(({ meta }) => (isInOrder(meta) ? [meta.maxTime] : [])),
      );
      const exemplars = new ExemplarStore(options.maxExemplars);
      const opened = await openHead({
        ...{ dir, walDir, log, clock: options.clock, blocksEnd, chunkRange: options.minBlockDuration },
        ...{ exemplars, keepsLate: options.outOfOrderWindow > 0, readAhead: options.readAhead },
      });
      const live = new LiveHead(opened.head, blocksEnd, {
        limits: { chunkRange: options.minBlockDuration, lateWindow: options.outOfOrderWindow },
        ...{ exemplars, budget: new SeriesBudget(options.seriesLimits), news: new NewSeries(options.clock) },
      });
      const db = new Db({ options, lock, live, blocks, opened });
      if (!options.opensEarly) await db.whole;
      return db;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  appender(): Appender {
    return new HeadAppender(this.live, this.committer);
  }

  /**
   * For a writer that must not stand still while the WAL is being read: its commits are then answered at once, without a
   * promise that they survive. Afterwards it is as the database itself.
   */
  get early(): Appendable {
    return { appender: () => new HeadAppender(this.live, this.earlyCommits) };
  }

  /** What was found in the WAL, when it is read. */
  get report(): WalReport {
    return this.filled?.report ?? NOTHING_READ;
  }

  /** How far the reading of the WAL is. */
  get progress(): ReplayProgress {
    return this.opened.progress;
  }

  /** What was taken over from a Prometheus; null = nothing was there, or not yet. */
  get adopted(): AdoptionReport | null {
    return this.filled?.adopted ?? null;
  }

  /** Writes a batch as one transaction. */
  write(batch: WriteBatch): Promise<AppendReport> {
    const appender = this.appender();
    try {
      const labels = batch.labels.map((pairs) => Labels.fromSorted(pairs));
      const refs = new Float64Array(labels.length);
      for (let i = 0; i < batch.series.length; i++) {
        const series = batch.series[i]!;
        const ref = addSample(appender, batch, i, labels[series]!, (refs[series] || UNKNOWN_REF) as SeriesRef);
        if (ref > 0) refs[series] = ref;
      }
    } catch (error) {
      appender.rollback();
      throw error;
    }
    return appender.commit();
  }

  /** The data as it is now, for DbReader. */
  state(): DbState {
    return {
      head: this.live.head.handle,
      blocks: this.blocks.refs,
      edition: this.maintenance.edition,
      wholeBefore: this.filled ? null : this.wholeBefore,
      lateWrites: this.late.shared,
    };
  }

  /** Calls `listener` whenever blocks or the head have changed places; gives a function that ends it. */
  onState(listener: (state: DbState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * What has to be done from time to time (every minute): cuts blocks from the head, merges blocks, deletes expired ones,
   * finds blocks that others have put into the directory. Calls may overlap: the later one joins the earlier one. A failure
   * is logged, and tried again at the next call.
   */
  maintain(now: Millis): Promise<void> {
    return this.maintenance.run(now);
  }

  /** Copies the head to the disk now, where snapshots are on. A failure is logged: the WAL has everything too. */
  async snapshot(): Promise<void> {
    await this.snapshots?.take();
  }

  /** What /api/v1/status/tsdb tells; each list has at most `limit` entries. */
  headStats(limit: number): HeadStats {
    const { head } = this.live;
    return headStats(head, new HeadReader(head.handle), limit);
  }

  /** What the series of the head are made of; labels and pairs have at most `limit` entries. */
  cardinality(limit: number): Cardinality {
    const { head, news } = this.live;
    return { series: head.seriesCount, ...cardinality(new HeadReader(head.handle), news, limit) };
  }

  /** Exemplars of series that match any of the selectors, in label order; those of each in order of time. */
  exemplars(selectors: readonly (readonly MatcherSpec[])[], range: TimeRange): SeriesExemplars[] {
    return this.live.exemplars.select(
      selectors.map((selector) => selector.map(createMatcher)),
      range,
    );
  }

  /** The blocks, in order of time. */
  blockList(): readonly BlockMeta[] {
    return this.blocks.refs.map(({ meta }) => meta);
  }

  /** Changes what may change while the program runs. */
  configure({ retention, seriesLimits, outOfOrderWindow, maxExemplars }: Changeable): void {
    if (retention) this.maintenance.retention = retention;
    if (seriesLimits) this.live.budget.limits = seriesLimits;
    if (outOfOrderWindow !== undefined) this.live.limits.lateWindow = outOfOrderWindow;
    if (maxExemplars !== undefined) this.live.exemplars.resize(maxExemplars);
  }

  totals(): DbTotals {
    const { head } = this.live;
    return {
      ...this.committer.totals,
      headSeries: head.seriesCount,
      headChunks: head.chunkCount,
      headBytes: head.arena.usedBytes,
      headTimes: { start: head.minTime, end: head.maxTime },
      removed: this.live.removed,
      lowestTime: Math.min(head.minTime, ...this.blocks.refs.map(({ meta }) => meta.minTime)),
      walBytes: this.wal.writtenBytes,
      walSegment: this.wal.segment,
      damagedBlocks: this.blocks.damaged,
      failedSyncs: this.failedSyncs,
      ...this.maintenance.totals,
      retention: this.maintenance.retained,
      lateness: this.live.lateness,
      exemplars: this.live.exemplars,
      refusedSeries: this.live.budget.refused,
      ...(this.snapshots?.totals ?? NO_SNAPSHOTS),
    };
  }

  /** Bytes of blocks and WAL on the disk. */
  async diskBytes(): Promise<{ readonly blocks: number; readonly wal: number }> {
    const sized = await this.blocks.sized();
    const wal = await sizeBytes(pathIn(this.options.dir, WAL_DIR));
    return { blocks: sized.reduce((sum, block) => sum + block.sizeBytes, 0), wal };
  }

  /** Ends what is under way, brings the WAL onto the disk and gives the directory back. Appenders must be done. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.cancelSync();
    this.replay.abort();
    try {
      await this.whole.then(
        () => this.end(),
        () => {},
      );
    } finally {
      await this.lock.release();
    }
  }

  private async end(): Promise<void> {
    await this.maintenance.settled();
    if (this.options.blocksAtEnd) await this.maintenance.writeHead(this.options.clock.now());
    await this.snapshots?.settled();
    await this.snapshots?.take();
    await this.committer.exclusive(() => this.wal.cut());
  }

  /** The head has all of the WAL. */
  private begin(filled: FilledHead): Promise<void> {
    const { options, live, wal, committer } = this;
    const { dir, log, clock, minBlockDuration } = options;
    this.filled = filled;
    this.earlyCommits.end();
    if (options.snapshots) {
      this.snapshots = new Snapshots({
        ...{ dir, walDir: pathIn(dir, WAL_DIR), chunkRange: minBlockDuration, log, clock },
        ...{ live, wal, committer, replayed: filled.replayed },
      });
    }
    if (!this.closed) this.scheduleSync();
    if (!options.opensEarly) return Promise.resolve();
    // What was made of the incomplete head is not to be kept.
    this.maintenance.edition++;
    this.announce();
    // Commits that have waited come first.
    return committer.exclusive(() => Promise.resolve());
  }

  /** What is older does not come from the WAL. */
  private get wholeBefore(): Millis {
    const { limits, minValidTime } = this.live;
    return limits.lateWindow > 0 ? Number.NEGATIVE_INFINITY : minValidTime;
  }

  private announce(): void {
    const state = this.state();
    for (const listener of this.listeners) listener(state);
  }

  /** The system may have thrown away what it could not write: memory has it still, and goes to the disk as a whole. */
  private async syncFailed(error: unknown): Promise<void> {
    this.failedSyncs++;
    this.options.log.error('cannot bring the WAL onto the disk', { error: errorMessage(error) });
    await this.snapshots?.take();
  }

  private scheduleSync(): void {
    this.cancelSync = this.options.clock.after(SYNC_INTERVAL, () => {
      this.wal
        .tick()
        .catch((error: unknown) => this.syncFailed(error))
        .finally(() => {
          if (this.closed) return;
          // The next checkpoint makes those before it worthless.
          const isSettled = !this.maintenance.owesCheckpoint;
          if (isSettled && this.snapshots?.isDue(this.options.clock.now())) void this.snapshots.take();
          this.scheduleSync();
        });
    });
  }
}

const NO_SNAPSHOTS: SnapshotTotals = { snapshots: 0, failedSnapshots: 0, snapshotBytes: 0 };

function addSample(appender: Appender, batch: WriteBatch, i: number, labels: Labels, ref: SeriesRef): number {
  const t = batch.t[i]!;
  const kind = batch.kind[i];
  if (kind === KIND_FLOAT) return appender.float(ref, labels, t, batch.v[i]!);
  if (kind === KIND_STALE) return appender.end(ref, labels, t);
  return appender.histogram(ref, labels, t, batch.histograms!.get(i)!);
}
