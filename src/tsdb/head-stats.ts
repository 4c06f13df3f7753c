import { utf8Length } from '#lib/utf8';
import type { Millis } from '#model/time';
import type { HeadReader } from './head/head-reader.ts';
import type { HeadWriter } from './head/head-writer.ts';

/** A name with a number, as /api/v1/status/tsdb lists them. */
interface NamedCount {
  readonly name: string;
  readonly value: number;
}

/** What /api/v1/status/tsdb says of the head. The lists are in descending order. */
export interface HeadStats {
  readonly numSeries: number;
  readonly numLabelPairs: number;
  readonly chunkCount: number;
  /** Of samples; Infinity and -Infinity when there are none. */
  readonly minTime: Millis;
  readonly maxTime: Millis;
  readonly seriesCountByMetricName: readonly NamedCount[];
  readonly labelValueCountByLabelName: readonly NamedCount[];
  /** Bytes of the values of each name, as often as there are series with them. */
  readonly memoryInBytesByLabelName: readonly NamedCount[];
  /** By `name=value`. */
  readonly seriesCountByLabelValuePair: readonly NamedCount[];
}

/** Counts what is in the head: walks over all label pairs. Each list has at most `limit` entries. */
export function headStats(head: HeadWriter, reader: HeadReader, limit: number): HeadStats {
  const { index } = reader;
  const byMetric: NamedCount[] = [];
  const byPair: NamedCount[] = [];
  const values: NamedCount[] = [];
  const bytes: NamedCount[] = [];
  for (const name of index.labelNames()) {
    const pairs = index.pairsOf(name);
    let size = 0;
    for (const pair of pairs) {
      const value = index.valueOf(pair);
      const count = index.countOf(pair);
      size += utf8Length(value) * count;
      byPair.push({ name: `${name}=${value}`, value: count });
      if (name === '__name__') byMetric.push({ name: value, value: count });
    }
    values.push({ name, value: pairs.length });
    bytes.push({ name, value: size });
  }
  const top = (counts: NamedCount[]) => counts.sort((a, b) => b.value - a.value).slice(0, limit);
  return {
    numSeries: head.seriesCount,
    numLabelPairs: head.pairCount,
    chunkCount: head.chunkCount,
    minTime: head.minTime,
    maxTime: head.maxTime,
    seriesCountByMetricName: top(byMetric),
    labelValueCountByLabelName: top(values),
    memoryInBytesByLabelName: top(bytes),
    seriesCountByLabelValuePair: top(byPair),
  };
}
