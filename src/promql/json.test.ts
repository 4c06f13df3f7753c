import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSampleValue } from '#lib/go-format';
import { Labels } from '#model/labels';
import { encodeData } from './json.ts';
import type { QueryResult } from './value.ts';

const statistics = {
  totalQueryableSamples: 3,
  peakSamples: 2,
  seriesRead: 1,
  samplesRead: 1,
  timingsMs: { parse: 1, plan: 2, run: 3 },
};
const common = { warnings: [], infos: [], statistics };
const text = (result: QueryResult, options?: Parameters<typeof encodeData>[1]) =>
  new TextDecoder().decode(encodeData(result, options));

const up = Labels.from({ __name__: 'up', job: 'a"b' });
const frame = {
  labels: [Labels.EMPTY, up],
  steps: 2,
  values: Float64Array.of(1, Number.NaN, 1e21, 0),
  present: Uint8Array.of(1, 1, 1, 0),
  histograms: null,
};
const grid = { start: 1000, step: 500, count: 2 };

describe('JSON of results', () => {
  it('is empty, never null', () => {
    expect(text({ type: 'vector', at: 0, frames: [], ...common })).toBe('{"resultType":"vector","result":[]}');
    expect(text({ type: 'raw-matrix', series: [], ...common })).toBe('{"resultType":"matrix","result":[]}');
  });

  it('writes times in seconds and values as Go does', () => {
    expect(text({ type: 'matrix', grid, frames: [frame], ...common })).toBe(
      '{"resultType":"matrix","result":[{"metric":{},"values":[[1,"1"],[1.500,"NaN"]]},' +
        '{"metric":{"__name__":"up","job":"a\\"b"},"values":[[1,"1e+21"]]}]}',
    );
    expect(text({ type: 'scalar', at: -1001, value: Number.POSITIVE_INFINITY, ...common })).toBe(
      '{"resultType":"scalar","result":[-1.001,"+Inf"]}',
    );
    expect(text({ type: 'string', at: 1, value: 'é"', ...common })).toBe(
      '{"resultType":"string","result":[0.001,"é\\""]}',
    );
  });

  it('writes the value of a scalar query without exponents, as Prometheus does there alone', () => {
    expect(text({ type: 'scalar', at: 0, value: 1e-7, ...common })).toBe(
      '{"resultType":"scalar","result":[0,"0.0000001"]}',
    );
  });

  it('escapes labels as Prometheus does, and result strings as Go does for HTML', () => {
    const odd = '<&\u2028\b\f\n\u0001\u007f\\"é😀\udcff';
    const labels = [Labels.from({ a: odd })];
    expect(text({ type: 'matrix', grid, frames: [{ ...frame, labels }], ...common })).toContain(
      '{"a":"<&\u2028\\u0008\\u000c\\n\\u0001\u007f\\\\\\"é😀\\udcff"}',
    );
    expect(text({ type: 'string', at: 0, value: odd, ...common })).toContain(
      '"\\u003c\\u0026\\u2028\\b\\f\\n\\u0001\u007f\\\\\\"é😀\\udcff"',
    );
  });

  it('writes any matrix as JSON.stringify would write its parts', () => {
    const cell = fc.record({ value: fc.double(), present: fc.boolean() });
    const series = fc.tuple(fc.string(), fc.array(cell, { minLength: 3, maxLength: 3 }));
    fc.assert(
      fc.property(fc.array(series, { maxLength: 8 }), fc.integer({ min: -5000, max: 5000 }), (rows, start) => {
        const cells = rows.flatMap(([, own]) => own);
        const any = {
          labels: rows.map(([name]) => Labels.from({ name })),
          steps: 3,
          values: Float64Array.from(cells, ({ value }) => value),
          present: Uint8Array.from(cells, ({ present }) => (present ? 1 : 0)),
          histograms: null,
        };
        const { result } = JSON.parse(
          text({ type: 'matrix', grid: { start, step: 250, count: 3 }, frames: [any], ...common }),
        );
        const expected = rows.map(([name, own]) => {
          const values = own
            .map(({ value, present }, i) => ({ present, sample: [(start + i * 250) / 1000, formatSampleValue(value)] }))
            .filter(({ present }) => present);
          const metric = name === '' ? {} : { name };
          return values.length === 0 ? { metric } : { metric, values: values.map(({ sample }) => sample) };
        });
        expect(result).toEqual(expected);
      }),
    );
  });

  it('leaves out series beyond the limit', () => {
    expect(JSON.parse(text({ type: 'matrix', grid, frames: [frame], ...common }, { limit: 1 })).result).toHaveLength(1);
  });

  it('adds statistics on demand', () => {
    const data = JSON.parse(text({ type: 'vector', at: 0, frames: [], ...common }, { statistics: true }));
    expect(data.stats).toEqual({
      timings: {
        evalTotalTime: 0.005,
        resultSortTime: 0,
        queryPreparationTime: 0.002,
        innerEvalTime: 0.003,
        execQueueTime: 0,
        execTotalTime: 0.006,
      },
      samples: { totalQueryableSamples: 3, samplesRead: 1, peakSamples: 2 },
    });
  });

  it('shows native histograms bucket by bucket', () => {
    const histogram = {
      schema: 0,
      zeroThreshold: 0.5,
      zeroCount: 2,
      count: 8,
      sum: 9.5,
      positiveSpans: [
        { offset: 0, length: 1 },
        { offset: 1, length: 1 },
      ],
      positiveBuckets: Float64Array.of(3, 1),
      negativeSpans: [{ offset: 1, length: 1 }],
      negativeBuckets: Float64Array.of(2),
      customBounds: null,
      counterResetHint: 'unknown',
    } as const;
    const one = {
      labels: [up],
      steps: 1,
      values: Float64Array.of(0),
      present: Uint8Array.of(1),
      histograms: [histogram],
    };
    expect(JSON.parse(text({ type: 'vector', at: 0, frames: [one], ...common })).result[0].histogram).toEqual([
      0,
      {
        count: '8',
        sum: '9.5',
        buckets: [
          [1, '-2', '-1', '2'],
          [3, '-0.5', '0.5', '2'],
          [0, '0.5', '1', '3'],
          [0, '2', '4', '1'],
        ],
      },
    ]);
  });
});
