import { compareUtf8 } from '#lib/utf8';
import { at, number, type Panel, text } from './dashboard.ts';
import { displayReduced, type FieldConfig } from './field-config.ts';
import { reducer } from './reducers.ts';

/** How a panel's legend looks. */
export interface LegendOptions {
  readonly mode: 'list' | 'table' | 'hidden';
  readonly placement: 'bottom' | 'right';
  /** Ids of reducers. */
  readonly calcs: readonly string[];
  /** A calculation by label or id, or `Name`; '' keeps the order of the queries. */
  readonly sortBy: string;
  readonly descending: boolean;
  /** Pixels when at the right; null for a width that follows from its texts. */
  readonly width: number | null;
  /** What the columns are called where they are no calculations. */
  readonly columns?: readonly string[];
}

/** One series in a legend. */
export interface LegendEntry {
  readonly name: string;
  readonly color: string;
  /** Its place among the drawn series. */
  readonly series: number;
  /** Texts of the calculations, in their order. */
  readonly values: readonly string[];
  readonly numbers: readonly number[];
}

/** Reads `options.legend`, with the `showLegend` of today and the `displayMode: hidden` of before. */
export function legendOptions(panel: Panel): LegendOptions {
  const legend = at(panel.options, 'legend');
  const calcs = at(legend, 'calcs');
  const mode = text(at(legend, 'displayMode'), 'list');
  const width = number(at(legend, 'width'), 0);
  return {
    mode: at(legend, 'showLegend') === false || mode === 'hidden' ? 'hidden' : mode === 'table' ? 'table' : 'list',
    placement: at(legend, 'placement') === 'right' ? 'right' : 'bottom',
    calcs: (Array.isArray(calcs) ? calcs : []).map((id) => text(id)).filter((id) => reducer(id) !== undefined),
    sortBy: text(at(legend, 'sortBy')),
    descending: at(legend, 'sortDesc') === true,
    width: width > 0 ? width : null,
  };
}

/** What the calculations' columns are called. */
export function legendColumns({ calcs, columns }: LegendOptions): readonly string[] {
  return columns ?? calcs.map((id) => reducer(id)!.label);
}

export interface LegendSeries {
  readonly name: string;
  readonly color: string;
  readonly series: number;
  readonly config: FieldConfig;
  readonly values: ArrayLike<number>;
}

/** The entries of a legend in the order that it asks for. */
export function legendEntries(all: readonly LegendSeries[], options: LegendOptions): LegendEntry[] {
  const entries = all.map(({ name, color, series, config, values }): LegendEntry => {
    const calcs = options.calcs.map((id) => reducer(id)!);
    const numbers = calcs.map(({ reduce }) => reduce(values));
    return { name, color, series, numbers, values: calcs.map((calc) => displayReduced(config, calc, values)) };
  });
  return sortLegend(entries, options, options);
}

/** Sorts entries by a calculation (label or id) or by `Name`; anything else leaves them as they are. */
export function sortLegend(
  entries: readonly LegendEntry[],
  options: LegendOptions,
  { sortBy, descending }: Pick<LegendOptions, 'sortBy' | 'descending'>,
): LegendEntry[] {
  const sign = descending ? -1 : 1;
  if (sortBy === 'Name') return entries.toSorted((a, b) => sign * compareUtf8(a.name, b.name));
  const labels = legendColumns(options);
  const column = labels.findIndex((label, i) => label === sortBy || options.calcs[i] === sortBy);
  if (column < 0) return [...entries];
  return entries.toSorted((a, b) => {
    const [left, right] = [a.numbers[column]!, b.numbers[column]!];
    if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
    return sign * (left - right);
  });
}
