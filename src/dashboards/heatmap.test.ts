import { describe, expect, it } from 'vitest';
import { DARK, panelOf, series } from '#test/panels';
import { framesOf } from './frames.ts';
import { heatmapModel } from './heatmap.ts';
import { parseDashboard } from './parse.ts';

const range = { start: 0, end: 20_000 };
const input = { range, theme: DARK };

function bucket(le: string, ...counts: readonly number[]) {
  const points = counts.map((count, i) => [i * 10_000, count] as const);
  return series(le, points, { le });
}

describe('a heatmap', () => {
  it('of buckets counts what lies in each of them alone', () => {
    const frames = [bucket('+Inf', 10, 4), bucket('0.5', 7, 1), bucket('0.1', 2, 1)];
    const model = heatmapModel(panelOf('heatmap', { yAxis: { unit: 's' } }), frames, input);
    expect(model.labels).toEqual(['100 ms', '500 ms', '+Inf']);
    expect(model.spans).toEqual(['≤ 100 ms', '100 ms – 500 ms', '500 ms – +Inf']);
    expect(model.cells.times).toEqual([0, 10_000]);
    expect(model.cells.counts.map((row) => [...row])).toEqual([
      [2, 1],
      [5, 0],
      [3, 3],
    ]);
    expect([model.least, model.most, model.color(0)]).toEqual([1, 5, null]);
    expect(model.color(5)).toBe(model.ramp.at(-1));
  });

  it('adds up buckets that several series have', () => {
    const frames = [bucket('1', 1), bucket('1', 2), bucket('+Inf', 5)];
    expect(heatmapModel(panelOf('heatmap'), frames, input).cells.counts.map((row) => [...row])).toEqual([[3], [2]]);
  });

  it('of series without buckets has a row per series', () => {
    const frames = [series('a', [[0, 1]]), series('b', [[0, 2]])];
    const { labels, cells } = heatmapModel(panelOf('heatmap'), frames, input);
    expect(labels).toEqual(['a', 'b']);
    expect(cells.counts.map((row) => [...row])).toEqual([[1], [2]]);
  });

  it('counts samples by time and value when it calculates', () => {
    const options = {
      calculate: true,
      calculation: { xBuckets: { mode: 'count', value: '2' }, yBuckets: { mode: 'size', value: '10' } },
    };
    const frames = [
      series('a', [
        [0, 5],
        [1000, 6],
        [15_000, 25],
      ]),
      series('b', [[1000, 15]]),
    ];
    const { cells, labels } = heatmapModel(panelOf('heatmap', options), frames, input);
    expect([cells.step, cells.times, labels]).toEqual([10_000, [0, 10_000, 20_000], ['10', '20', '30']]);
    expect(cells.counts.map((row) => [...row])).toEqual([
      [2, 0, 0],
      [1, 0, 0],
      [0, 1, 0],
    ]);
  });

  it('has logarithmic rows when it says so', () => {
    const options = { calculate: true, calculation: { yBuckets: { scale: { type: 'log', log: 10 } } } };
    const { labels } = heatmapModel(
      panelOf('heatmap', options),
      [
        series('a', [
          [0, 2],
          [0, 300],
        ]),
      ],
      input,
    );
    expect(labels).toEqual(['10', '100', '1000']);
  });

  it('draws native histograms by their own buckets', () => {
    const { panels } = parseDashboard(
      { panels: [{ type: 'heatmap', targets: [{ expr: 'h', format: 'heatmap' }] }] },
      'u',
    );
    const buckets = [
      [0, '1', '2', '3'],
      [0, '2', '4', '5'],
    ] as const;
    const data = {
      resultType: 'matrix',
      result: [
        {
          metric: {},
          histograms: [
            [10, { buckets }],
            [20, { buckets: [buckets[1]] }],
          ],
        },
      ],
    } as const;
    const frames = framesOf(data, panels[0]!.targets[0]!, { step: 10_000 });
    const { cells, labels } = heatmapModel(panels[0]!, frames, input);
    expect([cells.times, cells.step, labels]).toEqual([[10_000, 20_000], 10_000, ['2', '4']]);
    expect(cells.counts.map((row) => [...row])).toEqual([
      [3, Number.NaN],
      [5, 5],
    ]);
  });

  it('colors by opacity or by a scheme with an end given', () => {
    const frames = [bucket('1', 4)];
    const faded = heatmapModel(
      panelOf('heatmap', { color: { mode: 'opacity', fill: '#ff0000', steps: 4 } }),
      frames,
      input,
    );
    expect(faded.ramp).toEqual(['#ff000040', '#ff000080', '#ff0000bf', '#ff0000ff']);
    const schemed = heatmapModel(
      panelOf('heatmap', { color: { scheme: 'Viridis', steps: 3, min: 0, max: 8 } }),
      frames,
      input,
    );
    expect([schemed.ramp.at(0), schemed.ramp.at(-1), schemed.most]).toEqual(['#440154', '#fde725', 8]);
    expect(schemed.color(4)).toBe(schemed.ramp[1]);
  });
});
