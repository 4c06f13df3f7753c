import { at, type Json, type JsonObject, number, type Panel, text } from '#dashboards/dashboard';
import { type Extent, extentsOf } from '#dashboards/extents';
import { displayName, displayValue, type FieldConfig, fieldConfig } from '#dashboards/field-config';
import type { DataFrame } from '#dashboards/frames';
import type { LegendSeries } from '#dashboards/legend';
import { type ColorTheme, cssColor, fieldColor, isColorOfValue } from '#dashboards/palette';
import { reducer } from '#dashboards/reducers';
import type { ExemplarSeries } from '#dashboards/shown-exemplars';
import { formattedText, unitFormatter } from '#dashboards/units';
import type { Millis, TimeRange } from '#model/time';
import type { ChartData, ChartSeries, LineShape } from '../parts/chart-data.ts';
import type { ChartAxis, ChartThreshold } from '../parts/chart-options.ts';
import { alignColumns, type TimedColumn } from './align-columns.ts';

/** Everything that a time series panel draws. */
export interface TimeSeriesModel {
  readonly data: ChartData;
  readonly axes: readonly ChartAxis[];
  readonly thresholds: readonly ChartThreshold[];
  readonly legend: readonly LegendSeries[];
  /** What each series of the data came from, and its axis. */
  readonly origins: readonly SeriesOrigin[];
}

interface SeriesOrigin extends Omit<ExemplarSeries, 'hidden'> {
  readonly axis: string;
  readonly config: FieldConfig;
}

interface Drawn extends TimedColumn {
  readonly refId: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly config: FieldConfig;
  readonly name: string;
  readonly color: string;
  readonly axis: AxisPlan;
  readonly extent: () => Extent;
}

/** What the panel's frames become: one line per column of numbers that stands beside a column of times. */
export function timeSeriesModel(
  panel: Panel,
  frames: readonly DataFrame[],
  { range, theme }: { readonly range: TimeRange; readonly theme: ColorTheme },
): TimeSeriesModel {
  const axes = new Axes();
  const drawn = drawnFields(panel, frames, axes, theme);
  const { times, columns } = alignColumns(drawn);
  const shares = percentStacks(drawn, columns);
  return {
    data: {
      times,
      series: drawn.map((one, i) => chartSeries(one, shares[i]!, { drawn, theme })),
      range,
    },
    axes: axes.all(flatAxes(drawn)),
    thresholds: thresholdsOf(drawn[0], theme),
    origins: drawn.map(({ refId, labels, axis, config }) => ({ refId, labels, axis: axis.id, config })),
    legend: drawn.flatMap(({ name, color, config, values }, series) =>
      at(config.custom, 'hideFrom', 'legend') === true ? [] : [{ name, color, series, config, values }],
    ),
  };
}

function drawnFields(panel: Panel, frames: readonly DataFrame[], axes: Axes, theme: ColorTheme): Drawn[] {
  const drawn: Drawn[] = [];
  const extents = extentsOf(frames);
  let index = 0;
  for (const frame of frames) {
    const times = frame.fields.find((field) => field.type === 'time');
    if (times?.type !== 'time') continue;
    for (const field of frame.fields) {
      if (field.type !== 'number') continue;
      const config = fieldConfig(panel, frame, field);
      const name = displayName(config, field);
      const place = index++;
      if (at(config.custom, 'hideFrom', 'viz') === true) continue;
      const extent = (): Extent => extents(config, field);
      const color = seriesColor(config, field.values, { place, name, theme, extent });
      drawn.push({
        refId: frame.refId,
        labels: field.labels,
        config,
        name,
        color,
        axis: axes.of(config, color),
        times: times.values,
        values: text(config.custom['transform']) === 'constant' ? constant(field.values) : field.values,
        spanned: spanOf(config.custom['spanNulls']) ?? 0,
        apart: spanOf(config.custom['insertNulls']),
        step: frame.step ?? null,
        extent,
      });
    }
  }
  return drawn;
}

