import type { Exemplar } from '#dashboards/exemplars';
import type { Link } from '#dashboards/links';
import type { Millis, TimeRange } from '#model/time';

/** How a series is drawn between its samples. */
export type LineShape = 'linear' | 'smooth' | 'step-after' | 'step-before' | 'bars' | 'points';

/** One line of a chart. Everything but `values` is style: when only values change, a chart is redrawn, not rebuilt. */
export interface ChartSeries {
  /** Shown in the tooltip. Any text: it is never read as markup. */
  readonly name: string;
  readonly color: string;
  /** One per time of the chart; null where there is no sample, which leaves a gap. Owned by the chart once given. */
  readonly values: readonly (number | null)[];
  /** The id of a ChartAxis; the first axis when left out. */
  readonly axis?: string;
  readonly shape?: LineShape;
  /** CSS pixels; 1.25 when left out, 0 draws no line. */
  readonly width?: number;
  /** Opacity of the area below the line, 0 (the default) to 1. */
  readonly fill?: number;
  /** How the area fades: from its color to nothing, or through the colors of `stops`, which the line then has too. */
  readonly gradient?: 'opacity' | 'scheme';
  /** Colors from a value on, ascending. */
  readonly stops?: readonly ColorStop[];
  /** The area reaches to another series (its index) instead of to zero. */
  readonly fillTo?: number;
  /** Where bars stand on their instant, before (-1), on (0) or after it (1), and how much of the room they take. */
  readonly bars?: { readonly align: -1 | 0 | 1; readonly width: number };
  /** Not listed in tooltips. */
  readonly quiet?: boolean;
  readonly dash?: readonly number[];
  /** `auto` (the default) draws points where samples stand alone or far apart. */
  readonly points?: 'auto' | 'always' | 'never';
  readonly pointSize?: number;
  /** Draws over gaps instead of leaving them open. */
  readonly spanGaps?: boolean;
  /** Series with the same text are stacked in their order. */
  readonly stack?: string;
  /** Drawn below zero; the tooltip keeps the true value. */
  readonly negate?: boolean;
  readonly hidden?: boolean;
}

/** A color from a value on. */
export interface ColorStop {
  readonly value: number;
  readonly color: string;
}

/** Columns in: all series of a chart share its times. */
export interface ChartData {
  /** Unix ms, ascending. */
  readonly times: readonly Millis[];
  readonly series: readonly ChartSeries[];
  /** What the time axis spans, whether there are samples at its ends or not. */
  readonly range: TimeRange;
  /** Events that are drawn over the series. */
  readonly annotations?: readonly ChartAnnotation[];
  /** Observations that are marked on the series, where they can be pointed at. */
  readonly exemplars?: readonly ChartExemplar[];
}

/** A marked observation. One beyond the ends of its axis is marked at the end. */
export interface ChartExemplar extends Exemplar {
  /** As of a series. */
  readonly axis?: string;
  readonly links: readonly Link[];
}

/** An event: an instant when it ends where it starts, else a while. */
export interface ChartAnnotation {
  readonly start: Millis;
  readonly end: Millis;
  readonly color: string;
  readonly title: string;
  readonly text: string;
}

/** A filled area between two drawn series (their indexes). */
export interface ChartBand {
  readonly upper: number;
  readonly lower: number;
}

/** What is drawn: the values after negating and stacking, and the bands between stacked neighbours. */
export interface DrawnColumns {
  readonly columns: readonly (readonly (number | null)[])[];
  readonly bands: readonly ChartBand[];
}

/**
 * Negates and stacks. A missing sample stays a gap in its own line and counts as nothing for the lines above it. Hidden
 * series take no part in stacks.
 */
export function drawnColumns(series: readonly ChartSeries[]): DrawnColumns {
  const bands: ChartBand[] = [];
  const tops = new Map<string, { sums: number[]; last: number }>();
  const columns = series.map((one, i) => {
    const signed = one.negate === true ? one.values.map((value) => (value === null ? null : -value)) : one.values;
    if (one.stack === undefined || one.hidden === true) return signed;
    // What points down is stacked downwards, apart from what points up.
    const group = `${one.stack}\n${one.axis ?? ''}\n${one.negate === true ? 'down' : 'up'}`;
    const below = tops.get(group);
    const sums = below?.sums ?? new Array<number>(signed.length).fill(0);
    const stacked = signed.map((value, at) => {
      if (value === null) return null;
      sums[at] = (sums[at] ?? 0) + value;
      return sums[at]!;
    });
    if (below !== undefined) bands.push({ upper: i, lower: below.last });
    tops.set(group, { sums, last: i });
    return stacked;
  });
  series.forEach(({ fillTo, hidden }, upper) => {
    if (fillTo !== undefined && hidden !== true && series[fillTo]?.hidden !== true)
      bands.push({ upper, lower: fillTo });
  });
  return { columns, bands };
}

/** The part of a chart's data whose change needs a new drawing object instead of new values. */
export function styleKey({ series }: ChartData): string {
  return JSON.stringify(
    series.map(({ values: _values, name: _name, hidden: _hidden, color: _color, ...style }) => style),
  );
}

/** True when no series has a sample inside the range. */
export function isEmpty({ series, times, range }: ChartData): boolean {
  return !series.some(({ values }) =>
    values.some((value, i) => value !== null && times[i]! >= range.start && times[i]! <= range.end),
  );
}

/** The index of the time nearest to `time`, or null when there are none. */
export function nearestIndex(times: readonly Millis[], time: Millis): number | null {
  if (times.length === 0) return null;
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low > 0 && time - times[low - 1]! <= times[low]! - time ? low - 1 : low;
}
