import { at, type JsonObject, number, type Panel, text } from './dashboard.ts';
import { type Extent, type ExtentOf, extentOf, extentsOf } from './extents.ts';
import { displayName, displayValue, type FieldConfig, fieldConfig } from './field-config.ts';
import type { DataFrame, Field } from './frames.ts';
import { histogramOf, niceBucketSize } from './histogram.ts';
import type { LegendSeries } from './legend.ts';
import { type ColorTheme, cssColor, fieldColor, isColorOfValue } from './palette.ts';
import { reducer } from './reducers.ts';
import { formatDate } from './unit-dates.ts';
import { formattedText, unitFormatter } from './units.ts';

/** A bar's end on the value axis, and where it begins: at zero, or on the one below it in a stack. */
export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly color: string;
  readonly text: string;
}

/** One color of bars: a bar per category, null where there is no value. */
export interface BarSeries {
  readonly name: string;
  readonly color: string;
  readonly fill: number;
  readonly bars: readonly (Bar | null)[];
}

/** Everything that a bar chart or a histogram draws. */
export interface BarModel {
  readonly categories: readonly string[];
  /** The labels stand where one category ends and the next begins, and bars touch. */
  readonly edges: boolean;
  readonly horizontal: boolean | 'auto';
  readonly stacked: boolean;
  readonly min: number;
  readonly max: number;
  readonly format: (value: number) => string;
  readonly binary: boolean;
  readonly showValue: 'auto' | 'always' | 'never';
  /** How much of a category its bars fill, 0 to 1. */
  readonly groupWidth: number;
  /** How much of its place among them a bar fills, 0 to 1. */
  readonly barWidth: number;
  /** How round the outer ends of bars are, as a share of their width, 0 to 0.5. */
  readonly radius: number;
  /** What is lit under the pointer reaches across the whole plot, and so does a bar for the pointer. */
  readonly wholeHighlight: boolean;
  readonly labels: CategoryLabels;
  readonly series: readonly BarSeries[];
  readonly legend: readonly LegendSeries[];
}

/** How the names of categories are written below upright bars. */
export interface CategoryLabels {
  /** Degrees against the clock, -90 to 90. */
  readonly rotation: number;
  /** Names are so many pixels apart at least; 0: as far as they need. */
  readonly spacing: number;
  /** Where not all are written, the last one is, not the first. */
  readonly fromLast: boolean;
}

interface Column {
  /** What colors of its values are measured on. */
  readonly extent: () => Extent;
  readonly name: string;
  readonly config: FieldConfig;
  readonly values: ArrayLike<number>;
}

/** The lines of a table as groups of bars, named by a column of texts or times. */
export function barChartModel(panel: Panel, frames: readonly DataFrame[], theme: ColorTheme): BarModel {
  const [frame] = frames.filter(({ length }) => length > 0);
  if (frame === undefined) return barsOf(panel, [], [], { theme, lineColors: [] });
  const wanted = text(panel.options['xField']);
  const key =
    frame.fields.find(({ name }) => name === wanted) ??
    frame.fields.find(({ type }) => type === 'string') ??
    frame.fields.find(({ type }) => type === 'time');
  const extents = extentsOf(frames);
  const columns = frame.fields
    .filter((field) => field.type === 'number' && field !== key)
    .map((field) => columnOf(panel, { frame, field, extents }))
    .filter(({ config }) => at(config.custom, 'hideFrom', 'viz') !== true);
  const longest = number(panel.options['xTickLabelMaxLength'], 0);
  const names = categoriesOf(frame, key, panel).map((name) => cutOff(name, longest));
  const coloring = frame.fields.find(({ name }) => name === text(panel.options['colorByField']));
  const lineColors = coloring === undefined ? [] : colorsOf(panel, { frame, field: coloring, extents }, theme);
  return barsOf(panel, names, columns, { theme, lineColors });
}

