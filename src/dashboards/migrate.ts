import { at, isObject, type Json, type JsonObject, number, object, objects, text } from './dashboard.ts';

/**
 * The panel as today's panel types have it. Old types keep their look as far as the new one has it: `graph` becomes a time
 * series, `singlestat` a stat or gauge, `table-old` a table. Others are given back as they are.
 */
export function migratePanel(panel: JsonObject): JsonObject {
  const migrate = MIGRATIONS[text(panel['type'])];
  return migrate ? migrate(panel) : panel;
}

const MIGRATIONS: Readonly<Record<string, (panel: JsonObject) => JsonObject>> = {
  graph: migrateGraph,
  singlestat: migrateSinglestat,
  'grafana-singlestat-panel': migrateSinglestat,
  'table-old': migrateTable,
  // A table of before version 8 has `styles`.
  table: (panel) =>
    Array.isArray(panel['styles']) && panel['fieldConfig'] === undefined ? migrateTable(panel) : panel,
};

function migrateGraph(panel: JsonObject): JsonObject {
  const [left = {}, right = {}] = objects(panel['yaxes']);
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
    ...scaleOf(left),
  };
  return {
    ...panel,
    type: 'timeseries',
    fieldConfig: {
      defaults: { ...axisOf(left), custom },
      overrides: [
        ...aliasColors(panel),
        ...objects(panel['seriesOverrides']).map((override) => graphOverride(override, right)),
      ],
    },
    options: { legend: graphLegend(object(panel['legend'])), tooltip: graphTooltip(panel) },
  };
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

const SINGLESTAT_CALCS: Readonly<Record<string, string>> = {
  avg: 'mean',
  current: 'lastNotNull',
  total: 'sum',
  name: 'lastNotNull',
};

function migrateSinglestat(panel: JsonObject): JsonObject {
  const gauge = at(panel, 'gauge', 'show') === true;
  const valueName = text(panel['valueName'], 'avg');
  const background = panel['colorBackground'] === true;
  const colored = background || panel['colorValue'] === true;
  const mappings = objects(panel['valueMaps']).map((map) => ({
    type: text(map['value']) === 'null' ? 'special' : 'value',
    options:
      text(map['value']) === 'null'
        ? { match: 'null', result: { text: text(map['text']) } }
        : { [text(map['value'])]: { text: text(map['text']) } },
  }));
  return {
    ...panel,
    type: gauge ? 'gauge' : 'stat',
    fieldConfig: {
      defaults: {
        unit: text(panel['format'], 'none'),
        ...optional('decimals', panel['decimals']),
        ...(gauge
          ? { min: number(at(panel, 'gauge', 'minValue'), 0), max: number(at(panel, 'gauge', 'maxValue'), 100) }
          : {}),
        ...optional('noValue', panel['nullText']),
        mappings,
        color: { mode: 'thresholds' },
        thresholds: { mode: 'absolute', steps: singlestatSteps(panel) },
      },
      overrides: [],
    },
    options: {
      reduceOptions: { calcs: [SINGLESTAT_CALCS[valueName] ?? valueName], fields: '', values: false },
      colorMode: background ? 'background' : colored ? 'value' : 'none',
      graphMode: at(panel, 'sparkline', 'show') === true ? 'area' : 'none',
      textMode: valueName === 'name' ? 'name' : 'auto',
    },
  };
}

function optional(name: string, value: Json | undefined): JsonObject {
  return value === undefined || value === null || value === '' ? {} : { [name]: value };
}

/** `thresholds: "80,90"` with one color more than numbers. */
function singlestatSteps(panel: JsonObject): JsonObject[] {
  const colors = Array.isArray(panel['colors']) ? panel['colors'] : [];
  const limits = text(panel['thresholds'])
    .split(',')
    .map((limit) => limit.trim())
    .filter((limit) => limit !== '');
  return ['', ...limits].map((limit, i) => ({
    value: i === 0 ? null : number(limit, 0),
    color: colors[i] ?? ['green', 'orange', 'red'][Math.min(i, 2)]!,
  }));
}

function migrateTable(panel: JsonObject): JsonObject {
  const overrides = objects(panel['styles']).map((style) => {
    const pattern = text(style['pattern']);
    const regex = /^\/.*\/$/.test(pattern);
    return { matcher: { id: regex ? 'byRegexp' : 'byName', options: pattern }, properties: styleProperties(style) };
  });
  return { ...panel, type: 'table', fieldConfig: { defaults: {}, overrides }, options: object(panel['options']) };
}

function styleProperties(style: JsonObject): JsonObject[] {
  const properties: JsonObject[] = [];
  if (text(style['type']) === 'hidden') properties.push({ id: 'custom.hidden', value: true });
  if (text(style['alias']) !== '') properties.push({ id: 'displayName', value: text(style['alias']) });
  if (text(style['unit']) !== '') properties.push({ id: 'unit', value: text(style['unit']) });
  if (typeof style['decimals'] === 'number') properties.push({ id: 'decimals', value: style['decimals'] });
  if (isObject(style['align'] ?? null) || typeof style['align'] === 'string') {
    properties.push({ id: 'custom.align', value: style['align'] ?? 'auto' });
  }
  return properties;
}
