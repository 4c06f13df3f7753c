import { at, type Json, type JsonObject, number, object, objects, text } from './dashboard.ts';
import { optional } from './migrate-parts.ts';

/** A graph of before Grafana 8 as a time series; as a bar gauge or a histogram where its x axis says so. */
export function migrateGraph(panel: JsonObject): JsonObject {
  const [left = {}, right = {}] = axesOf(panel);
  const stacked = panel['stack'] === true;
  const bars = panel['bars'] === true;
  const lines = panel['lines'] !== false;
  const custom: JsonObject = {
    drawStyle: bars && !lines ? 'bars' : !lines && panel['points'] === true ? 'points' : 'line',
    lineWidth: number(panel['linewidth'], 1),
    fillOpacity: bars && !lines ? 100 : number(panel['fill'], 1) * 10,
    pointSize: number(panel['pointradius'], 2) * 2,
    showPoints: panel['points'] === true ? 'always' : 'never',
    spanNulls: panel['nullPointMode'] === 'connected',
    lineInterpolation: panel['steppedLine'] === true ? 'stepAfter' : 'linear',
    stacking: { mode: stacked ? (panel['percentage'] === true ? 'percent' : 'normal') : 'none', group: 'A' },
    axisLabel: text(left['label']),
    gradientMode: number(panel['fillGradient'], 0) > 0 ? 'opacity' : 'none',
    ...scaleOf(left),
    ...(left['show'] === false ? { axisPlacement: 'hidden' } : {}),
  };
  const thresholds = graphThresholds(panel);
  const type = GRAPH_TYPES[text(at(panel, 'xaxis', 'mode'))] ?? 'timeseries';
  return {
    ...panel,
    type,
    fieldConfig: {
      defaults: {
        ...axisOf(left),
        color: { mode: 'palette-classic' },
        ...(thresholds === null ? {} : { thresholds: thresholds.thresholds }),
        ...optional('decimals', left['decimals'] ?? panel['decimals']),
        custom: thresholds === null ? custom : { ...custom, thresholdsStyle: { mode: thresholds.style } },
        links: objects(at(panel, 'options', 'dataLinks')),
      },
      overrides: [
        ...aliasColors(panel),
        ...objects(panel['seriesOverrides']).map((override) => graphOverride(override, right)),
      ],
    },
    options: {
      ...optionsOf(type, panel),
      legend: graphLegend(object(panel['legend'])),
      tooltip: graphTooltip(panel),
    },
  };
}

/** What the modes of an x axis are today. */
const GRAPH_TYPES: Readonly<Record<string, string>> = { series: 'bargauge', histogram: 'histogram' };

function optionsOf(type: string, panel: JsonObject): JsonObject {
  if (type === 'histogram') return { bucketCount: number(at(panel, 'xaxis', 'buckets'), 30) };
  if (type !== 'bargauge') return {};
  const [calc = 'total'] = Array.isArray(at(panel, 'xaxis', 'values')) ? (at(panel, 'xaxis', 'values') as Json[]) : [];
  return { orientation: 'vertical', displayMode: 'basic', reduceOptions: { calcs: [calc], values: false, fields: '' } };
}

/** Both value axes. Before version 11 they were `y_formats` and `grid`. */
function axesOf(panel: JsonObject): readonly JsonObject[] {
  const axes = objects(panel['yaxes']);
  if (axes.length > 0) return axes;
  const formats = Array.isArray(panel['y_formats']) ? panel['y_formats'] : [];
  const grid = object(panel['grid']);
  return ['left', 'right'].map((side, i) => ({
    format: formats[i] ?? 'short',
    label: panel[i === 0 ? 'leftYAxisLabel' : 'rightYAxisLabel'] ?? '',
    min: grid[`${side}Min`] ?? null,
    max: grid[`${side}Max`] ?? null,
    logBase: grid[`${side}LogBase`] ?? 1,
    show: panel['y-axis'] !== false,
  }));
}

const CRITICAL: Readonly<Record<string, string>> = { critical: 'red', warning: 'orange', ok: 'green' };

/** Lines and areas at values, as steps of color. Null when there are none. */
function graphThresholds(panel: JsonObject): { readonly thresholds: JsonObject; readonly style: string } | null {
  const written = objects(panel['thresholds']).filter(({ value }) => typeof value === 'number');
  if (written.length === 0) return null;
  const sorted = written.toSorted((a, b) => number(a['value'], 0) - number(b['value'], 0));
  const colorOf = (threshold: JsonObject): string =>
    CRITICAL[text(threshold['colorMode'])] ?? text(threshold['fillColor'] ?? threshold['lineColor'], 'red');
  // What is below one of them has its color up to its value.
  const below = sorted.find(({ op }) => op === 'lt');
  const steps = [
    { value: null, color: below === undefined ? 'transparent' : colorOf(below) },
    ...sorted.map((threshold) => ({
      value: threshold['value'] ?? 0,
      color: threshold['op'] === 'lt' ? 'transparent' : colorOf(threshold),
    })),
  ];
  const has = (what: string): boolean => written.some((threshold) => threshold[what] !== false);
  const style = has('line') && has('fill') ? 'line+area' : has('line') ? 'line' : has('fill') ? 'area' : 'off';
  return { thresholds: { mode: 'absolute', steps }, style };
}

