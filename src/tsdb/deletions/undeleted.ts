import { removeDeleted } from '#block/tombstones';
import type { TimeRange } from '#model/time';
import type { Series } from '#storage/queryable';
import { SampleBuffer } from '#storage/sample-buffer';

/** A series without what was deleted of it; null when nothing else is left in its range. */
export function undeleted(series: Series, deleted: readonly TimeRange[]): Series | null {
  const left = new SampleBuffer();
  series.read(left);
  removeDeleted(left, 0, deleted);
  if (left.length === 0) return null;
  return {
    labels: series.labels,
    read: (out) => {
      for (let i = 0; i < left.length; i++) out.pushFrom(left, i);
    },
  };
}
