import { describe, expect, it } from 'vitest';
import { resultRows, sortRows } from './result-rows.ts';

const vector = (values: readonly string[]) =>
  resultRows({
    resultType: 'vector',
    result: values.map((value, i) => ({ metric: { i: String(i) }, value: [0, value] })),
  });

describe('the rows of an answer', () => {
  it('are the series of a vector', () => {
    expect(
      resultRows({ resultType: 'vector', result: [{ metric: { __name__: 'up', job: 'a' }, value: [12, '1'] }] }),
    ).toEqual([
      {
        key: 'up{job="a"}',
        labels: { __name__: 'up', job: 'a' },
        text: 'up{job="a"}',
        samples: [[12, '1']],
        histogram: null,
      },
    ]);
  });

  it('hold the newest native histogram', () => {
    const [row] = resultRows({
      resultType: 'matrix',
      result: [
        {
          metric: {},
          histograms: [
            [1, { count: '1', sum: '2' }],
            [2, { count: '3', sum: '4' }],
          ],
        },
      ],
    });
    expect(row!.histogram).toEqual({ count: '3', sum: '4' });
    expect(row!.samples).toEqual([]);
  });

  it('are none for a scalar', () => {
    expect(resultRows({ resultType: 'scalar', result: [1, '2'] })).toEqual([]);
  });

  it('sort by value with NaN last', () => {
    const rows = vector(['2', 'NaN', '-Inf', '10', '+Inf']);
    const order = (how: 'up' | 'down' | 'none') => sortRows(rows, how).map(({ samples }) => samples[0]![1]);
    expect(order('up')).toEqual(['-Inf', '2', '10', '+Inf', 'NaN']);
    expect(order('down')).toEqual(['+Inf', '10', '2', '-Inf', 'NaN']);
    expect(order('none')).toEqual(['2', 'NaN', '-Inf', '10', '+Inf']);
  });
});
