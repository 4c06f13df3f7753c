import { describe, expect, it } from 'vitest';
import { type ChartSeries, drawnColumns, isEmpty, nearestIndex, styleKey } from './chart-data.ts';

const line = (values: readonly (number | null)[], more: Partial<ChartSeries> = {}): ChartSeries => ({
  name: 'x',
  color: '#000000',
  values,
  ...more,
});

describe('what a chart draws', () => {
  it('is the values as they are', () => {
    expect(drawnColumns([line([1, null, 3])])).toEqual({ columns: [[1, null, 3]], bands: [] });
  });

  it('is below zero when negated', () => {
    expect(drawnColumns([line([1, null, -3], { negate: true })]).columns).toEqual([[-1, null, 3]]);
  });

  it('adds up a stack, over the gaps of its members', () => {
    const drawn = drawnColumns([
      line([1, 2, 3], { stack: 's' }),
      line([9, 9, 9]),
      line([10, null, 30], { stack: 's' }),
      line([1, 1, 1], { stack: 's' }),
    ]);
    expect(drawn.columns).toEqual([
      [1, 2, 3],
      [9, 9, 9],
      [11, null, 33],
      [12, 3, 34],
    ]);
    expect(drawn.bands).toEqual([
      { upper: 2, lower: 0 },
      { upper: 3, lower: 2 },
    ]);
  });

  it('stacks what points down apart, and leaves hidden series out', () => {
    const drawn = drawnColumns([
      line([1], { stack: 's' }),
      line([5], { stack: 's', hidden: true }),
      line([2], { stack: 's', negate: true }),
      line([3], { stack: 's', negate: true }),
      line([4], { stack: 's' }),
    ]);
    expect(drawn.columns).toEqual([[1], [5], [-2], [-5], [5]]);
    expect(drawn.bands).toEqual([
      { upper: 3, lower: 2 },
      { upper: 4, lower: 0 },
    ]);
  });

  it('is rebuilt for another style and not for other values', () => {
    const data = { times: [1, 2], range: { start: 0, end: 3 } };
    const key = (series: ChartSeries) => styleKey({ ...data, series: [series] });
    expect(key(line([1, 2]))).toBe(key({ ...line([3, 4]), name: 'y', color: '#ffffff', hidden: true }));
    expect(key(line([1, 2]))).not.toBe(key(line([1, 2], { fill: 0.5 })));
  });

  it('is empty without a sample in the range', () => {
    const range = { start: 10, end: 20 };
    expect(isEmpty({ times: [5, 15], series: [line([1, null])], range })).toBe(true);
    expect(isEmpty({ times: [5, 15], series: [line([null, 1])], range })).toBe(false);
    expect(isEmpty({ times: [], series: [], range })).toBe(true);
  });
});

describe('the nearest time', () => {
  it('is the closer neighbour, the earlier one in the middle', () => {
    const times = [10, 20, 30];
    expect([0, 10, 14, 15, 16, 29, 99].map((time) => nearestIndex(times, time))).toEqual([0, 0, 0, 0, 1, 2, 2]);
    expect(nearestIndex([], 5)).toBe(null);
  });
});
