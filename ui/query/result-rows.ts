import type {
  HistogramJson,
  LabelSet,
  MatrixSeries,
  QueryResult,
  SamplePair,
  VectorSample,
} from '../api/prometheus.ts';
import { seriesText } from '../format/label-text.ts';

/** A series of an answer with its samples: one of an instant vector, several of a range vector. */
export interface ResultRow {
  readonly key: string;
  readonly labels: LabelSet;
  /** The series as PromQL writes it. */
  readonly text: string;
  readonly samples: readonly SamplePair[];
  /** The newest native histogram, null for floats. */
  readonly histogram: HistogramJson | null;
}

export type RowOrder = 'none' | 'up' | 'down';

/** The rows of a vector or matrix in the server's order; none for a scalar or string. */
export function resultRows(result: QueryResult): ResultRow[] {
  if (result.resultType === 'vector') return result.result.map(vectorRow);
  return result.resultType === 'matrix' ? result.result.map(matrixRow) : [];
}

function vectorRow({ metric, value, histogram }: VectorSample): ResultRow {
  const text = seriesText(metric);
  return {
    key: text,
    labels: metric,
    text,
    samples: value === undefined ? [] : [value],
    histogram: histogram?.[1] ?? null,
  };
}

function matrixRow({ metric, values, histograms }: MatrixSeries): ResultRow {
  const text = seriesText(metric);
  return { key: text, labels: metric, text, samples: values ?? [], histogram: histograms?.at(-1)?.[1] ?? null };
}

/** Rows by their newest value; a histogram counts with its count, NaN stands last in both directions. */
export function sortRows(rows: readonly ResultRow[], order: RowOrder): readonly ResultRow[] {
  if (order === 'none') return rows;
  const sign = order === 'up' ? 1 : -1;
  return [...rows].sort((a, b) => {
    const [x, y] = [newest(a), newest(b)];
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    return x === y ? 0 : sign * (x < y ? -1 : 1);
  });
}

function newest({ samples, histogram }: ResultRow): number {
  const text = histogram === null ? samples.at(-1)?.[1] : histogram.count;
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text ?? Number.NaN);
}
