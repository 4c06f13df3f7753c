import type { Millis, TimeRange } from '#model/time';
import type { ExemplarStore } from './exemplars/exemplar-store.ts';
import type { Lateness } from './lateness.ts';
import type { Maintenance } from './maintenance.ts';
import type { SnapshotTotals } from './snapshot/snapshots.ts';
import type { CommitTotals } from './write/committer.ts';
import type { LiveHead } from './write/live-head.ts';
import type { RefusedSeries } from './write/series-budget.ts';

/** What the writer has done since it was opened, and what it holds. */
export interface DbTotals extends CommitTotals, SnapshotTotals {
  readonly headSeries: number;
  readonly headChunks: number;
  readonly headBytes: number;
  /** Times of the first and the last sample of the head, infinite when there is none. */
  readonly headTimes: TimeRange;
  /** What has left the head. */
  readonly removed: LiveHead['removed'];
  /** Time of the first sample of all, +Infinity when there is none. */
  readonly lowestTime: Millis;
  readonly walBytes: number;
  readonly walSegment: number;
  /** Times that the WAL could not be brought onto the disk. */
  readonly failedSyncs: number;
  /** Blocks that are damaged and left out. */
  readonly damagedBlocks: number;
  readonly compactions: number;
  readonly failedCompactions: number;
  readonly headTruncations: number;
  /** How long the head was being rebuilt in all of them together, and checkpoints that were written or were not. */
  readonly truncationSeconds: number;
  readonly checkpoints: number;
  readonly failedTruncations: number;
  /** Times that the directory was looked through for blocks, and that this failed. */
  readonly reloads: number;
  readonly failedReloads: number;
  /** Series that left the head early since they had ended. */
  readonly endedSeries: number;
  /** By how much samples were out of order. */
  readonly retention: Maintenance['retained'];
  readonly lateness: Lateness;
  readonly refusedSeries: readonly RefusedSeries[];
  readonly exemplars: Pick<
    ExemplarStore,
    'appended' | 'count' | 'seriesCount' | 'lastTime' | 'capacity' | 'outOfOrder'
  >;
}
