import type { PanelExemplar } from './exemplars.ts';

/** A drawn series, as far as exemplars are told apart by it. */
export interface ExemplarSeries {
  readonly refId: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly hidden: boolean;
}

/** Without those that belong to hidden series only. */
export function shownExemplars<T extends PanelExemplar>(
  exemplars: readonly T[],
  series: readonly ExemplarSeries[],
): readonly T[] {
  if (!series.some(({ hidden }) => hidden)) return exemplars;
  return exemplars.filter((exemplar) => {
    const own = series.filter((one) => belongs(exemplar, one));
    return own.length === 0 || own.some(({ hidden }) => !hidden);
  });
}

function belongs({ refId, seriesLabels }: PanelExemplar, series: ExemplarSeries): boolean {
  return refId === series.refId && Object.entries(series.labels).every(([name, value]) => seriesLabels[name] === value);
}