/** A line at the height of the first value. */
function constant(values: Float64Array): Float64Array {
  return new Float64Array(values.length).fill(reducer('firstNotNull')!.reduce(values));
}

/** A length of time in ms; null where none is written: `true` and `false` are no lengths. */
function spanOf(written: Json | undefined): Millis | null {
  return typeof written === 'number' && written > 0 ? written : null;
}

interface ColorOf {
  readonly place: number;
  readonly name: string;
  readonly theme: ColorTheme;
  readonly extent: () => Extent;
}

function seriesColor(config: FieldConfig, values: Float64Array, { place, name, theme, extent }: ColorOf): string {
  const byValue = isColorOfValue(config);
  const { min, max } = byValue ? endsOf(config, extent()) : NO_EXTENT;
  const { seriesBy } = config.color;
  const value = byValue ? reducer(seriesBy === 'last' ? 'lastNotNull' : seriesBy)!.reduce(values) : 0;
  return fieldColor(config, { value, min, max, index: place, name }, theme);
}

/** For colors that do not follow from values. */
const NO_EXTENT: Extent = { min: 0, max: 100 };

function endsOf(config: Pick<FieldConfig, 'min' | 'max'>, { min, max }: Extent): Extent {
  return { min: config.min ?? min, max: config.max ?? max };
}

const SHAPES: Readonly<Record<string, LineShape>> = {
  linear: 'linear',
  smooth: 'smooth',
  stepBefore: 'step-before',
  stepAfter: 'step-after',
};

interface Among {
  readonly drawn: readonly Drawn[];
  readonly theme: ColorTheme;
}

function chartSeries(one: Drawn, values: readonly (number | null)[], { drawn, theme }: Among): ChartSeries {
  const { name, color, config, axis } = one;
  const { custom } = config;
  const style = text(custom['drawStyle'], 'line');
  const shape =
    style === 'bars' || style === 'points' ? style : (SHAPES[text(custom['lineInterpolation'])] ?? 'linear');
  const points = text(custom['showPoints'], 'auto');
  const stacked = text(at(custom, 'stacking', 'mode'), 'none') !== 'none';
  const dash = dashOf(custom);
  const below = text(custom['fillBelowTo']);
  const lower = below === '' ? -1 : drawn.findIndex((other) => other !== one && other.name === below);
  return {
    name,
    color,
    values,
    axis: axis.id,
    shape,
    width: number(custom['lineWidth'], 1),
    fill: Math.min(1, Math.max(0, number(custom['fillOpacity'], 0) / 100)),
    points: style === 'points' || points === 'always' ? 'always' : points === 'never' ? 'never' : 'auto',
    pointSize: number(custom['pointSize'], 5),
    spanGaps: custom['spanNulls'] === true,
    negate: text(custom['transform']) === 'negative-Y',
    ...gradientOf(one, theme),
    ...(style === 'bars' ? { bars: barsOf(custom) } : {}),
    ...(lower < 0 ? {} : { fillTo: lower }),
    ...(at(custom, 'hideFrom', 'tooltip') === true ? { quiet: true } : {}),
    ...(dash === null ? {} : { dash }),
    ...(stacked ? { stack: stackGroup(custom) } : {}),
  };
}

function barsOf(custom: JsonObject): NonNullable<ChartSeries['bars']> {
  const align = number(custom['barAlignment'], 0);
  return { align: align < 0 ? -1 : align > 0 ? 1 : 0, width: number(custom['barWidthFactor'], 0.8) };
}

/** Colors by value: those of the thresholds, or as many steps of a scale as the eye tells apart. */
function gradientOf({ config, name, extent }: Drawn, theme: ColorTheme): Pick<ChartSeries, 'gradient' | 'stops'> {
  const mode = text(config.custom['gradientMode'], 'none');
  if (mode !== 'scheme') return mode === 'opacity' || mode === 'hue' ? { gradient: 'opacity' } : {};
  const { min, max } = endsOf(config, extent());
  if (!isColorOfValue(config) || !(max > min)) return { gradient: 'opacity' };
  if (config.color.mode === 'thresholds' && config.thresholds.mode === 'absolute') {
    const stops = config.thresholds.steps.map(({ from, color }) => ({ value: from, color: cssColor(color, theme) }));
    return { gradient: 'scheme', stops };
  }
  const stops = Array.from({ length: GRADIENT_STEPS }, (_, i) => {
    const value = min + ((max - min) * i) / (GRADIENT_STEPS - 1);
    return { value, color: fieldColor(config, { value, min, max, index: 0, name }, theme) };
  });
  return { gradient: 'scheme', stops };
}

