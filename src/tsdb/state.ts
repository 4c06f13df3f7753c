import type { BlockMeta } from '#block/meta';
import type { SharedMemory } from '#lib/arena';
import type { Millis } from '#model/time';
import type { SharedDeletions } from './deletions/head-deletions.ts';

/** The head as a thread can open it. The memory is shared, not copied. */
export interface HeadHandle {
  readonly memory: SharedMemory;
  /** Counts the rebuilds of the head; one generation's memory is never changed into another's. */
  readonly generation: number;
  /** What was deleted of it. */
  readonly deletions: SharedDeletions;
}

/** A block on the disk: a directory that is complete. Nothing in it is edited but what was deleted of it. */
export interface BlockRef {
  readonly dir: string;
  readonly meta: BlockMeta;
  /** Counts the deletions since the start: readers open the block again. */
  readonly deletions?: number;
}

/**
 * All data of the database at one moment, structured-cloneable: give it to another thread and open it there with
 * `DbReader`. Samples that are committed later show in the same state; a block or a new head shows in a new one. The
 * blocks are in order of their time.
 */
export interface DbState {
  readonly head: HeadHandle;
  readonly blocks: readonly BlockRef[];
  /** Counts the times that old data came or went with whole blocks: put there by others, removed, expired. */
  readonly edition: number;
  /** While the WAL is being read: samples from this time on may be missing. Null: everything is there. */
  readonly wholeBefore: Millis | null;
  /** For `readPastWrites`. */
  readonly lateWrites: SharedArrayBuffer;
}
