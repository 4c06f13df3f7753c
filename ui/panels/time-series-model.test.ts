import { describe, expect, it } from 'vitest';
import type { Json } from '#dashboards/dashboard';
import type { DataFrame } from '#dashboards/frames';
import { parseDashboard } from '#dashboards/parse';
import { timeSeriesModel } from './time-series-model.ts';

const THEME = { text: '#dddddd', background: '#000000' };
const RANGE = { start: 0, end: 20 };

function panelWith(defaults: Json, overrides: Json = []) {
  const json = { panels: [{ type: 'timeseries', fieldConfig: { defaults, overrides } }] };
  return parseDashboard(json as Json, 'x').panels[0]!;
}

function series(name: string, ...values: readonly number[]): DataFrame {
  const times = Float64Array.from(values, (_, i) => i * 10);
  return {
    refId: 'A',
    length: values.length,
    fields: [
      { name: 'Time', labels: {}, type: 'time', values: times },
      { name, labels: {}, type: 'number', values: Float64Array.from(values) },
    ],
  };
}

function without({ values, ...field }: DataFrame['fields'][number], line: number) {
  return { ...field, values: Float64Array.from([...values].filter((_, i) => i !== line) as number[]) };
}

function model(defaults: Json, frames: readonly DataFrame[], overrides: Json = []) {
  return timeSeriesModel(panelWith(defaults, overrides), frames, { range: RANGE, theme: THEME });
}

function byName(name: string, id: string, value: Json): Json {
  return { matcher: { id: 'byName', options: name }, properties: [{ id, value }] };
}

