import { type BlockReader, openBlock } from '#block/block-reader';
import type { BlockMeta } from '#block/meta';
import { errorMessage } from '#lib/errors';
import type { Log } from '#lib/log';
import type { Millis, TimeRange } from '#model/time';
import { emptyQuerier } from '#storage/empty-querier';
import { fanoutQuerier } from '#storage/fanout';
import type { Querier, Queryable } from '#storage/queryable';
import { type DeletionIndex, deletionIndex } from './deletions/head-deletions.ts';
import { HeadQuerier } from './head/head-querier.ts';
import { HeadReader } from './head/head-reader.ts';
import { LateQuerier } from './late/late-querier.ts';
import { LateReader } from './late/late-reader.ts';
import type { BlockRef, DbState } from './state.ts';

const UNREAD =
  'the write-ahead log is still being read after the start of the server: samples are missing from the answer';

/** A block with the number of queriers that use it. */
interface OpenBlock {
  readonly block: BlockReader;
  users: number;
  /** No longer part of the state: closed when the last user goes. */
  dropped: boolean;
}

/** A block that cannot be opened: every answer about its time says so. */
interface Damaged {
  readonly meta: BlockMeta;
  readonly warning: string;
}

/** What of the data this reader could not open; queries over it would be incomplete. */
export interface DbReaderOptions {
  readonly log: Log;
}

/**
 * The reading side of the database in any thread: opened on a state that the writer gave out, brought up to date by
 * later ones. A querier keeps the data that it began with, also across `update`.
 */
export class DbReader implements Queryable {
  private readonly log: Log;
  private head: HeadReader;
  private wholeBefore: Millis | null;
  private late: LateReader;
  private deletions: DeletionIndex | null;
  private blocks = new Map<string, OpenBlock>();
  private damaged = new Map<string, Damaged>();
  private changing: Promise<void> = Promise.resolve();

  private constructor(state: DbState, { log }: DbReaderOptions) {
    this.log = log;
    this.head = new HeadReader(state.head);
    this.wholeBefore = state.wholeBefore;
    this.late = new LateReader(state.head);
    this.deletions = deletionIndex(state.head.deletions);
  }

  /** Blocks that cannot be opened are left out: queries about their time get a warning, until the next start. */
  static async open(state: DbState, options: DbReaderOptions): Promise<DbReader> {
    const reader = new DbReader(state, options);
    await reader.update(state);
    return reader;
  }

  /** Changes over to another state; on failure the old one stays. Calls take effect in their order. */
  update(state: DbState): Promise<void> {
    const done = this.changing.then(() => this.change(state));
    this.changing = done.catch(() => {});
    return done;
  }

  private async change({ head, blocks, wholeBefore }: DbState): Promise<void> {
    const next = new Map<string, OpenBlock>();
    const damaged = new Map<string, Damaged>();
    for (const ref of blocks) {
      const known = this.damaged.get(keyOf(ref));
      const opened = this.blocks.get(keyOf(ref)) ?? known ?? (await this.openRef(ref));
      if ('warning' in opened) damaged.set(keyOf(ref), opened);
      else next.set(keyOf(ref), opened);
    }
    this.damaged = damaged;
    // Head and blocks change in one step: a querier sees no sample twice or not at all.
    const before = this.blocks;
    this.blocks = next;
    this.wholeBefore = wholeBefore;
    if (head.generation !== this.head.generation) this.head = new HeadReader(head);
    this.late = new LateReader(head);
    this.deletions = deletionIndex(head.deletions);
    for (const [key, open] of before) {
      if (next.has(key)) continue;
      open.dropped = true;
      this.closeUnused(open);
    }
  }

  querier(range: TimeRange): Querier {
    const used = [...this.blocks.values()].filter(
      ({ block: { meta } }) => meta.minTime <= range.end && meta.maxTime > range.start,
    );
    for (const open of used) open.users++;
    const missing = [...this.damaged.values()].filter(
      ({ meta }) => meta.minTime <= range.end && meta.maxTime > range.start,
    );
    const queriers = [
      ...used.map(({ block }) => block.querier(range)),
      ...missing.map(({ warning }) => emptyQuerier(warning)),
      ...this.unreadQueriers(range),
      ...this.headQueriers(range),
    ];
    let closed = false;
    return fanoutQuerier(queriers, () => {
      if (closed) return;
      closed = true;
      for (const open of used) {
        open.users--;
        this.closeUnused(open);
      }
    });
  }

  private unreadQueriers({ end }: TimeRange): Querier[] {
    return this.wholeBefore !== null && end >= this.wholeBefore ? [emptyQuerier(UNREAD)] : [];
  }

  /** Of a commit, both see all or nothing. */
  private headQueriers(range: TimeRange): Querier[] {
    const { head, late, deletions } = this;
    const { seq } = head;
    const inOrder = new HeadQuerier(head, range, { seq, deletions });
    return late.isEmpty ? [inOrder] : [inOrder, new LateQuerier({ head, late, seq }, range)];
  }

  /** Closes the blocks' files; queriers must be closed before. */
  async close(): Promise<void> {
    await Promise.all([...this.blocks.values()].map(({ block }) => block.close()));
    this.blocks.clear();
  }

  private async openRef({ dir, meta }: BlockRef): Promise<OpenBlock | Damaged> {
    try {
      return { block: await openBlock(dir), users: 0, dropped: false };
    } catch (error) {
      const reason = errorMessage(error);
      this.log.error('a block cannot be opened: queries go on without it, and say so', { dir, error: reason });
      return { meta, warning: `a block that cannot be opened is left out: ${reason}` };
    }
  }

  private closeUnused({ block, users, dropped }: OpenBlock): void {
    if (!dropped || users > 0) return;
    block.close().catch((error: unknown) => this.log.warn('cannot close a block', { dir: block.dir, error }));
  }
}

function keyOf({ dir, deletions = 0 }: BlockRef): string {
  return `${dir} ${deletions}`;
}
