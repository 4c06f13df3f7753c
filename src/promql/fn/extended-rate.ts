import { perWindow, type WindowFunction, type Windows } from './windows.ts';

/**
 * Anchored and smoothed rate, increase and delta: no extrapolation, the values at the borders of the window are taken from
 * the nearest sample before (anchored) or interpolated between the samples around (smoothed).
 */
export function extendedRate({ counter, perSecond }: { counter: boolean; perSecond: boolean }): WindowFunction {
  return perWindow((windows, i) => {
    const borders = bordersOf(windows, i, counter);
    if (borders === null) return undefined;
    const { left, right } = borders;
    let result = right - left;
    if (counter) result += resetCorrection(windows.v, borders);
    return perSecond ? result / (windows.range / 1000) : result;
  });
}

/** The values at the borders, and the samples strictly between them: `first` up to and including `last`. */
export interface Borders {
  readonly left: number;
  readonly right: number;
  readonly first: number;
  readonly last: number;
}

/** The borders of a window that is not plain; null when it has no samples to speak of. */
export function bordersOf(windows: Windows, i: number, isCounter: boolean): Borders | null {
  const { t, v, from, to, ends, range, boundary } = windows;
  const end = ends[i]!;
  const start = end - range;
  const isSmoothed = boundary === 'smoothed';
  let last = to[i]! - 1;
  let first = from[i]!;
  while (first < last && t[first]! <= start) first++;
  first = Math.max(from[i]!, first - 1);
  if (isSmoothed) {
    const limit = last;
    last = from[i]!;
    while (last < limit && t[last]! < end) last++;
  }
  if (t[last]! <= start || (isSmoothed && t[first]! > end)) return null;
  const between = (a: number, time: number) => interpolate(t, v, { a, time, isCounter });
  const left = isSmoothed && t[first]! < start ? between(first, start) : v[first]!;
  const right = isSmoothed && last > from[i]! && t[last]! > end ? between(last - 1, end) : v[last]!;
  return { left, right, first: t[first]! <= start ? first + 1 : first, last: t[last]! >= end ? last - 1 : last };
}

/** The value at a time between the samples `a` and `a + 1`. A counter that was reset between them restarted at 0. */
function interpolate(
  t: Float64Array,
  v: Float64Array,
  { a, time, isCounter }: { readonly a: number; readonly time: number; readonly isCounter: boolean },
): number {
  const next = v[a + 1]!;
  const y = isCounter && next < v[a]! ? 0 : v[a]!;
  return y + ((next - y) * (time - t[a]!)) / (t[a + 1]! - t[a]!);
}

function resetCorrection(v: Float64Array, { left, right, first, last }: Borders): number {
  let correction = 0;
  let previous = left;
  for (let i = first; i <= last; i++) {
    if (v[i]! < previous) correction += previous;
    previous = v[i]!;
  }
  return right < previous ? correction + previous : correction;
}

/** The value at the very end of the window: on the line between the samples around it, or of the last sample before. */
export const smoothedValue: WindowFunction = perWindow(({ t, v, from, to, ends }, i) => {
  const time = ends[i]!;
  const last = to[i]! - 1;
  let next = from[i]!;
  while (next <= last && t[next]! < time) next++;
  if (next <= last && t[next] === time) return v[next]!;
  if (next === from[i]!) return undefined;
  return next <= last ? interpolate(t, v, { a: next - 1, time, isCounter: false }) : v[last]!;
});
