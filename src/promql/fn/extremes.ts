import type { WindowFunction } from './windows.ts';

/** min_over_time and max_over_time, or the time of it. NaN only when there is nothing else. */
export const minOverTime: WindowFunction = extreme({ sign: -1, giveTime: false });
export const maxOverTime: WindowFunction = extreme({ sign: 1, giveTime: false });
/** Of equal samples the time of the last. */
export const timeOfMin: WindowFunction = extreme({ sign: -1, giveTime: true });
export const timeOfMax: WindowFunction = extreme({ sign: 1, giveTime: true });

// Candidates for the greatest sample, in memory that is used again: each is beaten by none of those after it, so the best
// of the window is the first one. `ranks` has their values, negated for a minimum.
let places = new Int32Array(256);
let ranks = new Float64Array(256);

function reserve(count: number): void {
  if (count <= places.length) return;
  places = new Int32Array(count * 2);
  ranks = new Float64Array(count * 2);
}

function extreme({ sign, giveTime }: { readonly sign: 1 | -1; readonly giveTime: boolean }): WindowFunction {
  return ({ t, v, from, to }, { columns, base }) => {
    const { values, present } = columns;
    reserve(to[to.length - 1] ?? 0);
    let head = 0;
    let tail = 0;
    let next = from[0] ?? 0;
    for (let i = 0; i < from.length; i++) {
      const start = from[i]!;
      const end = to[i]!;
      for (next = Math.max(next, start); next < end; next++) {
        const rank = v[next]! * sign;
        if (Number.isNaN(rank)) continue;
        while (tail > head && (giveTime ? rank >= ranks[tail - 1]! : rank > ranks[tail - 1]!)) tail--;
        places[tail] = next;
        ranks[tail++] = rank;
      }
      while (head < tail && places[head]! < start) head++;
      if (end <= start) continue;
      // All NaN: the value is NaN; of its times the first counts for the value, the last for ties, as a scan would find.
      const best = head < tail ? places[head]! : end - 1;
      values[base + i] = giveTime ? t[best]! / 1000 : v[best]!;
      present[base + i] = 1;
    }
  };
}
