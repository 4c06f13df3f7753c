import { executionError } from '../limits.ts';
import { KahanSum } from './kahan.ts';
import { perWindow, type WindowFunction, type Windows } from './windows.ts';

/** deriv: the slope of a least-squares line through the window, per second. */
export const deriv: WindowFunction = perWindow((windows, i) => {
  if (windows.to[i]! - windows.from[i]! < 2) return undefined;
  return fitLine(windows, i, windows.t[windows.from[i]!]!).slope;
});

/** predict_linear: where that line is, so many seconds after the step. */
export const predictLinear: WindowFunction = perWindow((windows, i) => {
  if (windows.to[i]! - windows.from[i]! < 2) return undefined;
  const { slope, intercept } = fitLine(windows, i, windows.times[i]!);
  return slope * windows.args[0]![i]! + intercept;
});

interface Line {
  readonly slope: number;
  /** The value at `origin`. */
  readonly intercept: number;
}

function fitLine({ t, v, from, to }: Windows, step: number, origin: number): Line {
  const [x, y, xy, xx] = [new KahanSum(), new KahanSum(), new KahanSum(), new KahanSum()];
  const first = from[step]!;
  const end = to[step]!;
  let isConstant = true;
  for (let i = first; i < end; i++) {
    if (v[i] !== v[first]) isConstant = false;
    const seconds = (t[i]! - origin) / 1000;
    x.add(seconds);
    y.add(v[i]!);
    xy.add(seconds * v[i]!);
    xx.add(seconds * seconds);
  }
  if (isConstant) return constantLine(v[first]!);
  const n = end - first;
  const slope = (xy.total - (x.total * y.total) / n) / (xx.total - (x.total * x.total) / n);
  return { slope, intercept: y.total / n - (slope * x.total) / n };
}

function constantLine(value: number): Line {
  return Number.isFinite(value) ? { slope: 0, intercept: value } : { slope: Number.NaN, intercept: Number.NaN };
}

/** double_exponential_smoothing: Holt's method, with a factor for the value and one for its trend. */
export const doubleExponentialSmoothing: WindowFunction = perWindow(({ v, from, to, args }, step) => {
  const smoothing = factor(args[0]![step]!, { name: 'smoothing', symbol: 'sf' });
  const trend = factor(args[1]![step]!, { name: 'trend', symbol: 'tf' });
  const first = from[step]!;
  const end = to[step]!;
  if (end - first < 2) return undefined;
  let before = 0;
  let smoothed = v[first]!;
  let slope = v[first + 1]! - v[first]!;
  for (let i = first + 1; i < end; i++) {
    if (i > first + 1) slope = trend * (smoothed - before) + (1 - trend) * slope;
    const next = smoothing * v[i]! + (1 - smoothing) * (smoothed + slope);
    before = smoothed;
    smoothed = next;
  }
  return smoothed;
});

function factor(value: number, { name, symbol }: { readonly name: string; readonly symbol: string }): number {
  if (!(value <= 0 || value >= 1)) return value;
  const got = Number.isFinite(value) ? value.toFixed(6) : value > 0 ? '+Inf' : '-Inf';
  throw executionError(`invalid ${name} factor. Expected: 0 < ${symbol} < 1, got: ${got}`);
}
