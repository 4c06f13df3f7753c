import type { Millis } from '#model/time';
import type { DataHistory } from '#promql/run-job';
import { ON_TIME, readPastWrites } from '#tsdb/late-writes';
import type { DbState } from '#tsdb/state';

/** What may be relied on in results over this state: to be taken before a query begins to read. */
export function dataHistory({ edition, wholeBefore, lateWrites }: DbState, now: Millis): DataHistory {
  const { count, earliestSince } = readPastWrites(lateWrites);
  return {
    settled: Math.min(now - ON_TIME, wholeBefore ?? now),
    edition,
    lateCount: count,
    earliestLateSince: earliestSince,
  };
}
