import { describe, expect, it } from 'vitest';
import { tableOf } from '#test/panels';
import type { JsonObject } from './dashboard.ts';
import { parseDashboard } from './parse.ts';
import { tableColumns } from './table.ts';

function read(panel: JsonObject) {
  return parseDashboard({ panels: [panel] }, 'u').panels[0]!;
}

describe('a panel of an old version', () => {
  it('graph keeps its thresholds, its older axes and its modes', () => {
    const graph = read({
      type: 'graph',
      y_formats: ['bytes', 'ms'],
      grid: { leftMin: 0, leftMax: 100, leftLogBase: 10 },
      thresholds: [
        { value: 90, op: 'gt', colorMode: 'critical', line: true, fill: true },
        { value: 50, op: 'gt', colorMode: 'warning', line: true, fill: true },
      ],
    });
    expect(graph.defaults).toMatchObject({
      ...{ unit: 'bytes', min: 0, max: 100 },
      thresholds: {
        steps: [
          { value: null, color: 'transparent' },
          { value: 50, color: 'orange' },
          { value: 90, color: 'red' },
        ],
      },
      custom: { thresholdsStyle: { mode: 'line+area' }, scaleDistribution: { type: 'log', log: 10 } },
    });
    const low = read({ type: 'graph', thresholds: [{ value: 5, op: 'lt', fillColor: '#f00', line: false }] });
    expect(low.defaults['thresholds']).toEqual({
      mode: 'absolute',
      steps: [
        { value: null, color: '#f00' },
        { value: 5, color: 'transparent' },
      ],
    });
    expect(read({ type: 'graph', xaxis: { mode: 'histogram', buckets: 12 } })).toMatchObject({
      type: 'histogram',
      options: { bucketCount: 12 },
    });
    expect(read({ type: 'graph', xaxis: { mode: 'series', values: ['avg'] } })).toMatchObject({
      type: 'bargauge',
      options: { reduceOptions: { calcs: ['avg'] } },
    });
  });

  it('singlestat keeps its ranges of values', () => {
    const stat = read({
      type: 'singlestat',
      valueMaps: [{ value: 'null', text: 'N/A' }],
      rangeMaps: [{ from: '1', to: '2', text: 'some' }],
    });
    expect(stat.defaults['mappings']).toEqual([
      { type: 'special', options: { match: 'null', result: { text: 'N/A' } } },
      { type: 'range', options: { from: '1', to: '2', result: { text: 'some' } } },
    ]);
  });

  it('gauge of Grafana 6 has its settings where they are today', () => {
    const first = read({
      type: 'gauge',
      options: {
        valueOptions: { stat: 'max', unit: 'ms' },
        minValue: 0,
        maxValue: 50,
        thresholds: [{ value: 5, color: 'red' }],
      },
    });
    expect(first).toMatchObject({
      defaults: { unit: 'ms', min: 0, max: 50, thresholds: { steps: [{ value: 5, color: 'red' }] } },
      options: { reduceOptions: { calcs: ['max'] } },
    });
    const second = read({
      type: 'bargauge',
      options: {
        fieldOptions: { calcs: ['mean'], values: false, defaults: { unit: 'bytes' }, overrides: [] },
        orientation: 'vertical',
      },
    });
    expect(second).toMatchObject({
      defaults: { unit: 'bytes' },
      options: { orientation: 'vertical', reduceOptions: { calcs: ['mean'], values: false } },
    });
  });

  it('table keeps its colors, links and the way its series became lines', () => {
    const table = read({
      type: 'table',
      transform: 'timeseries_aggregations',
      columns: [
        { text: 'Avg', value: 'avg' },
        { text: 'Max', value: 'max' },
      ],
      sort: { col: 1, desc: true },
      styles: [
        { pattern: '/.*/', type: 'number', unit: 's', colorMode: 'row', thresholds: ['5'], colors: ['green', 'red'] },
        { pattern: 'x', type: 'hidden' },
        { pattern: 'y', link: true, linkUrl: '/d/a?var-x=${__cell}', linkTooltip: 'go' },
      ],
    });
    expect(table.transformations).toEqual([{ id: 'reduce', options: { reducers: ['mean', 'max'] } }]);
    expect(table.options['sortBy']).toEqual([{ displayName: 'Max', desc: true }]);
    expect(table.overrides.map(({ properties }) => properties.map(({ id }) => id))).toEqual([
      ['custom.hidden', 'links'],
      ['custom.hidden'],
      ['custom.hidden', 'unit', 'custom.cellOptions', 'thresholds', 'color'],
    ]);
    expect(table.overrides[0]!.properties[1]!.value).toEqual([
      { title: 'go', url: '/d/a?var-x=${__value.raw}', targetBlank: false },
    ]);
  });

  it('table has of several styles of a column the first', () => {
    const old = read({
      type: 'table-old',
      styles: [
        { pattern: 'host', type: 'string', alias: 'Host' },
        { pattern: '/.*/', type: 'hidden' },
      ],
    });
    const frame = tableOf({ host: ['a'], job: ['b'] });
    expect(tableColumns(old, frame, [frame]).map(({ name }) => name)).toEqual(['Host']);
  });

  it('heatmap and pie chart keep what they show', () => {
    expect(
      read({
        type: 'heatmap',
        dataFormat: 'tsbuckets',
        color: { mode: 'spectrum', colorScheme: 'interpolateSpectral' },
        yAxis: { format: 's' },
        hideZeroBuckets: true,
      }),
    ).toMatchObject({
      options: { calculate: false, color: { scheme: 'Spectral' }, yAxis: { unit: 's' }, filterValues: { le: 1e-9 } },
    });
    expect(
      read({ type: 'heatmap', dataFormat: 'timeseries', xBucketNumber: 9, yBucketSize: 5, yAxis: { logBase: 2 } }),
    ).toMatchObject({
      options: {
        calculate: true,
        calculation: {
          xBuckets: { mode: 'count', value: '9' },
          yBuckets: { mode: 'size', value: '5', scale: { type: 'log', log: 2 } },
        },
      },
    });
    expect(
      read({ type: 'grafana-piechart-panel', pieType: 'donut', format: 'bytes', legend: { values: true } }),
    ).toMatchObject({
      type: 'piechart',
      options: { pieType: 'donut', legend: { displayMode: 'table', values: ['value'] } },
      defaults: { unit: 'bytes' },
    });
  });

  it('lists keep the settings that stood beside their options', () => {
    expect(read({ type: 'alertlist', limit: 5, stateFilter: ['alerting'] }).options).toEqual({
      maxItems: 5,
      stateFilter: { firing: true, pending: false, normal: false },
    });
    expect(read({ type: 'dashlist', search: true, tags: ['a'], limit: 3 }).options).toEqual({
      showSearch: true,
      tags: ['a'],
      maxItems: 3,
    });
  });

  it('keeps fields that nobody knows', () => {
    const written = { type: 'graph', pluginThing: { a: [1] }, title: 'T' };
    expect(read(written).source).toEqual(written);
  });
});

describe('a dashboard of every version from 8 to 42', () => {
  const targets = [{ expr: 'up', refId: 'A' }];
  const rows = {
    rows: [{ collapse: true, title: 'R', height: '250px', panels: [{ id: 1, span: 12, type: 'graph', targets }] }],
  };
  const panels = {
    panels: [
      {
        id: 9,
        type: 'row',
        title: 'R',
        collapsed: true,
        gridPos: { x: 0, y: 0, w: 24, h: 1 },
        panels: [{ id: 1, type: 'timeseries', targets, gridPos: { x: 0, y: 1, w: 24, h: 7 } }],
      },
    ],
  };
  it.each(Array.from({ length: 35 }, (_, i) => i + 8))('%d has its panel in its closed row', (schemaVersion) => {
    const content: JsonObject = schemaVersion < 16 ? rows : panels;
    const { rows: read_ } = parseDashboard({ title: 'V', schemaVersion, ...content }, 'u');
    expect(
      read_.map(({ title, collapsed, panels: all }) => [
        title,
        collapsed,
        all.map(({ type, targets: [t] }) => `${type} ${t?.expr}`),
      ]),
    ).toEqual([['R', true, ['timeseries up']]]);
  });
});
