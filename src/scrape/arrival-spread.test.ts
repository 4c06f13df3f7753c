import { describe, expect, it } from 'vitest';
import { ArrivalSpread, spreadOver } from './arrival-spread.ts';

const MINUTE = 60_000;

describe('arrivals', () => {
  it('are spread when six parts of the window have a sixth of them', () => {
    expect(spreadOver([100, 100, 100, 100, 100, 100], 600)).toBe(600);
    expect(spreadOver([600, 0, 0, 0, 0, 0], 600)).toBe(100);
    expect(spreadOver([300, 300, 300, 300, 300, 0], 600)).toBe(500);
    expect(spreadOver([50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50], 600)).toBe(600);
  });

  /** Ten values in each five minutes of the hour; `others` had come before. */
  function hour(others: number, isNew: boolean): number {
    const arrivals = new ArrivalSpread();
    for (let slice = 0; slice < 12; slice++) {
      // Each value comes with two series.
      for (let i = 0; i < 20; i++) arrivals.came(slice * 10 + (i >> 1), { since: slice * 5 * MINUTE, isNew, others });
    }
    return arrivals.spread(120);
  }

  it('count once where it cannot be told any more which are new ones of the hour', () => {
    expect(hour(10_000, false)).toBe(120);
    expect(hour(1_000, false)).toBe(0);
  });

  it('are forgotten with the hour', () => {
    const arrivals = new ArrivalSpread();
    for (let i = 0; i < 12; i++) arrivals.came(i, { since: i * 5 * MINUTE, isNew: true, others: 0 });
    expect(arrivals.spread(12)).toBe(12);
    arrivals.clear();
    expect(arrivals.spread(12)).toBe(0);
  });
});
