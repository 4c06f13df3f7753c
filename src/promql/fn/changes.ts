import type { WindowFunction, Windows } from './windows.ts';

/** changes: how often the value is another one than before. NaN does not differ from NaN. */
export const changes: WindowFunction = countPairs((a, b) => a !== b && !(Number.isNaN(a) && Number.isNaN(b)));

/** resets: how often the value falls. */
export const resets: WindowFunction = countPairs((previous, current) => current < previous);

function countPairs(holds: (previous: number, current: number) => boolean): WindowFunction {
  return (windows, { columns, base }) => {
    const { v, from, to } = windows;
    const end = to[to.length - 1] ?? 0;
    // upTo[i]: pairs (j - 1, j) with j <= i.
    const upTo = new Int32Array(end);
    for (let i = 1; i < end; i++) upTo[i] = upTo[i - 1]! + (holds(v[i - 1]!, v[i]!) ? 1 : 0);
    for (let i = 0; i < from.length; i++) {
      const first = firstSample(windows, i);
      if (first < 0) continue;
      columns.values[base + i] = upTo[to[i]! - 1]! - upTo[first]!;
      columns.present[base + i] = 1;
    }
  };
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
