import type { BlockMeta } from '#block/meta';
import { createSha256 } from '#lib/sha256';
import { ulidOf } from '#lib/ulid';
import type { Millis } from '#model/time';

/** Range of the blocks that an import makes, as the head cuts them; slot n begins at n times it. */
export const BLOCK_RANGE: Millis = 7_200_000;

/** The name of the block of a slot: the same for the same source. `kind` tells blocks of one slot apart. */
export function slotUlid(digest: Uint8Array, slot: number, kind = ''): string {
  const hash = createSha256();
  hash.update(digest);
  hash.update(new TextEncoder().encode(`${slot}${kind}`));
  return ulidOf(Math.max(0, slot * BLOCK_RANGE), hash.digest());
}

/** What is known of a block that is there, maybe as a part of another. */
export function presentMeta(ulid: string, slot: number, numSamples: number): BlockMeta {
  return {
    ...{ ulid, minTime: slot * BLOCK_RANGE, maxTime: (slot + 1) * BLOCK_RANGE, version: 1 },
    stats: { numSamples, numSeries: 0, numChunks: 0 },
    compaction: { level: 1, sources: [ulid] },
  };
}
