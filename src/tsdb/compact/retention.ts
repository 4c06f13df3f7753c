import type { Expiry } from '#block/delete-series';
import type { MatcherSpec } from '#model/matcher';
import type { Millis } from '#model/time';
import type { BlockRef } from '../state.ts';

/** How long and how much is kept; 0 = without limit. */
export interface Retention {
  readonly time: Millis;
  readonly sizeBytes: number;
  /** Of the disk; where it is set, `sizeBytes` does not count. */
  readonly percentage?: number;
  /** The first one that a series matches decides how long it is kept, `time` if there is none. */
  readonly rules?: readonly RetentionRule[];
}

export interface RetentionRule {
  readonly selector: readonly MatcherSpec[];
  readonly time: Millis;
}

/** How long the longest-kept series are kept; 0 = forever. */
export function longestTime({ time, rules = [] }: Retention): Millis {
  const times = [time, ...rules.map((rule) => rule.time)];
  return times.includes(0) ? 0 : Math.max(...times);
}

/**
 * What of blocks is too old by the rules, as of the newest block; null when there are none. Times are at multiples of
 * `grain`, so that it seldom changes.
 */
export function expiryOf({ time, rules = [] }: Retention, newest: Millis, grain: Millis): Expiry<MatcherSpec> | null {
  if (rules.length === 0) return null;
  const before = (kept: Millis) =>
    kept === 0 ? Number.NEGATIVE_INFINITY : Math.floor((newest - kept) / grain) * grain;
  return { rules: rules.map((rule) => ({ selector: rule.selector, before: before(rule.time) })), others: before(time) };
}

/** The most bytes that are kept, on a disk of so many bytes; 0 = without limit. */
export function sizeLimit({ sizeBytes, percentage = 0 }: Retention, diskBytes: number): number {
  return percentage > 0 ? Math.floor((diskBytes * percentage) / 100) : sizeBytes;
}

/** A block with the space that it takes. */
export interface SizedBlock {
  readonly block: BlockRef;
  readonly sizeBytes: number;
}

/**
 * The blocks that are no longer kept: those whose end lies `time` or more before the end of the newest block, and the
 * oldest ones beyond `sizeBytes`, where `headBytes` (WAL) count first. As Prometheus: whole blocks only.
 */
export function expiredBlocks(
  blocks: readonly SizedBlock[],
  retention: Pick<Retention, 'time' | 'sizeBytes'>,
  headBytes: number,
): BlockRef[] {
  const newestFirst = [...blocks].sort((a, b) => b.block.meta.maxTime - a.block.meta.maxTime);
  const newest = newestFirst[0]?.block.meta.maxTime ?? 0;
  let total = headBytes;
  let tooLarge = false;
  return newestFirst.flatMap(({ block, sizeBytes }, i) => {
    total += sizeBytes;
    tooLarge ||= retention.sizeBytes > 0 && total > retention.sizeBytes;
    const tooOld = retention.time > 0 && i > 0 && newest - block.meta.maxTime >= retention.time;
    return tooOld || tooLarge ? [block] : [];
  });
}
