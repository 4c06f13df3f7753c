import { type Panel, text } from '#dashboards/dashboard';
import { reducer } from '#dashboards/reducers';
import type { SingleValue } from '#dashboards/single-values';
import { formattedText, unitFormatter } from '#dashboards/units';
import { type BoxSize, textWidth } from './boxes.ts';
import { fittingSize } from './fitting-text.ts';

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
  /** Of a name that stands alone. */
  readonly nameSize: number;
}

/** A number is no larger than this, or than a share of the height where that is more. */
const LARGEST = 64;
const LARGEST_SHARE = 0.15;

/** How a value is shown in a box, one of `count`. `widest` is the width of the widest number at font size 1. */
export function statLook(
  value: SingleValue,
  { options }: Panel,
  { size, count, widest }: { readonly size: BoxSize; readonly count: number; readonly widest: number },
): StatLook {
  const colorMode = text(options['colorMode'], 'value');
  const textMode = text(options['textMode'], 'auto');
  const filled = colorMode.startsWith('background');
  const named = textMode === 'name' || textMode === 'value_and_name' || (textMode === 'auto' && count > 1);
  const counted = textMode !== 'name' && textMode !== 'none';
  const hasTrend = text(options['graphMode'], 'area') === 'area' && value.trend !== null && size.height >= 60;
  const height = size.height * (hasTrend ? 0.5 : 0.7) - (named && counted ? 16 : 0);
  const room = { width: size.width - 16, height };
  return {
    ...{ filled, named, counted, hasTrend, height, colored: !filled && colorMode !== 'none' },
    numberSize: fittingSize(widest, room, Math.max(LARGEST, size.height * LARGEST_SHARE)),
    nameSize: named && !counted ? fittingSize(textWidth(value.name), room, 28) : 12,
  };
}

/** How far the last value is from the first, in percent of it; null when that cannot be said. */
export function percentChange({ trend }: SingleValue): number | null {
  const change = trend === null ? Number.NaN : reducer('diffperc')!.reduce(trend.values);
  return Number.isFinite(change) ? change : null;
}

/** A change in words, and whether it is one for the better; null when it is none. */
export function changeWords(
  change: number,
  { options }: Panel,
): { readonly words: string; readonly good: boolean | null } {
  const inverted = text(options['percentChangeColorMode']) === 'inverted';
  const size = formattedText(unitFormatter('percent')(Math.abs(change), 1));
  return {
    words: `${change > 0 ? '▲' : change < 0 ? '▼' : ''} ${size}`,
    good: change === 0 ? null : change > 0 !== inverted,
  };
}
