import { describe, expect, it } from 'vitest';
import { lonelyPoints } from './lonely-points.ts';

const lonely = (
  values: (number | null | undefined)[],
  { range = [0, values.length - 1] as readonly [number, number], pixels = 10, gaps = true } = {},
): number[] | null => lonelyPoints({ values, at: (place) => place * pixels, gaps }, range);

describe('values that no stroke shows', () => {
  it('have none beside them', () => {
    expect(lonely([1, null, 3, 4, null, 6])).toEqual([0, 5]);
    expect(lonely([null, 2, null, undefined, 5, null])).toEqual([1, 4]);
    expect(lonely([1, 2, null, 4, 5])).toBeNull();
    expect(lonely([null, null])).toBeNull();
  });

  it('have the few beside them within a pixel or two', () => {
    expect(lonely([1, 2, null, 4, 5, 6, 7, 8, 9], { pixels: 0.5 })).toEqual([0]);
  });

  it('are looked for where the chart looks', () => {
    expect(lonely([1, null, 3, 4, 5], { range: [1, 2] })).toEqual([2]);
  });

  it('are joined where gaps are spanned, but for one that is all there is', () => {
    expect(lonely([1, null, 3], { gaps: false })).toBeNull();
    expect(lonely([null, 2, null], { gaps: false })).toEqual([1]);
    expect(lonely([null, null], { gaps: false })).toBeNull();
    expect(lonely([1, 2, 3], { gaps: false, pixels: 0.5 })).toEqual([0]);
  });
});
