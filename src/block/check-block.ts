import { crc32c } from '#lib/crc32c';
import { BarographError } from '#lib/errors';
import { listDir, openRangeReader, pathIn, readBytes } from '#lib/fs';
import { readMeta } from './block-reader.ts';
import {
  CHUNKS_DIR,
  CHUNKS_HEADER_BYTES,
  CHUNKS_MAGIC,
  INDEX_FILE,
  INDEX_HEADER_BYTES,
  INDEX_MAGIC,
  TOC_BYTES,
  TOMBSTONES_FILE,
} from './format.ts';
import type { BlockMeta } from './meta.ts';
import { readTombstones } from './tombstones.ts';

/**
 * Looks whether the files of a block are there and whole at their ends, without reading all of them: what a crash or a copy
 * that was broken off leaves is found. Rejects with `corrupt-data`. Bits that have changed in the middle are found when they
 * are read.
 */
export async function checkBlock(dir: string): Promise<BlockMeta> {
  const meta = await readMeta(dir);
  await checkIndex(pathIn(dir, INDEX_FILE));
  const chunks = pathIn(dir, CHUNKS_DIR);
  for (const name of await listDir(chunks)) if (/^\d{6}$/.test(name)) await checkChunks(pathIn(chunks, name));
  const tombstones = pathIn(dir, TOMBSTONES_FILE);
  const deleted = await readBytes(tombstones);
  if (deleted) readTombstones(deleted, tombstones);
  return meta;
}

async function checkIndex(path: string): Promise<void> {
  const [head, toc] = await ends(path, INDEX_HEADER_BYTES, TOC_BYTES);
  const sum = toc.length < TOC_BYTES ? 0 : viewOf(toc).getUint32(TOC_BYTES - 4);
  const isWhole = viewOf(head).getUint32(0) === INDEX_MAGIC && crc32c(toc, { to: TOC_BYTES - 4 }) === sum;
  if (!isWhole) throw damaged(path, 'it does not begin or end as an index');
}

async function checkChunks(path: string): Promise<void> {
  const [head] = await ends(path, CHUNKS_HEADER_BYTES, 0);
  if (viewOf(head).getUint32(0) !== CHUNKS_MAGIC) throw damaged(path, 'it does not begin as a file of chunks');
}

/** The first and the last bytes of a file that has at least both. */
async function ends(path: string, first: number, last: number): Promise<readonly [Uint8Array, Uint8Array]> {
  const file = await openFile(path);
  try {
    if (file.sizeBytes < first + last) throw damaged(path, `it has only ${file.sizeBytes} bytes`);
    return [await file.read(0, first), await file.read(file.sizeBytes - last, last)];
  } finally {
    await file.close();
  }
}

async function openFile(path: string) {
  try {
    return await openRangeReader(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw damaged(path, 'it is missing');
    throw error;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function damaged(path: string, reason: string): BarographError {
  return new BarographError(`${path}: ${reason}`, {
    kind: 'corrupt-data',
    code: 'block-incomplete',
    hint: 'Restore the block from a copy, or move its directory away.',
  });
}
