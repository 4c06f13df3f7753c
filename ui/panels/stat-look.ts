import { type Panel, text } from '#dashboards/dashboard';
import { reducer } from '#dashboards/reducers';
import type { SingleValue } from '#dashboards/single-values';
import { formattedText, unitFormatter } from '#dashboards/units';
import { type BoxSize, fittingSize } from './fitting-text.ts';
import { textSizes } from './text-sizes.ts';

/** What a stat shows of its value, and how large. Sizes are CSS pixels. */
export interface StatLook {
  /** The ground has the color of the value. */
  readonly filled: boolean;
  /** Its words have the color of the value. */
  readonly colored: boolean;
  readonly named: boolean;
  /** The number is written. */
  readonly counted: boolean;
  readonly hasTrend: boolean;
  /** The room for what is largest. */
  readonly height: number;
  readonly numberSize: number;
  readonly nameSize: number;
  /** The name stands at the left and its number at the right, instead of below. */
  readonly wide: boolean;
  /** Words stand in the middle, not at the left. */
  readonly centered: boolean;
  /** How far the last value is from the first, in percent, where that is said below the number. */
  readonly change: number | null;
}

/** A box so many times as wide as high has room for a name beside its number. */
const WIDE = 2.5;
/** A line of a name is so much higher than its font. */
export const NAME_LINE = 4 / 3;
const NAME_SIZE = 12;
/** What is free at each side of the words, and between those that stand beside each other. */
export const STAT_PADDING = 8;

/** A number is no larger than this, or than a share of the height where that is more. */
const LARGEST = 64;
const LARGEST_SHARE = 0.15;

/** Where words stand above a line that shows how they came about, they have so much of the height; else so much. */
const ABOVE_TREND = 0.5;
const ALONE = 0.7;
/** Two lines of words end above the line that is drawn, which begins at 0.55 of the height. */
const CHANGE_ABOVE_TREND = 0.47;
/** A lower box has no room for a line that is drawn, and for each more of words it is to be higher by 20. */
const LEAST_WITH_TREND = 60;
/** The height of the line below a number, in the font of the page. */
export const CHANGE_LINE = 13 * 1.45;

/** Where a value is shown. */
export interface StatRoom {
  readonly size: BoxSize;
  readonly count: number;
  readonly widest: number;
  readonly nameWidth: number;
}

/** How a value is shown in a box, one of `count`. Widths are of texts at font size 1: of its name, and of the widest number. */
export function statLook(value: SingleValue, panel: Panel, { size, count, widest, nameWidth }: StatRoom): StatLook {
  const { options } = panel;
  const colorMode = text(options['colorMode'], 'value');
  const textMode = text(options['textMode'], 'auto');
  const filled = colorMode.startsWith('background');
  const named = textMode === 'name' || textMode === 'value_and_name' || (textMode === 'auto' && count > 1);
  const counted = textMode !== 'name' && textMode !== 'none';
  const wide = named && counted && options['wideLayout'] !== false && size.width > WIDE * size.height;
  const change = counted && options['showPercentChange'] === true ? percentChange(value) : null;
  const lines = change === null ? 1 : named && !wide ? 3 : 2;
  const drawn = text(options['graphMode'], 'area') === 'area' && value.trend !== null;
  const hasTrend = drawn && size.height >= LEAST_WITH_TREND + (lines - 1) * 20;
  const above = change === null ? ABOVE_TREND : CHANGE_ABOVE_TREND;
  const whole = size.height * (hasTrend ? above : ALONE) - (change === null ? 0 : CHANGE_LINE);
  const inside = size.width - 2 * STAT_PADDING;
  const asked = textSizes(panel);
  const alone = named && !counted;
  const fitting = alone || wide ? fittingSize(nameWidth, nameRoom(inside, whole, wide), alone ? 28 : 18) : 0;
  const nameSize = asked.name || Math.max(NAME_SIZE, fitting);
  const height = whole - (named && counted && !wide ? nameSize * NAME_LINE : 0);
  const beside = wide ? Math.min(nameWidth * nameSize, inside * 0.6) + STAT_PADDING : 0;
  const largest = Math.max(LARGEST, size.height * LARGEST_SHARE);
  return {
    ...{ filled, named, counted, hasTrend, height, wide, nameSize, change },
    colored: !filled && colorMode !== 'none',
    numberSize: asked.number || fittingSize(widest, { width: inside - beside, height }, largest),
    centered: text(options['justifyMode'], 'auto') === 'center' || !named,
  };
}

function nameRoom(width: number, height: number, wide: boolean): BoxSize {
  return wide ? { width: width * 0.6, height: height * 0.6 } : { width, height };
}

/** How far the last value is from the first, in percent of it; null when that cannot be said. */
function percentChange({ trend }: SingleValue): number | null {
  const change = trend === null ? Number.NaN : reducer('diffperc')!.reduce(trend.values);
  return Number.isFinite(change) ? change : null;
}

/** A change in words, and whether it is one for the better; null when it is none. */
export function changeWords(
  change: number,
  { options }: Panel,
): { readonly words: string; readonly good: boolean | null } {
  const mode = text(options['percentChangeColorMode']);
  const inverted = mode === 'inverted';
  const size = formattedText(unitFormatter('percent')(Math.abs(change), 1));
  return {
    words: `${change > 0 ? '▲' : change < 0 ? '▼' : ''} ${size}`,
    good: change === 0 || mode === 'same_as_value' ? null : change > 0 !== inverted,
  };
}
