import type { JsonObject } from '#dashboards/dashboard';

/** A panel of the gallery: what it shows, and the JSON of a dashboard file. */
export interface GalleryPanel {
  readonly name: string;
  readonly theme?: 'light';
  readonly width?: number;
  readonly json: JsonObject;
}

interface Parts {
  readonly custom?: JsonObject;
  readonly defaults?: JsonObject;
  readonly options?: JsonObject;
  readonly overrides?: readonly JsonObject[];
  readonly rest?: JsonObject;
}

function panel(type: string, exprs: string | readonly string[], parts: Parts = {}): JsonObject {
  const { custom = {}, defaults = {}, options = {}, overrides = [], rest = {} } = parts;
  const list = typeof exprs === 'string' ? [exprs] : exprs;
  const targets = list
    .filter((expr) => expr !== '')
    .map((expr, i) => ({ refId: 'ABCDEF'[i]!, expr, legendFormat: '__auto' }));
  return {
    type,
    targets,
    options,
    fieldConfig: { defaults: { ...defaults, custom }, overrides: [...overrides] },
    ...rest,
  };
}

const series = (exprs: string | readonly string[], parts: Parts = {}): JsonObject => panel('timeseries', exprs, parts);

/** The same as a table of the latest values. */
const table = (expr: string, parts: Parts = {}): JsonObject => {
  const json = panel('table', expr, parts);
  return { ...json, targets: [{ refId: 'A', expr, format: 'table', instant: true }] };
};

const single = (type: string, expr: string, parts: Parts = {}): JsonObject => {
  return panel(type, expr, { ...parts, options: { reduceOptions: { calcs: ['lastNotNull'] }, ...parts.options } });
};

const STEPS: JsonObject = {
  mode: 'absolute',
  steps: [
    { value: null, color: 'green' },
    { value: 3, color: 'orange' },
    { value: 4.2, color: 'red' },
  ],
};
const TABLE_LEGEND: JsonObject = {
  legend: { displayMode: 'table', placement: 'bottom', calcs: ['lastNotNull', 'max'], showLegend: true },
};
const RIGHT_LEGEND: JsonObject = { legend: { displayMode: 'list', placement: 'right', showLegend: true } };
const NO_LEGEND: JsonObject = { legend: { showLegend: false } };
const STATES: readonly JsonObject[] = [
  {
    type: 'value',
    options: { 0: { text: 'down', color: 'red', index: 1 }, 1: { text: 'up', color: 'green', index: 0 } },
  },
];
const byName = (name: string, ...properties: JsonObject[]): JsonObject => {
  return { matcher: { id: 'byName', options: name }, properties };
};

