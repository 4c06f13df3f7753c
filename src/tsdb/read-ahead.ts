import { pathIn } from '#lib/fs';
import type { Millis } from '#model/time';
import type { Snapshot } from './snapshot/snapshot-file.ts';
import { lookForSnapshot } from './snapshot/snapshots.ts';
import { WAL_DIR } from './wal/wal-files.ts';

/** What was read of a data directory that is to be opened. */
export interface ReadAhead {
  /** Gives the snapshot away. Null: there is none, it is none that could be used, or it could not be read. */
  takeSnapshot(): Promise<Snapshot | null>;
}

/**
 * Begins to read a data directory without taking it: nothing is changed, and what is found is looked at again when the
 * directory is opened. To open it need not wait for what is read by then.
 */
export function readAhead(dir: string, chunkRange: Millis): ReadAhead {
  const place = { dir, walDir: pathIn(dir, WAL_DIR), chunkRange };
  let found = lookForSnapshot(place).catch(() => null);
  return {
    takeSnapshot: () => {
      const taken = found;
      found = Promise.resolve(null);
      return taken;
    },
  };
}
