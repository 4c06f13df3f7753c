import { METRIC_NAME } from '#model/labels';
import type { HeadReader } from './head/head-reader.ts';
import type { NewSeries } from './write/new-series.ts';

/** A metric in the head. */
export interface MetricCardinality {
  readonly name: string;
  readonly series: number;
  /** About how many of its series are new within the last hour. */
  readonly newPerHour: number;
}

export interface LabelCardinality {
  readonly name: string;
  readonly values: number;
  /** Series that have the label. */
  readonly series: number;
}

export interface PairCardinality {
  readonly name: string;
  readonly value: string;
  readonly series: number;
}

/** What the series of the head are made of. */
export interface Cardinality {
  readonly series: number;
  /** All of them, largest first. */
  readonly metrics: readonly MetricCardinality[];
  /** Those with the most values. */
  readonly labels: readonly LabelCardinality[];
  /** Those of the most series, names of metrics left out. */
  readonly pairs: readonly PairCardinality[];
}

/** Counts what is in the head: walks over all label pairs. Labels and pairs have at most `limit` entries. */
export function cardinality({ index }: HeadReader, news: NewSeries, limit: number): Omit<Cardinality, 'series'> {
  const labels: LabelCardinality[] = [];
  const pairs: PairCardinality[] = [];
  let metrics: MetricCardinality[] = [];
  for (const name of index.labelNames()) {
    const own = index.pairsOf(name).map((pair) => ({ value: index.valueOf(pair), series: index.countOf(pair) }));
    labels.push({ name, values: own.length, series: own.reduce((sum, { series }) => sum + series, 0) });
    if (name === METRIC_NAME) {
      metrics = own.map(({ value, series }) => ({ name: value, series, newPerHour: news.lastHour(value) }));
    } else {
      pairs.push(...largest(own, ({ series }) => series, limit).map((pair) => ({ name, ...pair })));
    }
  }
  return {
    metrics: largest(metrics, ({ series }) => series, metrics.length),
    labels: largest(labels, ({ values }) => values, limit),
    pairs: largest(pairs, ({ series }) => series, limit),
  };
}

function largest<T>(list: readonly T[], by: (entry: T) => number, limit: number): T[] {
  return [...list].sort((a, b) => by(b) - by(a)).slice(0, limit);
}
