import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Annotations } from '../annotations.ts';
import { isExactlySummable, prefixSums, windowSum } from './exact-sum.ts';
import { KahanSum } from './kahan.ts';
import { WINDOW_FUNCTIONS } from './window-functions.ts';
import type { Windows } from './windows.ts';

const SPAN = { start: 0, end: 1 };

interface Look {
  readonly every?: number;
  readonly from?: number;
  readonly count?: number;
  readonly range: number;
  readonly args?: readonly number[];
  readonly boundary?: Windows['boundary'];
}

/** The windows of steps `from`, `from + every`, … over samples given as time and value. */
function windowsOf(samples: readonly (readonly [t: number, v: number])[], look: Look): Windows {
  const { every = 1000, from = 0, count = 1, range, args = [], boundary = 'plain' } = look;
  const ends = Float64Array.from({ length: count }, (_, i) => from + i * every);
  const t = Float64Array.from(samples, ([time]) => time);
  const inWindow = (time: number, end: number) => time > end - range && time <= end;
  const first = ends.map((end) => {
    const index = t.findIndex((time) => time > end - range);
    return index < 0 ? t.length : index;
  });
  const size = ends.map((end) => t.filter((time) => inWindow(time, end)).length);
  return {
    t,
    v: Float64Array.from(samples, ([, value]) => value),
    from: boundary === 'plain' ? Int32Array.from(first) : new Int32Array(count),
    to:
      boundary === 'plain'
        ? Int32Array.from(first, (start, i) => start + size[i]!)
        : new Int32Array(count).fill(t.length),
    ends,
    range,
    times: ends,
    args: args.map((value) => new Float64Array(count).fill(value)),
    boundary,
  };
}

function run(func: string, windows: Windows): { values: (number | null)[]; warnings: string[] } {
  const count = windows.ends.length;
  const columns = { values: new Float64Array(count), present: new Uint8Array(count), histograms: null };
  const annotations = new Annotations('x');
  WINDOW_FUNCTIONS[func]!(windows, { columns, base: 0 }, { annotations, span: SPAN });
  return {
    values: Array.from(columns.values, (value, i) => (columns.present[i] === 1 ? value : null)),
    warnings: annotations.warnings,
  };
}

const one = (func: string, samples: readonly (readonly [number, number])[], look: Look) =>
  run(func, windowsOf(samples, look)).values[0];

const spaced = (values: readonly number[], every = 15_000) => values.map((value, i) => [i * every, value] as const);

describe('rate and its kin', () => {
  it('extrapolates to both borders when the samples come close to them', () => {
    // Four samples in (0 s, 60 s] cover 45 s; the left border is one spacing before the first.
    const samples = spaced([10, 12, 14, 16, 18]);
    expect(one('increase', samples, { from: 60_000, range: 60_000 })).toBe(8);
    expect(one('rate', samples, { from: 60_000, range: 60_000 })).toBe(6 * (60 / 45 / 60));
    expect(one('delta', samples, { from: 60_000, range: 60_000 })).toBe(8);
  });

  it('extrapolates by half a spacing where a border is far away', () => {
    // Samples at 100 s and 110 s in (0, 300]: (10 + 5 + 5) / 10 of the difference; a gauge may go below zero.
    expect(
      one(
        'delta',
        [
          [100_000, 4],
          [110_000, 6],
        ],
        { from: 300_000, range: 300_000 },
      ),
    ).toBe(4);
  });

  it('does not extrapolate a counter below zero', () => {
    // The line through the samples is zero 5 s before the first one.
    expect(
      one(
        'increase',
        [
          [100_000, 1],
          [110_000, 3],
        ],
        { from: 300_000, range: 300_000 },
      ),
    ).toBe(4);
    expect(
      one(
        'increase',
        [
          [100_000, 0],
          [110_000, 2],
        ],
        { from: 300_000, range: 300_000 },
      ),
    ).toBe(3);
  });

  it('adds what was counted before each reset', () => {
    const samples = spaced([5, 9, 2, 6, 1]);
    // 1 - 9 + 9 + 6 over 45 s, to both borders: × 60 / 45; the left border is nearer than zero.
    expect(one('increase', samples, { from: 60_000, range: 60_000 })).toBeCloseTo(7 * (60 / 45), 12);
    expect(one('delta', samples, { from: 60_000, range: 60_000 })).toBeCloseTo(-8 * (60 / 45), 12);
  });

  it('needs two samples', () => {
    expect(one('rate', [[1000, 1]], { from: 2000, range: 5000 })).toBeNull();
    expect(one('irate', [[1000, 1]], { from: 2000, range: 5000 })).toBeNull();
    expect(one('rate', [], { from: 2000, range: 5000 })).toBeNull();
  });

  it('takes the last two samples for irate and idelta', () => {
    const samples = [
      [0, 100],
      [1000, 7],
      [3000, 3],
    ] as const;
    expect(one('irate', samples, { from: 3000, range: 9000 })).toBe(1.5);
    expect(one('idelta', samples, { from: 3000, range: 9000 })).toBe(-4);
  });

  it('anchors and smooths at the borders instead of extrapolating', () => {
    const samples = spaced([1, 2, 3, 4, 5, 9, 10]);
    const look = { from: 50_000, range: 60_000 };
    expect(one('increase', samples.slice(0, 4), { ...look, boundary: 'anchored' })).toBe(3);
    expect(one('increase', samples, { ...look, boundary: 'smoothed' })).toBeCloseTo(3 + 1 / 3, 12);
  });
});

