import { describe, expect, it } from 'vitest';
import { DARK, panelOf, series, tableOf } from '#test/panels';
import type { Json, JsonObject } from './dashboard.ts';
import { stateModel } from './state-lanes.ts';

const range = { start: 0, end: 100 };
const mappings = [
  { type: 'value', options: { '1': { text: 'up', color: 'green' }, '0': { text: 'down', color: 'red' } } },
];

function spans(type: string, points: readonly (readonly [number, number])[], custom = {}, options = {}) {
  const panel = panelOf(type, options, { mappings, custom });
  const { lanes } = stateModel(panel, [series('a', points)], { range, theme: DARK });
  return lanes[0]!.spans.map(({ start, end, text }) => [start, end, text]);
}

const flips = [
  [10, 1],
  [20, 1],
  [30, 0],
  [40, 1],
] as const;

describe('states over time', () => {
  it('are one span while they are the same', () => {
    expect(spans('state-timeline', flips)).toEqual([
      [10, 30, 'up'],
      [30, 40, 'down'],
      [40, 50, 'up'],
    ]);
  });

  it('stay apart in a status history, and where the panel says so', () => {
    const apart = [
      [10, 20, 'up'],
      [20, 30, 'up'],
      [30, 40, 'down'],
      [40, 50, 'up'],
    ];
    expect(spans('status-history', flips)).toEqual(apart);
    expect(spans('state-timeline', flips, {}, { mergeValues: false })).toEqual(apart);
  });

  it('end a step after the last sample before a gap, unless the gap is spanned', () => {
    const gap = [
      [0, 1],
      [10, 1],
      [60, 1],
    ] as const;
    expect(spans('state-timeline', gap)).toEqual([
      [0, 20, 'up'],
      [60, 70, 'up'],
    ]);
    expect(spans('state-timeline', gap, { spanNulls: true })).toEqual([[0, 70, 'up']]);
    expect(spans('state-timeline', gap, { spanNulls: 50 })).toEqual([[0, 70, 'up']]);
    expect(spans('state-timeline', gap, { spanNulls: 40 })).toHaveLength(2);
  });

  it('last no longer than they are told to where nothing follows', () => {
    const gap = [
      [0, 1],
      [10, 1],
      [60, 1],
    ] as const;
    expect(spans('state-timeline', gap, { insertNulls: 30 })).toEqual([
      [0, 40, 'up'],
      [60, 90, 'up'],
    ]);
    expect(spans('state-timeline', gap, { insertNulls: 50 })).toEqual([[0, 100, 'up']]);
    expect(spans('state-timeline', gap, { insertNulls: false })).toHaveLength(2);
  });

  it('have colors on the scale of all states, or of their own lane', () => {
    const frames = [
      series('a', [
        [0, 0],
        [10, 1],
      ]),
      series('b', [
        [0, 100],
        [10, 200],
      ]),
    ];
    const colors = (defaults: Json) => {
      const panel = panelOf('state-timeline', {}, { color: { mode: 'continuous-GrYlRd' }, ...(defaults as object) });
      return stateModel(panel, frames, { range, theme: DARK }).lanes.map((lane) =>
        lane.spans.map(({ color }) => color),
      );
    };
    const [green, red] = ['#73bf69', '#f2495c'];
    expect(colors({})).toEqual([
      [green, '#74bf68'],
      ['#fade2a', red],
    ]);
    expect(colors({ fieldMinMax: true })).toEqual([
      [green, red],
      [green, red],
    ]);
  });

  it('have their text at a side, and fill their lane and their time as far as the file says', () => {
    const look = (type: string, options: JsonObject) => {
      const { align, rowHeight, colWidth } = stateModel(panelOf(type, options), [], { range, theme: DARK });
      return [align, rowHeight, colWidth];
    };
    expect(look('state-timeline', {})).toEqual(['left', 0.9, 1]);
    expect(look('state-timeline', { alignValue: 'right', rowHeight: 0.5, colWidth: 0.5 })).toEqual(['right', 0.5, 1]);
    expect(look('state-timeline', { alignValue: 'center' })[0]).toBe('center');
    expect(look('status-history', {})).toEqual(['center', 0.9, 0.9]);
    expect(look('status-history', { alignValue: 'left', colWidth: 0.2 })).toEqual(['center', 0.9, 0.2]);
    expect(look('status-history', { rowHeight: 7, colWidth: -1 })).toEqual(['center', 1, 0.1]);
  });

  it('stand on pages of twenty lanes, or of as many as the file says', () => {
    const perPage = (options: JsonObject) =>
      stateModel(panelOf('state-timeline', options), [], { range, theme: DARK }).perPage;
    expect([perPage({}), perPage({ perPage: 5 }), perPage({ perPage: 0 })]).toEqual([20, 5, 1]);
  });

  it('are cut at the ends of the range', () => {
    const points = [
      [-10, 1],
      [30, 0],
      [95, 1],
      [130, 0],
    ] as const;
    expect(spans('state-timeline', points)).toEqual([
      [0, 30, 'up'],
      [30, 65, 'down'],
      [95, 100, 'up'],
    ]);
  });

  it('of texts have a color of their own, the same in every lane', () => {
    const frame = tableOf({ Time: [0, 10], one: ['ok', 'bad'], two: ['bad', ''] });
    const { lanes, states } = stateModel(panelOf('state-timeline'), [frame], { range, theme: DARK });
    expect(lanes.map(({ name, spans: all }) => [name, all.map(({ text }) => text)])).toEqual([
      ['one', ['ok', 'bad']],
      ['two', ['bad']],
    ]);
    expect(states.map(({ text }) => text)).toEqual(['ok', 'bad']);
    expect(lanes[0]!.spans[1]!.color).toBe(lanes[1]!.spans[0]!.color);
    expect(lanes[0]!.spans[0]!.color).not.toBe(lanes[0]!.spans[1]!.color);
  });

  it('take the color of their thresholds', () => {
    const steps = [
      { value: null, color: '#00ff00' },
      { value: 5, color: '#ff0000' },
    ];
    const panel = panelOf('state-timeline', {}, { color: { mode: 'thresholds' }, thresholds: { steps } });
    const frame = series('a', [
      [0, 1],
      [10, 7],
    ]);
    const { lanes } = stateModel(panel, [frame], { range, theme: DARK });
    expect(lanes[0]!.spans.map(({ color }) => color)).toEqual(['#00ff00', '#ff0000']);
  });
});