function axisOf(axis: JsonObject): JsonObject {
  const bounds: Record<string, Json> = { unit: text(axis['format'], 'short') };
  for (const bound of ['min', 'max'] as const) {
    const value = number(axis[bound], Number.NaN);
    if (!Number.isNaN(value)) bounds[bound] = value;
  }
  const decimals = number(axis['decimals'], Number.NaN);
  if (!Number.isNaN(decimals)) bounds['decimals'] = decimals;
  return bounds;
}

function scaleOf(axis: JsonObject): JsonObject {
  const base = number(axis['logBase'], 1);
  return base > 1 ? { scaleDistribution: { type: 'log', log: base } } : {};
}

function aliasColors(panel: JsonObject): JsonObject[] {
  return Object.entries(object(panel['aliasColors'])).map(([alias, color]) => ({
    matcher: { id: 'byName', options: alias },
    properties: [{ id: 'color', value: { mode: 'fixed', fixedColor: color } }],
  }));
}

/** What each setting of a series override is called today. */
const OVERRIDES: Readonly<Record<string, (value: Json, right: JsonObject) => readonly JsonObject[]>> = {
  color: (value) => [{ id: 'color', value: { mode: 'fixed', fixedColor: value } }],
  yaxis: (value, right) =>
    value === 2
      ? [
          { id: 'custom.axisPlacement', value: 'right' },
          ...Object.entries(axisOf(right)).map(([id, v]) => ({ id, value: v })),
        ]
      : [],
  transform: (value) => (value === 'negative-Y' ? [{ id: 'custom.transform', value: 'negative-Y' }] : []),
  stack: (value) => [
    {
      id: 'custom.stacking',
      value: { mode: value === false ? 'none' : 'normal', group: typeof value === 'string' ? value : 'A' },
    },
  ],
  fillBelowTo: (value) => [
    { id: 'custom.fillBelowTo', value },
    { id: 'custom.fillOpacity', value: 30 },
  ],
  fillGradient: (value) => [{ id: 'custom.gradientMode', value: number(value, 0) > 0 ? 'opacity' : 'none' }],
  steppedLine: (value) => [{ id: 'custom.lineInterpolation', value: value === true ? 'stepAfter' : 'linear' }],
  nullPointMode: (value) => [{ id: 'custom.spanNulls', value: value === 'connected' }],
  pointradius: (value) => [{ id: 'custom.pointSize', value: number(value, 2) * 2 }],
  hideTooltip: (value) => [{ id: 'custom.hideFrom', value: { tooltip: value === true, viz: false, legend: false } }],
  fill: (value) => [{ id: 'custom.fillOpacity', value: number(value, 1) * 10 }],
  linewidth: (value) => [{ id: 'custom.lineWidth', value }],
  bars: (value) => (value === true ? [{ id: 'custom.drawStyle', value: 'bars' }] : []),
  lines: (value) => (value === false ? [{ id: 'custom.lineWidth', value: 0 }] : []),
  points: (value) => [{ id: 'custom.showPoints', value: value === true ? 'always' : 'never' }],
  dashes: (value) => (value === true ? [{ id: 'custom.lineStyle', value: { fill: 'dash', dash: [10, 10] } }] : []),
  hiddenSeries: (value) =>
    value === true ? [{ id: 'custom.hideFrom', value: { viz: true, legend: false, tooltip: false } }] : [],
  legend: (value) =>
    value === false ? [{ id: 'custom.hideFrom', value: { legend: true, viz: false, tooltip: false } }] : [],
};

function graphOverride(override: JsonObject, right: JsonObject): JsonObject {
  const alias = text(override['alias']);
  const regex = /^\/.*\/$/.test(alias);
  return {
    matcher: { id: regex ? 'byRegexp' : 'byName', options: alias },
    properties: Object.entries(override).flatMap(([name, value]) => OVERRIDES[name]?.(value, right) ?? []),
  };
}

const LEGEND_CALCS: readonly (readonly [old: string, calc: string])[] = [
  ['min', 'min'],
  ['max', 'max'],
  ['avg', 'mean'],
  ['current', 'lastNotNull'],
  ['total', 'sum'],
];

function graphLegend(legend: JsonObject): JsonObject {
  const sort = LEGEND_CALCS.find(([old]) => old === legend['sort'])?.[1];
  return {
    showLegend: legend['show'] !== false,
    displayMode: legend['alignAsTable'] === true ? 'table' : 'list',
    placement: legend['rightSide'] === true ? 'right' : 'bottom',
    calcs:
      legend['values'] === true ? LEGEND_CALCS.filter(([old]) => legend[old] === true).map(([, calc]) => calc) : [],
    ...(sort === undefined ? {} : { sortBy: sort, sortDesc: legend['sortDesc'] === true }),
  };
}

function graphTooltip(panel: JsonObject): JsonObject {
  const order = number(at(panel, 'tooltip', 'sort'), 0);
  return {
    mode: at(panel, 'tooltip', 'shared') === false ? 'single' : 'multi',
    sort: order === 2 ? 'desc' : order === 1 ? 'asc' : 'none',
  };
}
