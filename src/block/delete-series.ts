import { pathIn, replaceFileDurably } from '#lib/fs';
import type { Matcher } from '#model/matcher';
import type { Millis, TimeRange } from '#model/time';
import { matchingPostings } from '#storage/postings';
import { type BlockReader, openBlock } from './block-reader.ts';
import { TOMBSTONES_FILE } from './format.ts';
import { type BlockMeta, META_FILE, metaText } from './meta.ts';
import { tombstonesFile, withRange } from './tombstones.ts';

/** What is to be deleted: samples of the range (both ends) of series that match any of the selectors. */
export interface SeriesDeletion<M> {
  readonly selectors: readonly (readonly M[])[];
  readonly range: TimeRange;
}

/** What is too old: samples before a time of the series that match a selector, and of those that match none. */
export interface Expiry<M> {
  /** The first one that a series matches decides. */
  readonly rules: readonly { readonly selector: readonly M[]; readonly before: Millis }[];
  readonly others: Millis;
}

/**
 * Marks the samples of matching series as deleted in the files of a block: each range is cut to the times of its series.
 * Gives the block's new description, or null when there was nothing to delete. The samples themselves stay until the
 * block is written anew.
 */
export function deleteFromBlock(dir: string, { selectors, range }: SeriesDeletion<Matcher>): Promise<BlockMeta | null> {
  return markDeleted(dir, ({ index }) => {
    const ids = new Set(selectors.flatMap((matchers) => [...matchingPostings(index, matchers)]));
    return new Map(Array.from(ids, (id) => [id, range]));
  });
}

/** Marks samples that are too old as deleted, as `deleteFromBlock`. */
export function expireInBlock(dir: string, { rules, others }: Expiry<Matcher>): Promise<BlockMeta | null> {
  return markDeleted(dir, ({ index }) => {
    const ranges = new Map<number, TimeRange>();
    for (const { selector, before } of [...rules, { selector: [], before: others }]) {
      for (const id of matchingPostings(index, selector)) {
        if (!ranges.has(id)) ranges.set(id, { start: Number.NEGATIVE_INFINITY, end: before - 1 });
      }
    }
    return ranges;
  });
}

async function markDeleted(
  dir: string,
  choose: (block: BlockReader) => ReadonlyMap<number, TimeRange>,
): Promise<BlockMeta | null> {
  const block = await openBlock(dir);
  try {
    const tombstones = new Map(block.tombstones);
    let found = false;
    for (const [id, range] of choose(block)) {
      const deleted = deletedOf(block, id, range);
      if (!deleted) continue;
      const before = tombstones.get(id) ?? [];
      const after = withRange(before, deleted);
      found ||= !sameRanges(before, after);
      tombstones.set(id, after);
    }
    if (!found) return null;
    const numTombstones = [...tombstones.values()].reduce((sum, { length }) => sum + length, 0);
    const meta: BlockMeta = { ...block.meta, stats: { ...block.meta.stats, numTombstones } };
    await replaceFileDurably(pathIn(dir, TOMBSTONES_FILE), tombstonesFile(tombstones));
    await replaceFileDurably(pathIn(dir, META_FILE), new TextEncoder().encode(metaText(meta)));
    return meta;
  } finally {
    await block.close();
  }
}

function sameRanges(a: readonly TimeRange[], b: readonly TimeRange[]): boolean {
  return a.length === b.length && a.every(({ start, end }, i) => start === b[i]!.start && end === b[i]!.end);
}

/** What of the range the series has, or null when none of its chunks lies there. */
function deletedOf({ index }: BlockReader, id: number, range: TimeRange): TimeRange | null {
  const { chunks } = index.series(id);
  if (!chunks.some(({ minTime, maxTime }) => minTime <= range.end && maxTime >= range.start)) return null;
  return {
    start: Math.max(range.start, chunks[0]!.minTime),
    end: Math.min(range.end, Math.max(...chunks.map(({ maxTime }) => maxTime))),
  };
}
