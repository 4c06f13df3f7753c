import type { BlockMeta } from '#block/meta';
import type { SharedMemory } from '#lib/arena';

/** The head as a thread can open it. The memory is shared, not copied. */
export interface HeadHandle {
  readonly memory: SharedMemory;
  /** Counts the rebuilds of the head; one generation's memory is never changed into another's. */
  readonly generation: number;
}

/** A block on the disk: a directory that is complete and is never edited. */
export interface BlockRef {
  readonly dir: string;
  readonly meta: BlockMeta;
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
  /** For `readPastWrites`. */
  readonly lateWrites: SharedArrayBuffer;
}
