import type { TimeRange } from '#model/time';
import { schemeColors } from './color-schemes.ts';
import { at, type Json, number, type Panel, text } from './dashboard.ts';
import { displayValue, type FieldConfig, fieldConfig } from './field-config.ts';
import type { DataFrame } from './frames.ts';
import { bucketCells, calculatedCells, type HeatmapCells, type HeatmapRow, sparseCells } from './heatmap-cells.ts';
import { type ColorTheme, cssColor } from './palette.ts';
import { formattedText, unitFormatter } from './units.ts';

/** Everything that a heatmap draws. */
export interface HeatmapModel {
  readonly cells: HeatmapCells;
  readonly range: TimeRange;
  /** What a row is called on the axis: its upper bound, or its own name. */
  readonly labels: readonly string[];
  /** The whole row in words: `0.1 – 0.25 s`. */
  readonly spans: readonly string[];
  /** The color of each count, in the order of the cells; null draws nothing. */
  readonly color: (count: number) => string | null;
  readonly format: (count: number) => string;
  /** Colors from the least to the largest count, for a scale below. */
  readonly ramp: readonly string[];
  readonly least: number;
  readonly most: number;
  /** Pixels between cells. */
  readonly gap: number;
  /** Rows from top to bottom. */
  readonly reverse: boolean;
  readonly axisLabel: string;
  readonly showScale: boolean;
}

export interface HeatmapInput {
  readonly range: TimeRange;
  readonly theme: ColorTheme;
}

/** Buckets of counters (with their `le`), of native histograms, or counted here when the panel says `calculate`. */
export function heatmapModel(panel: Panel, frames: readonly DataFrame[], { range, theme }: HeatmapInput): HeatmapModel {
  const { options } = panel;
  const cells = cellsOf(panel, frames, range);
  const [least, most] = extent(cells, options['color']);
  const ramp = rampOf(options['color'], theme);
  const hidden = options['filterValues'];
  const [low, high] = [number(at(hidden, 'le'), 1e-9), number(at(hidden, 'ge'), Number.POSITIVE_INFINITY)];
  const power = number(at(options['color'], 'exponent'), 0.5);
  const exponential =
    text(at(options['color'], 'mode')) === 'opacity' || text(at(options['color'], 'scale')) === 'exponential';
  const config = configOf(panel, frames);
  const unit = text(at(options, 'yAxis', 'unit')) || config.unit;
  return {
    ...{ cells, range, least, most, ramp },
    labels: cells.rows.map((row) => rowLabel(row, unit)),
    spans: cells.rows.map((row) => rowSpan(row, unit)),
    color: (count) => {
      if (Number.isNaN(count) || count <= low || count >= high) return null;
      const share = most > least ? Math.min(1, Math.max(0, (count - least) / (most - least))) : 1;
      const place = exponential ? share ** power : share;
      return ramp[Math.min(ramp.length - 1, Math.floor(place * ramp.length))]!;
    },
    format: countFormat(options, config),
    gap: Math.max(0, number(at(options, 'cellGap'), 1)),
    reverse: at(options, 'yAxis', 'reverse') === true,
    axisLabel: text(at(options, 'yAxis', 'axisLabel')),
    showScale: at(options, 'legend', 'show') !== false,
  };
}

function cellsOf({ options, targets }: Panel, frames: readonly DataFrame[], range: TimeRange): HeatmapCells {
  const native = frames.find(({ fields }) => fields.some(({ name }) => name === 'yMin'));
  if (native !== undefined) return sparseCells(native);
  const calculates = options['calculate'] === true && !targets.some(({ format }) => format === 'heatmap');
  return calculates ? calculatedCells(frames, range, options['calculation']) : bucketCells(frames);
}

function configOf(panel: Panel, frames: readonly DataFrame[]): FieldConfig {
  const frame = frames.find(({ fields }) => fields.some(({ type }) => type === 'number'));
  const field = frame?.fields.find(({ type }) => type === 'number');
  const none: DataFrame = { refId: 'A', fields: [], length: 0 };
  const nothing = { name: '', labels: {}, type: 'number', values: new Float64Array(0) } as const;
  return fieldConfig(panel, frame ?? none, field ?? nothing);
}

function countFormat(options: Panel['options'], config: FieldConfig): (count: number) => string {
  const unit = text(at(options, 'cellValues', 'unit'));
  const written = number(at(options, 'cellValues', 'decimals'), Number.NaN);
  const decimals = Number.isNaN(written) ? null : written;
  // The unit of the field is that of the rows; counts have none.
  const own = { ...config, unit: unit === '' ? 'short' : unit, decimals, map: () => null };
  return (count) => formattedText(displayValue(own, count));
}

function extent({ counts }: HeatmapCells, color: Json | undefined): readonly [least: number, most: number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const row of counts) {
    for (const count of row) {
      if (!(count > 0)) continue;
      if (count < least) least = count;
      if (count > most) most = count;
    }
  }
  const found: readonly [number, number] = most < least ? [0, 1] : [least, most];
  return [number(at(color, 'min'), found[0]), number(at(color, 'max'), found[1])];
}

const MOST_STEPS = 128;

function rampOf(color: Json | undefined, theme: ColorTheme): string[] {
  const steps = Math.min(MOST_STEPS, Math.max(2, number(at(color, 'steps'), 64)));
  if (text(at(color, 'mode')) === 'opacity') {
    const fill = cssColor(text(at(color, 'fill'), 'dark-orange'), theme);
    return Array.from({ length: steps }, (_, i) => withAlpha(fill, (i + 1) / steps));
  }
  const ramp = schemeColors(text(at(color, 'scheme'), 'Oranges'), steps);
  // Dark on a light ground, light on a dark one: what is many stands out.
  const dark = /^#[0-4]/.test(theme.background);
  const reverse = at(color, 'reverse') === true;
  return (LIGHT_TO_DARK.test(text(at(color, 'scheme'), 'Oranges')) && dark) !== reverse ? ramp.reverse() : ramp;
}

/** Schemes of one hue, which begin with white. */
const LIGHT_TO_DARK =
  /^(interpolate)?(Oranges|Reds|Greens|Blues|Purples|Greys|BuGn|BuPu|GnBu|OrRd|PuBu|PuBuGn|PuRd|RdPu|YlGn|YlGnBu|YlOrBr|YlOrRd)$/;

function withAlpha(color: string, alpha: number): string {
  return /^#[0-9a-f]{6}$/i.test(color)
    ? `${color}${Math.round(alpha * 255)
        .toString(16)
        .padStart(2, '0')}`
    : color;
}

function bound(value: number, unit: string | undefined): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return formattedText(unitFormatter(unit)(Number(value.toPrecision(6))));
}

function rowLabel({ high, name }: HeatmapRow, unit: string | undefined): string {
  return name === '' ? bound(high, unit) : name;
}

function rowSpan({ low, high, name }: HeatmapRow, unit: string | undefined): string {
  if (name !== '') return name;
  return low === Number.NEGATIVE_INFINITY ? `≤ ${bound(high, unit)}` : `${bound(low, unit)} – ${bound(high, unit)}`;
}
