import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePoints, encodePoints, type Points } from './points.ts';

const START = 1_700_000_000_000;
const STEP = 15_000;
const encoder = new TextEncoder();

/** A sample per step; undefined where there is none. */
type Samples = readonly (number | undefined)[];

/** The series as they arrive at a picture that is so many pixels wide; 0: no picture, all of them. */
function sent(all: readonly Samples[], pixels = 0): Points {
  const count = Math.max(...all.map(({ length }) => length));
  const { data } = encodePoints({
    ...{ start: START, step: STEP, count, rows: all.length, pixels },
    fill: (row, { values, present }) => {
      all[row]!.forEach((value, i) => {
        if (value === undefined) return;
        values[i] = value;
        present[i] = 1;
      });
      return encoder.encode(`{"pod":"p${row}"}`);
    },
  });
  return decodePoints(data);
}

/** Step and value of each sample of the only series. */
function pairs({ series }: Points): (readonly [step: number, value: number])[] {
  const { steps, values } = series[0]!;
  return Array.from(values, (value, k) => [steps === null ? k : steps[k]!, value]);
}

/** A slope of 80 steps: 10 for each of 8 pixels. */
const slope = Array.from({ length: 80 }, (_, i) => i);
const with_ = (changes: Readonly<Record<number, number | undefined>>): Samples =>
  slope.map((value, i) => (i in changes ? changes[i] : value));

describe('columns of points', () => {
  it('come back as they were, NaN and infinities too', () => {
    const samples = [1, Number.NaN, -0, Number.POSITIVE_INFINITY, Number.MIN_VALUE, 0.1];
    const { series, ...grid } = sent([samples]);
    expect(grid).toEqual({ start: START, step: STEP, count: 6, pixel: 1 });
    expect(series).toEqual([{ metric: { pod: 'p0' }, steps: null, values: Float64Array.from(samples) }]);
  });

  it('tell a sample that is missing from one that is NaN', () => {
    expect(pairs(sent([[1, undefined, Number.NaN, undefined, 4]]))).toEqual([
      [0, 1],
      [2, Number.NaN],
      [4, 4],
    ]);
  });

  it('leave out series without samples', () => {
    expect(
      sent([
        [undefined, undefined],
        [1, 2],
        [undefined, undefined],
      ]).series.map(({ metric }) => metric),
    ).toEqual([{ pod: 'p1' }]);
    expect(sent([[undefined]]).series).toEqual([]);
  });

  it('keep any metric: quotes, line feeds, emoji', () => {
    const metric = { 'a "b"': 'line\nfeed', ü: '🌡️', __proto__x: '</script>' };
    const { data } = encodePoints({
      ...{ start: START, step: STEP, count: 1, rows: 1, pixels: 0 },
      fill: (_row, { present }) => {
        present[0] = 1;
        return encoder.encode(JSON.stringify(metric));
      },
    });
    expect(decodePoints(data).series[0]!.metric).toEqual(metric);
  });

  it('are the same for any samples', () => {
    const sample = fc.option(fc.double(), { nil: undefined });
    fc.assert(
      fc.property(fc.array(fc.array(sample, { minLength: 9, maxLength: 9 }), { minLength: 1, maxLength: 4 }), (all) => {
        const got = sent(all).series.map(({ metric, steps, values }) => {
          const samples: (number | undefined)[] = new Array(9).fill(undefined);
          values.forEach((value, k) => {
            samples[steps === null ? k : steps[k]!] = value;
          });
          return [metric['pod'], samples];
        });
        const expected = all.map((samples, i) => [`p${i}`, samples] as const);
        expect(got).toEqual(expected.filter(([, samples]) => samples.some((value) => value !== undefined)));
      }),
    );
  });
});

describe('more than four samples for each pixel', () => {
  it('are thinned to the first, the least, the greatest and the last of each', () => {
    const points = sent([with_({ 13: 99, 16: -5 })], 8);
    expect(points.pixel).toBe(10);
    expect(pairs(points).filter(([step]) => step >= 10 && step < 20)).toEqual([
      [10, 10],
      [13, 99],
      [16, -5],
      [19, 19],
    ]);
  });

  it('are not thinned when they are four or fewer, or when there is no picture', () => {
    expect(sent([slope], 20)).toMatchObject({ pixel: 1, series: [{ steps: null }] });
    expect(sent([slope], 0)).toMatchObject({ pixel: 1, series: [{ steps: null }] });
  });

  it('keep every peak and the first and last of all', () => {
    const noise = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 50, maxLength: 200 });
    fc.assert(
      fc.property(noise, fc.integer({ min: 1, max: 9 }), (samples, pixels) => {
        const kept = pairs(sent([samples], pixels));
        const values = kept.map(([, value]) => value);
        expect(Math.max(...values)).toBe(Math.max(...samples));
        expect(Math.min(...values)).toBe(Math.min(...samples));
        expect(kept[0]).toEqual([0, samples[0]]);
        expect(kept.at(-1)).toEqual([samples.length - 1, samples.at(-1)]);
        // Every sample stands at its own time.
        for (const [step, value] of kept) expect(value).toBe(samples[step]);
        expect(kept.length).toBeLessThanOrEqual(4 * pixels);
      }),
    );
  });

  it('keep both ends of a gap as wide as a pixel', () => {
    const gap = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [25 + i, undefined]));
    const steps = pairs(sent([with_(gap)], 8)).map(([step]) => step);
    expect(steps.filter((step) => step >= 20 && step < 40)).toEqual([20, 24, 37, 39]);
  });

  it('keep all samples of a pixel with a NaN or an infinity', () => {
    const kept = pairs(sent([with_({ 25: Number.NaN, 41: Number.POSITIVE_INFINITY })], 8));
    const inPixel = (p: number) => kept.filter(([step]) => Math.floor(step / 10) === p).length;
    expect([2, 4].map(inPixel)).toEqual([10, 10]);
    expect([0, 1, 3, 5].map(inPixel)).toEqual([2, 2, 2, 2]);
  });

  it('end where a series went stale', () => {
    const ended = slope.map((value, i) => (i < 33 ? value : undefined));
    expect(pairs(sent([ended, slope], 8)).at(-1)).toEqual([32, 32]);
  });
});
