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

  it('puts timestamps on their slot when they are close', () => {
    expect([998, 1000, 1002, 1003].map((now) => alignedTimestamp(now, 1000, 10_000))).toEqual([1000, 1000, 1000, 1003]);
    expect(alignedTimestamp(1002, 1000, 100)).toBe(1002);
  });

  it('leaves out missed slots and keeps its phase when the clock is set', () => {
    expect(nextSlot(1000, 1005, 100)).toBe(1100);
    expect(nextSlot(1000, 999, 100)).toBe(1100);
    expect(nextSlot(1000, 1100, 100)).toBe(1200);
    expect(nextSlot(1000, 1350, 100)).toBe(1400);
    expect(nextSlot(1_000_000, 5_030, 100)).toBe(5_100);
  });
});
