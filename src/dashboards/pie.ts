import { at, type Json, type Panel, text } from './dashboard.ts';
import type { DataFrame } from './frames.ts';
import { type LegendEntry, type LegendOptions, legendOptions } from './legend.ts';
import type { ColorTheme } from './palette.ts';
import { type SingleValue, singleValues } from './single-values.ts';
import { formattedText, unitFormatter } from './units.ts';

/** A part of a whole. */
export interface Slice {
  readonly value: SingleValue;
  /** Of the sum of all, 0 to 1. */
  readonly share: number;
  readonly percent: string;
  /** Where it begins, as a share of the circle. */
  readonly start: number;
}

/** Everything that a pie chart draws. */
export interface PieModel {
  readonly slices: readonly Slice[];
  readonly donut: boolean;
  /** What is written on each slice. */
  readonly labels: readonly ('name' | 'value' | 'percent')[];
  readonly legend: readonly LegendEntry[];
  readonly legendOptions: LegendOptions;
}

/** The positive values of a panel as parts of their sum, the largest first unless the panel says otherwise. */
export function pieModel(panel: Panel, frames: readonly DataFrame[], theme: ColorTheme): PieModel {
  const values = sorted(
    singleValues({ panel, frames, theme, ends: 'data' }).filter(({ value }) => value > 0),
    text(panel.options['sort'], 'desc'),
  );
  const sum = values.reduce((total, { value }) => total + value, 0);
  const percent = unitFormatter('percent');
  let start = 0;
  const slices = values.map((value): Slice => {
    const share = value.value / sum;
    const slice = { value, share, percent: formattedText(percent(share * 100, share < 0.1 ? 1 : 0)), start };
    start += share;
    return slice;
  });
  const columns = legendValues(panel);
  return {
    slices,
    donut: text(panel.options['pieType']) === 'donut',
    labels: wordsOf(at(panel.options, 'displayLabels'), LABELS),
    legend: slices.map(({ value, share, percent: shown }, series) => ({
      ...{ name: value.name, color: value.color, series },
      values: columns.map((column) => (column === 'percent' ? shown : formattedText(value.display))),
      numbers: columns.map((column) => (column === 'percent' ? share : value.value)),
    })),
    legendOptions: {
      ...legendOptions(panel),
      columns: columns.map((column) => (column === 'percent' ? 'Percent' : 'Value')),
    },
  };
}

function sorted(values: readonly SingleValue[], order: string): readonly SingleValue[] {
  if (order === 'none') return values;
  const sign = order === 'asc' ? 1 : -1;
  return values.toSorted((a, b) => sign * (a.value - b.value));
}

const LABELS = ['name', 'value', 'percent'] as const;
const COLUMNS = ['value', 'percent'] as const;

/** Those of the words that are known. */
function wordsOf<T extends string>(json: Json | undefined, known: readonly T[]): T[] {
  return (Array.isArray(json) ? json : []).flatMap((word) => known.find((one) => one === word) ?? []);
}

function legendValues(panel: Panel): ('value' | 'percent')[] {
  return wordsOf(at(panel.options, 'legend', 'values'), COLUMNS);
}