/** The colors that values of a field have: those of their mappings, else those that the field's configuration gives them. */
function colorsOf(panel: Panel, { frame, field, extents }: ColumnSource, theme: ColorTheme): string[] {
  const config = fieldConfig(panel, frame, field);
  const { min, max } = isColorOfValue(config) ? extents(config, field) : NO_EXTENT;
  const ends = { min: config.min ?? min, max: config.max ?? max };
  const input = { ...ends, index: frame.fields.indexOf(field), name: field.name };
  return Array.from(field.values, (value: number | string) => {
    const mapped =
      typeof value === 'string' ? config.map(Number(value || Number.NaN), value) : displayValue(config, value);
    if (mapped !== null && mapped.color !== '') return cssColor(mapped.color, theme);
    return fieldColor(config, { ...input, value: typeof value === 'string' ? Number.NEGATIVE_INFINITY : value }, theme);
  });
}

interface BarColoring {
  readonly theme: ColorTheme;
  /** Of all bars of a line; empty where each column has its own colors. */
  readonly lineColors: readonly string[];
}

/** The first `longest` letters; all of them where it is 0. */
function cutOff(name: string, longest: number): string {
  const letters = [...name];
  return longest <= 0 || letters.length <= longest ? name : `${letters.slice(0, longest).join('')}…`;
}

interface ColumnSource {
  readonly frame: DataFrame;
  readonly field: Field;
  readonly extents: ExtentOf;
}

function columnOf(panel: Panel, { frame, field, extents }: ColumnSource): Column {
  const config = fieldConfig(panel, frame, field);
  const values = field.type === 'string' ? [] : field.values;
  return { name: displayName(config, field), config, values, extent: () => extents(config, field) };
}

function categoriesOf(frame: DataFrame, key: Field | undefined, panel: Panel): string[] {
  if (key === undefined) return Array.from({ length: frame.length }, (_, line) => String(line + 1));
  if (key.type === 'time') return Array.from(key.values, (time) => formatDate(time, 'MM-DD HH:mm'));
  const config = fieldConfig(panel, frame, key);
  if (key.type === 'string') return key.values.map((value) => config.map(Number.NaN, value)?.text || value);
  return Array.from(key.values, (value) => formattedText(displayValue(config, value)));
}

/** How many values of each series lie in buckets of equal size. */
export function histogramModel(panel: Panel, frames: readonly DataFrame[], theme: ColorTheme): BarModel {
  const extents = extentsOf(frames);
  const all = frames.flatMap((frame) =>
    frame.fields.filter(({ type }) => type === 'number').map((field) => columnOf(panel, { frame, field, extents })),
  );
  const coloring = { theme, lineColors: [] };
  if (all.length === 0) return barsOf(panel, [], [], coloring);
  const first = all[0]!;
  const combine = panel.options['combine'] === true;
  const columns = combine
    ? [{ ...first, name: 'Count', values: all.flatMap(({ values }) => Array.from(values)) }]
    : all;
  const data = columns.map(({ values }) => values);
  const size = number(panel.options['bucketSize'], 0) || niceBucketSize(data, number(panel.options['bucketCount'], 30));
  const { starts, counts } = histogramOf(data, { size, offset: number(panel.options['bucketOffset'], 0) });
  const edge = (value: number): string => formattedText(displayValue(first.config, Number(value.toPrecision(12))));
  const edges = starts.length === 0 ? [] : [...starts.map(edge), edge(starts.at(-1)! + size)];
  const together = (): Extent => extentOf(counts);
  const counted = columns.map(({ name, config }, i) => ({
    name,
    values: counts[i]!,
    extent: () => (config.perField ? extentOf([counts[i]!]) : together()),
    // The unit is that of the buckets; what is counted has none.
    config: { ...config, unit: 'short', decimals: null, min: null, max: null },
  }));
  return {
    ...barsOf(panel, edges, counted, coloring),
    edges: true,
    horizontal: false,
    showValue: 'never',
    groupWidth: 1,
    barWidth: 1,
  };
}

