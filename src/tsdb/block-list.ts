import { CREATION_SUFFIX } from '#block/block-writer';
import { checkBlock } from '#block/check-block';
import type { BlockMeta } from '#block/meta';
import type { Clock } from '#lib/clock';
import { BarographError, errorMessage } from '#lib/errors';
import { changedAt, listDir, makeWritableDir, moveDurably, nameOf, pathIn, remove, sizeBytes } from '#lib/fs';
import type { Log } from '#lib/log';
import { isUlid } from '#lib/ulid';
import type { SizedBlock } from './compact/retention.ts';
import type { BlockRef } from './state.ts';

const DELETION_SUFFIX = '.tmp-for-deletion';
const QUARANTINE = 'quarantine';
/** A damaged block that changes no more is not one that is being copied here. */
const SETTLED = 10 * 60_000;

/**
 * The blocks in the data directory. Removing is done in two steps: first they leave the list, a later `sweep` deletes
 * them, so that other threads have the time to open the next state.
 */
export class BlockList {
  /** In order of time. */
  refs: readonly BlockRef[] = [];
  private readonly dir: string;
  private readonly log: Log;
  private readonly sizes = new Map<string, number>();
  private readonly clock: Clock | null;
  /** Directories of damaged blocks that were left out since the start; those that were moved aside too. */
  private readonly broken = new Set<string>();
  private leaving: string[] = [];

  /** Without a clock nothing is changed: damaged blocks stay where they are. */
  constructor(dir: string, log: Log, clock: Clock | null) {
    this.dir = dir;
    this.log = log;
    this.clock = clock;
  }

  /** Blocks that are damaged and left out. */
  get damaged(): number {
    return this.broken.size;
  }

  /** Deletes what a crash left behind; before anything else. */
  async clean(): Promise<void> {
    for (const name of await listDir(this.dir)) {
      if (name.endsWith(CREATION_SUFFIX) || name.endsWith(DELETION_SUFFIX)) await remove(pathIn(this.dir, name));
    }
  }

  /**
   * Looks for blocks that came or went. True when the list has changed. A damaged block is named in the log, once, and left
   * out; when it has not changed for ten minutes, it is moved to the folder `quarantine`.
   */
  async scan(): Promise<boolean> {
    const names = (await listDir(this.dir)).filter(isUlid);
    const dirs = names.map((name) => pathIn(this.dir, name)).filter((dir) => !this.leaving.includes(dir));
    const known = new Map(this.refs.map((ref) => [ref.dir, ref]));
    const refs: BlockRef[] = [];
    for (const dir of dirs) {
      const ref = known.get(dir) ?? (await this.load(dir));
      if (ref) refs.push(ref);
    }
    const replaced = replacedBy(refs);
    const before = this.refs;
    this.refs = sorted(refs.filter(({ meta }) => !replaced.has(meta.ulid)));
    this.leaving.push(...refs.filter(({ meta }) => replaced.has(meta.ulid)).map(({ dir }) => dir));
    return before.length !== this.refs.length || before.some((ref, i) => ref !== this.refs[i]);
  }

  /** Puts a new block into the list, and takes others out. */
  replace(removed: readonly BlockRef[], added: BlockMeta | null): void {
    const left = this.refs.filter((ref) => !removed.includes(ref));
    this.refs = sorted(added ? [...left, { dir: pathIn(this.dir, added.ulid), meta: added }] : left);
    this.leaving.push(...removed.map(({ dir }) => dir));
  }

  /** Something was deleted of a block: its new description. Readers open it again. */
  deleted(ref: BlockRef, meta: BlockMeta): void {
    const next = { ...ref, meta, deletions: (ref.deletions ?? 0) + 1 };
    this.refs = this.refs.map((one) => (one === ref ? next : one));
    this.sizes.delete(ref.dir);
  }

  /** Remembers, as long as the program runs, that these cannot be merged: they are not tried again. */
  markFailed(refs: readonly BlockRef[]): void {
    const failed = (ref: BlockRef): BlockRef => ({
      ...ref,
      meta: { ...ref.meta, compaction: { ...ref.meta.compaction, failed: true } },
    });
    this.refs = this.refs.map((ref) => (refs.includes(ref) ? failed(ref) : ref));
  }

  /** Deletes the blocks that left the list before the last call. */
  async sweep(): Promise<void> {
    const now = this.leaving;
    this.leaving = [];
    for (const dir of now) {
      await remove(dir);
      this.sizes.delete(dir);
    }
  }

  /** The blocks with their sizes on the disk. */
  async sized(): Promise<SizedBlock[]> {
    const list: SizedBlock[] = [];
    for (const block of this.refs) {
      const size = this.sizes.get(block.dir) ?? (await sizeBytes(block.dir));
      this.sizes.set(block.dir, size);
      list.push({ block, sizeBytes: size });
    }
    return list;
  }

  private async load(dir: string): Promise<BlockRef | null> {
    try {
      const meta = await checkBlock(dir);
      this.broken.delete(dir);
      return { dir, meta };
    } catch (error) {
      if (!this.broken.has(dir))
        this.log.error('a block is damaged and is left out', { dir, error: errorMessage(error) });
      this.broken.add(dir);
      if (error instanceof BarographError && error.kind === 'corrupt-data') await this.quarantine(dir);
      return null;
    }
  }

  /** Moves a block aside that stays damaged: what is left of it is kept, and no longer looked at. */
  private async quarantine(dir: string): Promise<void> {
    try {
      if (this.clock === null || this.clock.now() - (await changedAt(dir)) < SETTLED) return;
      const folder = pathIn(this.dir, QUARANTINE);
      await makeWritableDir(folder);
      await moveDurably(dir, pathIn(folder, nameOf(dir)));
      this.log.error('the damaged block was moved aside', { dir, to: folder });
    } catch (error) {
      this.log.error('the damaged block cannot be moved aside', { dir, error: errorMessage(error) });
    }
  }
}

/** Blocks whose merged successor is there too: a crash came between writing the one and deleting the others. */
function replacedBy(refs: readonly BlockRef[]): Set<string> {
  return new Set(refs.flatMap(({ meta }) => (meta.compaction.parents ?? []).map(({ ulid }) => ulid)));
}

function sorted(refs: readonly BlockRef[]): BlockRef[] {
  return [...refs].sort((a, b) => a.meta.minTime - b.meta.minTime || a.meta.maxTime - b.meta.maxTime);
}
