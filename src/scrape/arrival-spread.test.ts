import { describe, expect, it } from 'vitest';
import { ArrivalSpread, spreadOver } from './arrival-spread.ts';
import { hashText } from './distinct-count.ts';

const MINUTE = 60_000;

describe('arrivals', () => {
  it('are spread when six parts of the window have a sixth of them', () => {
    const even = { values: 600, parts: 6 };
    expect(spreadOver([100, 100, 100, 100, 100, 100], even)).toBe(600);
    expect(spreadOver([600, 0, 0, 0, 0, 0], even)).toBe(100);
    expect(spreadOver([300, 300, 300, 300, 300, 0], even)).toBe(500);
    expect(spreadOver([50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50], even)).toBe(600);
  });

  /** Ten values in each five minutes of the hour; `others` had come before. */
  function hour(others: number, isNew: boolean): ArrivalSpread {
    const arrivals = new ArrivalSpread();
    for (let slice = 0; slice < 12; slice++) {
      // Each value comes with two series.
      for (let i = 0; i < 20; i++) arrivals.came(slice * 10 + (i >> 1), { since: slice * 5 * MINUTE, isNew, others });
    }
    return arrivals;
  }

  it('count once where it cannot be told any more which are new ones of the hour', () => {
    expect(hour(10_000, false).keeps({ values: 120, parts: 12, minutes: 5 })).toBe(true);
    expect(hour(10_000, false).keeps({ values: 122, parts: 12, minutes: 5 })).toBe(false);
    expect(hour(1_000, false).keeps({ values: 1, parts: 1, minutes: 5 })).toBe(false);
  });

  it('are counted by the minute, also when there are many', () => {
    const arrivals = new ArrivalSpread();
    for (let i = 0; i < 20_000; i++) {
      arrivals.came(hashText(`u${i}`), { since: Math.floor(i / 2000) * MINUTE, isNew: true, others: 4096 });
    }
    expect(arrivals.keeps({ values: 19_000, parts: 10, minutes: 1 })).toBe(true);
    expect(arrivals.keeps({ values: 21_000, parts: 10, minutes: 1 })).toBe(false);
    expect(arrivals.keeps({ values: 1_100, parts: 11, minutes: 1 })).toBe(false);
  });

  it('are forgotten with the hour', () => {
    const arrivals = new ArrivalSpread();
    const pace = { values: 12, parts: 12, minutes: 5 };
    for (let i = 0; i < 12; i++) arrivals.came(i, { since: i * 5 * MINUTE, isNew: true, others: 0 });
    expect(arrivals.keeps(pace)).toBe(true);
    arrivals.clear();
    expect(arrivals.keeps(pace)).toBe(false);
  });
});
