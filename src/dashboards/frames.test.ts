import { describe, expect, it } from 'vitest';
import type { Target } from './dashboard.ts';
import { framesOf, type PrometheusData, seriesName } from './frames.ts';
import { reducer } from './reducers.ts';

const target = (over: Partial<Target> = {}): Target => ({
  ...{ refId: 'A', expr: '', legendFormat: '', instant: false, range: true, format: 'time_series' },
  ...{ interval: '', intervalFactor: 1, hide: false, exemplar: false, datasource: null },
  ...over,
});

describe('an answer of the API', () => {
  const matrix: PrometheusData = {
    resultType: 'matrix',
    result: [
      {
        metric: { __name__: 'up', job: 'a' },
        values: [
          [1, '1'],
          [2.5, 'NaN'],
        ],
      },
      { metric: { __name__: 'up', job: 'b' }, values: [[1, '+Inf']] },
    ],
  };

  it('becomes a frame per series', () => {
    const frames = framesOf(matrix, target({ legendFormat: '{{ job }} / {{missing}}' }));
    expect(frames.map(({ fields }) => fields[1]!.name)).toEqual(['a / ', 'b / ']);
    expect([...(frames[0]!.fields[0]!.values as Float64Array)]).toEqual([1000, 2500]);
    expect([...(frames[1]!.fields[1]!.values as Float64Array)]).toEqual([Number.POSITIVE_INFINITY]);
  });

  it('becomes a table with a column per label', () => {
    const vector: PrometheusData = {
      resultType: 'vector',
      result: [
        { metric: { job: 'a', instance: 'x' }, value: [1, '2'] },
        { metric: { job: 'b' }, value: [1, '3'] },
      ],
    };
    const [table] = framesOf(vector, target({ format: 'table' }), { manyTargets: true });
    expect(table!.fields.map(({ name, values }) => [name, ...values])).toEqual([
      ['Time', 1000, 1000],
      ['instance', 'x', ''],
      ['job', 'a', 'b'],
      ['Value #A', 2, 3],
    ]);
  });

  it('over a range knows its step', () => {
    expect(framesOf(matrix, target(), { step: 1500 }).map(({ step }) => step)).toEqual([1500, 1500]);
    expect(framesOf(matrix, target())[0]).not.toHaveProperty('step');
  });

  it('that is a scalar is one point', () => {
    const [frame] = framesOf({ resultType: 'scalar', result: [7, '1.5'] }, target());
    expect(frame!.fields.map(({ values }) => [...values])).toEqual([[7000], [1.5]]);
  });
});

describe('an automatic legend', () => {
  const auto = { legendFormat: '__auto', expr: 'up' };
  const all = [
    { __name__: 'up', job: 'a', instance: '1' },
    { __name__: 'up', job: 'a', instance: '2' },
  ];

  it('shows what tells the series apart', () => {
    expect(all.map((metric) => seriesName(metric, auto, all))).toEqual(['1', '2']);
    expect(seriesName(all[0]!, auto, [all[0]!])).toBe('up{job="a", instance="1"}');
  });
});

describe('a series without labels', () => {
  it('is called by its expression, unless a legend was written', () => {
    const named = (legendFormat: string) => seriesName({}, { legendFormat, expr: 'sum(up)' }, [{}]);
    expect(['', '__auto', 'total'].map(named)).toEqual(['sum(up)', 'sum(up)', 'total']);
  });
});

describe('reducers', () => {
  const values = [Number.NaN, 3, 1, Number.NaN, 5, Number.NaN];
  it.each([
    ['lastNotNull', 5],
    ['last', Number.NaN],
    ['firstNotNull', 3],
    ['min', 1],
    ['max', 5],
    ['mean', 3],
    ['sum', 9],
    ['count', 3],
    ['countAll', 6],
    ['range', 4],
    ['diff', 2],
    ['delta', 0],
    ['changeCount', 2],
    ['distinctCount', 3],
    ['median', 3],
    ['p99', 5],
    ['stdDev', Math.sqrt(8 / 3)],
  ])('%s of 3, 1, 5 with gaps is %d', (id, expected) => {
    expect(reducer(id)!.reduce(values)).toBe(expected);
  });

  it('of nothing is no value', () => {
    expect(reducer('max')!.reduce([])).toBeNaN();
    expect(reducer('toString')).toBeUndefined();
  });
});
