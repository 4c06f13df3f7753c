import type { Millis } from '#model/time';
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
  /** How far apart its times are where none is missing. Absent when nobody knows. */
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
  readonly points: readonly Point[];
}

function seriesOf(data: PrometheusData): readonly Series[] {
  switch (data.resultType) {
    case 'matrix':
      return data.result.map(({ metric, values = [] }) => ({ metric, points: values }));
    case 'vector':
      return data.result.map(({ metric, value }) => ({ metric, points: value ? [value] : [] }));
    default:
      return [{ metric: {}, points: [data.result] }];
  }
}

/** What a query was: whether its panel has others, and its step, when it asked for a range. */
export interface AskedAs {
  readonly manyTargets?: boolean;
  readonly step?: Millis;
}

/** One frame per series (time, value), or one table of all series when the target asks for a table. */
export function framesOf(
  data: PrometheusData,
  target: Target,
  { manyTargets = false, step }: AskedAs = {},
): DataFrame[] {
  const series = seriesOf(data);
  const cells = target.format === 'heatmap' ? histogramCells(data, target.refId, step) : null;
  if (cells !== null) return [cells];
  if (target.format === 'table') return [tableOf(series, target.refId, manyTargets)];
  const all = series.map(({ metric }) => metric);
  return series.map(({ metric, points }) => ({
    refId: target.refId,
    length: points.length,
    fields: [
      { name: 'Time', labels: {}, type: 'time', values: Float64Array.from(points, ([seconds]) => seconds * 1000) },
      {
        name: seriesName(metric, target, all),
        labels: metric,
        type: 'number',
        values: Float64Array.from(points, ([, value]) => sampleValue(value)),
      },
    ],
    ...(step === undefined ? {} : { step }),
  }));
}

/** The buckets of native histograms as lines of time, bounds and count; null when there is none. */
function histogramCells(data: PrometheusData, refId: string, step: Millis | undefined): DataFrame | null {
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
  const rows = series.flatMap(({ metric, points }) => points.map((point) => ({ metric, point })));
  const labels = [...new Set(series.flatMap(({ metric }) => Object.keys(metric)))].sort();
  return {
    refId,
    length: rows.length,
    fields: [
      { name: 'Time', labels: {}, type: 'time', values: Float64Array.from(rows, ({ point }) => point[0] * 1000) },
      ...labels.map(
        (name): Field => ({ name, labels: {}, type: 'string', values: rows.map(({ metric }) => metric[name] ?? '') }),
      ),
      {
        name: manyTargets ? `Value #${refId}` : 'Value',
        labels: {},
        type: 'number',
        values: Float64Array.from(rows, ({ point }) => sampleValue(point[1])),
      },
    ],
  };
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
