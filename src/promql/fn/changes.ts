import type { OpenRow } from './open-row.ts';
import { isStartReset } from './start-times.ts';
import type { WindowFunction, Windows } from './windows.ts';

/** changes: how often the value is another one than before. NaN does not differ from NaN. */
export const changes: WindowFunction = (windows, row) => {
  const { v, to } = windows;
  const end = to[to.length - 1] ?? 0;
  const upTo = counters(end);
  for (let i = 1; i < end; i++) upTo[i] = upTo[i - 1]! + (isChange(v[i - 1]!, v[i]!) ? 1 : 0);
  differences(windows, row, upTo);
};

/** resets: how often the value falls, or its counter is known to have begun anew. */
export const resets: WindowFunction = (windows, row) => {
  const { t, v, starts, to } = windows;
  if (starts) {
    countPairs(windows, row, (i) => v[i]! < v[i - 1]! || isStartReset({ t, starts }, i));
    return;
  }
  const end = to[to.length - 1] ?? 0;
  const upTo = counters(end);
  for (let i = 1; i < end; i++) upTo[i] = upTo[i - 1]! + (v[i]! < v[i - 1]! ? 1 : 0);
  differences(windows, row, upTo);
};

/** Whether a float is another one than before. */
export function isChange(previous: number, current: number): boolean {
  return previous !== current && !(Number.isNaN(previous) && Number.isNaN(current));
}

/** Counts, in each window, the samples for which `holds` is true of them and the one before. */
export function countPairs(windows: Windows, row: OpenRow, holds: (i: number) => boolean): void {
  const end = windows.to[windows.to.length - 1] ?? 0;
  const upTo = counters(end);
  for (let i = 1; i < end; i++) upTo[i] = upTo[i - 1]! + (holds(i) ? 1 : 0);
  differences(windows, row, upTo);
}

let shared = new Int32Array(256);

/** Memory that is used again; the first counter is 0. */
function counters(count: number): Int32Array {
  if (count > shared.length) shared = new Int32Array(count * 2);
  return shared;
}

/** `upTo[i]`: pairs (j - 1, j) with j <= i that count. */
function differences(windows: Windows, { columns, base }: OpenRow, upTo: Int32Array): void {
  const { from, to } = windows;
  for (let i = 0; i < from.length; i++) {
    const first = firstSample(windows, i);
    if (first < 0) continue;
    columns.values[base + i] = upTo[to[i]! - 1]! - upTo[first]!;
    columns.present[base + i] = 1;
  }
}

/** The sample that the comparison starts from, -1 when there is none: an anchored window begins at the last one before it. */
function firstSample({ t, from, to, ends, range, boundary }: Windows, i: number): number {
  const first = from[i]!;
  const end = to[i]!;
  if (end <= first) return -1;
  if (boundary === 'plain') return first;
  const start = ends[i]! - range;
  let inside = first;
  while (inside < end && t[inside]! <= start) inside++;
  if (inside === end) return -1;
  return Math.max(first, inside - 1);
}
