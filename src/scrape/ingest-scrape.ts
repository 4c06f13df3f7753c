import type { ExpositionPage } from '#exposition/page';
import { BarographError } from '#lib/errors';
import { type Exemplar, exemplarFits } from '#model/exemplar';
import { Labels, METRIC_NAME } from '#model/labels';
import type { MetricMetadata, MetricType } from '#model/metadata';
import type { Millis } from '#model/time';
import {
  type Appender,
  MAX_AHEAD,
  REJECTED_DUPLICATE,
  REJECTED_OUT_OF_ORDER,
  REJECTED_SERIES_LIMIT,
  type Rejection,
  type SampleExtra,
  type SeriesRef,
  UNKNOWN_REF,
} from '#storage/appender';
import type { ScrapeCache } from './cache.ts';
import type { ScrapeConfig } from './config.ts';
import { acceptedHistogram, type HistogramRules } from './histogram-limits.ts';
import { DROPPED, KnownRows, labelsOfRow } from './known-rows.ts';
import type { SeriesRules } from './sample-labels.ts';

/** The settings of a job that decide how a page is ingested. */
interface IngestRules
  extends SeriesRules,
    HistogramRules,
    Pick<ScrapeConfig, 'honorTimestamps' | 'trackTimestampsStaleness' | 'sampleLimit'> {}

/** One page on its way into storage. */
export interface IngestJob {
  readonly page: ExpositionPage;
  /** The page before, where the caller has it. */
  readonly previous?: ExpositionPage | null;
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

/** One sample on its way. */
interface RowSample {
  /** Empty where storage knows the ref. */
  readonly labels: Labels;
  readonly at: Millis;
  readonly extra: SampleExtra | undefined;
}

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
  /** What the rows of the page before are known as. */
  private readonly known: KnownRows | null;
  private readonly knownLabels: (row: number) => Labels;
  /** By row of the page before, where it stands for its series: the row here that came first, + 1. */
  private readonly seen: Int32Array;
  private readonly refs: Float64Array;
  private standing: Int32Array | null = null;
  /** Series that the page before did not have. */
  private readonly created: Labels[] = [];
  /** Families of which the target says something else than before. */
  private readonly news: ReadonlySet<number>;
  /** Most pages have samples alone: then nothing is looked up per row. */
  private readonly hasExtras: boolean;
  private readonly hasHistograms: boolean;
  private appended = 0;

  constructor(job: IngestJob) {
    this.job = job;
    const { page, cache, appender } = job;
    this.known = cache.texts;
    this.known?.renew(appender);
    this.knownLabels = this.known === null ? () => Labels.EMPTY : this.known.labelsFor(appender);
    this.seen = new Int32Array(this.known === null ? 0 : this.known.refs.length);
    this.refs = new Float64Array(page.length);
    this.news = changedFamilies(page, cache);
    this.hasExtras = page.exemplars.size > 0 || page.startTimes.size > 0 || this.news.size > 0;
    this.hasHistograms = page.histograms.size > 0;
  }

  appendAll(): void {
    const { page, cache, rules, target } = this.job;
    for (let row = 0; row < page.length; row++) this.appendRow(row);
    if (page.error) throw page.error;
    if (rules.sampleLimit > 0 && this.appended > rules.sampleLimit) {
      // What made the page too large is to be known most of all.
      this.noteGrowth();
      throw new BarographError('sample limit exceeded', { kind: 'bad-request', code: SAMPLE_LIMIT });
    }
    const { refs, standing } = this;
    const rows = new KnownRows(page, { refs, standing, live: this.liveRows() }, { target, rules });
    this.endGone(rows);
    this.noteGrowth();
    cache.replace(page, rows);
  }

  /** The series of the first page, and of the first after other rules, are not new ones. */
  private noteGrowth(): void {
    const { cache, target, t, previous = null } = this.job;
    if (this.known === null) cache.growth.begin(t);
    else cache.growth.note({ came: this.created, gone: this.known.gone(this.seen, previous), target, t });
  }

  private appendRow(row: number): void {
    const { page } = this.job;
    this.refs[row] = DROPPED;
    if (page.hidden.size > 0 && page.hidden.has(row)) return;
    this.counts.scraped++;
    const same = this.known === null ? -1 : page.same[row]!;
    if (same < 0) this.appendNew(row);
    else this.appendKnown(row, this.known!, this.known!.standing === null ? same : this.known!.standing[same]!);
  }