function barsOf(
  panel: Panel,
  categories: readonly string[],
  columns: readonly Column[],
  coloring: BarColoring,
): BarModel {
  const { options } = panel;
  const mode = text(options['stacking']) || text(at(columns[0]?.config.custom, 'stacking', 'mode'), 'none');
  const series = stackedSeries(columns, mode, coloring);
  const ends = series.flatMap(({ bars }) => bars.flatMap((bar) => (bar === null ? [] : [bar.from, bar.to])));
  const config = columns[0]?.config;
  const orientation = text(options['orientation'], 'auto');
  const shown = text(options['showValue'], 'auto');
  const percent = mode === 'percent';
  return {
    categories,
    edges: false,
    horizontal: orientation === 'auto' ? 'auto' : orientation === 'horizontal',
    stacked: mode !== 'none',
    min: config?.min ?? Math.min(0, ...ends),
    // Room for the number above the longest bar.
    max: config?.max ?? (percent ? 1 : Math.max(0, ...ends) * 1.08 || 1),
    format: (value) =>
      percent
        ? formattedText(unitFormatter('percentunit')(value, 0))
        : config === undefined
          ? String(value)
          : formattedText(displayValue(config, value)),
    binary: !percent && /bytes|^bin/i.test(config?.unit ?? ''),
    showValue: shown === 'always' || shown === 'never' ? shown : 'auto',
    groupWidth: Math.min(1, Math.max(0.1, number(options['groupWidth'], 0.7))),
    barWidth: Math.min(1, Math.max(0.1, number(options['barWidth'], 0.97))),
    radius: Math.min(0.5, Math.max(0, number(options['barRadius'], 0))),
    wholeHighlight: options['fullHighlight'] === true,
    labels: labelsOf(options),
    series,
    legend: columns.map(({ name, config: own, values }, i) => {
      return { name, color: series[i]!.color, series: i, config: own, values };
    }),
  };
}

function labelsOf(options: JsonObject): CategoryLabels {
  const spacing = number(options['xTickLabelSpacing'], 0);
  return {
    rotation: Math.min(90, Math.max(-90, number(options['xTickLabelRotation'], 0))),
    spacing: Math.abs(spacing),
    fromLast: spacing < 0,
  };
}

/** For colors that do not follow from values. */
const NO_EXTENT: Extent = { min: 0, max: 100 };

function stackedSeries(columns: readonly Column[], mode: string, { theme, lineColors }: BarColoring): BarSeries[] {
  const above: number[] = [];
  const below: number[] = [];
  const sums = mode === 'percent' ? lineSums(columns) : null;
  return columns.map(({ name, config, values, extent }, index) => {
    const byValue = isColorOfValue(config);
    const { min, max } = byValue ? extent() : NO_EXTENT;
    const ends = { min: config.min ?? min, max: config.max ?? max };
    const colored = (value: number): string => fieldColor(config, { value, ...ends, index, name }, theme);
    const color = colored(reducer('lastNotNull')!.reduce(values));
    const bars = Array.from(values, (value, line): Bar | null => {
      if (!Number.isFinite(value)) return null;
      const display = displayValue(config, value);
      const ofValue = display.color !== '' ? cssColor(display.color, theme) : byValue ? colored(value) : color;
      const own = lineColors[line] ?? ofValue;
      const size = sums === null ? value : value / (sums[line] || 1);
      const stack = size < 0 ? below : above;
      const from = mode === 'none' ? 0 : (stack[line] ?? 0);
      stack[line] = from + size;
      return { from, to: from + size, color: own, text: formattedText(display) };
    });
    return { name, color, fill: Math.min(1, Math.max(0, number(config.custom['fillOpacity'], 80) / 100)), bars };
  });
}

function lineSums(columns: readonly Column[]): number[] {
  const length = Math.max(0, ...columns.map(({ values }) => values.length));
  return Array.from({ length }, (_, line) => columns.reduce((sum, { values }) => sum + Math.abs(values[line] || 0), 0));
}
