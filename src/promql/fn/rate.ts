import { extendedRate } from './extended-rate.ts';
import type { OpenRow } from './open-row.ts';
import { runsOf } from './window-runs.ts';
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
  const { v } = windows;
  const { values, present } = columns;
  const runs = runsOf(windows);
  const resets = counter ? resetsOf(windows) : NO_RESETS;
  const seconds = perSecond ? windows.range / 1000 : 1;
  let nextReset = 0;
  for (let r = 0; r < runs.count; r++) {
    const gaps = runs.gaps[r]!;
    const stride = runs.stride[r]!;
    const sampled = runs.span[r]! / 1000;
    const toStart = withinReach(runs.lead[r]! / 1000, sampled / gaps);
    const toEnd = withinReach(runs.tail[r]! / 1000, sampled / gaps);
    const factor = factorOf(sampled, toStart, toEnd) / seconds;
    const nearZero = (toStart / sampled) * CLEARLY;
    const end = base + runs.end[r]!;
    let first = runs.first[r]!;
    for (let at = base + runs.start[r]!; at < end; at++, first += stride) {
      const before = v[first]!;
      const last = first + gaps;
      let result = v[last]! - before;
      if (nextReset < resets.length) {
        while (nextReset < resets.length && resets[nextReset]! <= first) nextReset++;
        for (let i = nextReset; i < resets.length && resets[i]! <= last; i++) result += v[resets[i]! - 1]!;
      }
      let own = factor;
      if (counter && !(before > nearZero * result && result > SMALLEST) && result > 0 && before >= 0) {
        // Where a line through the samples would have been zero.
        const toZero = sampled * (before / result);
        if (toZero < toStart) own = factorOf(sampled, toZero, toEnd) / seconds;
      }
      values[at] = result * own;
    }
    present.fill(1, base + runs.start[r]!, end);
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
  let before = Number.NaN;
  for (let i = from[0] ?? 0; i < end; i++) {
    const value = v[i]!;
    if (value < before) {
      resets ??= [];
      resets.push(i);
    }
    before = value;
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