describe('functions over time', () => {
  const samples = [
    [1000, 3],
    [2000, -1],
    [3000, Number.NaN],
    [4000, 7],
    [5000, 2],
  ] as const;
  const whole = { from: 5000, range: 5000 };

  it('ignores NaN for minimum and maximum unless there is nothing else', () => {
    expect(one('max_over_time', samples, whole)).toBe(7);
    expect(one('min_over_time', samples, whole)).toBe(-1);
    expect(one('max_over_time', [[1, Number.NaN]], { from: 2, range: 5 })).toBeNaN();
  });

  it('gives the time of the last of equal extremes', () => {
    const equal = [
      [1000, 5],
      [2000, 1],
      [3000, 5],
      [4000, 1],
    ] as const;
    expect(one('ts_of_max_over_time', equal, { from: 4000, range: 9000 })).toBe(3);
    expect(one('ts_of_min_over_time', equal, { from: 4000, range: 9000 })).toBe(4);
    expect(one('ts_of_first_over_time', equal, { from: 4000, range: 9000 })).toBe(1);
    expect(one('ts_of_last_over_time', equal, { from: 4000, range: 9000 })).toBe(4);
  });

  it('is left-open: a sample at the beginning of the window does not belong to it', () => {
    expect(one('count_over_time', samples, { from: 4000, range: 3000 })).toBe(3);
    expect(one('first_over_time', samples, { from: 4000, range: 3000 })).toBe(-1);
    expect(one('last_over_time', samples, { from: 4000, range: 3000 })).toBe(7);
    expect(one('present_over_time', samples, { from: 4000, range: 3000 })).toBe(1);
    expect(one('count_over_time', samples, { from: 20_000, range: 3000 })).toBeNull();
  });

  it('does not lose small values between large ones', () => {
    expect(one('sum_over_time', spaced([1, 1e100, 1, -1e100], 1), { from: 3, range: 9 })).toBe(2);
    expect(one('avg_over_time', spaced([1, 1e100, 1, -1e100], 1), { from: 3, range: 9 })).toBe(0.5);
  });

  it('averages what would overflow as a sum', () => {
    expect(one('avg_over_time', spaced([1.5e308, 1.5e308, 1.5e308], 1), { from: 2, range: 9 })).toBe(1.5e308);
    expect(one('sum_over_time', spaced([1.5e308, 1.5e308], 1), { from: 2, range: 9 })).toBe(Number.POSITIVE_INFINITY);
  });

  it('measures spread', () => {
    const values = spaced([2, 4, 4, 4, 5, 5, 7, 9], 1);
    expect(one('stdvar_over_time', values, { from: 7, range: 9 })).toBe(4);
    expect(one('stddev_over_time', values, { from: 7, range: 9 })).toBe(2);
    // Median 4.5, distances 2.5 .5 .5 .5 .5 .5 2.5 4.5.
    expect(one('mad_over_time', values, { from: 7, range: 9 })).toBe(0.5);
  });

  it('counts changes and resets', () => {
    const values = spaced([1, 1, 3, 2, 2, Number.NaN, Number.NaN, 4], 1);
    expect(one('changes', values, { from: 7, range: 9 })).toBe(4);
    expect(one('resets', values, { from: 7, range: 9 })).toBe(1);
    expect(run('changes', windowsOf(values, { every: 1, from: 1, count: 3, range: 2 })).values).toEqual([0, 1, 1]);
  });

  it('interpolates quantiles, NaN counting as the smallest value', () => {
    expect(one('quantile_over_time', spaced([4, 1, 3, 2], 1), { from: 3, range: 9, args: [0.5] })).toBe(2.5);
    expect(one('quantile_over_time', spaced([4, Number.NaN, 3], 1), { from: 3, range: 9, args: [0.5] })).toBe(3);
    const bad = run('quantile_over_time', windowsOf(spaced([4], 1), { from: 3, range: 9, args: [1.5] }));
    expect(bad).toEqual({
      values: [Number.POSITIVE_INFINITY],
      warnings: ['PromQL warning: quantile value should be between 0 and 1, got 1.5 (1:1)'],
    });
  });

  it('fits a line', () => {
    const line = spaced([10, 13, 16, 19], 1000);
    expect(one('deriv', line, { from: 3000, range: 9000 })).toBeCloseTo(3, 12);
    expect(one('predict_linear', line, { from: 3000, range: 9000, args: [10] })).toBeCloseTo(49, 12);
    expect(one('deriv', spaced([7, 7], 1000), { from: 3000, range: 9000 })).toBe(0);
    expect(one('deriv', spaced([7], 1000), { from: 3000, range: 9000 })).toBeNull();
  });

  it('smooths twice and refuses factors outside of (0, 1)', () => {
    const rising = spaced([0, 10, 20, 30], 1000);
    expect(one('double_exponential_smoothing', rising, { from: 3000, range: 9000, args: [0.5, 0.5] })).toBe(30);
    expect(() => one('double_exponential_smoothing', rising, { from: 3000, range: 9000, args: [1, 0.5] })).toThrow(
      'invalid smoothing factor. Expected: 0 < sf < 1, got: 1.000000',
    );
  });
});

