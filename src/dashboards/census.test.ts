import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { matchesField } from './field-config.ts';
import { interpolate } from './interpolate.ts';
import { MIGRATED_TYPES } from './migrate.ts';
import { isColorOfValue } from './palette.ts';
import { reducer } from './reducers.ts';
import { CELL_TYPES } from './table.ts';
import { transformFrames } from './transforms.ts';
import { parseVariableQuery } from './variables.ts';

const repository = resolve(import.meta.dirname, '../..');
const kit = join(repository, 'test/conformance/kit');
const units = JSON.parse(readFileSync(join(repository, 'test/fixtures/grafana/units.json'), 'utf8')) as {
  readonly answers: Readonly<Record<string, string>>;
};

const TRANSFORMATIONS = [
  ...['organize', 'merge', 'joinByField', 'groupBy', 'calculateField', 'filterFieldsByName', 'renameByRegex', 'reduce'],
  ...[
    'labelsToFields',
    'sortBy',
    'extractFields',
    'filterByValue',
    'seriesToColumns',
    'groupingToMatrix',
    'seriesToRows',
  ],
  ...[
    'prepareTimeSeries',
    'limit',
    'joinByLabels',
    'timeSeriesTable',
    'convertFieldType',
    'filterByRefId',
    'concatenate',
  ],
  ...['transpose', 'rowsToFields', 'partitionByValues', 'formatTime', 'histogram'],
];
const MATCHERS = [
  ...[
    'byName',
    'byNames',
    'byRegexp',
    'byRegexpOrNames',
    'byType',
    'byFrameRefID',
    'byValue',
    'numeric',
    'time',
    'first',
  ],
  'firstTimeField',
];
const CALCS = [
  ...[
    'lastNotNull',
    'last',
    'firstNotNull',
    'first',
    'min',
    'max',
    'mean',
    'median',
    'variance',
    'stdDev',
    'sum',
    'count',
  ],
  ...['countAll', 'range', 'delta', 'step', 'diff', 'diffperc', 'logmin', 'changeCount', 'distinctCount', 'allIsZero'],
  ...['allIsNull', 'p50', 'p95', 'p99'],
];
const COLOR_MODES = ['GrYlRd', 'RdYlGr', 'BlYlRd', 'YlRd', 'BlPu', 'YlBl', 'blues', 'reds', 'greens', 'purples'].map(
  (scale) => `continuous-${scale}`,
);
const PLAIN_MODES = ['palette-classic', 'palette-classic-by-name', 'fixed', 'shades', 'thresholds'];
/** How each kind of panel is drawn stands in ui/panels/registry.ts, whose test names the same. */
const PANELS = [
  ...['timeseries', 'stat', 'gauge', 'bargauge', 'table', 'text', 'heatmap', 'piechart', 'state-timeline'],
  ...['status-history', 'barchart', 'histogram', 'logs', 'alertlist', 'annolist', 'dashlist', 'row'],
];
const FORMATS = [
  ...['raw', 'csv', 'pipe', 'regex', 'glob', 'json', 'text', 'lucene', 'percentencode', 'uriencode', 'singlequote'],
  ...['doublequote', 'sqlstring', 'html', 'date', 'queryparam', 'customqueryparam', 'distributed'],
];
const OVERRIDE_PROPERTIES = [
  ...['color', 'unit', 'displayName', 'decimals', 'min', 'max', 'fieldMinMax', 'noValue', 'mappings', 'thresholds'],
  'links',
  ...['align', 'width', 'minWidth', 'hidden', 'filterable', 'cellOptions', 'displayMode'].map((id) => `custom.${id}`),
  ...['fillOpacity', 'fillBelowTo', 'lineWidth', 'lineStyle', 'lineInterpolation', 'showPoints', 'pointSize'].map(
    (id) => `custom.${id}`,
  ),
  ...[
    'drawStyle',
    'stacking',
    'transform',
    'hideFrom',
    'axisPlacement',
    'axisLabel',
    'gradientMode',
    'spanNulls',
    'insertNulls',
  ].map((id) => `custom.${id}`),
];
/** Options of single values, as the census writes them: with their value where there are few. */
const flags = (...names: string[]): string[] => names.flatMap((name) => [`${name}=true`, `${name}=false`]);
const choices = (name: string, ...values: string[]): string[] => values.map((value) => `${name}=${value}`);
const REDUCE = ['reduceOptions.calcs[]', 'reduceOptions.fields', 'reduceOptions.values', 'reduceOptions.limit'];
const ORIENTATION = choices('orientation', 'auto', 'horizontal', 'vertical');
const SIZES_OF_TEXT = ['text.titleSize', 'text.valueSize'];
const STAT_OPTIONS = [
  ...[...REDUCE, ...ORIENTATION, ...SIZES_OF_TEXT, 'textMode'],
  ...choices('justifyMode', 'auto', 'center'),
  ...choices('colorMode', 'value', 'none', 'background', 'background_solid'),
  ...choices('graphMode', 'area', 'none'),
  ...choices('percentChangeColorMode', 'standard', 'inverted'),
  ...flags('wideLayout', 'showPercentChange'),
];
const SIZING = [...choices('sizing', 'auto', 'manual'), 'minVizWidth', 'minVizHeight'];
const GAUGE_OPTIONS = [
  ...SIZES_OF_TEXT,
  ...REDUCE,
  ...ORIENTATION,
  ...SIZING,
  ...flags('showThresholdLabels', 'showThresholdMarkers'),
];
const BAR_GAUGE_OPTIONS = [
  ...[...SIZES_OF_TEXT, ...REDUCE, ...ORIENTATION, ...SIZING, 'maxVizHeight'],
  ...choices('displayMode', 'basic', 'gradient', 'lcd'),
  ...choices('valueMode', 'color', 'text', 'hidden'),
  ...choices('namePlacement', 'auto', 'left', 'top', 'hidden'),
  ...flags('showUnfilled'),
  // A legend that is hidden may be of any kind.
  ...['legend.showLegend=false', 'legend.displayMode=list', 'legend.placement=bottom', 'legend.calcs=[]'],
];
const LEGEND = [
  ...flags('legend.showLegend'),
  ...choices('legend.displayMode', 'list', 'table', 'hidden'),
  ...choices('legend.placement', 'bottom', 'right'),
];
const TOOLTIP = [
  ...choices('tooltip.mode', 'single', 'multi', 'none'),
  ...choices('tooltip.sort', 'none', 'asc', 'desc'),
  ...['tooltip.maxWidth', 'tooltip.maxHeight'],
];
const SHOW_VALUE = choices('showValue', 'auto', 'always', 'never');
const STATE_OPTIONS = [...SHOW_VALUE, ...LEGEND, ...TOOLTIP, 'rowHeight', 'perPage'];
const STATE_TIMELINE_OPTIONS = [
  ...STATE_OPTIONS,
  ...choices('alignValue', 'left', 'center', 'right'),
  ...flags('mergeValues'),
];
const BAR_CHART_OPTIONS = [
  ...[...ORIENTATION, ...SHOW_VALUE, ...LEGEND, ...TOOLTIP, 'barRadius', 'barWidth', 'groupWidth'],
  ...['xTickLabelRotation', 'xTickLabelSpacing', 'xTickLabelMaxLength'],
  ...choices('stacking', 'none', 'normal', 'percent'),
  ...flags('fullHighlight'),
];
const FIELD_DEFAULTS = [
  ...['color', 'custom', 'decimals', 'displayName', 'fieldMinMax', 'links', 'mappings', 'max', 'min', 'noValue'],
  ...['thresholds', 'unit'],
];
const MACROS = [
  ...['$__rate_interval', '$__interval', '$__interval_ms', '$__range', '$__range_s', '$__range_ms', '$__from', '$__to'],
  ...['$__all_variables', '$__url_time_range', '$__dashboard', '$__org', '$__user', '$__timezone'],
];
const QUERY_FUNCTIONS = ['label_values', 'label_names', 'query_result', 'metrics'];