const GRADIENT_STEPS = 24;

/** Files also write `false`, which is a group of its own. */
function stackGroup(custom: JsonObject): string {
  return String(at(custom, 'stacking', 'group') ?? 'A');
}

function dashOf(custom: JsonObject): readonly number[] | null {
  const fill = text(at(custom, 'lineStyle', 'fill'));
  if (fill !== 'dash' && fill !== 'dot') return null;
  const lengths = at(custom, 'lineStyle', 'dash');
  const given = Array.isArray(lengths) ? lengths.map((length) => number(length, 0)) : [];
  if (given.length > 0) return given;
  return fill === 'dot' ? [2, 6] : [10, 10];
}

/** For stacks of shares every value becomes its part of the sum of its stack at that time. */
function percentStacks(
  drawn: readonly Drawn[],
  columns: readonly (readonly (number | null)[])[],
): (readonly (number | null)[])[] {
  const groups = new Map<string, number[]>();
  drawn.forEach(({ config, axis }, i) => {
    if (text(at(config.custom, 'stacking', 'mode')) !== 'percent') return;
    const key = `${axis.id} ${stackGroup(config.custom)}`;
    groups.set(key, [...(groups.get(key) ?? []), i]);
  });
  const result = [...columns];
  for (const members of groups.values()) {
    const sums = (columns[members[0]!] ?? []).map((_, line) =>
      members.reduce((sum, member) => sum + Math.abs(columns[member]![line] ?? 0), 0),
    );
    for (const member of members) {
      result[member] = columns[member]!.map((value, line) =>
        value === null || sums[line] === 0 ? value : value / sums[line]!,
      );
    }
  }
  return result;
}

function flatAxes(drawn: readonly Drawn[]): Set<string> {
  const flat = new Set(drawn.map(({ axis }) => axis.id));
  for (const { axis, values } of drawn)
    if (values.some((value) => Number.isFinite(value) && value !== 0)) flat.delete(axis.id);
  return flat;
}

interface AxisPlan {
  readonly id: string;
  /** Of its first series. */
  readonly color: string;
  readonly config: FieldConfig;
  readonly percent: boolean;
}

const BINARY_UNITS = /^(bytes|bits|[kmgt]bytes|binBps|binbps|[KMG]iBs)$/;

/** How many seconds one of a unit is. */
const DURATION_UNITS: ReadonlyMap<string, number> = new Map([
  ['ns', 1e-9],
  ['µs', 1e-6],
  ['ms', 1e-3],
  ['s', 1],
  ['m', 60],
  ['h', 3600],
  ['d', 86_400],
]);

/** The axes of a panel: fields with the same unit, limits, scale and side share one. */
class Axes {
  private readonly plans = new Map<string, AxisPlan>();

  of(config: FieldConfig, color: string): AxisPlan {
    const { unit, min, max, custom } = config;
    const percent = text(at(custom, 'stacking', 'mode')) === 'percent';
    const key = JSON.stringify([
      ...[unit ?? '', min, max, percent, text(custom['axisPlacement'], 'auto'), text(custom['axisLabel'])],
      custom['axisCenteredZero'] === true,
      ...[custom['scaleDistribution'] ?? null, custom['axisSoftMin'] ?? null, custom['axisSoftMax'] ?? null],
    ]);
    const known = this.plans.get(key);
    if (known !== undefined) return known;
    const plan = { id: `y${this.plans.size}`, color, config, percent };
    this.plans.set(key, plan);
    return plan;
  }