describe('a time series panel', () => {
  const frames = [series('read', 1, 2, 3), series('written', 10, 20, 30)];

  it('draws every column of numbers with the panel’s style', () => {
    const custom = { fillOpacity: 20, lineWidth: 2, lineInterpolation: 'stepAfter', showPoints: 'never' };
    const { data, axes } = model({ unit: 'bytes', custom }, frames);
    expect(data.times).toEqual([0, 10, 20]);
    expect(data.series).toEqual([
      {
        ...{ name: 'read', color: '#73bf69', values: [1, 2, 3], axis: 'y0', shape: 'step-after', width: 2, fill: 0.2 },
        ...{ points: 'never', pointSize: 5, spanGaps: false, negate: false },
      },
      expect.objectContaining({ name: 'written', color: '#f2cc0c', values: [10, 20, 30], axis: 'y0' }),
    ]);
    expect(axes.map(({ id, side, binary }) => [id, side, binary])).toEqual([['y0', 'left', true]]);
  });

  it('has colors by value on the scale of all series, or of each alone', () => {
    const colors = (defaults: Json) => model(defaults, frames).data.series.map(({ color }) => color);
    const scale = { mode: 'continuous-GrYlRd', seriesBy: 'min' };
    expect(colors({ color: scale })).toEqual(['#73bf69', '#c7d242']);
    expect(colors({ color: scale, fieldMinMax: true })).toEqual(['#73bf69', '#73bf69']);
  });

  it('leaves samples apart that are further than a panel says, and joins others', () => {
    const rare = { ...series('read', 1, 2, 3), step: 5 };
    const values = (insertNulls: Json) => model({ custom: { insertNulls } }, [rare]).data.series[0]!.values;
    expect(values(false)).toEqual([1, null, 2, null, 3]);
    expect(values(20)).toEqual([1, 1.5, 2, 2.5, 3]);
  });

  it('leaves samples apart that are further from each other than the query’s step', () => {
    const rare = { ...series('read', 1, Number.NaN, 3), step: 10 };
    const { data } = model({}, [
      { ...rare, fields: rare.fields.map((field) => without(field, 1)) as never, length: 2 },
    ]);
    expect([data.times, data.series[0]!.values]).toEqual([
      [0, 10, 20],
      [1, null, 3],
    ]);
  });

  it('labels durations where clocks have marks', () => {
    expect(model({ unit: 'ms' }, frames).axes.map(({ seconds }) => seconds)).toEqual([0.001]);
    expect(model({ unit: 'percent' }, frames).axes[0]).not.toHaveProperty('seconds');
  });

  it('follows overrides', () => {
    const { data, axes } = model({ unit: 'Bps' }, frames, [
      byName('written', 'custom.transform', 'negative-Y'),
      byName('written', 'color', { mode: 'fixed', fixedColor: 'red' }),
      byName('written', 'displayName', 'out'),
      byName('read', 'unit', 's'),
      byName('read', 'custom.lineStyle', { fill: 'dash', dash: [8, 6] }),
    ] as Json);
    expect(data.series).toMatchObject([
      { name: 'read', negate: false, dash: [8, 6], axis: 'y0' },
      { name: 'out', negate: true, color: '#f2495c', axis: 'y1' },
    ]);
    expect(axes.map(({ side }) => side)).toEqual(['left', 'right']);
  });

  it('leaves out what an override hides, without moving colors', () => {
    const hidden = byName('read', 'custom.hideFrom', { viz: true, legend: false, tooltip: false });
    const { data, legend } = model({}, frames, [hidden] as Json);
    expect(data.series.map(({ name, color }) => [name, color])).toEqual([['written', '#f2cc0c']]);
    expect(legend.map(({ name, series: place }) => [name, place])).toEqual([['written', 0]]);
    const silent = byName('read', 'custom.hideFrom', { viz: false, legend: true, tooltip: false });
    expect(model({}, frames, [silent] as Json).legend.map(({ name }) => name)).toEqual(['written']);
  });

  it('stacks values, or their shares', () => {
    const stack = (mode: string) =>
      model({ custom: { stacking: { mode, group: 'B' } } }, [series('a', 1, 0), series('b', 3, 0)]);
    expect(stack('normal').data.series).toMatchObject([
      { stack: 'B', values: [1, 0] },
      { stack: 'B', values: [3, 0] },
    ]);
    expect(stack('percent').data.series).toMatchObject([{ values: [0.25, 0] }, { values: [0.75, 0] }]);
    expect(stack('percent').axes[0]).toMatchObject({ max: 1 });
    expect(stack('none').data.series[0]).not.toHaveProperty('stack');
  });

  it('has an axis in the color of its series, with a border, a width and lines where its panel says so', () => {
    const custom = { axisColorMode: 'series', axisBorderShow: true, axisGridShow: false, axisWidth: 60 };
    const { axes, data } = model({ custom }, frames);
    expect(axes[0]).toMatchObject({ color: data.series[0]!.color, border: true, grid: false, width: 60 });
    const usual = model({ custom: { axisColorMode: 'text', axisBorderShow: false, axisGridShow: null } }, frames)
      .axes[0]!;
    expect(Object.keys(usual).sort()).toEqual(['format', 'id', 'side']);
  });

  it('labels its axis with as many decimals as are needed', () => {
    const labels = (unit: string, values: readonly number[], decimals?: number) => {
      const { format } = model({ unit, decimals: decimals ?? null }, frames).axes[0]!;
      return values.map((value) => format(value, values[1]! - values[0]!));
    };
    expect(labels('percentunit', [0, 0.25, 0.5])).toEqual(['0%', '25%', '50%']);
    // Neighbours of large values differ, too.
    expect(labels('s', [29_810, 29_815, 29_820])).toEqual(['8.2806 hours', '8.2819 hours', '8.2833 hours']);
    expect(labels('short', [500, 1000, 1500])).toEqual(['500', '1 K', '1.5 K']);
    expect(labels('s', [0.005, 0.0075])).toEqual(['5 ms', '7.5 ms']);
    expect(labels('bytes', [1024 ** 3, 1.5 * 1024 ** 3])).toEqual(['1 GiB', '1.5 GiB']);
    expect(model({ unit: 's', decimals: 3 }, frames).axes[0]!.format(1.5)).toBe('1.500 s');
  });

  it('draws thresholds in the way that the panel asks for', () => {
    const thresholds = {
      mode: 'percentage',
      steps: [
        { value: null, color: 'transparent' },
        { value: 80, color: 'red' },
      ],
    };
    const draw = (mode: string) =>
      model({ min: 0, max: 50, thresholds, custom: { thresholdsStyle: { mode } } }, frames).thresholds;
    expect(draw('off')).toEqual([]);
    expect(draw('dashed+area')).toEqual([
      { value: Number.NEGATIVE_INFINITY, color: 'transparent', line: false, dashed: true, area: true },
      { value: 40, color: '#f2495c', line: true, dashed: true, area: true },
    ]);
  });

  it('has logarithmic and limited axes', () => {
    const custom = { scaleDistribution: { type: 'log', log: 10 }, axisLabel: 'hits', axisSoftMax: 9 };
    expect(model({ min: 1, custom }, frames).axes[0]).toMatchObject({ log: 10, min: 1, softMax: 9, label: 'hits' });
  });

  it('ends at one where everything is zero', () => {
    expect(model({ unit: 'percentunit' }, [series('a', 0, Number.NaN)]).axes[0]).toMatchObject({ softMax: 1 });
    expect(model({ unit: 'percentunit' }, [series('a', 0, 2)]).axes[0]).not.toHaveProperty('softMax');
    expect(model({ max: 5 }, [series('a', 0)]).axes[0]).not.toHaveProperty('softMax');
  });

  it('has nothing to draw without times', () => {
    const table = {
      refId: 'A',
      length: 1,
      fields: [{ name: 'v', labels: {}, type: 'number', values: Float64Array.of(1) }],
    } as const;
    expect(model({}, [table]).data.series).toEqual([]);
  });

  it('fills to another line, fades, and colors by value', () => {
    const ends = [series('low', 1, 2), series('high', 5, 9)];
    const overrides = [byName('high', 'custom.fillBelowTo', 'low')];
    expect(model({ custom: {} }, ends, overrides).data.series.map(({ fillTo }) => fillTo)).toEqual([undefined, 0]);
    expect(model({ custom: { gradientMode: 'opacity' } }, frames).data.series[0]!.gradient).toBe('opacity');
    const steps = [
      { value: null, color: '#00ff00' },
      { value: 4, color: '#ff0000' },
    ];
    const colored = { color: { mode: 'thresholds' }, thresholds: { steps }, custom: { gradientMode: 'scheme' } };
    expect(model(colored, frames).data.series[0]!.stops).toEqual([
      { value: Number.NEGATIVE_INFINITY, color: '#00ff00' },
      { value: 4, color: '#ff0000' },
    ]);
  });

  it('places bars, centers zero and keeps out of tooltips as its fields say', () => {
    const custom = { drawStyle: 'bars', barAlignment: -1, barWidthFactor: 0.5, axisCenteredZero: true };
    const { data, axes } = model({ custom: { ...custom, hideFrom: { tooltip: true } } }, [series('a', 1)]);
    expect(data.series[0]).toMatchObject({ bars: { align: -1, width: 0.5 }, quiet: true });
    expect(axes[0]!.centered).toBe(true);
  });
});