/** What this program says it can do, in the words of the census. */
const support = {
  'panel type': [...PANELS, ...MIGRATED_TYPES],
  unit: Object.keys(units.answers),
  transformation: TRANSFORMATIONS,
  'override matcher': MATCHERS,
  'color mode': [...PLAIN_MODES, ...COLOR_MODES].flatMap((mode) => [mode, `override:${mode}`]),
  'legend calc': CALCS,
  'reduce calc': CALCS,
  'table cell type': CELL_TYPES,
  'variable type': ['query', 'datasource', 'interval', 'custom', 'textbox', 'constant', 'adhoc', 'switch'],
  'variable format': FORMATS,
  'query variable function': QUERY_FUNCTIONS,
  'custom.transform override': ['negative-Y', 'constant'],
  'value mapping': [
    ...['value', 'range', 'regex', 'special', 'legacy value', 'legacy range'],
    ...['null', 'nan', 'null+nan', 'true', 'false', 'empty'].map((match) => `special ${match}`),
  ],
  'prometheus target format': ['time_series', 'table', 'heatmap', '(absent)'],
  'prometheus target mode': ['range', 'instant', 'instant+range'],
  document: ['classic, panels[]', 'classic, legacy rows[]', 'v2 (elements/layout)'],
  'prometheus exemplar': ['true', 'false/absent'],
  'legend displayMode': ['list', 'table', 'hidden', 'undefined'].flatMap((mode) => [mode, `(hidden) ${mode}`]),
  'legend placement': ['bottom', 'right', 'undefined'],
  tooltip: ['single', 'multi', 'none'].flatMap((mode) => ['none', 'asc', 'desc'].map((sort) => `${mode} sort=${sort}`)),
  'override property': OVERRIDE_PROPERTIES,
  'field default': FIELD_DEFAULTS,
  'panel option: stat': STAT_OPTIONS,
  'panel option: gauge': GAUGE_OPTIONS,
  'panel option: bargauge': BAR_GAUGE_OPTIONS,
  'panel option: state-timeline': STATE_TIMELINE_OPTIONS,
  'panel option: status-history': [...STATE_OPTIONS, 'colWidth'],
  'panel option: barchart': BAR_CHART_OPTIONS,
  'built-in macro': MACROS,
  'variable reference form': ['$var', '${var}', '${var:fmt}', '[[var]]', '[[var:fmt]]'],
  annotation: ['builtIn (annotations & alerts)', 'own: prometheus', 'own: datasource', 'own: (default)'],
  'dashboard link': ['link', 'dashboards', '  asDropdown', '  includeVars', '  keepTime', '  targetBlank'],
  'panel time override': ['timeFrom', 'timeShift'],
  'data link': ['in field defaults', 'in field defaults, new tab', 'in override'],
  'panel link': ['url', 'link', 'dashboard', 'other'],
  'text mode': ['markdown', 'html', 'code'],
  graphTooltip: ['0 off', '1 crosshair', '2 crosshair+tooltip'],
};

