import { BarographError, errorMessage } from '#lib/errors';
import { diskBytes, sizeBytes } from '#lib/fs';
import type { Log } from '#lib/log';
import type { Millis } from '#model/time';
import type { BlockList } from './block-list.ts';
import { type EndedSeries, findEnded, windowsOf } from './compact/ended-series.ts';
import { planMerge } from './compact/plan.ts';
import { expiredBlocks, longestTime, type Retention, sizeLimit } from './compact/retention.ts';
import { RetentionRules } from './compact/retention-rules.ts';
import { firstTimeFrom, HeadRebuild, movedSeries } from './compact/truncate.ts';
import type { BlockWriterPort } from './compaction.ts';
import { LateReader } from './late/late-reader.ts';
import { exportedLate } from './late/late-transfer.ts';
import type { BlockRef } from './state.ts';
import { writeCheckpoint } from './wal/checkpoint.ts';
import { removeBelow } from './wal/replay.ts';
import { listWal } from './wal/wal-files.ts';
import type { WalWriter } from './wal/wal-writer.ts';
import type { Committer } from './write/committer.ts';
import type { LiveHead } from './write/live-head.ts';

// The head is cut when it spans this many ranges: late samples have half a range of time.
const SPAN = 1.5;
// Late samples take 24 bytes and more each: so many are written as blocks before the head is due.
const MOST_LATE = 8_000_000;
// Series that have ended leave the head early when they are this share of it, since all others move for it.
const ENDED_SHARE = 0.2;
const LEAST_ENDED = 10_000;

interface MaintenanceParts {
  readonly dir: string;
  readonly walDir: string;
  readonly log: Log;
  readonly minBlockDuration: Millis;
  readonly ranges: readonly Millis[];
  readonly retention: Retention;
  readonly blockWriter: BlockWriterPort;
  readonly live: LiveHead;
  readonly blocks: BlockList;
  readonly wal: WalWriter;
  readonly committer: Committer;
  /** Blocks or head were replaced. */
  readonly onChange: () => void;
}

/** Compaction of head and blocks, and retention. Each step is complete on the disk before the next begins. */
export class Maintenance {
  retention: Retention;
  /** Counts the times that blocks came or went with data that was not, or is not, anywhere else. */
  edition = 0;
  readonly totals = {
    compactions: 0,
    failedCompactions: 0,
    headTruncations: 0,
    endedSeries: 0,
    truncationSeconds: 0,
    checkpoints: 0,
    failedTruncations: 0,
    reloads: 0,
    failedReloads: 0,
  };
  /** What retention allows and has done; 0: no limit. */
  readonly retained = { limitBytes: 0, limitSeconds: 0, blockBytes: 0, byTime: 0, bySize: 0 };
  private readonly parts: MaintenanceParts;
  private readonly retentionRules: RetentionRules;
  private running: Promise<void> | null = null;
  private tail: Promise<void> = Promise.resolve();
  /** Of the head's samples those before it are in blocks. */
  private writtenTo = Number.NEGATIVE_INFINITY;
  private stopping = false;
  /** The head was replaced, and the WAL does not begin with it yet. */
  owesCheckpoint = false;

  constructor(parts: MaintenanceParts) {
    this.parts = parts;
    this.retentionRules = new RetentionRules({
      ...parts,
      onChange: () => {
        this.edition++;
        parts.onChange();
      },
    });
    this.retention = parts.retention;
  }

  /** Does what is due; joins a run that is under way. Never rejects. */
  run(now: Millis): Promise<void> {
    this.running ??= this.exclusive(() => this.runAll(now)).finally(() => {
      this.running = null;
    });
    return this.running;
  }

  /** Runs something while no blocks are written, merged or deleted. Resolves or rejects as it does. */
  exclusive<T>(run: () => Promise<T>): Promise<T> {
    const result = this.tail.then(run);
    this.tail = result.then(
      () => {},
      () => {},
    );
    return result;
  }

  /** Resolves when nothing is under way; what was planned behind it is left out. */
  async settled(): Promise<void> {
    this.stopping = true;
    await this.tail;
  }

  private async runAll(now: Millis): Promise<void> {
    const { blocks, onChange } = this.parts;
    await this.step('scan blocks', async () => {
      this.totals.reloads++;
      await blocks.sweep();
      if (!(await this.scan())) return;
      this.edition++;
      onChange();
    });
    await this.step('compact head', () => this.compactHead(now));
    await this.step('merge blocks', () => this.mergeBlocks(now));
    await this.step('apply retention', () => this.applyRetention());
    await this.step('apply retention rules', () => this.retentionRules.apply(this.retention, now));
  }