/** One panel of each look that dashboards have. */
export const GALLERY: readonly GalleryPanel[] = [
  { name: 'lines', json: series('waves', { custom: { lineWidth: 1 } }) },
  { name: 'lines-light', theme: 'light', json: series('waves') },
  { name: 'lines-filled', json: series('waves', { custom: { fillOpacity: 25, lineWidth: 2 } }) },
  { name: 'lines-smooth', json: series('one', { custom: { lineInterpolation: 'smooth', fillOpacity: 10 } }) },
  { name: 'lines-steps', json: series('waves', { custom: { lineInterpolation: 'stepAfter' } }) },
  { name: 'lines-dashed', json: series('waves', { custom: { lineStyle: { fill: 'dash', dash: [8, 4] } } }) },
  {
    name: 'bars',
    json: series('one', { custom: { drawStyle: 'bars', fillOpacity: 60 }, rest: { maxDataPoints: 40 } }),
  },
  {
    name: 'points',
    json: series('waves', { custom: { drawStyle: 'points', pointSize: 4 }, rest: { maxDataPoints: 60 } }),
  },
  { name: 'points-alone', json: series('sparse', { custom: { showPoints: 'auto', pointSize: 6 } }) },
  { name: 'stacked', json: series('waves', { custom: { fillOpacity: 60, stacking: { mode: 'normal', group: 'A' } } }) },
  { name: 'stacked-percent', json: series('waves', { custom: { fillOpacity: 70, stacking: { mode: 'percent' } } }) },
  {
    name: 'negative-y',
    json: series('traffic', {
      defaults: { unit: 'Bps' },
      custom: { fillOpacity: 30 },
      overrides: [byName('out', { id: 'custom.transform', value: 'negative-Y' })],
    }),
  },
  { name: 'log-axis', json: series('growth', { custom: { scaleDistribution: { type: 'log', log: 10 } } }) },
  {
    name: 'band',
    json: series('ratio', {
      defaults: { unit: 'percentunit' },
      overrides: [
        byName('core-3', { id: 'custom.fillBelowTo', value: 'core-1' }, { id: 'custom.fillOpacity', value: 30 }),
      ],
    }),
  },
  {
    name: 'thresholds-line',
    json: series('waves', { defaults: { thresholds: STEPS }, custom: { thresholdsStyle: { mode: 'line' } } }),
  },
  {
    name: 'thresholds-area',
    json: series('one', { defaults: { thresholds: STEPS }, custom: { thresholdsStyle: { mode: 'dashed+area' } } }),
  },
  { name: 'gradient-opacity', json: series('one', { custom: { fillOpacity: 70, gradientMode: 'opacity' } }) },
  {
    name: 'gradient-scheme',
    json: series('one', {
      defaults: { color: { mode: 'continuous-GrYlRd' } },
      custom: { fillOpacity: 40, lineWidth: 2, gradientMode: 'scheme' },
    }),
  },
  { name: 'unit-bytes', json: series('memory_bytes', { defaults: { unit: 'bytes', min: 0 }, options: TABLE_LEGEND }) },
  { name: 'unit-seconds', json: series('seconds', { defaults: { unit: 's' } }) },
  {
    name: 'two-axes',
    json: series(['waves', 'memory_bytes'], {
      overrides: [
        {
          matcher: { id: 'byFrameRefID', options: 'B' },
          properties: [
            { id: 'unit', value: 'bytes' },
            { id: 'custom.axisPlacement', value: 'right' },
          ],
        },
      ],
    }),
  },
  { name: 'axis-label', json: series('waves', { custom: { axisLabel: 'requests', axisCenteredZero: true } }) },
  { name: 'legend-right', width: 600, json: series('waves', { options: RIGHT_LEGEND }) },
  { name: 'many-series', json: series('many', { options: NO_LEGEND }) },
  { name: 'many-series-legend', json: series('many') },
  { name: 'gaps', json: series('gaps', { custom: { fillOpacity: 20 } }) },
  { name: 'gaps-spanned', json: series('gaps', { custom: { spanNulls: true } }) },
  { name: 'gaps-joined', json: series('gaps', { custom: { insertNulls: 3_600_000 } }) },
  { name: 'all-zero', json: series('zero') },
  { name: 'narrow', width: 180, json: series('waves') },
  { name: 'no-data', json: series('nothing') },
  { name: 'no-data-own-words', json: series('nothing', { defaults: { noValue: 'all quiet' } }) },
  { name: 'error', json: series('sum(') },
  { name: 'half-error', json: series(['waves', 'sum(']) },
  { name: 'stat', json: single('stat', 'one', { defaults: { unit: 's', decimals: 2 } }) },
  {
    name: 'stat-many',
    json: single('stat', 'waves', {
      defaults: { thresholds: STEPS, color: { mode: 'thresholds' } },
      options: { showPercentChange: true },
    }),
  },
  {
    name: 'stat-filled',
    json: single('stat', 'memory_bytes', {
      defaults: { unit: 'bytes' },
      options: { colorMode: 'background', graphMode: 'none' },
    }),
  },
  {
    name: 'stat-wide',
    json: single('stat', 'memory_bytes', {
      defaults: { unit: 'bytes' },
      options: { textMode: 'value_and_name', orientation: 'horizontal', graphMode: 'none' },
    }),
  },
  {
    name: 'stat-sizes',
    json: single('stat', 'up', {
      options: { justifyMode: 'center', graphMode: 'none', text: { titleSize: 18, valueSize: 22 }, wideLayout: false },
    }),
  },
  {
    name: 'stat-mapped',
    json: single('stat', 'up', { defaults: { mappings: [...STATES] }, options: { graphMode: 'none' } }),
  },
  {
    name: 'gauge',
    json: single('gauge', 'ratio', {
      defaults: {
        unit: 'percentunit',
        thresholds: {
          ...STEPS,
          mode: 'percentage',
          steps: [
            { value: null, color: 'green' },
            { value: 60, color: 'orange' },
            { value: 80, color: 'red' },
          ],
        },
      },
    }),
  },
  {
    name: 'gauge-labels',
    json: single('gauge', 'waves', {
      defaults: { unit: 's', min: 0, max: 6, thresholds: STEPS, color: { mode: 'thresholds' } },
      options: { showThresholdLabels: true },
    }),
  },
  {
    name: 'bar-gauge',
    json: single('bargauge', 'waves', {
      defaults: { max: 6, min: 0, thresholds: STEPS, color: { mode: 'thresholds' } },
      options: { orientation: 'horizontal', displayMode: 'gradient' },
    }),
  },
  {
    name: 'bar-gauge-lcd',
    json: single('bargauge', 'waves', {
      defaults: { max: 6, min: 0, thresholds: STEPS, color: { mode: 'thresholds' } },
      options: { orientation: 'horizontal', displayMode: 'lcd' },
    }),
  },
  {
    name: 'bar-gauge-names-above',
    json: single('bargauge', 'waves', {
      defaults: { max: 6, min: 0, thresholds: STEPS },
      options: { orientation: 'horizontal', displayMode: 'basic', namePlacement: 'top' },
    }),
  },
  {
    name: 'bar-gauge-columns',
    json: single('bargauge', 'memory_bytes', {
      defaults: { unit: 'bytes', min: 0, color: { mode: 'palette-classic' } },
      options: { orientation: 'vertical', displayMode: 'basic' },
    }),
  },
  { name: 'table', json: table('memory_bytes', { defaults: { unit: 'bytes' } }) },
  {
    name: 'table-cells',
    json: table('requests', {
      options: { sortBy: [{ displayName: 'Value', desc: true }], footer: { show: true, reducer: ['sum'] } },
      overrides: [
        byName('Value', { id: 'custom.cellOptions', value: { type: 'gauge' } }, { id: 'max', value: 1000 }),
        byName('method', { id: 'custom.cellOptions', value: { type: 'color-background' } }),
        byName('Time', { id: 'custom.hidden', value: true }),
        byName('__name__', { id: 'custom.hidden', value: true }),
      ],
    }),
  },
  {
    name: 'text',
    json: panel('text', '', {
      options: {
        mode: 'markdown',
        content:
          '# Runbook\nIf **DiskFull** fires:\n\n- look at `df -h`\n- call *somebody*\n\n> Not at night.\n\n[More](https://example.com)',
      },
    }),
  },
  {
    name: 'text-html',
    theme: 'light',
    json: panel('text', '', {
      options: {
        mode: 'html',
        content:
          '<h2>Hello &amp; welcome</h2><p>A <b>bold</b> word<br>and a line.</p><script>alert(1)</script><ul><li>one</li><li>two</li></ul>',
      },
    }),
  },
  {
    name: 'heatmap',
    json: panel('heatmap', 'latency_bucket', {
      options: {
        calculate: false,
        yAxis: { unit: 's' },
        color: { mode: 'scheme', scheme: 'Oranges', steps: 64 },
        legend: { show: true },
      },
      rest: {
        maxDataPoints: 60,
        targets: [{ refId: 'A', expr: 'latency_bucket', format: 'heatmap', legendFormat: '{{le}}' }],
      },
    }),
  },
  {
    name: 'pie',
    json: single('piechart', 'requests', {
      options: {
        pieType: 'pie',
        displayLabels: ['name', 'percent'],
        legend: { showLegend: true, displayMode: 'list', placement: 'bottom' },
      },
    }),
  },
  {
    name: 'pie-donut',
    width: 500,
    json: single('piechart', 'requests', {
      options: {
        pieType: 'donut',
        legend: { showLegend: true, displayMode: 'table', placement: 'right', values: ['value', 'percent'] },
      },
    }),
  },
  {
    name: 'state-timeline',
    json: panel('state-timeline', 'up', {
      defaults: { mappings: [...STATES] },
      options: { rowHeight: 0.8, showValue: 'auto' },
    }),
  },
  {
    name: 'status-history',
    json: panel('status-history', 'up', { defaults: { mappings: [...STATES] }, rest: { maxDataPoints: 24 } }),
  },
  {
    name: 'bar-chart',
    json: {
      ...table('requests', {
        options: { xField: 'method', showValue: 'auto', ...NO_LEGEND },
        custom: { fillOpacity: 80 },
      }),
      type: 'barchart',
    },
  },
  {
    name: 'bar-chart-turned',
    json: {
      ...table('requests', {
        options: { xField: 'method', xTickLabelRotation: 45, barWidth: 0.5, showValue: 'never', ...NO_LEGEND },
      }),
      type: 'barchart',
    },
  },
  {
    name: 'bar-chart-falling',
    json: {
      ...table('requests', {
        options: { xField: 'method', xTickLabelRotation: -90, xTickLabelMaxLength: 3, ...NO_LEGEND },
      }),
      type: 'barchart',
    },
  },
  {
    name: 'bar-chart-lying',
    json: {
      ...table('requests', {
        options: { xField: 'method', orientation: 'horizontal', showValue: 'always', ...NO_LEGEND },
      }),
      type: 'barchart',
    },
  },
  {
    name: 'histogram',
    json: panel('histogram', 'waves', { options: { bucketCount: 20 }, custom: { fillOpacity: 60 } }),
  },
  { name: 'logs', json: { ...table('log', { options: { showTime: true } }), type: 'logs' } },
  { name: 'alert-list', json: panel('alertlist', '', { options: { maxItems: 10, sortOrder: 3 } }) },
  {
    name: 'dashboard-list',
    json: panel('dashlist', '', { options: { showStarred: false, showSearch: true, query: '', maxItems: 10 } }),
  },
  { name: 'unknown', json: panel('geomap', 'waves') },
  { name: 'stat-usual-thresholds', json: single('stat', 'memory_bytes', { defaults: { unit: 'bytes' } }) },
  {
    name: 'stat-change',
    json: single('stat', 'one', {
      defaults: { unit: 's' },
      options: { showPercentChange: true, textMode: 'value_and_name', wideLayout: false },
    }),
  },
  {
    name: 'gauge-wide-at-least',
    json: single('gauge', 'waves', {
      defaults: { min: 0, max: 6, thresholds: STEPS },
      options: {
        ...{ orientation: 'vertical', sizing: 'manual', minVizWidth: 170, minVizHeight: 20 },
        text: { titleSize: 16, valueSize: 20 },
      },
    }),
  },
  {
    name: 'bar-gauge-columns-wide',
    json: single('bargauge', 'waves', {
      defaults: { min: 0, max: 6, thresholds: STEPS },
      options: {
        ...{ orientation: 'vertical', displayMode: 'gradient', sizing: 'manual', minVizWidth: 120 },
        text: { titleSize: 15, valueSize: 18 },
      },
    }),
  },
  {
    name: 'state-timeline-right',
    json: panel('state-timeline', 'up', {
      defaults: { mappings: [...STATES] },
      options: { alignValue: 'right', rowHeight: 0.8 },
    }),
  },
  {
    name: 'status-history-thin',
    json: panel('status-history', 'up', {
      defaults: { mappings: [...STATES] },
      options: { colWidth: 0.4, rowHeight: 0.6, showValue: 'never' },
      rest: { maxDataPoints: 24 },
    }),
  },
  {
    name: 'bar-chart-round',
    json: {
      ...table('requests', {
        options: { xField: 'method', barRadius: 0.4, colorByField: 'method', showValue: 'never', ...NO_LEGEND },
        overrides: [
          byName('method', {
            id: 'mappings',
            value: [{ type: 'value', options: { GET: { color: 'blue' }, DELETE: { color: 'red' } } }],
          }),
        ],
      }),
      type: 'barchart',
    },
  },
];

