import type { Millis } from '#model/time';
import { HeadReader } from '../head/head-reader.ts';
import { HeadWriter } from '../head/head-writer.ts';
import { Takeover } from '../head/takeover.ts';
import { type ExportedSeries, SeriesExport } from '../head/transfer.ts';
import { type Kept, keepDeletions, keepLate } from '../late/late-transfer.ts';
import { type EndedSeries, unchangedSince } from './ended-series.ts';

const SERIES_PER_TURN = 500;
/** Most of them have not changed. */
const CHECKED_PER_TURN = 5000;

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
 * those that are in blocks since they have ended, unless they have gone on. Other work of the thread gets its turn in
 * between.
 */
export class HeadRebuild {
  private readonly old: HeadWriter;
  private readonly next: HeadWriter;
  private readonly kept: KeptSeries;
  private readonly reader: HeadReader;
  private readonly takeover: Takeover;
  private ids: Uint32Array;
  /** The number of the commit that had written each series last when it was looked at. */
  private readonly commits: Uint32Array;

  constructor(old: HeadWriter, kept: KeptSeries, chunkRange: Millis) {
    this.old = old;
    this.next = new HeadWriter(old.generation + 1, chunkRange);
    this.kept = kept;
    this.reader = new HeadReader(old.handle);
    this.takeover = new Takeover(old, this.next, this.reader);
    this.ids = new Uint32Array(old.lastId + 1);
    this.commits = new Uint32Array(old.lastId + 1);
  }

  /** Moves the series that there are; the old head may be written meanwhile. Once, before `finish`. */
  async begin(): Promise<void> {
    const { old, ids, commits, takeover } = this;
    const { from, ended } = this.kept;
    const isInBlocks = ended ? unchangedSince(ended, this.reader) : () => false;
    for (let id = 1; id < ids.length; id++) {
      if (id % SERIES_PER_TURN === 0) await nextTurn();
      if (!old.has(id)) continue;
      commits[id] = takeover.commitOf(id);
      if (!isInBlocks(id)) ids[id] = takeover.series(id, from);
    }
  }

  /** Moves what has come since, and gives the next head. Nobody may write to the old one any more. */
  async finish(): Promise<RebuiltHead> {
    const { old, next, kept } = this;
    this.ids = grown(this.ids, old.lastId + 1);
    for (let id = 1; id < this.ids.length; id++) {
      if (id % CHECKED_PER_TURN === 0) await nextTurn();
      if (old.has(id)) this.catchUp(id);
    }
    keepLate(old, next, kept, this.ids);
    keepDeletions(old, next, kept);
    next.publish();
    next.minTime = Math.max(next.minTime, kept.from);
    return { head: next, ids: this.ids };
  }

  private catchUp(id: number): void {
    const { ids, commits, takeover, kept } = this;
    if (id < commits.length && takeover.commitOf(id) === commits[id]) return;
    if (ids[id] === 0) ids[id] = takeover.series(id, kept.from);
    else takeover.again(id, ids[id]!, kept.from);
  }
}

function grown(ids: Uint32Array, length: number): Uint32Array {
  const larger = new Uint32Array(length);
  larger.set(ids);
  return larger;
}

/** All series of a head that have samples, for a checkpoint. */
export function* exportedSeries(head: HeadWriter): Generator<ExportedSeries> {
  const source = new SeriesExport(new HeadReader(head.handle), Number.NEGATIVE_INFINITY);
  for (let id = 1; id <= head.lastId; id++) {
    const series = source.series(id);
    if (series) yield series;
  }
}

/**
 * The same of the head that took the place of `old`, with what it had then: what the old one, which is not written any more,
 * has from `from` on of the series that went over.
 */
export function* movedSeries(old: HeadWriter, ids: Uint32Array, from: Millis): Generator<ExportedSeries> {
  const source = new SeriesExport(new HeadReader(old.handle), from);
  for (let id = 1; id < ids.length; id++) {
    const series = ids[id] === 0 ? null : source.series(id);
    if (series) yield { ...series, id: ids[id]! };
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
