import { isInOrder } from '#block/meta';
import type { Millis } from '#model/time';
import type { BlockRef } from '../state.ts';

/** Ranges of blocks from the head's on, each three times the one before, none above `longest`. */
export function blockRanges(shortest: Millis, longest: Millis): Millis[] {
  const ranges = [shortest];
  while (ranges.at(-1)! * 3 <= longest) ranges.push(ranges.at(-1)! * 3);
  return ranges;
}

/**
 * Which blocks to merge next, in order of time; none when all is well. Overlapping blocks first, those
 * of times that are the head's still only when they are several; then the blocks of one
 * aligned longer range, once a settled block stands behind that range; then a single block of which more than 5 % of the series
 * have deleted samples. The newest block is left alone: the head may still add a neighbour. As Prometheus' leveled
 * compaction. Blocks whose merge failed once are not tried again.
 */
export function planMerge(blocks: readonly BlockRef[], ranges: readonly Millis[]): readonly BlockRef[] {
  const sorted = [...blocks].sort((a, b) => a.meta.minTime - b.meta.minTime);
  const overlapping = firstOverlap(sorted);
  if (overlapping.length > 0) return overlapping;
  const settled = sorted.slice(0, -1);
  const group = firstGroup(settled, ranges);
  if (group.length > 0) return group;
  const { length } = ranges;
  const worn = settled.findLast(({ meta: { minTime, maxTime, stats } }) => {
    const long = maxTime - minTime >= ranges[Math.floor(length / 2)]!;
    return long && (stats.numTombstones ?? 0) / (stats.numSeries + 1) > 0.05;
  });
  return worn ? [worn] : [];
}

/** So many blocks of the head's own times are merged at once, since more of the kind follow. */
const ENOUGH = 4;

function firstOverlap(sorted: readonly BlockRef[]): readonly BlockRef[] {
  let group: BlockRef[] = [];
  let end = Number.NEGATIVE_INFINITY;
  const inOrder = sorted.filter(({ meta }) => isInOrder(meta));
  const headBegins = Math.max(Number.NEGATIVE_INFINITY, ...inOrder.map(({ meta }) => meta.maxTime));
  const wanted = () =>
    group.length >= (end > headBegins && !group.some((block) => inOrder.includes(block)) ? ENOUGH : 2);
  for (const block of sorted) {
    if (block.meta.minTime < end) group.push(block);
    else if (wanted()) break;
    else group = [block];
    end = Math.max(end, block.meta.maxTime);
  }
  return wanted() && !group.some(failed) ? group : [];
}

function firstGroup(settled: readonly BlockRef[], ranges: readonly Millis[]): readonly BlockRef[] {
  const newestStart = settled.at(-1)?.meta.minTime ?? 0;
  for (const range of ranges.slice(1)) {
    for (const group of alignedGroups(settled, range)) {
      const start = group[0]!.meta.minTime;
      const end = group.at(-1)!.meta.maxTime;
      const complete = end - start === range || end <= newestStart;
      if (group.length > 1 && complete && !group.some(failed)) return group;
    }
  }
  return [];
}

/** Blocks by the multiple of `range` in which they lie as a whole. */
function alignedGroups(sorted: readonly BlockRef[], range: Millis): BlockRef[][] {
  const groups: BlockRef[][] = [];
  let current = Number.NaN;
  for (const block of sorted) {
    const { minTime, maxTime } = block.meta;
    const slot = Math.floor(minTime / range);
    if (maxTime > (slot + 1) * range) continue;
    if (slot === current) groups.at(-1)!.push(block);
    else groups.push([block]);
    current = slot;
  }
  return groups;
}

function failed({ meta: { compaction } }: BlockRef): boolean {
  return compaction.failed === true;
}
