import { writeBlock } from '#block/block-writer';
import { deleteFromBlock, type Expiry, expireInBlock, type SeriesDeletion } from '#block/delete-series';
import { mergeBlocks } from '#block/merge-blocks';
import { type BlockMeta, FROM_OUT_OF_ORDER } from '#block/meta';
import { createUlid } from '#lib/ulid';
import { createMatcher, type MatcherSpec } from '#model/matcher';
import type { Millis, TimeRange } from '#model/time';
import { headContent } from './compact/head-content.ts';
import { deletionIndex } from './deletions/head-deletions.ts';
import { HeadReader } from './head/head-reader.ts';
import { lateContent } from './late/late-content.ts';
import { LateReader } from './late/late-reader.ts';
import type { HeadHandle } from './state.ts';

/** A part of the head that is to become a block. Structured-cloneable. */
export interface HeadBlockRequest {
  readonly head: HeadHandle;
  /** Both ends belong to it; nobody writes there any more. */
  readonly range: TimeRange;
  /** The data directory. */
  readonly dir: string;
  readonly now: Millis;
}

/** Series of the head that have ended and are to become a block. Structured-cloneable. */
export interface EndedBlockRequest extends HeadBlockRequest {
  readonly ids: Uint32Array;
}

/** Samples that came out of order and are to become a block. Structured-cloneable. */
export interface LateBlockRequest extends HeadBlockRequest {
  /** The newest commit of which samples are taken. */
  readonly seq: number;
}

/** Blocks that are to become one. Structured-cloneable. */
export interface MergeRequest {
  /** The blocks' directories, in order of their time. */
  readonly blocks: readonly string[];
  /** The data directory. */
  readonly dir: string;
  readonly now: Millis;
}

/** What is to be deleted of a block. Structured-cloneable. */
export interface DeletionRequest extends SeriesDeletion<MatcherSpec> {
  /** The block's directory. */
  readonly block: string;
}

/** What of a block is too old. Structured-cloneable. */
export interface ExpiryRequest extends Expiry<MatcherSpec> {
  /** The block's directory. */
  readonly block: string;
}

/** Who writes blocks, in a thread of its own or not. What comes back is complete and on the disk; null = nothing to write. */
export interface BlockWriterPort {
  compactHead(request: HeadBlockRequest): Promise<BlockMeta | null>;
  compactEnded(request: EndedBlockRequest): Promise<BlockMeta | null>;
  compactLate(request: LateBlockRequest): Promise<BlockMeta | null>;
  deleteFromBlock(request: DeletionRequest): Promise<BlockMeta | null>;
  expireInBlock(request: ExpiryRequest): Promise<BlockMeta | null>;
  compactBlocks(request: MergeRequest): Promise<BlockMeta | null>;
}

/** Writes a part of the head as a block of level 1, in this thread. */
export function writeHeadBlock({ head, range, dir, now }: HeadBlockRequest): Promise<BlockMeta | null> {
  const ulid = createUlid(now);
  const times = { minTime: range.start, maxTime: range.end + 1 };
  const compaction = { level: 1, sources: [ulid] };
  const part = { range, deletions: deletionIndex(head.deletions), ids: null };
  return writeBlock({ parent: dir, ulid, ...times, compaction }, headContent(new HeadReader(head), part));
}

/** Writes what the head has of some series as a block of level 1, in this thread. The head has others of its times. */
export function writeEndedBlock({ head, range, ids, dir, now }: EndedBlockRequest): Promise<BlockMeta | null> {
  const ulid = createUlid(now);
  const times = { minTime: range.start, maxTime: range.end + 1 };
  const compaction = { level: 1, sources: [ulid], hints: [FROM_OUT_OF_ORDER] };
  const part = { range, deletions: deletionIndex(head.deletions), ids };
  return writeBlock({ parent: dir, ulid, ...times, compaction }, headContent(new HeadReader(head), part));
}

/** Writes late samples as a block of level 1, in this thread. Its times are those of the range: it overlaps others. */
export function writeLateBlock({ head, range, seq, dir, now }: LateBlockRequest): Promise<BlockMeta | null> {
  const ulid = createUlid(now);
  const times = { minTime: range.start, maxTime: range.end + 1 };
  const compaction = { level: 1, sources: [ulid], hints: [FROM_OUT_OF_ORDER] };
  const parts = { head: new HeadReader(head), late: new LateReader(head) };
  return writeBlock({ parent: dir, ulid, ...times, compaction }, lateContent(parts, { ...range, seq }));
}

/** Marks samples of a block as deleted, in this thread; null when there was nothing to delete. */
function markDeleted({ block, selectors, range }: DeletionRequest): Promise<BlockMeta | null> {
  const matchers = selectors.map((selector) => selector.map(createMatcher));
  return deleteFromBlock(block, { selectors: matchers, range });
}

function markExpired({ block, rules, others }: ExpiryRequest): Promise<BlockMeta | null> {
  const compiled = rules.map(({ selector, before }) => ({ selector: selector.map(createMatcher), before }));
  return expireInBlock(block, { rules: compiled, others });
}

/** Merges blocks into one of the next level, in this thread. The old ones stay. */
export function writeMergedBlock({ blocks, dir, now }: MergeRequest): Promise<BlockMeta | null> {
  return mergeBlocks(blocks, { parent: dir, ulid: createUlid(now) });
}

/** Writes blocks in this thread: queries and scrapes of the same thread wait meanwhile. */
export const inlineBlockWriter: BlockWriterPort = {
  compactHead: writeHeadBlock,
  compactEnded: writeEndedBlock,
  compactLate: writeLateBlock,
  deleteFromBlock: markDeleted,
  expireInBlock: markExpired,
  compactBlocks: writeMergedBlock,
};
