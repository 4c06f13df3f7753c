import { at, isObject, type Json, type JsonObject, number, object, objects, text } from './dashboard.ts';
import { BESIDE, OLD_HEATMAP } from './older-forms.ts';

/** What panels of today's types were called or had elsewhere before: `fieldOptions`, options beside the panel's own fields. */
export function migrateSettings(panel: JsonObject): JsonObject {
  const type = text(panel['type']);
  const moved = Object.hasOwn(BESIDE, type) ? withBeside(panel, BESIDE[type]!) : panel;
  return withReduceOptions(withFieldOptions(moved));
}

function withBeside(panel: JsonObject, names: Readonly<Record<string, string>>): JsonObject {
  const moved = Object.entries(names).flatMap(([old, name]) =>
    panel[old] === undefined ? [] : [[name, statesOf(old, panel[old]!)] as const],
  );
  return moved.length === 0
    ? panel
    : { ...panel, options: { ...Object.fromEntries(moved), ...object(panel['options']) } };
}

/** A list of states (`alerting`, `pending`, `ok`) is one choice per state today. */
function statesOf(name: string, value: Json): Json {
  if (name !== 'stateFilter' || !Array.isArray(value)) return value;
  if (value.length === 0) return {};
  return {
    firing: value.includes('alerting') || value.includes('firing'),
    pending: value.includes('pending'),
    normal: value.includes('ok') || value.includes('normal'),
  };
}

/** `options.fieldOptions` of Grafana 6 is `fieldConfig` and `reduceOptions`. */
function withFieldOptions(panel: JsonObject): JsonObject {
  const { fieldOptions, ...options } = object(panel['options']);
  if (!isObject(fieldOptions)) return panel;
  const { defaults, overrides, thresholds, mappings, ...rest } = fieldOptions;
  const config = object(panel['fieldConfig']);
  const own: JsonObject = {
    ...object(defaults),
    ...(Array.isArray(mappings) ? { mappings } : {}),
    ...(Array.isArray(thresholds) ? { thresholds: { mode: 'absolute', steps: thresholds } } : {}),
  };
  return {
    ...panel,
    options: { ...options, reduceOptions: { ...rest, ...object(options['reduceOptions']) } },
    fieldConfig: {
      defaults: { ...own, ...object(config['defaults']) },
      overrides: Array.isArray(config['overrides']) ? config['overrides'] : Array.isArray(overrides) ? overrides : [],
    },
  };
}

/** `options.valueOptions` of Grafana 6.0, with what a gauge had beside it. */
function withReduceOptions(panel: JsonObject): JsonObject {
  const options = object(panel['options']);
  const value = options['valueOptions'];
  if (!isObject(value)) return panel;
  const bounds = Object.fromEntries(
    [
      ['min', options['minValue']],
      ['max', options['maxValue']],
      ['unit', value['unit']],
      ['decimals', value['decimals']],
    ].filter(([, given]) => given !== undefined && given !== null),
  ) as JsonObject;
  const steps = objects(options['thresholds']).map(({ value: from = null, color = 'green' }) => ({
    value: from,
    color,
  }));
  return {
    ...panel,
    options: { ...options, reduceOptions: { calcs: [text(value['stat'], 'mean')], values: false, fields: '' } },
    fieldConfig: {
      defaults: {
        ...bounds,
        ...(steps.length > 0 ? { thresholds: { mode: 'absolute', steps }, color: { mode: 'thresholds' } } : {}),
        ...(Array.isArray(options['valueMappings']) ? { mappings: options['valueMappings'] } : {}),
        ...object(at(panel, 'fieldConfig', 'defaults')),
      },
      overrides: objects(at(panel, 'fieldConfig', 'overrides')),
    },
  };
}

/** A heatmap of before Grafana 9: its settings stood beside each other in the panel. */
export function migrateHeatmap(panel: JsonObject): JsonObject {
  if (!OLD_HEATMAP.some((name) => panel[name] !== undefined)) return panel;
  const color = object(panel['color']);
  const axis = object(panel['yAxis']);
  const opacity = text(color['mode']) === 'opacity';
  return {
    ...panel,
    options: {
      calculate: text(panel['dataFormat'], 'timeseries') === 'timeseries',
      calculation: {
        xBuckets: bucketsOf(panel, 'x'),
        yBuckets: { ...bucketsOf(panel, 'y'), ...logOf(axis) },
      },
      color: {
        mode: opacity ? 'opacity' : 'scheme',
        scheme: text(color['colorScheme'], 'Oranges').replace(/^interpolate/, ''),
        fill: text(color['cardColor'], 'dark-orange'),
        scale: text(color['colorScale']) === 'linear' ? 'linear' : 'exponential',
        exponent: number(color['exponent'], 0.5),
        ...(color['min'] === undefined ? {} : { min: color['min'] }),
        ...(color['max'] === undefined ? {} : { max: color['max'] }),
      },
      cellGap: number(at(panel, 'cards', 'cardPadding'), 1),
      filterValues: panel['hideZeroBuckets'] === true ? { le: 1e-9 } : { le: -1 },
      yAxis: {
        unit: axis['format'] ?? 'short',
        decimals: axis['decimals'] ?? null,
        reverse: panel['reverseYBuckets'] === true,
      },
      legend: { show: at(panel, 'legend', 'show') === true },
    },
  };
}

function bucketsOf(panel: JsonObject, axis: 'x' | 'y'): JsonObject {
  const size = panel[`${axis}BucketSize`];
  const count = panel[`${axis}BucketNumber`];
  if (size !== undefined && size !== null && size !== '') return { mode: 'size', value: text(size) };
  return count === undefined || count === null ? {} : { mode: 'count', value: text(count) };
}

function logOf(axis: JsonObject): JsonObject {
  const base = number(axis['logBase'], 1);
  return base > 1 ? { scale: { type: 'log', log: base } } : {};
}

/** The pie chart that was a plugin. */
export function migratePie(panel: JsonObject): JsonObject {
  const legend = object(panel['legend']);
  const values = [
    ...(legend['values'] === true ? ['value'] : []),
    ...(legend['percentage'] === true ? ['percent'] : []),
  ];
  const calc = text(panel['valueName'], 'current');
  return {
    ...panel,
    type: 'piechart',
    options: {
      pieType: text(panel['pieType'], 'pie'),
      reduceOptions: {
        calcs: [calc === 'current' ? 'lastNotNull' : calc === 'total' ? 'sum' : calc],
        values: false,
        fields: '',
      },
      legend: {
        showLegend: legend['show'] !== false,
        displayMode: values.length > 0 ? 'table' : 'list',
        placement: text(panel['legendType']) === 'Right side' ? 'right' : 'bottom',
        values,
      },
    },
    fieldConfig: {
      defaults: { unit: text(panel['format'], 'short') },
      overrides: Object.entries(object(panel['aliasColors'])).map(([alias, color]) => ({
        matcher: { id: 'byName', options: alias },
        properties: [{ id: 'color', value: { mode: 'fixed', fixedColor: color } }],
      })),
    },
  };
}
