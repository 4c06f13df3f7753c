import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Annotations } from '../annotations.ts';
import { KahanSum } from './kahan.ts';
import { quantileOf, sortNaNFirst } from './order.ts';
import { RunningMean } from './running-mean.ts';
import { WINDOW_FUNCTIONS } from './window-functions.ts';
import type { Windows } from './windows.ts';

const QUANTILE = 0.37;

/** One window, as a definition looks at it. */
interface View {
  readonly t: readonly number[];
  readonly v: readonly number[];
  readonly start: number;
  readonly end: number;
}

type Definition = (view: View) => number | null;

const extrapolated =
  (isCounter: boolean, perSecond: boolean): Definition =>
  ({ t, v, start, end }) => {
    const last = v.length - 1;
    if (last < 1) return null;
    let result = v[last]! - v[0]!;
    if (isCounter) for (let i = 1; i <= last; i++) if (v[i]! < v[i - 1]!) result += v[i - 1]!;
    const sampled = (t[last]! - t[0]!) / 1000;
    const average = sampled / last;
    let toStart = (t[0]! - start) / 1000;
    if (toStart >= average * 1.1) toStart = average / 2;
    if (isCounter && result > 0 && v[0]! >= 0) {
      const toZero = sampled * (v[0]! / result);
      if (toZero < toStart) toStart = toZero;
    }
    let toEnd = (end - t[last]!) / 1000;
    if (toEnd >= average * 1.1) toEnd = average / 2;
    let factor = sampled === 0 ? 1 : (sampled + toStart + toEnd) / sampled;
    if (perSecond) factor /= (end - start) / 1000;
    return result * factor;
  };

const average: Definition = ({ v }) => {
  const mean = new RunningMean();
  mean.start(v[0]!);
  for (const value of v.slice(1)) mean.add(value);
  return mean.result;
};

const sum: Definition = ({ v }) => {
  const total = new KahanSum();
  for (const value of v) total.add(value);
  return Math.abs(total.sum) === Number.POSITIVE_INFINITY ? total.sum : total.total;
};

const variance = ({ v }: View): number => {
  const [mean, squares] = [new KahanSum(), new KahanSum()];
  v.forEach((value, i) => {
    const delta = value - mean.total;
    mean.add(delta / (i + 1));
    squares.add(delta * (value - mean.total));
  });
  return squares.total / v.length;
};

const extreme =
  (beats: (a: number, b: number) => boolean): Definition =>
  ({ v }) =>
    v.reduce((best, value) => (Number.isNaN(best) || beats(value, best) ? value : best));

const pairs =
  (counts: (before: number, value: number) => boolean): Definition =>
  ({ v }) =>
    v.filter((value, i) => i > 0 && counts(v[i - 1]!, value)).length;

/** What each function gives of a window that has samples. */
const DEFINITIONS: Readonly<Record<string, Definition>> = {
  rate: extrapolated(true, true),
  increase: extrapolated(true, false),
  delta: extrapolated(false, false),
  sum_over_time: sum,
  avg_over_time: average,
  stdvar_over_time: variance,
  stddev_over_time: (view) => Math.sqrt(variance(view)),
  min_over_time: extreme((a, b) => a < b),
  max_over_time: extreme((a, b) => a > b),
  quantile_over_time: ({ v }) => quantileOf(QUANTILE, sortNaNFirst(Float64Array.from(v))),
  count_over_time: ({ v }) => v.length,
  present_over_time: () => 1,
  first_over_time: ({ v }) => v[0]!,
  last_over_time: ({ v }) => v[v.length - 1]!,
  changes: pairs((a, b) => a !== b && !(Number.isNaN(a) && Number.isNaN(b))),
  resets: pairs((a, b) => b < a),
};

interface Samples {
  readonly t: readonly number[];
  readonly v: readonly number[];
}

interface Look {
  readonly ends: readonly number[];
  readonly range: number;
}

function viewsOf({ t, v }: Samples, { ends, range }: Look): View[] {
  return ends.map((end) => {
    const inside = t.map((time) => time > end - range && time <= end);
    return { t: t.filter((_, i) => inside[i]), v: v.filter((_, i) => inside[i]), start: end - range, end };
  });
}

function windowsOf({ t, v }: Samples, { ends, range }: Look): Windows {
  const upTo = (time: number) => t.filter((own) => own <= time).length;
  return {
    t: Float64Array.from(t),
    v: Float64Array.from(v),
    from: Int32Array.from(ends, (end) => upTo(end - range)),
    to: Int32Array.from(ends, upTo),
    ends: Float64Array.from(ends),
    range,
    times: Float64Array.from(ends),
    args: [new Float64Array(ends.length).fill(QUANTILE)],
    boundary: 'plain',
  };
}

function run(func: string, windows: Windows): (number | null)[] {
  const count = windows.ends.length;
  const columns = { values: new Float64Array(count), present: new Uint8Array(count), histograms: null };
  const notes = { annotations: new Annotations('x'), span: { start: 0, end: 1 } };
  WINDOW_FUNCTIONS[func]!(windows, { columns, base: 0 }, notes);
  return Array.from(columns.values, (value, i) => (columns.present[i] === 1 ? value : null));
}

const counter = fc
  .array(fc.oneof({ weight: 9, arbitrary: fc.nat(50) }, fc.constant(-1e9)), { maxLength: 60 })
  .map((steps) => {
    let value = 3;
    return steps.map((step) => {
      value = Math.max(0, value + step);
      return value;
    });
  });
// Which of two zeros comes first among sorted samples, that with a sign or that without, Prometheus leaves open as well.
const unsignedZero = (value: number) => (value === 0 ? 0 : value);
const gauge = fc.array(fc.oneof(fc.double({ min: -1e3, max: 1e3, noNaN: true }).map(unsignedZero), fc.nat(3)), {
  maxLength: 60,
});
const odd = fc.array(
  fc.oneof(
    fc.nat(3),
    fc.constantFrom(
      Number.NaN,
      Infinity,
      -Infinity,
      Number.MAX_VALUE,
      -Number.MAX_VALUE,
      Number.MIN_VALUE,
      1e-300,
      0.1,
    ),
  ),
  { maxLength: 60 },
);
const values = fc.oneof(counter, gauge, odd, fc.array(fc.double().map(unsignedZero), { maxLength: 60 }));
const samples = fc
  .tuple(values, fc.array(fc.oneof({ weight: 5, arbitrary: fc.constant(15_000) }, fc.integer({ min: 1, max: 60_000 }))))
  .map(([v, steps]): Samples => {
    let time = 1_700_000_000_000;
    return { v, t: v.map((_, i) => (time += steps[i % steps.length] ?? 15_000)) };
  });
const look = fc.record({
  every: fc.constantFrom(15_000, 30_000, 7_001, 120_000, 500_000),
  range: fc.constantFrom(60_000, 300_000, 61_123, 1_000_000),
  start: fc.integer({ min: 0, max: 100_000 }),
});

describe('functions over all windows give what they are defined to give of each one, to the last bit', () => {
  for (const [func, definition] of Object.entries(DEFINITIONS)) {
    it(func, () => {
      const property = fc.property(samples, look, (given, { every, range, start }) => {
        const ends = Array.from({ length: 40 }, (_, i) => 1_700_000_000_000 + start + i * every);
        const expected = viewsOf(given, { ends, range }).map((view) => (view.v.length === 0 ? null : definition(view)));
        expect(run(func, windowsOf(given, { ends, range }))).toEqual(expected);
      });
      fc.assert(property, { numRuns: 300 });
    });
  }
});
