import { highBits, lowBits } from '#chunkenc/value-bits';
import type { Millis } from '#model/time';
import { HeadWriter } from './head/head-writer.ts';
import type { DbState } from './state.ts';

/** A series with its samples: one at each time of `times`. */
export interface MemorySeries {
  /** Name, value, … in the order of names. */
  readonly pairs: readonly string[];
  readonly valueAt: (i: number) => number;
}

const CHUNK_RANGE = 2 * 3_600_000;

/** A state of the data that is in memory alone, with these series; for as long as somebody reads it. */
export function memoryState(series: readonly MemorySeries[], times: readonly Millis[]): DbState {
  const head = new HeadWriter(1, CHUNK_RANGE);
  const ids = series.map(({ pairs }) => head.add(pairs));
  times.forEach((t, i) => {
    series.forEach(({ valueAt }, s) => {
      const value = valueAt(i);
      head.append(ids[s]!, t, highBits(value), lowBits(value));
    });
    head.publish();
  });
  const lateWrites = new SharedArrayBuffer(0);
  return { head: head.handle, blocks: [], edition: 0, wholeBefore: null, lateWrites };
}
