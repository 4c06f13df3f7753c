import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDashboard } from './parse.ts';

const grid = (x: number, y: number, w = 12, h = 8) => ({ x, y, w, h });

describe('a dashboard file', () => {
  it('gives its panels in reading order, those below a row inside it', () => {
    const dashboard = parseDashboard(
      {
        uid: 'u',
        title: 'T',
        schemaVersion: 39,
        panels: [
          { id: 3, type: 'stat', gridPos: grid(0, 9) },
          { id: 2, type: 'row', title: 'Details', gridPos: grid(0, 8, 24, 1), collapsed: false },
          { id: 1, type: 'timeseries', gridPos: grid(12, 0), targets: [{ expr: 'up', refId: 'B', instant: true }] },
          {
            id: 4,
            type: 'row',
            title: 'Closed',
            collapsed: true,
            gridPos: grid(0, 20, 24, 1),
            panels: [{ id: 5, type: 'text' }],
          },
        ],
      },
      'file',
    );
    expect(dashboard.panels.map(({ id }) => id)).toEqual([1]);
    expect(dashboard.panels[0]!.targets[0]).toMatchObject({ refId: 'B', expr: 'up', instant: true, range: false });
    expect(
      dashboard.rows.map(({ title, collapsed, panels }) => [title, collapsed, panels.map(({ id }) => id)]),
    ).toEqual([
      ['Details', false, [3]],
      ['Closed', true, [5]],
    ]);
  });

  it.each([
    ['sunday', 0],
    ['monday', 1],
    ['saturday', 6],
    ['', null],
    ['browser', null],
    ['constructor', null],
  ])('with weekStart "%s" begins its weeks on day %s', (weekStart, day) => {
    expect(parseDashboard({ title: 'T', panels: [], weekStart }, 'file').weekStart).toBe(day);
    const second = { elements: {}, layout: {}, timeSettings: { weekStart } };
    expect(parseDashboard(second, 'file').weekStart).toBe(day);
  });

  it('of an old version has rows of spans', () => {
    const dashboard = parseDashboard(
      {
        title: 'Old',
        rows: [
          {
            title: 'One',
            height: '304px',
            panels: [
              { id: 1, span: 6, type: 'graph' },
              { id: 2, span: 6, type: 'graph' },
            ],
          },
          { height: 152, panels: [{ id: 3, span: 12, type: 'singlestat', thresholds: '80,90', colorValue: true }] },
        ],
      },
      'old-file',
    );
    expect(dashboard.uid).toBe('old-file');
    expect(dashboard.panels.map(({ type, position }) => [type, position])).toEqual([
      ['timeseries', grid(0, 0)],
      ['timeseries', grid(12, 0)],
      ['stat', grid(0, 8, 24, 4)],
    ]);
  });

  it('keeps the look of a graph as a time series', () => {
    const { panels } = parseDashboard(
      {
        title: 'G',
        panels: [
          {
            type: 'graph',
            stack: true,
            fill: 3,
            linewidth: 2,
            yaxes: [{ format: 'bytes', min: 0 }, { format: 'percent' }],
            legend: { show: true, alignAsTable: true, values: true, avg: true, max: true, rightSide: true },
            seriesOverrides: [{ alias: '/out/', transform: 'negative-Y', yaxis: 2 }],
            aliasColors: { in: '#ff0000' },
          },
        ],
      },
      'g',
    );
    expect(panels[0]).toMatchObject({
      type: 'timeseries',
      defaults: { unit: 'bytes', min: 0, custom: { fillOpacity: 30, lineWidth: 2, stacking: { mode: 'normal' } } },
      options: { legend: { displayMode: 'table', placement: 'right', calcs: ['max', 'mean'] } },
      overrides: [
        { matcher: { id: 'byName', options: 'in' }, properties: [{ id: 'color' }] },
        {
          matcher: { id: 'byRegexp', options: '/out/' },
          properties: [
            { id: 'custom.transform', value: 'negative-Y' },
            { id: 'custom.axisPlacement', value: 'right' },
            { id: 'unit', value: 'percent' },
          ],
        },
      ],
    });
  });

  it('survives wrong types in every field', () => {
    const dashboard = parseDashboard(
      {
        title: 7,
        tags: 'x',
        templating: [],
        time: null,
        panels: [{ id: 'a', gridPos: 3, targets: {}, fieldConfig: [] }, 5],
      },
      'odd',
    );
    expect(dashboard).toMatchObject({ title: '7', tags: [], variables: [], time: { from: 'now-1h', to: 'now' } });
    expect(dashboard.panels).toHaveLength(1);
  });

  it('that is none is refused', () => {
    expect(() => parseDashboard({ hello: 1 }, 'x')).toThrow('neither "panels" nor "rows"');
    expect(() => parseDashboard([1], 'x')).toThrow('not a Grafana dashboard');
  });

  const real = resolve(import.meta.dirname, '../../test/conformance/kit/real');
  it.each(readdirSync(real).filter((name) => name.endsWith('.json')))('from the real world loads whole: %s', (name) => {
    const dashboard = parseDashboard(JSON.parse(readFileSync(join(real, name), 'utf8')), name);
    const all = [...dashboard.panels, ...dashboard.rows.flatMap(({ panels }) => panels)];
    expect(all.length).toBeGreaterThan(20);
    expect(all.filter(({ type }) => type === '')).toEqual([]);
    expect(dashboard.variables.length).toBeGreaterThan(0);
  });
});
