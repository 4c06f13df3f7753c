import { extendedRate } from './extended-rate.ts';
import type { OpenRow } from './open-row.ts';
import type { WindowFunction, Windows } from './windows.ts';

export interface RateKind {
  /** Values that fall are resets, not decreases. */
  readonly counter: boolean;
  readonly perSecond: boolean;
}

/**
 * rate, increase and delta: the difference over a window, extrapolated to its borders where the samples come close enough
 * (1.1 × their average distance), else by half that distance; a counter is not extrapolated below zero.
 */
export function rateFunction(kind: RateKind): WindowFunction {
  const extended = extendedRate(kind);
  return (windows, row, notes) => {
    if (windows.boundary === 'plain') extrapolate(windows, kind, row);
    else extended(windows, row, notes);
  };
}

// A counter far above zero is told without a division: by so much more than rounding could change.
const CLEARLY = 1.000001;
const SMALLEST = 1e-290;

function extrapolate(windows: Windows, { counter, perSecond }: RateKind, { columns, base }: OpenRow): void {
  const { t, v, from, to, ends, range } = windows;
  const { values, present } = columns;
  const resets = counter ? resetsOf(windows) : NO_RESETS;
  const seconds = perSecond ? range / 1000 : 1;
  let firstReset = 0;
  // The shape of the window before: mostly the next one has the same, and then the same factor.
  let lead = Number.NaN;
  let tail = 0;
  let span = 0;
  let gaps = 0;
  let sampled = 0;
  let toStart = 0;
  let toEnd = 0;
  let factor = 0;
  for (let i = 0; i < from.length; i++) {
    const first = from[i]!;
    const last = to[i]! - 1;
    if (last <= first) continue;
    const start = t[first]! - (ends[i]! - range);
    const end = ends[i]! - t[last]!;
    if (start !== lead || end !== tail || last - first !== gaps || t[last]! - t[first]! !== span) {
      lead = start;
      tail = end;
      gaps = last - first;
      span = t[last]! - t[first]!;
      sampled = span / 1000;
      toStart = withinReach(lead / 1000, sampled / gaps);
      toEnd = withinReach(tail / 1000, sampled / gaps);
      factor = factorOf(sampled, toStart, toEnd) / seconds;
    }
    const before = v[first]!;
    let result = v[last]! - before;
    while (firstReset < resets.length && resets[firstReset]! <= first) firstReset++;
    for (let r = firstReset; r < resets.length && resets[r]! <= last; r++) result += v[resets[r]! - 1]!;
    let own = factor;
    if (counter && before >= 0 && result > 0) {
      if (!(sampled * before > toStart * result * CLEARLY && result > SMALLEST)) {
        // Where a line through the samples would have been zero.
        const toZero = sampled * (before / result);
        if (toZero < toStart) own = factorOf(sampled, toZero, toEnd) / seconds;
      }
    }
    values[base + i] = result * own;
    present[base + i] = 1;
  }
}

/** The distance to a border, or half the average distance of samples when that is too far. */
function withinReach(distance: number, average: number): number {
  return distance >= average * 1.1 ? average / 2 : distance;
}

function factorOf(sampled: number, toStart: number, toEnd: number): number {
  return sampled === 0 ? 1 : (sampled + toStart + toEnd) / sampled;
}

const NO_RESETS: readonly number[] = [];

/** Indexes of the samples that are smaller than the one before. */
function resetsOf({ v, from, to }: Windows): readonly number[] {
  let resets: number[] | null = null;
  const end = to[to.length - 1] ?? 0;
  for (let i = (from[0] ?? 0) + 1; i < end; i++) {
    if (!(v[i]! < v[i - 1]!)) continue;
    resets ??= [];
    resets.push(i);
  }
  return resets ?? NO_RESETS;
}

/** irate and idelta: from the last two samples alone. */
export function instantRate(isCounter: boolean): WindowFunction {
  return ({ t, v, from, to }, { columns, base }) => {
    for (let i = 0; i < from.length; i++) {
      const last = to[i]! - 1;
      if (last - 1 < from[i]!) continue;
      const elapsed = t[last]! - t[last - 1]!;
      const wasReset = isCounter && v[last]! < v[last - 1]!;
      const change = wasReset ? v[last]! : v[last]! - v[last - 1]!;
      columns.values[base + i] = isCounter ? change / (elapsed / 1000) : change;
      columns.present[base + i] = 1;
    }
  };
}
