import { extendedRate } from './extended-rate.ts';
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
    if (windows.boundary !== 'plain') extended(windows, row, notes);
    else
      extrapolate(windows, kind, (i, value) => {
        row.columns.values[row.base + i] = value;
        row.columns.present[row.base + i] = 1;
      });
  };
}

function extrapolate(
  windows: Windows,
  { counter, perSecond }: RateKind,
  emit: (i: number, value: number) => void,
): void {
  const { t, v, from, to, ends, range } = windows;
  const resets = counter ? resetsOf(windows) : [];
  let firstReset = 0;
  for (let i = 0; i < from.length; i++) {
    const first = from[i]!;
    const last = to[i]! - 1;
    if (last <= first) continue;
    let result = v[last]! - v[first]!;
    while (firstReset < resets.length && resets[firstReset]! <= first) firstReset++;
    for (let r = firstReset; r < resets.length && resets[r]! <= last; r++) result += v[resets[r]! - 1]!;
    const sampled = (t[last]! - t[first]!) / 1000;
    const average = sampled / (last - first);
    const threshold = average * 1.1;
    let toStart = (t[first]! - (ends[i]! - range)) / 1000;
    if (toStart >= threshold) toStart = average / 2;
    if (counter && result > 0 && v[first]! >= 0) {
      // Where a line through the samples would have been zero.
      const toZero = sampled * (v[first]! / result);
      if (toZero < toStart) toStart = toZero;
    }
    let toEnd = (ends[i]! - t[last]!) / 1000;
    if (toEnd >= threshold) toEnd = average / 2;
    let factor = sampled === 0 ? 1 : (sampled + toStart + toEnd) / sampled;
    if (perSecond) factor /= range / 1000;
    emit(i, result * factor);
  }
}

/** Indexes of the samples that are smaller than the one before. */
function resetsOf({ v, from, to }: Windows): number[] {
  const resets: number[] = [];
  const end = to[to.length - 1] ?? 0;
  for (let i = (from[0] ?? 0) + 1; i < end; i++) if (v[i]! < v[i - 1]!) resets.push(i);
  return resets;
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