const work = mkdtempSync(join(tmpdir(), 'census-'));
afterAll(() => rmSync(work, { recursive: true }));

describe('what is said to be supported', () => {
  it('is there: each id does something', () => {
    const steps = TRANSFORMATIONS.map((id) => ({ id, options: {} }));
    expect(transformFrames([], steps).unknown).toEqual([]);
    expect(CALCS.filter((id) => reducer(id) === undefined)).toEqual([]);
    const field = { name: 'a', labels: {}, type: 'number', values: Float64Array.of(1) } as const;
    const frame = { refId: 'A', fields: [field], length: 1 };
    const options = {
      byName: 'a',
      byRegexp: 'a',
      byType: 'number',
      byFrameRefID: 'A',
      byRegexpOrNames: { pattern: 'a' },
    };
    const matching = MATCHERS.filter((id) => {
      const given = Object.hasOwn(options, id) ? options[id as keyof typeof options] : { names: ['a'], reducer: 'max' };
      return matchesField({ id, options: given }, frame, field);
    });
    expect(matching).toEqual(MATCHERS.filter((id) => id !== 'time' && id !== 'firstTimeField'));
    const scale = (mode: string) => isColorOfValue({ color: { mode, fixedColor: '' } } as never);
    expect(COLOR_MODES.filter((mode) => !scale(mode))).toEqual([]);
    expect(QUERY_FUNCTIONS.filter((name) => parseVariableQuery(`${name}(x)`).kind === 'unknown')).toEqual([]);
  });

  it('writes variables in every format', () => {
    const scope = new Map([['x', { values: ['a b', 'c'], text: 'A + C', multi: true }]]);
    const written = Object.fromEntries(
      ['csv', 'pipe', 'queryparam', 'customqueryparam', 'distributed', 'doublequote', 'percentencode'].map((format) => {
        return [format, interpolate(`\${x:${format}}`, scope)];
      }),
    );
    expect(written).toEqual({
      csv: 'a b,c',
      pipe: 'a b|c',
      queryparam: 'var-x=a%20b&var-x=c',
      customqueryparam: 'x=a%20b&x=c',
      distributed: 'a b,x=c',
      doublequote: '"a b","c"',
      percentencode: '%7Ba%20b%2Cc%7D',
    });
  });

  it.each([
    ['everybody has', join(kit, 'real'), 2],
    ['are shipped', join(repository, 'dashboards'), 8],
  ])('covers all of the dashboards that %s', (_, folder, count) => {
    const file = join(work, 'support.json');
    writeFileSync(file, JSON.stringify(support));
    const census = execFileSync(process.execPath, [
      join(kit, 'dashboard-census.mjs'),
      folder,
      '--support',
      file,
    ]).toString();
    const coverage = census.slice(census.indexOf('## coverage'));
    expect(coverage).toMatch(new RegExp(`\\(100\\.0 %\\); dashboards ${count} of ${count} \\(100\\.0 %\\)`));
    expect(coverage).not.toContain('blocked by');
  });
});
