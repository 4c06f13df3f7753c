import { describe, expect, it } from 'vitest';
import { hashText } from './distinct-count.ts';
import { ValueBalance } from './value-balance.ts';

const values = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => hashText(`v${from + i}`));

function balance({ came, went }: { came: readonly number[]; went: readonly number[] }) {
  const balance = new ValueBalance();
  for (const value of came) balance.came(value);
  for (const value of went) balance.went(value);
  return { arrivals: balance.arrivals(), gain: balance.gain(), brief: balance.brief() };
}

describe('the balance of values', () => {
  it('gains those that stay', () => {
    const all = values(0, 1000);
    expect(balance({ came: [...all, ...all], went: [] })).toEqual({
      arrivals: expect.closeTo(1000, -2),
      gain: expect.closeTo(1000, -2),
      brief: 0,
    });
  });

  it('gains nothing of those that go again with all their series', () => {
    const all = values(0, 1000);
    expect(balance({ came: [...all, ...all], went: [...all, ...all] })).toEqual({
      arrivals: expect.closeTo(1000, -2),
      gain: 0,
      brief: expect.closeTo(1000, -2),
    });
  });

  it('gains nothing when others go for those that come', () => {
    const { gain } = balance({ came: values(1000, 2000), went: values(0, 1000) });
    expect(Math.abs(gain)).toBeLessThan(100);
  });

  it('is empty after it was cleared', () => {
    const balance = new ValueBalance();
    for (const value of values(0, 100)) balance.came(value);
    for (const value of values(50, 200)) balance.went(value);
    balance.clear();
    expect([balance.arrivals(), balance.gain(), balance.brief()]).toEqual([0, 0, 0]);
  });
});
