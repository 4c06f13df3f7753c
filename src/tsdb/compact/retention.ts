import type { Millis } from '#model/time';
import type { BlockRef } from '../state.ts';

/** How long and how much is kept; 0 = without limit. */
export interface Retention {
  readonly time: Millis;
  readonly sizeBytes: number;
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
export function expiredBlocks(blocks: readonly SizedBlock[], retention: Retention, headBytes: number): BlockRef[] {
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