  private async scan(): Promise<boolean> {
    try {
      return await this.parts.blocks.scan();
    } catch (error) {
      this.totals.failedReloads++;
      throw error;
    }
  }

  private async step(name: string, run: () => Promise<void>): Promise<void> {
    if (this.stopping) return;
    try {
      await run();
    } catch (error) {
      this.totals.failedCompactions++;
      this.parts.log.error(`cannot ${name}; the next try follows`, { error: errorMessage(error) });
    }
  }

  /** Writes every range that the head has outgrown as a block, then forgets all of them at once. */
  private async compactHead(now: Millis): Promise<void> {
    const { live, minBlockDuration } = this.parts;
    let from = Math.max(live.head.minTime, this.writtenTo);
    while (!this.stopping && live.head.maxTime - from > minBlockDuration * SPAN) {
      const end = this.rangeEnd(from);
      await this.refuseBefore(end);
      from = await this.writeRange(from, end, now);
    }
    // Also what an earlier call has written before it failed.
    if (this.writtenTo > live.head.minTime) await this.truncate(this.writtenTo, now);
    else if (live.head.late.count > MOST_LATE || this.owesCheckpoint) await this.truncate(live.head.minTime, now);
    else await this.dropEnded(now);
  }

  /** Writes series that get no samples any more as blocks, and forgets them, when they are many. */
  private async dropEnded(now: Millis): Promise<void> {
    const { live, minBlockDuration, blocks, blockWriter, dir, log } = this.parts;
    const { head } = live;
    const ended = await findEnded(head);
    const { ids } = ended;
    if (ids.length < Math.max(LEAST_ENDED, head.seriesCount * ENDED_SHARE)) return;
    for (const range of windowsOf(ended.range, minBlockDuration)) {
      const meta = await blockWriter.compactEnded({ head: head.handle, range, ids, dir, now });
      if (!meta) continue;
      this.totals.compactions++;
      log.info('block written from ended series', { ulid: meta.ulid, series: meta.stats.numSeries });
      blocks.replace([], meta);
    }
    await this.truncate(head.minTime, now, ended);
    this.totals.endedSeries += ids.length;
  }

  /**
   * Writes the late samples that are older than what the head keeps as blocks, one for each range, and gives the number
   * of the newest commit that they have samples of. Others may come meanwhile.
   */
  private async writeLate(before: Millis, now: Millis): Promise<number> {
    const { live, minBlockDuration, blocks, blockWriter, dir, log } = this.parts;
    const { handle, commit } = live.head;
    const late = new LateReader(handle);
    for (const range of late.ranges({ end: before - 1, seq: commit, length: minBlockDuration })) {
      const meta = await blockWriter.compactLate({ head: handle, range, seq: commit, dir, now });
      if (!meta) continue;
      this.totals.compactions++;
      log.info('block written from late samples', { ulid: meta.ulid, minTime: meta.minTime, maxTime: meta.maxTime });
      blocks.replace([], meta);
    }
    return commit;
  }

  private rangeEnd(from: Millis): Millis {
    const { minBlockDuration } = this.parts;
    return Math.floor(from / minBlockDuration) * minBlockDuration + minBlockDuration;
  }

  /** Writes a part of the head as a block; gives the time from which on there may be more. */
  private async writeRange(from: Millis, end: Millis, now: Millis): Promise<Millis> {
    const { live, blocks, blockWriter, dir, log } = this.parts;
    const range = { start: from, end: end - 1 };
    const meta = await blockWriter.compactHead({ head: live.head.handle, range, dir, now });
    this.writtenTo = end;
    if (!meta) return Math.max(end, firstTimeFrom(live.head, end));
    this.totals.compactions++;
    log.info('block written from the head', { ulid: meta.ulid, minTime: meta.minTime, maxTime: meta.maxTime });
    blocks.replace([], meta);
    return end;
  }

  /**
   * At the end, after `settled`: writes everything as blocks and forgets it. A failure is logged: the WAL has what is not in
   * blocks.
   */
  async writeHead(now: Millis): Promise<void> {
    this.stopping = false;
    await this.step('write the head as blocks', async () => {
      const { live } = this.parts;
      if (live.head.maxTime === Number.NEGATIVE_INFINITY) return;
      const end = live.head.maxTime + 1;
      await this.refuseBefore(end);
      for (let from = Math.max(live.head.minTime, this.writtenTo); from < end; ) {
        from = await this.writeRange(from, Math.min(this.rangeEnd(from), end), now);
      }
      await this.truncate(end, now);
    });
    this.stopping = true;
  }

  /** Sees to it that no commit adds samples before `t` any more. */
  private refuseBefore(t: Millis): Promise<void> {
    const { live, committer } = this.parts;
    return committer.exclusive(async () => {
      live.minValidTime = Math.max(live.minValidTime, t);
    });
  }

