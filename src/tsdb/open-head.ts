import type { Clock } from '#lib/clock';
import { errorMessage } from '#lib/errors';
import type { Log } from '#lib/log';
import type { Millis } from '#model/time';
import { type AdoptionReport, adoptForeignHead, findForeignHead, setAside } from './adopt/adopt.ts';
import { exportedSeries } from './compact/truncate.ts';
import type { ExemplarStore } from './exemplars/exemplar-store.ts';
import { HeadWriter } from './head/head-writer.ts';
import { exportedLate } from './late/late-transfer.ts';
import type { ReadAhead } from './read-ahead.ts';
import type { Snapshot } from './snapshot/snapshot-file.ts';
import { findSnapshot, type Replayed } from './snapshot/snapshots.ts';
import { writeCheckpoint } from './wal/checkpoint.ts';
import { nextSegment, type ReplayProgress, removeBelow, replayWal, type WalReport } from './wal/replay.ts';
import type { SeriesDefinition } from './wal/series.ts';
import { listWal } from './wal/wal-files.ts';

/** The head as a snapshot has it, or an empty one: it can be read, and series can be added. */
export interface OpenedHead {
  readonly head: HeadWriter;
  /** Number for the next segment of the WAL. */
  readonly next: number;
  /** How far `fill` is: changes. */
  readonly progress: ReplayProgress;
  /**
   * Reads the WAL into it, and then, once, what a Prometheus has left in the directory; to be called once. What was damaged
   * is told in the log and in the reports. `pause` is awaited between portions; when it rejects, the head stays incomplete.
   */
  fill(pause: () => Promise<void>): Promise<FilledHead>;
}

/** What was found when the head was made whole. */
export interface FilledHead {
  readonly report: WalReport;
  /** Series that the next write to the WAL must define. */
  readonly unlogged: readonly SeriesDefinition[];
  /** What the WAL had beyond the snapshot; null = there was no snapshot. */
  readonly replayed: Replayed | null;
  /** What was taken over from the head of a Prometheus; null = there was none. */
  readonly adopted: AdoptionReport | null;
}

export interface OpenHeadOptions {
  readonly dir: string;
  readonly walDir: string;
  readonly chunkRange: Millis;
  /** Samples before are in blocks. */
  readonly blocksEnd: Millis;
  /** Gets the exemplars. */
  readonly exemplars: ExemplarStore;
  /** Samples of the WAL that turn out to be out of order are kept as late ones. */
  readonly keepsLate: boolean;
  /** What was read of the directory before; null: nothing. */
  readonly readAhead: ReadAhead | null;
  readonly log: Log;
  readonly clock: Clock;
}

/** Opens the head: reads the snapshot, if there is one, and tells how to read the rest. */
export async function openHead(options: OpenHeadOptions): Promise<OpenedHead> {
  const { walDir, chunkRange, exemplars } = options;
  const snapshot = await usableSnapshot(options);
  const head = new HeadWriter(snapshot?.state.generation ?? 1, chunkRange, snapshot?.image);
  for (const { series, exemplar } of snapshot?.exemplars ?? []) exemplars.add(series, exemplar);
  const next = nextSegment(await listWal(walDir), snapshot?.segment);
  const progress = { done: 0, total: 0 };
  return { head, next, progress, fill: (pause) => fillHead({ head, next, progress, pause, snapshot }, options) };
}

interface Filling {
  readonly head: HeadWriter;
  readonly next: number;
  readonly progress: { done: number; total: number };
  readonly pause: () => Promise<void>;
  readonly snapshot: Snapshot | null;
}

async function fillHead(filling: Filling, options: OpenHeadOptions): Promise<FilledHead> {
  const { head, next, progress, pause, snapshot } = filling;
  const { walDir, log, exemplars, keepsLate } = options;
  const onProgress = (done: number, total: number) => void Object.assign(progress, { done, total });
  const known = head.lastId;
  const from = snapshot ? { from: snapshot.segment } : {};
  const report = await replayWal({ dir: walDir, head, exemplars, keepsLate, onProgress, pause, ...from });
  if (snapshot) log.info('snapshot of the head read', { series: snapshot.state.series });
  logReport(log, report);
  const replayed = snapshot ? { samples: report.samples, series: head.lastId - known } : null;
  const adopted = await adopt(head, next, options);
  const unlogged = adopted ? [] : [...(snapshot?.unlogged ?? []), ...report.renamed];
  return { report, unlogged, replayed, adopted };
}

/** A damaged snapshot is told and left out. */
async function usableSnapshot({ dir, walDir, chunkRange, readAhead, log }: OpenHeadOptions): Promise<Snapshot | null> {
  try {
    return await findSnapshot({ dir, walDir, chunkRange }, (await readAhead?.takeSnapshot()) ?? null);
  } catch (error) {
    log.warn('the whole WAL is read instead', { error: errorMessage(error) });
    return null;
  }
}

function logReport(log: Log, { segments, records, samples, at, orphans }: WalReport): void {
  log.info('WAL read', { segments, records, samples });
  for (const { file, offset, bytes } of at) {
    log.warn('the WAL is damaged: the bytes from there on are left out', { file, offset, bytes });
  }
  if (orphans > 0) log.warn('samples of unknown series in the WAL are left out', { samples: orphans });
}

/**
 * Takes over the head of a Prometheus: first everything is in a checkpoint of ours, then its files are moved aside. A crash in
 * between has it done again.
 */
async function adopt(head: HeadWriter, next: number, options: OpenHeadOptions): Promise<AdoptionReport | null> {
  const { dir, walDir, blocksEnd, exemplars, log, clock } = options;
  const files = await findForeignHead(dir);
  if (!files) return null;
  log.info('taking over the head of Prometheus', { files: files.log.length + files.chunks.length });
  const report = await adoptForeignHead(files, { head, exemplars, from: blocksEnd });
  if (report.series === 0) {
    logDamage(log, report);
    return null;
  }
  await writeCheckpoint(walDir, next, {
    series: exportedSeries(head),
    late: exportedLate(head),
    deletions: head.deletions,
    exemplars: [...exemplars.all()],
  });
  await removeBelow(walDir, next, await listWal(walDir));
  const folder = await setAside(dir, files, clock.now());
  logAdoption(log, report, folder);
  return report;
}

function logDamage(log: Log, { at }: AdoptionReport): void {
  for (const { file, offset, bytes } of at) {
    log.warn('a file of Prometheus is damaged: the bytes from there on are left out', { file, offset, bytes });
  }
}

function logAdoption(log: Log, report: AdoptionReport, folder: string): void {
  const { series, samples, late, exemplars, orphans, invalid, metadata } = report;
  const taken = { series, samples, late, exemplars, folder };
  log.info('the head of Prometheus was taken over; its files were moved aside', taken);
  logDamage(log, report);
  const left = { orphans, invalid, metadata };
  if (Object.values(left).some((count) => count > 0)) log.warn('not taken over from the head of Prometheus', left);
}
