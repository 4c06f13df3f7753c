import type { Millis } from '#model/time';
import type { Points } from '#wire/points';
import type { Target } from './dashboard.ts';

/** How a value came about: what a line of a table draws as a small picture. */
export interface Trend {
  readonly times: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** One column. Numbers are NaN where there is no value; times are Unix ms. */
export type Field = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** One per line, where the lines stand for whole series. */
  readonly trends?: readonly Trend[];
} & (
  | { readonly type: 'time' | 'number'; readonly values: Float64Array }
  | { readonly type: 'string'; readonly values: readonly string[] }
);

/** Columns of equal length. */
export interface DataFrame {
  readonly refId: string;
  readonly fields: readonly Field[];
  readonly length: number;
  /** How far apart its times are at most where none is missing. Absent when nobody knows. */
  readonly step?: Millis;
}

type Point = readonly [seconds: number, value: string];
type Bucket = readonly [boundary: number, low: string, high: string, count: string];
/** A native histogram as the API writes it. */
type HistogramPoint = readonly [seconds: number, histogram: { readonly buckets?: readonly Bucket[] }];
type Labels = Readonly<Record<string, string>>;

/** The `data` of an answer of /api/v1/query or query_range. */
export type PrometheusData =
  | {
      readonly resultType: 'matrix';
      readonly result: readonly {
        readonly metric: Labels;
        readonly values?: readonly Point[];
        readonly histograms?: readonly HistogramPoint[];
      }[];
    }
  | { readonly resultType: 'vector'; readonly result: readonly { readonly metric: Labels; readonly value?: Point }[] }
  | { readonly resultType: 'scalar' | 'string'; readonly result: Point };

/** A sample value as the API writes it. */
export function sampleValue(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
}

interface Series {
  readonly metric: Labels;
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/** What a query came to: JSON of the API, or the columns of a range. */
export type QueryData = PrometheusData | { readonly resultType: 'points'; readonly points: Points };

function seriesOf(data: QueryData): readonly Series[] {
  switch (data.resultType) {
    case 'points':
      return seriesOfPoints(data.points);
    case 'matrix':
      return data.result.map(({ metric, values = [] }) => columnsOf(metric, values));
    case 'vector':
      return data.result.map(({ metric, value }) => columnsOf(metric, value ? [value] : []));
    default:
      return [columnsOf({}, [data.result])];
  }
}

function columnsOf(metric: Labels, points: readonly Point[]): Series {
  return {
    metric,
    times: Float64Array.from(points, ([seconds]) => seconds * 1000),
    values: Float64Array.from(points, ([, value]) => sampleValue(value)),
  };
}

/** Series with a sample at every step share their times. */
function seriesOfPoints({ start, step, count, series }: Points): readonly Series[] {
  const all = new Float64Array(count);
  for (let i = 0; i < count; i++) all[i] = start + i * step;
  return series.map(({ metric, steps, values }) => ({
    metric,
    times: steps === null ? all : Float64Array.from(steps, (i) => start + i * step),
    values,
  }));
}

/** What a query was: whether its panel has others, and its step, when it asked for a range. */
export interface AskedAs {
  readonly manyTargets?: boolean;
  readonly step?: Millis;
}

/** One frame per series (time, value), or one table of all series when the target asks for a table. */
export function framesOf(data: QueryData, target: Target, { manyTargets = false, step }: AskedAs = {}): DataFrame[] {
  const series = seriesOf(data);
  const cells = target.format === 'heatmap' ? histogramCells(data, target.refId, step) : null;
  if (cells !== null) return [cells];
  if (target.format === 'table') return [tableOf(series, target.refId, manyTargets)];
  const all = series.map(({ metric }) => metric);
  // Thinned samples are as far apart as one pixel at most.
  const apart = data.resultType === 'points' ? data.points.step * data.points.pixel : step;
  return series.map(({ metric, times, values }) => ({
    refId: target.refId,
    length: times.length,
    fields: [
      { name: 'Time', labels: {}, type: 'time', values: times },
      { name: seriesName(metric, target, all), labels: metric, type: 'number', values },
    ],
    ...(apart === undefined ? {} : { step: apart }),
  }));
}

/** The buckets of native histograms as lines of time, bounds and count; null when there is none. */
function histogramCells(data: QueryData, refId: string, step: Millis | undefined): DataFrame | null {
  if (data.resultType !== 'matrix') return null;
  const lines = data.result.flatMap(({ histograms = [] }) =>
    histograms.flatMap(([seconds, { buckets = [] }]) =>
      buckets.map(([, low, high, count]) =>
        [seconds * 1000, low, high, count].map((part) => sampleValue(String(part))),
      ),
    ),
  );
  if (lines.length === 0) return null;
  const column = (name: string, place: number, type: 'time' | 'number'): Field => {
    return { name, labels: {}, type, values: Float64Array.from(lines, (line) => line[place]!) };
  };
  const fields = [
    column('Time', 0, 'time'),
    column('yMin', 1, 'number'),
    column('yMax', 2, 'number'),
    column('Count', 3, 'number'),
  ];
  return { refId, fields, length: lines.length, ...(step === undefined ? {} : { step }) };
}

/** Time, one column per label, the value; one line per sample. */
function tableOf(series: readonly Series[], refId: string, manyTargets: boolean): DataFrame {
  const labels = [...new Set(series.flatMap(({ metric }) => Object.keys(metric)))].sort();
  const times = joined(series.map((one) => one.times));
  return {
    refId,
    length: times.length,
    fields: [
      { name: 'Time', labels: {}, type: 'time', values: times },
      ...labels.map((name): Field => {
        const values = series.flatMap(({ metric, times: own }) =>
          new Array<string>(own.length).fill(metric[name] ?? ''),
        );
        return { name, labels: {}, type: 'string', values };
      }),
      {
        name: manyTargets ? `Value #${refId}` : 'Value',
        labels: {},
        type: 'number',
        values: joined(series.map((one) => one.values)),
      },
    ],
  };
}

function joined(columns: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(columns.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const column of columns) {
    all.set(column, at);
    at += column.length;
  }
  return all;
}

/**
 * What a legend calls a series: by its format, automatically by what tells it from the others, or as PromQL writes it. A
 * series without labels is called by its expression.
 */
export function seriesName(
  metric: Labels,
  { legendFormat, expr }: Pick<Target, 'legendFormat' | 'expr'>,
  all: readonly Labels[],
): string {
  const automatic = legendFormat === '__auto';
  if (legendFormat !== '' && !automatic) {
    return legendFormat.replace(/\{\{\s*(.+?)\s*\}\}/g, (_, name: string) => metric[name] ?? '');
  }
  const name = automatic ? automaticName(metric, all) : fullName(metric);
  return name === '{}' ? expr : name;
}

function fullName(metric: Labels): string {
  const { __name__: name = '', ...rest } = metric;
  const labels = Object.entries(rest).map(([label, value]) => `${label}="${value}"`);
  return labels.length === 0 && name !== '' ? name : `${name}{${labels.join(', ')}}`;
}

function automaticName(metric: Labels, all: readonly Labels[]): string {
  if (all.length <= 1) return fullName(metric);
  const distinct = Object.keys(metric).filter((label) => all.some((other) => other[label] !== metric[label]));
  if (distinct.length === 0) return fullName(metric);
  if (distinct.length === 1) return metric[distinct[0]!]!;
  return fullName(Object.fromEntries(distinct.map((label) => [label, metric[label]!])));
}