describe('sliding windows agree with a scan of each window', () => {
  const anything = fc.oneof(
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    fc.integer({ min: -3, max: 3 }),
    fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0),
  );
  const shape = fc.record({
    values: fc.array(anything, { maxLength: 60 }),
    every: fc.integer({ min: 1, max: 9 }),
    range: fc.integer({ min: 1, max: 40 }),
  });

  for (const func of [
    'max_over_time',
    'min_over_time',
    'ts_of_max_over_time',
    'changes',
    'resets',
    'increase',
    'quantile_over_time',
    'sum_over_time',
    'avg_over_time',
  ]) {
    it(func, () => {
      fc.assert(
        fc.property(shape, ({ values, every, range }) => {
          const samples = spaced(values, 2);
          const look = { every, range, args: [0.3] };
          const together = run(func, windowsOf(samples, { ...look, count: 20 })).values;
          const alone = together.map((_, i) => one(func, samples, { ...look, from: i * every }));
          expect(together).toEqual(alone);
        }),
      );
    });
  }

  it('sums over prefixes as it would sum each window', () => {
    const value = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((n) => n / 1000);
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 200 }), fc.nat(), (values, at) => {
        const windows = windowsOf(spaced(values, 1), { from: values.length, range: values.length + 5 });
        fc.pre(isExactlySummable(windows));
        const start = at % values.length;
        const sum = new KahanSum();
        for (const part of values.slice(start)) sum.add(part);
        expect(windowSum(prefixSums(windows), start, values.length)).toBe(sum.total);
      }),
    );
  });
});
