import { type ExpositionPage, METRIC_TYPES } from '#exposition/page';
import { seriesPairs } from '#exposition/series-text';
import { BarographError } from '#lib/errors';
import type { Exemplar } from '#model/exemplar';
import { type Labels, METRIC_NAME } from '#model/labels';
import type { MetricMetadata, MetricType } from '#model/metadata';
import type { Millis } from '#model/time';
import {
  type Appender,
  REJECTED_DUPLICATE,
  REJECTED_OUT_OF_ORDER,
  REJECTED_SERIES_LIMIT,
  type Rejection,
  type SampleExtra,
  type SeriesRef,
  UNKNOWN_REF,
} from '#storage/appender';
import type { CachedSeries, ScrapeCache } from './cache.ts';
import type { ScrapeConfig } from './config.ts';
import { acceptedHistogram, type HistogramRules } from './histogram-limits.ts';
import { type SeriesRules, seriesLabels } from './sample-labels.ts';

/** The settings of a job that decide how a page is ingested. */
interface IngestRules
  extends SeriesRules,
    HistogramRules,
    Pick<ScrapeConfig, 'honorTimestamps' | 'trackTimestampsStaleness' | 'sampleLimit'> {}

/** One page on its way into storage. */
export interface IngestJob {
  readonly page: ExpositionPage;
  readonly cache: ScrapeCache;
  readonly appender: Appender;
  readonly target: Labels;
  readonly rules: IngestRules;
  /** For samples without a timestamp of their own, or where those are not honoured. */
  readonly t: Millis;
}

/** What became of the samples. */
export interface IngestCounts {
  /** Samples on the page. */
  scraped: number;
  /** Those that metric relabeling left. */
  kept: number;
  newSeries: number;
  duplicate: number;
  outOfOrder: number;
  outOfBounds: number;
  seriesLimit: number;
  droppedExemplars: number;
}

/** The code of the error for `sample_limit`. */
export const SAMPLE_LIMIT = 'sample-limit';

/** Samples from further ahead are refused: a target's clock is wrong more often than ours. */
const MAX_AHEAD: Millis = 10 * 60_000;
/** OpenMetrics: the labels of an exemplar must not be longer. */
const MAX_EXEMPLAR_LENGTH = 128;

/** Stands for rows that are no samples. */
const NO_SERIES: CachedSeries = { labels: null, ref: UNKNOWN_REF, scrape: 0, live: false };

/** No samples at all. */
export function noCounts(): IngestCounts {
  return {
    scraped: 0,
    kept: 0,
    newSeries: 0,
    duplicate: 0,
    outOfOrder: 0,
    outOfBounds: 0,
    seriesLimit: 0,
    droppedExemplars: 0,
  };
}

/**
 * Appends a page and the markers of the series that are gone. Single samples that storage refuses are counted. An error of
 * the page, an invalid series or a limit fails the whole: then the error is given back, `cache` is as before, and the caller
 * rolls back. The counts are true in both cases, up to the row that ended it.
 */
export function ingestScrape(job: IngestJob): { readonly counts: IngestCounts; readonly error: BarographError | null } {
  const run = new Ingestion(job);
  try {
    run.appendAll();
    return { counts: run.counts, error: null };
  } catch (error) {
    if (!(error instanceof BarographError)) throw error;
    return { counts: run.counts, error };
  }
}

class Ingestion {
  readonly counts = noCounts();
  private readonly job: IngestJob;
  private readonly series: CachedSeries[] = [];
  /** Families of which the target says something else than before. */
  private readonly news: ReadonlySet<number>;
  /** Most pages have samples alone: then nothing is looked up per row. */
  private readonly hasExtras: boolean;
  private readonly hasHistograms: boolean;
  private appended = 0;

  constructor(job: IngestJob) {
    this.job = job;
    const { page } = job;
    this.news = changedFamilies(page, job.cache);
    this.hasExtras = page.exemplars.size > 0 || page.startTimes.size > 0 || this.news.size > 0;
    this.hasHistograms = page.histograms.size > 0;
  }

  appendAll(): void {
    const { page, cache, rules, appender, t } = this.job;
    cache.scrape++;
    for (let row = 0; row < page.length; row++) this.appendRow(row);
    if (page.error) throw page.error;
    if (rules.sampleLimit > 0 && this.appended > rules.sampleLimit) {
      throw new BarographError('sample limit exceeded', { kind: 'bad-request', code: SAMPLE_LIMIT });
    }
    this.series.forEach((series, row) => {
      series.live = series.labels !== null && (rules.trackTimestampsStaleness || Number.isNaN(this.explicit(row)));
    });
    cache.replace(page, this.series, { appender, t });
  }