  private appendNew(row: number): void {
    const { page, target, rules } = this.job;
    const labels = labelsOfRow(page, row, { target, rules });
    if (labels === null) return;
    if (this.known !== null) this.created.push(labels);
    this.refs[row] = UNKNOWN_REF;
    this.counts.kept++;
    const at = this.timeOf(row);
    if (at === null) return;
    if (this.append(row, row, { labels, at, extra: this.extraOf(row, labels) })) this.counts.newSeries++;
  }

  private appendKnown(row: number, known: KnownRows, old: number): void {
    const ref = known.refs[old]!;
    if (ref === DROPPED) return;
    this.counts.kept++;
    const first = this.seen[old]! - 1;
    if (first >= 0) this.standsFor(first, row);
    else this.seen[old] = row + 1;
    const bearer = first >= 0 ? first : row;
    if (first < 0) this.refs[row] = ref;
    if (first >= 0 && Number.isNaN(this.explicit(row))) {
      this.counts.duplicate++;
      return;
    }
    const at = this.timeOf(row);
    if (at === null) return;
    const extra = this.hasExtras ? this.extraOf(row, null) : undefined;
    this.append(row, bearer, { labels: this.knownLabels(old), at, extra });
  }

  /** Notes that a row has the series of one before it. */
  private standsFor(first: number, row: number): void {
    this.standing ??= Int32Array.from(this.refs.keys());
    this.standing[row] = first;
    this.refs[row] = this.refs[first]!;
  }

  /** The time at which the row's sample is to be appended; null when it is not to be. */
  private timeOf(row: number): Millis | null {
    const { rules, t } = this.job;
    // Beyond the limit samples are still counted, so that the user sees how far beyond.
    if (++this.appended > rules.sampleLimit && rules.sampleLimit > 0) return null;
    const explicit = this.explicit(row);
    if (Number.isNaN(explicit)) return t;
    if (explicit <= t + MAX_AHEAD) return explicit;
    this.counts.outOfBounds++;
    return null;
  }

  /** Appends the row's sample to the series of `bearer`. Gives whether it was taken. */
  private append(row: number, bearer: number, { labels, at, extra }: RowSample): boolean {
    const { page, appender, rules } = this.job;
    const ref = this.refs[bearer] as SeriesRef;
    const histogram = this.hasHistograms ? page.histograms.get(row) : undefined;
    const result =
      histogram === undefined
        ? appender.float(ref, labels, at, page.value[row]!, extra)
        : appender.histogram(ref, labels, at, acceptedHistogram(histogram, rules), extra);
    if (result < 0) countRejection(this.counts, result as Rejection);
    else this.refs[bearer] = result;
    return result >= 0;
  }

  /** The sample's own timestamp where it counts; NaN otherwise. */
  private explicit(row: number): number {
    return this.job.rules.honorTimestamps ? this.job.page.timestamp[row]! : Number.NaN;
  }

  private liveRows(): Uint8Array {
    const { refs, standing } = this;
    const { rules } = this.job;
    const live = new Uint8Array(refs.length);
    for (let row = 0; row < live.length; row++) {
      const isLive = refs[row] !== DROPPED && (rules.trackTimestampsStaleness || Number.isNaN(this.explicit(row)));
      live[standing === null ? row : standing[row]!] = isLive ? 1 : 0;
    }
    return live;
  }

  /** Writes markers for the series that are gone. */
  private endGone(now: KnownRows): void {
    const { cache, appender, t } = this.job;
    const before = cache.rows;
    if (before === null) return;
    const isGone = (row: number) => this.known === null || this.seen[row] === 0;
    if (!before.live.some((live, row) => live === 1 && isGone(row))) return;
    // Another text may stand for the same series now.
    const current = new Set(now.refs.filter((_, row) => now.live[row] === 1));
    before.end(appender, t, (row) => isGone(row) && !current.has(before.refs[row]!));
  }

  /** `created`: the labels of a new series, otherwise null. */
  private extraOf(row: number, created: Labels | null): SampleExtra | undefined {
    const { page, target, rules } = this.job;
    const exemplars = (page.exemplars.get(row) ?? []).filter((exemplar) => this.fits(exemplar));
    const startTime = page.startTimes.get(row);
    const family = page.family[row]!;
    const isTold = family >= 0 && (created !== null || this.news.has(family));
    const labels = isTold ? (created ?? labelsOfRow(page, row, { target, rules })!) : null;
    const metadata = labels === null ? null : metadataFor(labels, page.families[family]!);
    if (metadata === null && exemplars.length === 0 && startTime === undefined) return undefined;
    return {
      ...(metadata === null ? {} : { metadata }),
      ...(exemplars.length === 0 ? {} : { exemplars }),
      ...(startTime === undefined ? {} : { startTime }),
    };
  }

  private fits({ labels }: Exemplar): boolean {
    if (exemplarFits(labels.pairs)) return true;
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
