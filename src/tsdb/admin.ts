import { linkFiles, makeEmptyDir, pathIn } from '#lib/fs';
import { createMatcher, type MatcherSpec } from '#model/matcher';
import type { Millis, TimeRange } from '#model/time';
import { matchingPostings } from '#storage/postings';
import type { BlockList } from './block-list.ts';
import type { BlockWriterPort } from './compaction.ts';
import { clamped, type HeadDeletion } from './deletions/head-deletions.ts';
import { HeadReader, type Version } from './head/head-reader.ts';
import { LateReader } from './late/late-reader.ts';
import type { Maintenance } from './maintenance.ts';
import type { BlockRef } from './state.ts';
import type { WalWriter } from './wal/wal-writer.ts';
import type { Committer } from './write/committer.ts';
import type { LiveHead } from './write/live-head.ts';
import { PendingRows } from './write/pending-rows.ts';

const EVER: TimeRange = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };

interface AdminParts {
  readonly dir: string;
  readonly live: LiveHead;
  readonly blocks: BlockList;
  readonly wal: WalWriter;
  readonly committer: Committer;
  readonly blockWriter: BlockWriterPort;
  readonly maintenance: Maintenance;
  /** Data came or went. */
  readonly onChange: () => void;
}

/** Which samples are to be deleted: those of the range (both ends) of series that match any of the selectors. */
export interface SeriesDeletion {
  readonly selectors: readonly (readonly MatcherSpec[])[];
  readonly range: TimeRange;
}

/** What the admin API does to the data. Each waits until no blocks are written or merged, which then wait for it. */
export class Admin {
  private readonly parts: AdminParts;

  constructor(parts: AdminParts) {
    this.parts = parts;
  }

  /** Hides samples at once and for good; the disk gets them back when blocks are written anew. */
  deleteSeries(deletion: SeriesDeletion): Promise<void> {
    const { maintenance, onChange } = this.parts;
    return maintenance.exclusive(async () => {
      try {
        for (const ref of this.parts.blocks.refs) await this.deleteFromBlock(ref, deletion);
        await this.deleteFromHead(deletion);
      } finally {
        maintenance.edition++;
        onChange();
      }
    });
  }

  /** Writes blocks of which something was deleted anew, without it. */
  cleanTombstones(now: Millis): Promise<void> {
    const { maintenance, blocks, blockWriter, dir, onChange } = this.parts;
    return maintenance.exclusive(async () => {
      for (const ref of blocks.refs.filter(({ meta }) => (meta.stats.numTombstones ?? 0) > 0)) {
        const meta = await blockWriter.compactBlocks({ blocks: [ref.dir], dir, now });
        blocks.replace([ref], meta);
        onChange();
      }
    });
  }

  /** Copies everything into `snapshots/<name>`: blocks by hard links, the head as blocks unless it is to be left out. */
  snapshot({ name, skipHead, now }: { name: string; skipHead: boolean; now: Millis }): Promise<void> {
    const { maintenance, blocks, dir } = this.parts;
    return maintenance.exclusive(async () => {
      const target = pathIn(dir, 'snapshots', name);
      await makeEmptyDir(target);
      for (const { dir: block, meta } of blocks.refs) await linkFiles(block, pathIn(target, meta.ulid));
      if (!skipHead) await this.headTo(target, now);
    });
  }

  private async headTo(dir: string, now: Millis): Promise<void> {
    const { live, blockWriter } = this.parts;
    const { handle, commit, minTime, maxTime } = live.head;
    if (minTime <= maxTime)
      await blockWriter.compactHead({ head: handle, range: { start: minTime, end: maxTime }, dir, now });
    const late = new LateReader(handle).ranges({
      end: Number.POSITIVE_INFINITY,
      seq: commit,
      length: live.limits.chunkRange,
    });
    for (const range of late) await blockWriter.compactLate({ head: handle, range, seq: commit, dir, now });
  }

  private async deleteFromBlock(ref: BlockRef, { selectors, range }: SeriesDeletion): Promise<void> {
    const { blocks, blockWriter } = this.parts;
    if (ref.meta.minTime > range.end || ref.meta.maxTime <= range.start) return;
    const meta = await blockWriter.deleteFromBlock({ block: ref.dir, selectors, range });
    if (meta) blocks.deleted(ref, meta);
  }

  private deleteFromHead(deletion: SeriesDeletion): Promise<void> {
    const { live, wal, committer } = this.parts;
    return committer.exclusive(async () => {
      const deletions = this.headDeletions(deletion);
      if (deletions.length === 0) return;
      const series = live.takeUnlogged();
      try {
        await wal.write([{ series, samples: new PendingRows(), late: null, deletions }]);
      } catch (error) {
        live.returnUnlogged(series);
        throw error;
      }
      live.head.delete(deletions);
    });
  }

  private headDeletions({ selectors, range }: SeriesDeletion): HeadDeletion[] {
    const { head } = this.parts.live;
    const reader = new HeadReader(head.handle);
    const late = new LateReader(head.handle);
    const seq = head.commit;
    const ids = new Set(
      selectors.flatMap((selector) => [...matchingPostings(reader.index, selector.map(createMatcher))]),
    );
    return [...ids].flatMap((id) => {
      const times = timesOf(id, { reader, late, seq });
      const cut = times && clamped(range, times);
      return cut ? [{ id, ...cut, seq }] : [];
    });
  }
}

/** A name as Prometheus gives them: the time, and sixteen digits by chance. */
export function snapshotName(now: Millis): string {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  const chance = Array.from({ length: 4 }, () =>
    Math.floor(Math.random() * 0x10000)
      .toString(16)
      .padStart(4, '0'),
  );
  return `${time}-${chance.join('')}`;
}

/** From the first to the last sample of a series, be they in order or not; null when it has none. */
function timesOf(
  id: number,
  { reader, late, seq }: { readonly reader: HeadReader; readonly late: LateReader; readonly seq: number },
): TimeRange | null {
  const version: Version = { chunk: 0, count: 0 };
  const inOrder = reader.versionAt(id, seq, version) && version.count > 0 ? [reader.timesOf(id, version)] : [];
  const unordered = late.samples(id, { ...EVER, seq });
  const outOfOrder = unordered.length === 0 ? [] : [{ start: unordered[0]!.t, end: unordered.at(-1)!.t }];
  const all = [...inOrder, ...outOfOrder];
  if (all.length === 0) return null;
  return { start: Math.min(...all.map(({ start }) => start)), end: Math.max(...all.map(({ end }) => end)) };
}
