import { STALE_HIGH, STALE_LOW } from '#chunkenc/value-bits';
import type { Millis, TimeRange } from '#model/time';
import { HeadReader, type Version } from '../head/head-reader.ts';
import type { HeadWriter } from '../head/head-writer.ts';

/** A series that was marked as stale may come back at the next scrapes: a target that was away for a moment. */
const STALE_FOR = 2 * 60_000;
/** Without a marker: its sender vanished. */
const SILENT_FOR = 60 * 60_000;
const SERIES_PER_TURN = 50_000;

/** Series of a head that get no samples any more, as they were at one moment. */
export interface EndedSeries {
  /** Ascending. */
  readonly ids: Uint32Array;
  /** When the last sample of each was, in the order of `ids`. */
  readonly lastTimes: Float64Array;
  /** The times of their samples. */
  readonly range: TimeRange;
}

/**
 * Finds the series that have ended: marked as stale two minutes before the newest sample of the head or earlier, or without
 * a sample for an hour before it. In the writer's thread; other work of the thread gets its turn in between.
 */
export async function findEnded(head: HeadWriter): Promise<EndedSeries> {
  const reader = new HeadReader(head.handle);
  const staleBefore = head.maxTime - STALE_FOR;
  const silentBefore = head.maxTime - SILENT_FOR;
  const ids: number[] = [];
  for (let id = 1; id <= head.lastId; id++) {
    if (id % SERIES_PER_TURN === 0) await nextTurn();
    if (reader.endsBefore(id, isStale(reader, id) ? staleBefore : silentBefore)) ids.push(id);
  }
  return described(reader, ids);
}

/** Whether a series is as it was when it was found to have ended. Asked in ascending order of the ids. */
export function unchangedSince({ ids, lastTimes }: EndedSeries, reader: HeadReader): (id: number) => boolean {
  let at = 0;
  return (id) => {
    while (at < ids.length && ids[at]! < id) at++;
    return ids[at] === id && reader.lastTime(id) === lastTimes[at];
  };
}

/** The parts of a range between multiples of `length`, in order. */
export function windowsOf({ start, end }: TimeRange, length: Millis): TimeRange[] {
  const windows: TimeRange[] = [];
  for (let from = start; from <= end; from = windows.at(-1)!.end + 1) {
    windows.push({ start: from, end: Math.min(end, (Math.floor(from / length) + 1) * length - 1) });
  }
  return windows;
}

function described(reader: HeadReader, found: readonly number[]): EndedSeries {
  const ids: number[] = [];
  const lastTimes: number[] = [];
  let [start, end] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const version: Version = { chunk: 0, count: 0 };
  for (const id of found) {
    if (!reader.versionAt(id, reader.seq, version) || version.count === 0) continue;
    const times = reader.timesOf(id, version);
    ids.push(id);
    lastTimes.push(times.end);
    start = Math.min(start, times.start);
    end = Math.max(end, times.end);
  }
  return { ids: Uint32Array.from(ids), lastTimes: Float64Array.from(lastTimes), range: { start, end } };
}

function isStale(reader: HeadReader, id: number): boolean {
  const { high, low } = reader.lastBits(id);
  return high === STALE_HIGH && low === STALE_LOW;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
