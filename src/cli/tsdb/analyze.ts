import type { BlockReader } from '#block/block-reader';
import { compareUtf8 } from '#lib/utf8';
import { METRIC_NAME } from '#model/labels';
import type { Matcher } from '#model/matcher';
import { matchingPostings } from '#storage/postings';
import { goDuration } from './table.ts';

interface AnalyzeOptions {
  readonly limit: number;
  /** Empty: the whole block. */
  readonly matchers: readonly Matcher[];
}

/** What is counted while the series are walked. */
class Counts {
  series = 0;
  entries = 0;
  readonly uncoveredByName = new Map<string, number>();
  readonly uncoveredByPair = new Map<string, number>();
  readonly byPair = new Map<string, number>();
  readonly byMetric = new Map<string, number>();
  readonly values = new Map<string, Set<string>>();

  add(pairs: readonly string[], uncovered: number): void {
    this.series++;
    for (let i = 0; i < pairs.length; i += 2) {
      const [name, value] = [pairs[i]!, pairs[i + 1]!];
      const pair = `${name}=${value}`;
      this.entries++;
      increase(this.uncoveredByName, name, uncovered);
      increase(this.uncoveredByPair, pair, uncovered);
      increase(this.byPair, pair, 1);
      if (name === METRIC_NAME) increase(this.byMetric, value, 1);
      if (!this.values.has(name)) this.values.set(name, new Set());
      this.values.get(name)!.add(value);
    }
  }
}

/** What makes a block large, in the words of promtool. Of equal numbers the name that sorts first comes first. */
export function analyzeBlock({ meta, index }: BlockReader, { limit, matchers }: AnalyzeOptions): string {
  const range = meta.maxTime - meta.minTime;
  const counts = new Counts();
  for (const id of matchingPostings(index, matchers)) {
    const { labels, chunks } = index.series(id);
    counts.add(labels.pairs, range - (chunks.at(-1)!.maxTime - chunks[0]!.minTime));
  }
  const churn = (uncovered: ReadonlyMap<string, number>) =>
    new Map(Array.from(uncovered, ([key, ms]) => [key, Math.floor(ms / range)]));
  const names = new Map(Array.from(counts.values, ([name, values]) => [name, values.size]));
  const lengths = new Map(Array.from(counts.values, ([name, values]) => [name, totalLength(values)]));
  const isMatched = matchers.length > 0;
  return [
    `Block ID: ${meta.ulid}`,
    `Duration: ${goDuration(range)}`,
    `Total Series: ${meta.stats.numSeries}`,
    ...(isMatched ? [`Matcher: ${matcherText(matchers)}`] : []),
    `Label names: ${counts.values.size}`,
    ...(isMatched ? [`Matched series: ${counts.series}`] : []),
    `Postings (unique label pairs): ${counts.byPair.size}`,
    `Postings entries (total label pairs): ${counts.entries}`,
    ...section('Label pairs most involved in churning', churn(counts.uncoveredByPair), limit),
    ...section('Label names most involved in churning', churn(counts.uncoveredByName), limit),
    ...section('Most common label pairs', counts.byPair, limit),
    ...section('Label names with highest cumulative label value length', lengths, limit),
    ...section('Highest cardinality labels', names, limit),
    ...section('Highest cardinality metric names', counts.byMetric, limit),
    '',
  ].join('\n');
}

function section(title: string, counts: ReadonlyMap<string, number>, limit: number): string[] {
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || compareUtf8(a, b));
  return ['', `${title}:`, ...sorted.slice(0, limit).map(([key, count]) => `${count} ${key}`)];
}

function matcherText(matchers: readonly Matcher[]): string {
  return `{${matchers.map(({ name, operator, value }) => `${name}${operator}${JSON.stringify(value)}`).join(', ')}}`;
}

function totalLength(values: ReadonlySet<string>): number {
  let total = 0;
  for (const value of values) total += new TextEncoder().encode(value).length;
  return total;
}

function increase(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
