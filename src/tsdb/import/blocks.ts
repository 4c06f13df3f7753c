import { openBlock } from '#block/block-reader';
import { CREATION_SUFFIX } from '#block/block-writer';
import { CHUNKS_DIR, INDEX_FILE, TOMBSTONES_FILE } from '#block/format';
import { type BlockMeta, FROM_OUT_OF_ORDER, META_FILE, metaText } from '#block/meta';
import {
  linkOrCopy,
  listDir,
  makeEmptyDir,
  pathIn,
  readBytes,
  remove,
  renameDurably,
  syncDir,
  writeFileDurably,
} from '#lib/fs';
import { isUlid } from '#lib/ulid';
import { presentSources } from './present.ts';
import type { ImportStep } from './step.ts';

/**
 * Takes blocks into `dir`, of Prometheus, Thanos or our own. Those that are there, by themselves or merged into others, are
 * left out. Each is whole before it gets its name, so that a server that runs on `dir` finds it within a minute. Files that
 * never change are shared with the source where the system can.
 */
export async function* importBlocks(blocks: readonly string[], dir: string): AsyncGenerator<ImportStep> {
  const present = await presentSources(dir);
  for (const [done, block] of blocks.entries()) {
    const progress = { done: done + 1, of: blocks.length };
    const meta = await checked(block);
    const { sources } = meta.compaction;
    const isPresent = (sources.length > 0 ? sources : [meta.ulid]).every((ulid) => present.has(ulid));
    if (!isPresent) await copyBlock(block, meta, dir);
    yield { ...progress, meta, isPresent };
  }
}

/** The blocks in a directory, or the directory itself when it is one. */
export async function blockDirs(source: string): Promise<string[]> {
  const names = await listDir(source);
  if (names.includes(META_FILE)) return [source];
  return names.filter(isUlid).map((name) => pathIn(source, name));
}

/** Rejects with `corrupt-data` when the block is not whole. */
async function checked(dir: string): Promise<BlockMeta> {
  const block = await openBlock(dir);
  await block.close();
  return block.meta;
}

async function copyBlock(from: string, meta: BlockMeta, dir: string): Promise<void> {
  const to = pathIn(dir, meta.ulid);
  const temporary = to + CREATION_SUFFIX;
  await makeEmptyDir(temporary);
  await makeEmptyDir(pathIn(temporary, CHUNKS_DIR));
  try {
    for (const name of await listDir(pathIn(from, CHUNKS_DIR))) {
      await linkOrCopy(pathIn(from, CHUNKS_DIR, name), pathIn(temporary, CHUNKS_DIR, name));
    }
    await linkOrCopy(pathIn(from, INDEX_FILE), pathIn(temporary, INDEX_FILE));
    const tombstones = await readBytes(pathIn(from, TOMBSTONES_FILE));
    if (tombstones) writeFileDurably(pathIn(temporary, TOMBSTONES_FILE), tombstones);
    writeFileDurably(pathIn(temporary, META_FILE), new TextEncoder().encode(metaText(imported(meta))));
    await syncDir(pathIn(temporary, CHUNKS_DIR));
    await syncDir(temporary);
    await renameDurably(temporary, to);
  } catch (error) {
    await remove(temporary);
    throw error;
  }
}

/** The head may have samples of the same times: they must not be taken for those of the block. */
function imported(meta: BlockMeta): BlockMeta {
  const { hints = [] } = meta.compaction;
  if (hints.includes(FROM_OUT_OF_ORDER)) return meta;
  return { ...meta, compaction: { ...meta.compaction, hints: [...hints, FROM_OUT_OF_ORDER] } };
}
