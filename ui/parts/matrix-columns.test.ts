import { describe, expect, it } from 'vitest';
import { columnOf, stepTimes } from './matrix-columns.ts';

const range = { start: 10_000, end: 40_000 };

describe('the columns of a range query', () => {
  it('have one row per step, both ends among them', () => {
    expect(stepTimes(range, 10_000)).toEqual([10_000, 20_000, 30_000, 40_000]);
    expect(stepTimes({ start: 0, end: 25 }, 10)).toEqual([0, 10, 20]);
  });

  it('have null where there is no sample', () => {
    const values = [
      [20, '2.5'],
      [40, '4'],
    ] as const;
    expect(columnOf({ metric: {}, values }, range, 10_000)).toEqual([null, 2.5, null, 4]);
  });

  it('leave out what has no place on a chart', () => {
    const values = [
      [10, 'NaN'],
      [20, '+Inf'],
      [30, '-1e-3'],
      [999, '1'],
    ] as const;
    expect(columnOf({ metric: {}, values }, range, 10_000)).toEqual([null, null, -0.001, null]);
  });

  it('take the sum of a native histogram', () => {
    expect(columnOf({ metric: {}, histograms: [[20, { count: '3', sum: '7' }]] }, range, 10_000)).toEqual([
      null,
      7,
      null,
      null,
    ]);
  });

  it('bear fractions of seconds', () => {
    expect(columnOf({ metric: {}, values: [[10.5, '1']] }, { start: 10_000, end: 11_000 }, 500)).toEqual([
      null,
      1,
      null,
    ]);
  });
});
