import { BarographError } from '#lib/errors';
import { listDir, pathIn } from '#lib/fs';
import type { Log } from '#lib/log';
import { BlockList } from './block-list.ts';
import { HeadWriter } from './head/head-writer.ts';
import type { BlockRef, DbState } from './state.ts';
import { replayWal } from './wal/replay.ts';

const CHUNK_RANGE = 7_200_000;

/** The blocks of a data directory that nobody need own, in order of time. Rejects with `bad-request` when it is none. */
export async function readBlocks(dir: string, log: Log): Promise<readonly BlockRef[]> {
  if ((await listDir(dir)).length === 0) {
    throw new BarographError(`opening the db dir: ${dir} does not exist or is empty`, {
      kind: 'bad-request',
      code: 'no-data-directory',
    });
  }
  const blocks = new BlockList(dir, log, null);
  await blocks.scan();
  return blocks.refs;
}

/** All data of a directory, that of the WAL too. Nothing is changed, also when a server runs over it. */
export async function readData(dir: string, log: Log): Promise<DbState> {
  const blocks = await readBlocks(dir, log);
  const head = new HeadWriter(1, CHUNK_RANGE);
  await replayWal({ dir: pathIn(dir, 'wal'), head, keepsLate: true, isReadOnly: true });
  return { head: head.handle, blocks, edition: 0, wholeBefore: null, lateWrites: new SharedArrayBuffer(8) };
}