/** The gallery as a dashboard file; the panels' ids are their places from 1. */
export function galleryDashboard(): JsonObject {
  return {
    title: 'Gallery',
    uid: 'gallery',
    schemaVersion: 41,
    timezone: 'utc',
    time: { from: 'now-6h', to: 'now' },
    panels: GALLERY.map(({ name, json }, i) => ({
      ...json,
      ...{ id: i + 1, title: name, gridPos: { x: (i % 3) * 8, y: Math.floor(i / 3) * 6, w: 8, h: 6 } },
    })),
  };
}

/** A few of the panels under a row, with a variable. */
export function smallDashboard(): JsonObject {
  const small = (name: string, id: number, x: number): JsonObject => {
    const { json } = GALLERY.find((panel) => panel.name === name)!;
    return { ...json, id, title: `${name} of $team`, gridPos: { x, y: 1, w: 8, h: 5 } };
  };
  return {
    ...galleryDashboard(),
    title: 'Small',
    uid: 'small',
    templating: { list: [{ name: 'team', type: 'custom', query: 'blue,red', current: { value: 'red', text: 'red' } }] },
    panels: [
      { type: 'row', id: 9, title: 'Team $team', collapsed: false, gridPos: { x: 0, y: 0, w: 24, h: 1 }, panels: [] },
      ...[small('stat', 1, 0), small('lines-filled', 2, 8), small('gauge', 3, 16)],
    ],
  };
}