  private appendRow(row: number): void {
    const { page, cache, rules, appender, t } = this.job;
    if (page.hidden.size > 0 && page.hidden.has(row)) {
      this.series.push(NO_SERIES);
      return;
    }
    this.counts.scraped++;
    const same = cache.page === null ? -1 : page.same[row]!;
    const known = same < 0 ? undefined : cache.series[same];
    const series = known ?? this.newSeries(row);
    this.series.push(series);
    const { labels } = series;
    if (labels === null) return;
    this.counts.kept++;
    const explicit = this.explicit(row);
    const repeated = series.scrape === cache.scrape;
    series.scrape = cache.scrape;
    if (repeated && Number.isNaN(explicit)) {
      this.counts.duplicate++;
      return;
    }
    // Beyond the limit samples are still counted, so that the user sees how far beyond.
    if (++this.appended > rules.sampleLimit && rules.sampleLimit > 0) return;
    if (explicit > t + MAX_AHEAD) {
      this.counts.outOfBounds++;
      return;
    }
    const at = Number.isNaN(explicit) ? t : explicit;
    const isNew = known === undefined;
    const extra = isNew || this.hasExtras ? this.extraOf(row, labels, isNew) : undefined;
    const result = this.hasHistograms
      ? this.appendEither(row, series, { labels, at, extra })
      : appender.float(series.ref, labels, at, page.value[row]!, extra);
    if (result < 0) countRejection(this.counts, result as Rejection);
    else {
      series.ref = result as SeriesRef;
      if (known === undefined) this.counts.newSeries++;
    }
  }

  private appendEither(
    row: number,
    { ref }: CachedSeries,
    { labels, at, extra }: { labels: Labels; at: Millis; extra: SampleExtra | undefined },
  ): SeriesRef | Rejection {
    const { page, appender, rules } = this.job;
    const histogram = page.histograms.get(row);
    if (histogram === undefined) return appender.float(ref, labels, at, page.value[row]!, extra);
    return appender.histogram(ref, labels, at, acceptedHistogram(histogram, rules), extra);
  }

  /** The sample's own timestamp where it counts; NaN otherwise. */
  private explicit(row: number): number {
    return this.job.rules.honorTimestamps ? this.job.page.timestamp[row]! : Number.NaN;
  }

  private newSeries(row: number): CachedSeries {
    const { page, target, rules, cache, t } = this.job;
    const type = METRIC_TYPES[page.type[row]!]!;
    const own = seriesPairs(page.bytes.subarray(page.start[row]!, page.end[row]!), type);
    const labels = seriesLabels(own, target, rules);
    // The series of the first page, and of the first after other rules, are not new ones.
    if (labels !== null && cache.page !== null) cache.growth.note(labels, target, t);
    return { labels, ref: UNKNOWN_REF, scrape: 0, live: false };
  }

  private extraOf(row: number, labels: Labels, isNew: boolean): SampleExtra | undefined {
    const { page } = this.job;
    const exemplars = (page.exemplars.get(row) ?? []).filter((exemplar) => this.fits(exemplar));
    const startTime = page.startTimes.get(row);
    const family = page.family[row]!;
    const metadata =
      (isNew || this.news.has(family)) && family >= 0 ? metadataFor(labels, page.families[family]!) : null;
    if (metadata === null && exemplars.length === 0 && startTime === undefined) return undefined;
    return {
      ...(metadata === null ? {} : { metadata }),
      ...(exemplars.length === 0 ? {} : { exemplars }),
      ...(startTime === undefined ? {} : { startTime }),
    };
  }

  private fits({ labels }: Exemplar): boolean {
    const length = labels.pairs.reduce((sum, part) => sum + [...part].length, 0);
    if (length <= MAX_EXEMPLAR_LENGTH) return true;
    this.counts.droppedExemplars++;
    return false;
  }
}

/** Counts a sample that storage refused. */
export function countRejection(counts: IngestCounts, reason: Rejection): void {
  if (reason === REJECTED_DUPLICATE) counts.duplicate++;
  else if (reason === REJECTED_OUT_OF_ORDER) counts.outOfOrder++;
  else if (reason === REJECTED_SERIES_LIMIT) counts.seriesLimit++;
  else counts.outOfBounds++;
}

function changedFamilies({ families }: ExpositionPage, { metadata }: ScrapeCache): ReadonlySet<number> {
  const changed = new Set<number>();
  families.forEach(({ name, metadata: now }, index) => {
    const before = metadata.get(name);
    if (before?.type !== now.type || before.help !== now.help || before.unit !== now.unit) changed.add(index);
  });
  return changed;
}

const SUFFIXES: Readonly<Partial<Record<MetricType, readonly string[]>>> = {
  counter: ['_total', '_created'],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  gaugehistogram: ['_bucket', '_gsum', '_gcount'],
  summary: ['_sum', '_count', '_created'],
  info: ['_info'],
};

/** The metadata of the family above a series, if the series belongs to it. */
function metadataFor(
  labels: Labels,
  { name, metadata }: { readonly name: string; readonly metadata: MetricMetadata },
): MetricMetadata | null {
  const metric = labels.get(METRIC_NAME);
  const suffix = metric.startsWith(name) ? metric.slice(name.length) : null;
  return suffix === '' || (suffix !== null && SUFFIXES[metadata.type]?.includes(suffix)) ? metadata : null;
}
