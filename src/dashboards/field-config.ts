import {
  at,
  type FieldOverride,
  isObject,
  type Json,
  type JsonObject,
  number,
  object,
  type Panel,
  text,
} from './dashboard.ts';
import type { DataFrame, Field } from './frames.ts';
import { parseMappings, type ValueMapper } from './mappings.ts';
import { compilePattern } from './pattern.ts';
import { type NamedReducer, reducer } from './reducers.ts';
import { parseThresholds, type Thresholds } from './thresholds.ts';
import type { FormattedValue } from './unit-numbers.ts';
import { formattedText, unitFormatter, withoutZeros } from './units.ts';

/** How one field is shown: the panel's defaults with the overrides that match the field. */
export interface FieldConfig {
  /** '' : the field's own name. */
  readonly displayName: string;
  readonly unit: string | undefined;
  readonly decimals: number | null;
  readonly min: number | null;
  readonly max: number | null;
  /** `fieldMinMax`: ends that are not given are those of its own values, not of all in the panel. */
  readonly perField: boolean;
  readonly noValue: string;
  readonly color: {
    readonly mode: string;
    readonly fixedColor: string;
    /** Which value gives a whole series its color where colors follow from values. */
    readonly seriesBy: 'last' | 'min' | 'max';
  };
  readonly thresholds: Thresholds;
  readonly map: ValueMapper;
  readonly links: readonly Json[];
  /** What the panel type itself defines: line width, alignment, … */
  readonly custom: JsonObject;
}

/** The configuration of a field of a frame in this panel. */
export function fieldConfig(panel: Panel, frame: DataFrame, field: Field): FieldConfig {
  const properties = panel.overrides
    .filter(({ matcher }) => matchesField(matcher, frame, field))
    .flatMap((override) => override.properties);
  let merged: JsonObject = panel.defaults;
  for (const { id, value } of properties) merged = withProperty(merged, id.split('.'), value);
  return resolved(merged, SERIES_COLORED.has(panel.type) ? 'palette-classic' : 'thresholds');
}

/** Types whose series have colors of their own where a file gives none; values of others have those of the thresholds. */
const SERIES_COLORED: ReadonlySet<string> = new Set([
  ...['timeseries', 'trend', 'barchart', 'piechart', 'histogram', 'xychart', 'candlestick'],
  // Their states are told apart by what they are.
  ...['state-timeline', 'status-history'],
]);

function resolved(source: JsonObject, colorMode: string): FieldConfig {
  const unit = text(source['unit']);
  const seriesBy = text(at(source, 'color', 'seriesBy'));
  return {
    displayName: text(source['displayName']),
    unit: unit === '' ? undefined : unit,
    decimals: orNull(source['decimals']),
    min: orNull(source['min']),
    max: orNull(source['max']),
    perField: source['fieldMinMax'] === true,
    noValue: text(source['noValue']),
    color: {
      mode: text(at(source, 'color', 'mode'), colorMode),
      fixedColor: text(at(source, 'color', 'fixedColor')),
      seriesBy: seriesBy === 'min' || seriesBy === 'max' ? seriesBy : 'last',
    },
    thresholds: parseThresholds(source['thresholds']),
    map: parseMappings(source['mappings']),
    links: Array.isArray(source['links']) ? source['links'] : [],
    custom: object(source['custom']),
  };
}

function orNull(value: Json | undefined): number | null {
  const parsed = number(value, Number.NaN);
  return Number.isNaN(parsed) ? null : parsed;
}

function withProperty(target: JsonObject, [key = '', ...rest]: readonly string[], value: Json): JsonObject {
  if (rest.length === 0) return { ...target, [key]: value };
  return { ...target, [key]: withProperty(object(target[key]), rest, value) };
}

type MatcherTest = (options: Json, frame: DataFrame, field: Field) => boolean;

/** Grafana's field matchers by id. */
const MATCHERS: Readonly<Record<string, MatcherTest>> = {
  byName: (options, _, field) => field.name === text(options),
  byNames: (options, _, field) => {
    const names = isObject(options) ? options['names'] : options;
    const named = Array.isArray(names) && names.includes(field.name);
    return at(options, 'mode') === 'exclude' ? !named : named;
  },
  // An invalid pattern matches nothing, as in Grafana.
  byRegexp: (options, _, field) => compilePattern(text(options))?.find(field.name) ?? false,
  byType: (options, _, field) => field.type === text(options),
  byFrameRefID: (options, frame) => frame.refId === text(options),
  byValue: (options, _, field) => matchesValue(object(options), field),
  byRegexpOrNames: (options, _, field) => {
    const names = at(options, 'names');
    const pattern = text(at(options, 'pattern'));
    return (
      (Array.isArray(names) && names.includes(field.name)) ||
      (pattern !== '' && (compilePattern(pattern)?.find(field.name) ?? false))
    );
  },
  first: (_, frame, field) => field === frame.fields[0],
  firstTimeField: (_, frame, field) => field === frame.fields.find(({ type }) => type === 'time'),
  numeric: (_, __, field) => field.type === 'number',
  time: (_, __, field) => field.type === 'time',
};

/** Whether a matcher of an override means a field. */
export function matchesField({ id, options }: FieldOverride['matcher'], frame: DataFrame, field: Field): boolean {
  return Object.hasOwn(MATCHERS, id) && MATCHERS[id]!(options, frame, field);
}

function matchesValue(options: JsonObject, field: Field): boolean {
  if (field.type === 'string') return false;
  const value = reducer(text(options['reducer']))?.reduce(field.values) ?? Number.NaN;
  const wanted = number(options['value'], 0);
  const compare: Readonly<Record<string, boolean>> = {
    ...{ eq: value === wanted, ne: value !== wanted, neq: value !== wanted, gt: value > wanted, gte: value >= wanted },
    ...{ lt: value < wanted, lte: value <= wanted },
  };
  return compare[text(options['op'], 'gte')] ?? false;
}

/** A value as a person reads it: mapped, or with its unit. */
export interface DisplayValue extends FormattedValue {
  /** Of the mapping; '' when the field decides. */
  readonly color: string;
}

/** Formats a value of the field. */
export function displayValue(config: FieldConfig, value: number): DisplayValue {
  const mapped = config.map(value, String(value));
  if (mapped && mapped.text !== '') return { prefix: '', text: mapped.text, suffix: '', color: mapped.color };
  const color = mapped?.color ?? '';
  if (Number.isNaN(value)) return { prefix: '', text: config.noValue, suffix: '', color };
  const formatted = unitFormatter(config.unit)(value, config.decimals);
  return { ...formatted, text: config.decimals === null ? withoutZeros(formatted.text) : formatted.text, color };
}

/** Formats what a reducer made of a field's values: counts have no unit. */
export function displayReduced(config: FieldConfig, { unit, reduce }: NamedReducer, values: ArrayLike<number>): string {
  const own = unit === undefined ? config : { ...config, unit, decimals: null, map: () => null };
  return formattedText(displayValue(own, reduce(values)));
}

/** The name of a field on screen. */
export function displayName(config: FieldConfig, field: Field): string {
  if (config.displayName === '') return field.name;
  return config.displayName
    .replace(/\$\{__field\.labels\.([^}]+)\}/g, (_, label: string) => field.labels[label] ?? '')
    .replace(/\$\{__(?:field\.name|series\.name|field\.displayName)\}/g, field.name);
}
