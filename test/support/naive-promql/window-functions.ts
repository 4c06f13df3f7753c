import type { FunctionName } from '#promql/functions';
import { extrapolated, instantChange, resetsBetween } from './counters.ts';
import { combine, dividedBy, isSame } from './histogram.ts';
import { meanOf, quantileOf, sumOf, varianceOf } from './numbers.ts';
import { decided, type Hist, isHist, type Point, QueryFailure, Undecided, type Value, type Window } from './value.ts';

/** The value for one window that has samples; null when there is none. */
type WindowFunction = (window: Window, args: readonly number[], now: number) => Value | null;

/** Functions of a range vector, apart from absent_over_time. */
export const WINDOW_FUNCTIONS: Partial<Record<FunctionName, WindowFunction>> = {
  rate: (window) => extrapolated(window, { isCounter: true, perSecond: true }),
  increase: (window) => extrapolated(window, { isCounter: true, perSecond: false }),
  delta: (window) => extrapolated(window, { isCounter: false, perSecond: false }),
  irate: (window) => instantChange(window, true),
  idelta: (window) => instantChange(window, false),
  resets: ({ points }) => pairsOf(points).filter(([before, now]) => resetsBetween(before, now)).length,
  changes: ({ points }) => pairsOf(points).filter(([before, now]) => isChange(before.value, now.value)).length,
  sum_over_time: (window) => eitherKind(window, sumOf, totalOf),
  avg_over_time: (window) =>
    eitherKind(window, meanOf, (hists) => {
      const total = totalOf(hists);
      return total && dividedBy(total, hists.length);
    }),
  count_over_time: ({ points }) => points.length,
  present_over_time: () => 1,
  last_over_time: ({ points }) => points.at(-1)!.value,
  first_over_time: ({ points }) => points[0]!.value,
  min_over_time: floats((values) => minOf(values)),
  max_over_time: floats((values) => maxOf(values)),
  stdvar_over_time: floats(varianceOf),
  stddev_over_time: floats((values) => Math.sqrt(varianceOf(values))),
  quantile_over_time: floats((values, [quantile]) => quantileOf(quantile!, values)),
  mad_over_time: floats((values) => {
    if (values.some(Number.isNaN)) return Number.NaN;
    const median = quantileOf(0.5, values);
    return quantileOf(
      0.5,
      values.map((value) => Math.abs(value - median)),
    );
  }),
  ts_of_first_over_time: ({ points }) => points[0]!.t / 1000,
  ts_of_last_over_time: ({ points }) => points.at(-1)!.t / 1000,
  ts_of_min_over_time: (window) => timeOf(window, minOf),
  ts_of_max_over_time: (window) => timeOf(window, maxOf),
  deriv: ({ points }) => lineThrough(points, floatPoints(points)[0]?.t ?? 0)?.slope ?? null,
  predict_linear: ({ points }, [seconds], now) => {
    const line = lineThrough(points, now);
    return line && line.slope * seconds! + line.level;
  },
  double_exponential_smoothing: smooth,
};

function pairsOf(points: readonly Point[]): [Point, Point][] {
  return points.slice(1).map((point, i) => [points[i]!, point]);
}

function isChange(before: Value, now: Value): boolean {
  if (isHist(before) || isHist(now)) return !(isHist(before) && isHist(now) && isSame(before, now));
  if (before !== now) decided(before, now);
  return before !== now && !(Number.isNaN(before) && Number.isNaN(now));
}

interface FloatPoint {
  readonly t: number;
  readonly v: number;
}

function floatPoints(points: readonly Point[]): FloatPoint[] {
  return points.flatMap(({ t, value }) => (isHist(value) ? [] : [{ t, v: value }]));
}

function floats(apply: (values: readonly number[], args: readonly number[]) => number): WindowFunction {
  return ({ points }, args) => {
    const values = floatPoints(points).map(({ v }) => v);
    return values.length === 0 ? null : apply(values, args);
  };
}

/** Floats or histograms; a window with both has no value. */
function eitherKind(
  { points }: Window,
  ofFloats: (values: readonly number[]) => number,
  ofHists: (hists: readonly Hist[]) => Hist | null,
): Value | null {
  const hists = points.flatMap(({ value }) => (isHist(value) ? [value] : []));
  const values = floatPoints(points).map(({ v }) => v);
  if (hists.length > 0 && values.length > 0) return null;
  return hists.length > 0 ? ofHists(hists) : ofFloats(values);
}

function totalOf(hists: readonly Hist[]): Hist | null {
  return hists.slice(1).reduce<Hist | null>((total, hist) => total && combine(total, hist, 1), hists[0]!);
}

// NaN counts only where there is nothing else.
function minOf(values: readonly number[]): number {
  return Math.min(
    ...values.filter((value) => !Number.isNaN(value)),
    ...(values.every(Number.isNaN) ? [Number.NaN] : []),
  );
}

function maxOf(values: readonly number[]): number {
  return Math.max(
    ...values.filter((value) => !Number.isNaN(value)),
    ...(values.every(Number.isNaN) ? [Number.NaN] : []),
  );
}

function timeOf({ points }: Window, pick: (values: readonly number[]) => number): number | null {
  const candidates = floatPoints(points);
  if (candidates.length === 0) return null;
  const wanted = pick(candidates.map(({ v }) => v));
  for (const { v } of candidates) if (v !== wanted) decided(v, wanted);
  return candidates.filter(({ v }) => v === wanted || (Number.isNaN(v) && Number.isNaN(wanted))).at(-1)!.t / 1000;
}

/** The least-squares line through the floats, with its level at `origin`. */
function lineThrough(all: readonly Point[], origin: number): { slope: number; level: number } | null {
  const points = floatPoints(all);
  if (points.length < 2) return null;
  const first = points[0]!.v;
  if (points.every(({ v }) => v === first)) {
    return Number.isFinite(first) ? { slope: 0, level: first } : { slope: Number.NaN, level: Number.NaN };
  }
  const xs = points.map(({ t }) => (t - origin) / 1000);
  const ys = points.map(({ v }) => v);
  if (ys.some((y) => Math.abs(y) > 1e150 && Number.isFinite(y))) throw new Undecided('products overflow');
  const n = points.length;
  const [x, y] = [sumOf(xs), sumOf(ys)];
  const xy = sumOf(xs.map((value, i) => value * ys[i]!));
  const xx = sumOf(xs.map((value) => value * value));
  const slope = (xy - (x * y) / n) / (xx - (x * x) / n);
  return { slope, level: y / n - (slope * x) / n };
}

function smooth({ points }: Window, [smoothing, trend]: readonly number[]): number | null {
  const values = floatPoints(points).map(({ v }) => v);
  if (values.length === 0) return null;
  for (const factor of [smoothing!, trend!]) if (factor <= 0 || factor >= 1) throw new QueryFailure('invalid factor');
  if (values.length < 2) return null;
  let level = values[0]!;
  let slope = values[1]! - values[0]!;
  for (const [i, value] of values.slice(1).entries()) {
    const next = smoothing! * value + (1 - smoothing!) * (level + slope);
    const following = trend! * (next - level) + (1 - trend!) * slope;
    level = next;
    if (i + 2 < values.length) slope = following;
  }
  return level;
}