  /** `flat` are those on which everything is zero: they end at one instead of at a number out of the air. */
  all(flat: ReadonlySet<string>): ChartAxis[] {
    const plans = [...this.plans.values()];
    if (plans.length === 0) return [{ id: 'y0', format: String }];
    return plans.map((plan, i) => {
      const axis = chartAxis(plan, i);
      return flat.has(axis.id) && axis.max === undefined && axis.softMax === undefined ? { ...axis, softMax: 1 } : axis;
    });
  }
}

function chartAxis({ id, color, config, percent }: AxisPlan, place: number): ChartAxis {
  const { custom, unit } = config;
  const placement = text(custom['axisPlacement'], 'auto');
  const label = text(custom['axisLabel']);
  const log = number(at(custom, 'scaleDistribution', 'log'), 2) === 10 ? 10 : 2;
  const seconds = DURATION_UNITS.get(unit ?? '');
  const soft = (name: string): number => number(custom[name], Number.NaN);
  const [softMin, softMax] = [soft('axisSoftMin'), soft('axisSoftMax')];
  return {
    id,
    format: percent ? (value) => formattedText(unitFormatter('percentunit')(value, 0)) : axisFormat(config),
    side: placement === 'right' || (placement === 'auto' && place > 0) ? 'right' : 'left',
    ...(label === '' ? {} : { label }),
    ...(placement === 'hidden' ? { hidden: true } : {}),
    ...(custom['axisCenteredZero'] === true ? { centered: true } : {}),
    ...(custom['axisColorMode'] === 'series' ? { color } : {}),
    ...(typeof custom['axisGridShow'] === 'boolean' ? { grid: custom['axisGridShow'] } : {}),
    ...(custom['axisBorderShow'] === true ? { border: true } : {}),
    ...(number(custom['axisWidth'], 0) > 0 ? { width: number(custom['axisWidth'], 0) } : {}),
    ...(config.min === null ? {} : { min: config.min }),
    ...(config.max === null ? (percent ? { max: 1 } : {}) : { max: config.max }),
    ...(Number.isNaN(softMin) ? {} : { softMin }),
    ...(Number.isNaN(softMax) ? {} : { softMax }),
    ...(BINARY_UNITS.test(unit ?? '') ? { binary: true } : {}),
    ...(seconds === undefined ? {} : { seconds }),
    ...(text(at(custom, 'scaleDistribution', 'type')) === 'log' ? { log } : {}),
  };
}

/** Labels with as many decimals as tell them apart; without a step, the value as the panel writes it. */
function axisFormat(config: FieldConfig): ChartAxis['format'] {
  const format = unitFormatter(config.unit);
  return (value, step) => {
    if (step === undefined) return formattedText(displayValue(config, value));
    const exact = Number(format(value, MOST_DECIMALS).text);
    // Beside a large value a thousandth may be more than there is between two labels.
    const apart = value === 0 ? Number.POSITIVE_INFINITY : Math.abs((step * exact) / value);
    const most = Math.min(1e-3 * Math.abs(exact), apart / 25);
    for (let decimals = 0; decimals < MOST_DECIMALS; decimals++) {
      const formatted = format(value, decimals);
      const off = Math.abs(Number(formatted.text) - exact);
      if (!(off > most)) return formattedText(formatted);
    }
    return formattedText(format(value, config.decimals));
  };
}

const MOST_DECIMALS = 6;

function thresholdsOf(first: Drawn | undefined, theme: ColorTheme): ChartThreshold[] {
  if (first === undefined) return [];
  const { thresholds, custom } = first.config;
  const style = text(at(custom, 'thresholdsStyle', 'mode'), 'off');
  if (style === 'off' || style === '') return [];
  const { min: low, max: high } = endsOf(first.config, first.extent());
  return thresholds.steps.map(({ from, color }) => ({
    value: thresholds.mode === 'percentage' ? low + (from / 100) * (high - low) : from,
    color: cssColor(color, theme),
    line: (style.includes('line') || style.includes('dashed')) && Number.isFinite(from),
    dashed: style.includes('dashed'),
    area: style.includes('area'),
  }));
}