  /** Forgets what is in blocks: the rest of the head becomes its next generation, and the WAL begins with a checkpoint of it. */
  private async truncate(from: Millis, now: Millis, ended: EndedSeries | null = null): Promise<void> {
    try {
      await this.rebuild(from, now, ended);
    } catch (error) {
      this.totals.failedTruncations++;
      throw error;
    }
  }

  private async rebuild(from: Millis, now: Millis, ended: EndedSeries | null): Promise<void> {
    const lateSeq = await this.writeLate(from, now);
    const { live, walDir, minBlockDuration, log } = this.parts;
    const began = performance.now();
    const old = live.head;
    const rebuild = new HeadRebuild(old, { from, lateSeq, ended }, minBlockDuration);
    await rebuild.begin();
    const { head, ids, waited, ...rest } = await this.parts.committer.exclusive(() => this.change(rebuild));
    const rebuilt = performance.now();
    this.owesCheckpoint = true;
    await writeCheckpoint(walDir, rest.segment, { series: movedSeries(old, ids, from), ...rest });
    this.owesCheckpoint = false;
    this.totals.checkpoints++;
    this.totals.headTruncations++;
    const seconds = (start: number, end: number) => Math.round(end - start) / 1000;
    this.totals.truncationSeconds += seconds(began, rebuilt);
    log.info('head rebuilt', {
      ...{ series: head.seriesCount, seconds: seconds(began, rebuilt), commitsWaited: seconds(0, waited) },
      checkpointSeconds: seconds(rebuilt, performance.now()),
    });
    await removeBelow(walDir, rest.segment, await listWal(walDir));
  }

  /** The next head takes the place of the old one, while commits wait. What they write from then on the checkpoint does not have. */
  private async change(rebuild: HeadRebuild) {
    const { live, wal, onChange } = this.parts;
    const began = performance.now();
    const { head, ids } = await rebuild.finish();
    const late = [...exportedLate(head)];
    const exemplars = [...live.exemplars.all()];
    const unlogged = live.takeUnlogged();
    try {
      await wal.renumber(unlogged, ids);
    } catch (error) {
      live.returnUnlogged(unlogged);
      throw error;
    }
    live.replace(head, ids);
    onChange();
    const waited = performance.now() - began;
    return { head, ids, late, exemplars, deletions: head.deletions, segment: wal.segment, waited };
  }

  private async mergeBlocks(now: Millis): Promise<void> {
    const { blocks, ranges } = this.parts;
    while (!this.stopping) {
      const group = planMerge(blocks.refs, ranges);
      if (group.length === 0) return;
      await this.merge(group, now).catch((error: unknown) => this.giveUp(group, error));
    }
  }

  private async merge(group: readonly BlockRef[], now: Millis): Promise<void> {
    const { blocks, blockWriter, dir, log, onChange } = this.parts;
    const meta = await blockWriter.compactBlocks({ blocks: group.map((ref) => ref.dir), dir, now });
    blocks.replace(group, meta);
    onChange();
    this.totals.compactions++;
    log.info('blocks merged', { blocks: group.length, into: meta?.ulid ?? 'nothing' });
  }

  /** Damaged blocks stay damaged: they are named once and left as they are, and the others are merged. Throws what may pass. */
  private giveUp(group: readonly BlockRef[], error: unknown): void {
    if (!(error instanceof BarographError) || error.kind !== 'corrupt-data') throw error;
    const { blocks, log } = this.parts;
    blocks.markFailed(group);
    this.totals.failedCompactions++;
    const dirs = group.map((ref) => ref.dir).join(' ');
    log.error('blocks cannot be merged and stay as they are', { blocks: dirs, error: error.message });
  }

  private async applyRetention(): Promise<void> {
    const { blocks, dir, walDir, log, onChange } = this.parts;
    const { retained } = this;
    const limits = { time: longestTime(this.retention), sizeBytes: sizeLimit(this.retention, await diskBytes(dir)) };
    const sized = await blocks.sized();
    retained.limitBytes = limits.sizeBytes;
    retained.limitSeconds = limits.time / 1000;
    retained.blockBytes = sized.reduce((sum, { sizeBytes: size }) => sum + size, 0);
    const expired = expiredBlocks(sized, limits, await sizeBytes(walDir));
    if (expired.length === 0) return;
    const old = expiredBlocks(sized, { ...limits, sizeBytes: 0 }, 0).length;
    retained.byTime += old;
    retained.bySize += expired.length - old;
    blocks.replace(expired, null);
    this.edition++;
    onChange();
    for (const { meta } of expired) log.info('block expired', { ulid: meta.ulid, maxTime: meta.maxTime });
  }
}
