import { describe, expect, it } from 'vitest';
import { DARK, panelOf, series, tableOf } from '#test/panels';
import { barChartModel, histogramModel } from './bar-chart.ts';
import type { JsonObject } from './dashboard.ts';

const table = tableOf({ name: ['x', 'y'], in: [1, 3], out: [3, -1] });

function ends(model: ReturnType<typeof barChartModel>) {
  return model.series.map(({ name, bars }) => [name, bars.map((bar) => (bar === null ? null : [bar.from, bar.to]))]);
}

describe('a bar chart', () => {
  it('has a group per line and a bar per column of numbers', () => {
    const model = barChartModel(panelOf('barchart', {}, { unit: 's' }), [table], DARK);
    expect(model.categories).toEqual(['x', 'y']);
    expect(ends(model)).toEqual([
      [
        'in',
        [
          [0, 1],
          [0, 3],
        ],
      ],
      [
        'out',
        [
          [0, 3],
          [0, -1],
        ],
      ],
    ]);
    expect(model.series[0]!.bars[0]!.text).toBe('1 s');
    expect(model.min).toBe(-1);
    expect(model.max).toBeCloseTo(3.24);
  });

  it('names its categories as the file says', () => {
    const of = (options: JsonObject) => barChartModel(panelOf('barchart', options), [table], DARK);
    expect(of({}).labels).toEqual({ rotation: 0, spacing: 0, fromLast: false });
    expect(of({ xTickLabelRotation: -45, xTickLabelSpacing: 100 }).labels).toEqual({
      ...{ rotation: -45, spacing: 100, fromLast: false },
    });
    const turned = of({ xTickLabelRotation: 400, xTickLabelSpacing: -200 });
    expect(turned.labels).toEqual({ rotation: 90, spacing: 200, fromLast: true });
    const long = tableOf({ name: ['Überlänge', 'kurz'], in: [1, 3] });
    const cut = barChartModel(panelOf('barchart', { xTickLabelMaxLength: 4 }), [long], DARK);
    expect(cut.categories).toEqual(['Über…', 'kurz']);
  });

  it('colors values on the scale of all bars, or of their own column', () => {
    const two = tableOf({ name: ['x', 'y'], small: [0, 1], large: [100, 200] });
    const colors = (defaults: JsonObject) => {
      const panel = panelOf('barchart', {}, { color: { mode: 'continuous-GrYlRd' }, ...defaults });
      return barChartModel(panel, [two], DARK).series.map(({ bars }) => bars.map((bar) => bar!.color));
    };
    expect(colors({})[1]).toEqual(['#fade2a', '#f2495c']);
    expect(colors({ fieldMinMax: true })[1]).toEqual(['#73bf69', '#f2495c']);
  });

  describe('colors all bars of a line by another field', () => {
    const colorsBy = (field: string, defaults: JsonObject = {}) => {
      const checks = tableOf({ name: ['x', 'y'], state: ['ok', 'bad'], in: [1, 3], load: [0, 100] });
      const panel = panelOf('barchart', { colorByField: field }, defaults);
      return barChartModel(panel, [checks], DARK).series.map(({ bars }) => bars.map((bar) => bar!.color));
    };
    const [blue, green, red] = ['#5794f2', '#73bf69', '#f2495c'];

    it('as mappings of its texts have it', () => {
      const options = { ok: { color: 'blue', index: 0 }, bad: { color: '#ff0000', index: 1 } };
      expect(colorsBy('state', { mappings: [{ type: 'value', options }] })).toEqual([
        [blue, '#ff0000'],
        [blue, '#ff0000'],
      ]);
    });

    it('as its values have it', () => {
      const both = colorsBy('load', { color: { mode: 'thresholds' } });
      expect(both).toEqual([
        [green, red],
        [green, red],
      ]);
    });

    it('each column has its own where there is no such field', () => {
      expect(colorsBy('no-such')).toEqual(colorsBy(''));
      expect(new Set(colorsBy('').flat()).size).toBe(2);
    });
  });

  it('has round ends and reaches across the plot for the pointer as the file says', () => {
    const look = (options: JsonObject) => {
      const { radius, wholeHighlight } = barChartModel(panelOf('barchart', options), [table], DARK);
      return [radius, wholeHighlight];
    };
    expect(look({})).toEqual([0, false]);
    expect(look({ barRadius: 0.25, fullHighlight: true })).toEqual([0.25, true]);
    expect(look({ barRadius: 3 })).toEqual([0.5, false]);
  });

  it('stacks, what is below zero downwards', () => {
    expect(ends(barChartModel(panelOf('barchart', { stacking: 'normal' }), [table], DARK))).toEqual([
      [
        'in',
        [
          [0, 1],
          [0, 3],
        ],
      ],
      [
        'out',
        [
          [1, 4],
          [0, -1],
        ],
      ],
    ]);
    const percent = barChartModel(panelOf('barchart', { stacking: 'percent' }), [table], DARK);
    expect(ends(percent)[1]).toEqual([
      'out',
      [
        [0.25, 1],
        [0, -0.25],
      ],
    ]);
    expect(percent.format(0.5)).toBe('50%');
  });

  it('is named by the column that its panel chooses', () => {
    const model = barChartModel(panelOf('barchart', { xField: 'in' }), [table], DARK);
    expect(model.categories).toEqual(['1', '3']);
    expect(model.series.map(({ name }) => name)).toEqual(['out']);
  });

  it('of nothing has no bars', () => {
    expect(barChartModel(panelOf('barchart'), [], DARK)).toMatchObject({ categories: [], series: [], min: 0, max: 1 });
  });
});

describe('a histogram', () => {
  const frames = [
    series('a', [
      [0, 1],
      [1, 9],
      [2, 12],
      [3, Number.NaN],
    ]),
    series('b', [[0, 25]]),
  ];

  it('counts values into buckets, a column per series', () => {
    const model = histogramModel(panelOf('histogram', { bucketSize: 10 }), frames, DARK);
    expect(model.categories).toEqual(['0', '10', '20', '30']);
    expect(ends(model)).toEqual([
      [
        'a',
        [
          [0, 2],
          [0, 1],
          [0, 0],
        ],
      ],
      [
        'b',
        [
          [0, 0],
          [0, 0],
          [0, 1],
        ],
      ],
    ]);
  });

  it('counts all series as one when they are combined, from an offset on', () => {
    const model = histogramModel(
      panelOf('histogram', { bucketSize: 10, bucketOffset: 5, combine: true }),
      frames,
      DARK,
    );
    expect(model.categories).toEqual(['-5', '5', '15', '25', '35']);
    expect(ends(model)).toEqual([
      [
        'Count',
        [
          [0, 1],
          [0, 2],
          [0, 0],
          [0, 1],
        ],
      ],
    ]);
  });

  it('finds a round size of its own', () => {
    const { categories } = histogramModel(panelOf('histogram', { bucketCount: 5 }), frames, DARK);
    expect(categories).toEqual(['0', '5', '10', '15', '20', '25', '30']);
  });
});
