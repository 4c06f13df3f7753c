import type { Expiry } from '#block/delete-series';
import type { Log } from '#lib/log';
import type { MatcherSpec } from '#model/matcher';
import type { Millis } from '#model/time';
import type { BlockList } from '../block-list.ts';
import type { BlockWriterPort } from '../compaction.ts';
import type { BlockRef } from '../state.ts';
import { expiryOf, type Retention } from './retention.ts';

const STEPS = 4;

interface RuleParts {
  readonly dir: string;
  readonly log: Log;
  readonly minBlockDuration: Millis;
  readonly blocks: BlockList;
  readonly blockWriter: BlockWriterPort;
  /** Data has gone. */
  readonly onChange: () => void;
}

/**
 * Applies the retention rules: what is too old is marked as deleted in its block, and shows no more: by quarters of the
 * block, and when the whole block is older than a rule allows. The disk gets it back when the block is written anew.
 */
export class RetentionRules {
  private readonly parts: RuleParts;
  /** What was applied last, by block. */
  private readonly applied = new Map<string, string>();

  constructor(parts: RuleParts) {
    this.parts = parts;
  }

  async apply(retention: Retention, now: Millis): Promise<void> {
    const { blocks, minBlockDuration } = this.parts;
    const newest = Math.max(...blocks.refs.map(({ meta }) => meta.maxTime));
    for (const ref of blocks.refs) {
      const expiry = expiryOf(retention, newest, stepFor(ref, minBlockDuration));
      if (!expiry) return;
      const state = JSON.stringify(expiry);
      if (this.applied.get(ref.meta.ulid) === state || !isConcerned(ref, expiry)) continue;
      await this.applyTo(ref, expiry, now);
      this.applied.set(ref.meta.ulid, state);
    }
    const ulids = new Set(blocks.refs.map(({ meta }) => meta.ulid));
    for (const ulid of this.applied.keys()) if (!ulids.has(ulid)) this.applied.delete(ulid);
  }

  private async applyTo(ref: BlockRef, expiry: Expiry<MatcherSpec>, now: Millis): Promise<void> {
    const { blocks, blockWriter, dir, log, onChange } = this.parts;
    const marked = await blockWriter.expireInBlock({ block: ref.dir, ...expiry });
    if (!marked) return;
    blocks.deleted(ref, marked);
    onChange();
    if (!isOutlived(ref, expiry)) return;
    const current = blocks.refs.find(({ meta }) => meta.ulid === marked.ulid)!;
    const meta = await blockWriter.compactBlocks({ blocks: [ref.dir], dir, now });
    blocks.replace([current], meta);
    onChange();
    log.info('block written anew without what retention rules end', {
      ulid: ref.meta.ulid,
      into: meta?.ulid ?? 'nothing',
    });
  }
}

/** Marks lead to writing a block anew: that may happen a few times in its life, not every two hours. */
function stepFor({ meta: { minTime, maxTime } }: BlockRef, least: Millis): Millis {
  return Math.max(least, (maxTime - minTime) / STEPS);
}

function limits({ rules, others }: Expiry<MatcherSpec>): Millis[] {
  return [...rules.map(({ before }) => before), others];
}

function isConcerned({ meta }: BlockRef, expiry: Expiry<MatcherSpec>): boolean {
  return limits(expiry).some((before) => meta.minTime < before);
}

/** Whether some of its series are gone as a whole. */
function isOutlived({ meta }: BlockRef, expiry: Expiry<MatcherSpec>): boolean {
  return limits(expiry).some((before) => meta.maxTime <= before);
}
