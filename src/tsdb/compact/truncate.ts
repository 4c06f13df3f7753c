import type { Millis } from '#model/time';
import { HeadReader } from '../head/head-reader.ts';
import { HeadWriter } from '../head/head-writer.ts';
import { Takeover } from '../head/takeover.ts';
import { type ExportedSeries, SeriesExport } from '../head/transfer.ts';
import { type Kept, keepDeletions, keepLate } from '../late/late-transfer.ts';
import { type EndedSeries, unchangedSince } from './ended-series.ts';

const SERIES_PER_TURN = 2000;

/** The next generation of a head. */
interface RebuiltHead {
  readonly head: HeadWriter;
  /** The ids there of the series that went over, by their ids before; 0 = it did not. */
  readonly ids: Uint32Array;
}

/** What the next generation of a head keeps. */
interface KeptSeries extends Kept {
  /** Series that are left out. Null: none. */
  readonly ended: EndedSeries | null;
}

/**
 * Builds the next generation of a head from what is to be kept of the old one. Series of which nothing is left vanish, and
 * those that are in blocks since they have ended, unless they have gone on. Nobody may write to the old head meanwhile; other
 * work of the thread gets its turn in between.
 */
export async function rebuiltHead(old: HeadWriter, kept: KeptSeries, chunkRange: Millis): Promise<RebuiltHead> {
  const { from, ended } = kept;
  const next = new HeadWriter(old.generation + 1, chunkRange);
  const reader = new HeadReader(old.handle);
  const isInBlocks = ended ? unchangedSince(ended, reader) : () => false;
  const takeover = new Takeover(old, next, reader);
  const ids = new Uint32Array(old.lastId + 1);
  for (let id = 1; id <= old.lastId; id++) {
    if (id % SERIES_PER_TURN === 0) await nextTurn();
    if (id < ids.length && old.has(id) && !isInBlocks(id)) ids[id] = takeover.series(id, from);
  }
  keepLate(old, next, kept);
  keepDeletions(old, next, kept);
  next.publish();
  next.minTime = Math.max(next.minTime, from);
  return { head: next, ids };
}

/** All series of a head that have samples, for a checkpoint. */
export function* exportedSeries(head: HeadWriter): Generator<ExportedSeries> {
  const source = new SeriesExport(new HeadReader(head.handle), Number.NEGATIVE_INFINITY);
  for (let id = 1; id <= head.lastId; id++) {
    const series = source.series(id);
    if (series) yield series;
  }
}

/** The time of the first sample that is not before `from`, as far as chunks tell: at most one chunk too early. */
export function firstTimeFrom(head: HeadWriter, from: Millis): Millis {
  const source = new SeriesExport(new HeadReader(head.handle), from);
  let first = Number.POSITIVE_INFINITY;
  for (let id = 1; id <= head.lastId; id++) {
    const series = source.series(id);
    if (series) first = Math.min(first, Math.max(series.chunks[0]!.minTime, from));
  }
  return first;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
