import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from './dashboard.ts';
import { parseDashboard } from './parse.ts';

function panel(id: number, title: string): JsonObject {
  return {
    kind: 'Panel',
    spec: {
      id,
      title,
      data: {
        kind: 'QueryGroup',
        spec: {
          queries: [
            {
              kind: 'PanelQuery',
              spec: {
                refId: 'A',
                hidden: false,
                query: { kind: 'DataQuery', group: 'prometheus', datasource: { name: 'main' }, spec: { expr: 'up' } },
              },
            },
          ],
          transformations: [{ kind: 'Transformation', group: 'limit', spec: { options: { limitField: 3 } } }],
          queryOptions: { maxDataPoints: 50, interval: '30s' },
        },
      },
      vizConfig: {
        kind: 'VizConfig',
        group: 'stat',
        spec: { options: { graphMode: 'none' }, fieldConfig: { defaults: { unit: 's' }, overrides: [] } },
      },
    },
  };
}

const elements = { 'panel-1': panel(1, 'One'), 'panel-2': panel(2, 'Two') };

function item(name: string, x: number, y: number, repeat?: JsonObject): JsonObject {
  const element = { kind: 'ElementReference', name };
  return { kind: 'GridLayoutItem', spec: { x, y, width: 12, height: 6, element, ...(repeat ? { repeat } : {}) } };
}

function grid(...items: readonly JsonObject[]): JsonObject {
  return { kind: 'GridLayout', spec: { items } };
}

function read(layout: JsonObject, rest: JsonObject = {}) {
  const spec = { title: 'V2', elements, layout, ...rest };
  return parseDashboard(
    { apiVersion: 'dashboard.grafana.app/v2beta1', kind: 'Dashboard', metadata: { name: 'uid-2' }, spec } as Json,
    'f',
  );
}

describe('a dashboard of the second schema', () => {
  it('has its panels with queries, options and places', () => {
    const { uid, title, panels } = read(
      grid(item('panel-1', 0, 0), item('panel-2', 12, 0, { mode: 'variable', value: 'job', maxPerRow: 3 })),
    );
    expect([uid, title]).toEqual(['uid-2', 'V2']);
    expect(panels[0]).toMatchObject({
      ...{ id: 1, type: 'stat', title: 'One', maxDataPoints: 50, interval: '30s' },
      position: { x: 0, y: 0, w: 12, h: 6 },
      targets: [{ refId: 'A', expr: 'up', datasource: { type: 'prometheus', uid: 'main' } }],
      transformations: [{ id: 'limit', options: { limitField: 3 } }],
      options: { graphMode: 'none' },
      defaults: { unit: 's' },
    });
    expect(panels[1]).toMatchObject({ repeat: 'job', maxPerRow: 3, position: { x: 12 } });
  });

  it('has rows of rows and tabs, named after what they stand in', () => {
    const row = (title: string, layout: JsonObject, collapse = false) => ({
      kind: 'RowsLayoutRow',
      spec: { title, collapse, layout },
    });
    const tabs = {
      kind: 'TabsLayout',
      spec: {
        tabs: [
          {
            kind: 'TabsLayoutTab',
            spec: {
              title: 'Tab',
              layout: { kind: 'RowsLayout', spec: { rows: [row('Row', grid(item('panel-1', 0, 0)))] } },
            },
          },
          { kind: 'TabsLayoutTab', spec: { title: 'Other', layout: grid(item('panel-2', 0, 0)) } },
        ],
      },
    };
    expect(
      read(tabs).rows.map(({ title, collapsed, y, panels }) => [
        title,
        collapsed,
        y,
        panels.map(({ title: t, position }) => `${t} ${position.y}`),
      ]),
    ).toEqual([
      ['Tab / Row', false, 0, ['One 1']],
      ['Other', false, 7, ['Two 8']],
    ]);
    const closed = { kind: 'RowsLayout', spec: { rows: [row('Closed', grid(item('panel-1', 0, 0)), true)] } };
    expect(read(closed).rows.map(({ title, collapsed, panels }) => [title, collapsed, panels.length])).toEqual([
      ['Closed', true, 1],
    ]);
  });

  it('has places in an automatic grid', () => {
    const items = ['panel-1', 'panel-2', 'gone'].map((name) => ({
      kind: 'AutoGridLayoutItem',
      spec: { element: { name } },
    }));
    const { panels } = read({ kind: 'AutoGridLayout', spec: { maxColumnCount: 2, rowHeightMode: 'short', items } });
    expect(panels.map(({ position }) => position)).toEqual([
      { x: 0, y: 0, w: 12, h: 5 },
      { x: 12, y: 0, w: 12, h: 5 },
    ]);
  });

  it('has variables, time and tooltips in their old words', () => {
    const { variables, time, refresh, graphTooltip } = read(grid(item('panel-1', 0, 0)), {
      cursorSync: 'Crosshair',
      timeSettings: { from: 'now-6h', to: 'now', autoRefresh: '30s' },
      variables: [
        {
          kind: 'QueryVariable',
          spec: {
            name: 'job',
            multi: true,
            refresh: 'onTimeRangeChanged',
            sort: 'alphabeticalAsc',
            hide: 'hideLabel',
            query: { kind: 'DataQuery', group: 'prometheus', spec: { query: 'label_values(up, job)' } },
          },
        },
        { kind: 'DatasourceVariable', spec: { name: 'ds', pluginId: 'prometheus' } },
        { kind: 'CustomVariable', spec: { name: 'size', query: 'a,b' } },
      ],
    });
    expect([time.from, refresh, graphTooltip]).toEqual(['now-6h', '30s', 1]);
    expect(variables.map(({ name, type, query }) => [name, type, query])).toEqual([
      ['job', 'query', 'label_values(up, job)'],
      ['ds', 'datasource', 'prometheus'],
      ['size', 'custom', 'a,b'],
    ]);
    expect(variables[0]).toMatchObject({ multi: true, refresh: 2, sort: 1, hide: 1 });
  });
});
