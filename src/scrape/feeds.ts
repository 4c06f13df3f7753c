import { type Labels, METRIC_NAME } from '#model/labels';
import { createMatcher, type Matcher, type MatcherSpec } from '#model/matcher';

/** Somebody who wants to hear at once of scraped samples of some series. Plain data, for crossing threads. */
export interface ScrapeWatcher {
  readonly id: string;
  /** Series that match all matchers of at least one of them. */
  readonly selectors: readonly (readonly MatcherSpec[])[];
}

/** What a loop remembers of whom its target feeds; good for one edition of the watchers and one set of series. */
export interface FeedMemory {
  readonly edition: number;
  readonly series: FedSeries | null;
  readonly ids: readonly string[];
}

/** The series of a target: the same object as long as they are the same. */
export interface FedSeries {
  /** Of those that relabeling leaves. */
  labels(): Iterable<Labels>;
}

interface Selector {
  readonly id: string;
  readonly matchers: readonly Matcher[];
}

/** Tells watchers of scrapes that brought samples of their series, each scrape once, after its samples can be read. */
export class ScrapeFeeds {
  private readonly onFed: (ids: readonly string[]) => void;
  private byMetric = new Map<string, Selector[]>();
  private anyMetric: Selector[] = [];
  private edition = 0;

  constructor(onFed: (ids: readonly string[]) => void) {
    this.onFed = onFed;
  }

  /** Makes these the watchers. */
  watch(watchers: readonly ScrapeWatcher[]): void {
    this.edition++;
    this.byMetric = new Map();
    this.anyMetric = [];
    for (const { id, selectors } of watchers) for (const specs of selectors) this.add(id, specs);
  }

  /** A scrape is stored. `series`: all that the target has; `reports`: the labels of the series about the scrape itself. */
  scraped(memory: FeedMemory | null, series: FedSeries | null, reports: () => readonly Labels[]): FeedMemory | null {
    if (this.byMetric.size === 0 && this.anyMetric.length === 0) return null;
    const known = memory !== null && memory.edition === this.edition && memory.series === series;
    const next = known ? memory : { edition: this.edition, series, ids: this.fedBy(series, reports()) };
    if (next.ids.length > 0) this.onFed(next.ids);
    return next;
  }

  private add(id: string, specs: readonly MatcherSpec[]): void {
    const selector = { id, matchers: specs.map(createMatcher) };
    const name = specs.find((spec) => spec.name === METRIC_NAME && spec.operator === '=');
    if (name === undefined) this.anyMetric.push(selector);
    else this.byMetric.set(name.value, [...(this.byMetric.get(name.value) ?? []), selector]);
  }

  private fedBy(series: FedSeries | null, reports: readonly Labels[]): readonly string[] {
    const ids = new Set<string>();
    if (series !== null) for (const labels of series.labels()) this.addFed(ids, labels);
    for (const labels of reports) this.addFed(ids, labels);
    return [...ids].sort();
  }

  private addFed(ids: Set<string>, labels: Labels): void {
    for (const selector of this.byMetric.get(labels.get(METRIC_NAME)) ?? []) addIfMatching(ids, selector, labels);
    for (const selector of this.anyMetric) addIfMatching(ids, selector, labels);
  }
}

function addIfMatching(ids: Set<string>, { id, matchers }: Selector, labels: Labels): void {
  if (!ids.has(id) && matchers.every((matcher) => matcher.matches(labels.get(matcher.name)))) ids.add(id);
}
