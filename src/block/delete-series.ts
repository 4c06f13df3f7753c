import { pathIn, replaceFileDurably } from '#lib/fs';
import type { Matcher } from '#model/matcher';
import type { TimeRange } from '#model/time';
import { matchingPostings } from '#storage/postings';
import { type BlockReader, openBlock } from './block-reader.ts';
import { TOMBSTONES_FILE } from './format.ts';
import { type BlockMeta, META_FILE, metaText } from './meta.ts';
import { tombstonesFile, withRange } from './tombstones.ts';

/**
 * Marks the samples of matching series as deleted in the files of a block: each range is cut to the times of its series.
 * Gives the block's new description, or null when there was nothing to delete. The samples themselves stay until the
 * block is written anew.
 */
export async function deleteFromBlock(
  dir: string,
  selectors: readonly (readonly Matcher[])[],
  range: TimeRange,
): Promise<BlockMeta | null> {
  const block = await openBlock(dir);
  try {
    const tombstones = new Map(block.tombstones);
    let found = false;
    for (const id of new Set(selectors.flatMap((matchers) => [...matchingPostings(block.index, matchers)]))) {
      const deleted = deletedOf(block, id, range);
      if (!deleted) continue;
      tombstones.set(id, withRange(tombstones.get(id) ?? [], deleted));
      found = true;
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

/** What of the range the series has, or null when none of its chunks lies there. */
function deletedOf({ index }: BlockReader, id: number, range: TimeRange): TimeRange | null {
  const { chunks } = index.series(id);
  if (!chunks.some(({ minTime, maxTime }) => minTime <= range.end && maxTime >= range.start)) return null;
  return {
    start: Math.max(range.start, chunks[0]!.minTime),
    end: Math.min(range.end, Math.max(...chunks.map(({ maxTime }) => maxTime))),
  };
}
