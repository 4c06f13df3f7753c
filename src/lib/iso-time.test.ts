import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoTime } from './iso-time.ts';

const LAST = 8_640_000_000_000_000;
const same = (time: number): void => {
  expect(isoTime(time)).toBe(new Date(time).toISOString());
};

describe('a time as text', () => {
  it('is as a Date writes it', () => {
    const near = fc.integer({ min: 1_700_000_000_000, max: 1_700_000_500_000 });
    fc.assert(fc.property(near, same));
    const any = fc.integer({ min: -LAST, max: LAST });
    fc.assert(fc.property(any, same));
    for (const time of [-LAST, -1, 0, 86_399_999, 86_400_000, LAST]) same(time);
  });

  it('is not made of what no Date can hold', () => {
    for (const time of [Number.NaN, Number.POSITIVE_INFINITY, -LAST - 1]) {
      expect(() => isoTime(time)).toThrow(RangeError);
    }
  });
});
