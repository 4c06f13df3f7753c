import { describe, expect, it } from 'vitest';
import { SlidingQuantiles } from './sliding-quantiles.ts';

const MINUTE = 60_000;
const TARGETS = [0.01, 0.5, 0.99].map((quantile) => ({ quantile, error: 0.001 }));

class World {
  now = 0;
  readonly quantiles = new SlidingQuantiles(TARGETS, () => this.now);

  /** Adds a value every second for some minutes. */
  add(minutes: number, value: number): void {
    for (let i = 0; i < minutes * 60; i++, this.now += 1000) this.quantiles.add(value);
  }
}

describe('quantiles of a window', () => {
  it('forget what is older than ten minutes, and nothing that is younger than eight', () => {
    const world = new World();
    world.add(6, 1);
    world.add(6, 2);
    expect(world.quantiles.read()).toEqual([1, 2, 2]);
    world.add(2, 3);
    expect(world.quantiles.read()).toEqual([2, 2, 3]);
    world.add(8, 4);
    expect(world.quantiles.read()).toEqual([4, 4, 4]);
  });

  it('are of what came last when nothing came for a while', () => {
    const world = new World();
    world.add(1, 1);
    world.now += 5 * MINUTE;
    expect(world.quantiles.read()).toEqual([1, 1, 1]);
    world.now += 5 * MINUTE;
    expect(world.quantiles.read()).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    world.quantiles.add(2);
    expect(world.quantiles.read()).toEqual([2, 2, 2]);
  });

  it('count values that were not merged yet to the time when they came', () => {
    const world = new World();
    world.quantiles.add(1);
    world.now += 9 * MINUTE;
    world.quantiles.add(2);
    world.now += 2 * MINUTE;
    expect(world.quantiles.read()).toEqual([2, 2, 2]);
  });

  it('take many values of one moment', () => {
    const world = new World();
    for (let i = 0; i < 100_000; i++) world.quantiles.add((i * 7919) % 100_000);
    const [low, middle, high] = world.quantiles.read();
    for (const [value, wanted] of [
      [low, 1000],
      [middle, 50_000],
      [high, 99_000],
    ] as const) {
      expect(Math.abs(value! - wanted)).toBeLessThan(100);
    }
  });
});
