import { describe, expect, it } from 'vitest';
import { LOW_AND_HIGH_QUANTILES, QuantileSketch, quantilesOf } from './quantile-sketch.ts';

const TARGETS = LOW_AND_HIGH_QUANTILES;

/** Numbers from 0 to 1 that look random and are the same each time. */
function* noise(seed: number): Generator<number> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

function numbers(count: number, shape: (i: number, random: number) => number): Float64Array {
  const random = noise(count);
  return Float64Array.from({ length: count }, (_, i) => shape(i, random.next().value as number));
}

function sketchOf(values: Float64Array, batch = 256): QuantileSketch {
  const sketch = new QuantileSketch(TARGETS);
  for (let at = 0; at < values.length; at += batch) sketch.merge(values.slice(at, at + batch).sort());
  return sketch;
}

/** How far the rank of each quantile is off, as a part of all values. */
function rankErrors(told: readonly number[], values: Float64Array): number[] {
  return TARGETS.map(({ quantile }, i) => {
    const below = values.filter((value) => value < told[i]!).length;
    const upTo = values.filter((value) => value <= told[i]!).length;
    const wanted = quantile * values.length;
    return Math.max(0, below - wanted, wanted - upTo) / values.length;
  });
}

const SHAPES: Readonly<Record<string, (i: number, random: number) => number>> = {
  'spread evenly': (_, random) => random,
  'mostly the same': (_, random) => (random < 0.95 ? 15 : 15 + random),
  'with a long tail': (_, random) => 1 / (1 - random),
  rising: (i) => i,
  falling: (i) => -i,
  'in a cycle': (i) => i % 1000,
};

describe('quantiles of few values', () => {
  it('are exact', () => {
    const told = (...values: number[]) => quantilesOf([sketchOf(Float64Array.from(values))], TARGETS);
    expect(told()).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
    expect(told(7)).toEqual([7, 7, 7, 7, 7]);
    expect(told(5, 1, 4, 2, 3)).toEqual([1, 1, 3, 5, 5]);
    expect(told(...Array.from({ length: 20 }, (_, i) => i))).toEqual([0, 0, 9, 17, 19]);
  });
});

describe.each(Object.entries(SHAPES))('quantiles of 100,000 values %s', (_, shape) => {
  const values = numbers(100_000, shape);
  const allowed = TARGETS.map(({ error }) => error);

  it('have ranks within the errors of their targets', () => {
    const sketch = sketchOf(values);
    expect(sketch.count).toBe(values.length);
    const errors = rankErrors(quantilesOf([sketch], TARGETS), values);
    expect(errors.filter((error, i) => error > allowed[i]!)).toEqual([]);
    expect(sketch.length).toBeLessThan(1000);
  });

  it('have them also when they are spread over several sketches', () => {
    const cuts = [0, 30_000, 30_100, 60_000, 60_001, 100_000];
    const sketches = cuts.slice(1).map((end, i) => sketchOf(values.slice(cuts[i], end), 100));
    const errors = rankErrors(quantilesOf(sketches, TARGETS), values);
    expect(errors.filter((error, i) => error > allowed[i]!)).toEqual([]);
  });
});

it('a sketch that was cleared knows nothing of what was in it', () => {
  const sketch = sketchOf(numbers(10_000, (i) => i));
  sketch.clear();
  sketch.merge(Float64Array.of(3, 4));
  expect(quantilesOf([sketch], TARGETS)).toEqual([3, 3, 3, 4, 4]);
});
