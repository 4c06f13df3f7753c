import { describe, expect, it } from 'vitest';
import { alignedTimestamp, firstDelay, hashSeed, nextSlot } from './schedule.ts';

describe('the rhythm of a target', () => {
  it('has the same phase whenever it starts, and another one on another server', () => {
    const seed = hashSeed('server');
    const phase = (now: number) => (now + firstDelay('target', seed, { interval: 10_000, now })) % 10_000;
    expect(new Set([0, 1, 123_456, 9_999, 1_700_000_000_000].map(phase)).size).toBe(1);
    const other = (123 + firstDelay('target', hashSeed('other'), { interval: 10_000, now: 123 })) % 10_000;
    expect(other).not.toBe(phase(123));
  });

  it('spreads targets over the interval', () => {
    const delays = Array.from({ length: 1000 }, (_, i) => firstDelay(`t${i}`, 7, { interval: 10_000, now: 0 }));
    const perSecond = Array.from({ length: 10 }, (_, s) => delays.filter((d) => Math.floor(d / 1000) === s).length);
    expect(Math.min(...perSecond)).toBeGreaterThan(60);
    expect(Math.max(...perSecond)).toBeLessThan(140);
  });

  it('puts targets on beats, which are others on another server', () => {
    const phases = (interval: number, seed: number) =>
      new Set(Array.from({ length: 1000 }, (_, i) => firstDelay(`t${i}`, seed, { interval, now: 0 })));
    const beats = (count: number, beat: number, offset: number) =>
      Array.from({ length: count }, (_, i) => offset + i * beat);
    expect([...phases(15_000, 7)].sort((a, b) => a - b)).toEqual(beats(75, 200, 7));
    expect([...phases(15_000, 2 ** 32 - 1)].sort((a, b) => a - b)).toEqual(beats(75, 200, (2 ** 32 - 1) % 200));
    expect([...phases(1000, 123)].sort((a, b) => a - b)).toEqual(beats(20, 50, 23));
    expect([...phases(10, 123)].sort((a, b) => a - b)).toEqual(beats(10, 1, 0));
  });

  it('puts timestamps on their slot when they are close', () => {
    const timestamps = (tolerance: number, interval: number) =>
      [998, 1000, 1002, 1003].map((now) => alignedTimestamp(now, { slot: 1000, interval, tolerance }));
    expect(timestamps(2, 10_000)).toEqual([1000, 1000, 1000, 1003]);
    expect(timestamps(2, 100)).toEqual([998, 1000, 1002, 1003]);
    expect(timestamps(5, 300)).toEqual([1000, 1000, 1000, 1000]);
    expect(timestamps(5, 200)).toEqual([1000, 1000, 1000, 1003]);
    expect(timestamps(0, 10_000)).toEqual([998, 1000, 1002, 1003]);
  });

  it('leaves out missed slots and keeps its phase when the clock is set', () => {
    expect(nextSlot(1000, 1005, 100)).toBe(1100);
    expect(nextSlot(1000, 999, 100)).toBe(1100);
    expect(nextSlot(1000, 1100, 100)).toBe(1200);
    expect(nextSlot(1000, 1350, 100)).toBe(1400);
    expect(nextSlot(1_000_000, 5_030, 100)).toBe(5_100);
  });
});
