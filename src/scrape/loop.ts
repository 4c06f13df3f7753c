import { convertClassicHistograms } from '#exposition/custom-buckets';
import { knownPage } from '#exposition/known-page';
import { type ExpositionFormat, formatOf } from '#exposition/negotiate';
import type { ExpositionPage } from '#exposition/page';
import type { PagePattern } from '#exposition/page-pattern';
import { parsePage } from '#exposition/parse';
import type { Clock } from '#lib/clock';
import { BarographError, errorMessage } from '#lib/errors';
import type { Log } from '#lib/log';
import { sameConfig } from '#lib/same-config';
import type { Labels } from '#model/labels';
import type { TargetHealth } from '#model/target';
import type { Millis } from '#model/time';
import type { Appendable, Appender } from '#storage/appender';
import { ScrapeCache } from './cache.ts';
import type { ScrapeConfig } from './config.ts';
import type { DueRuns } from './due-runs.ts';
import type { FeedMemory, ScrapeFeeds } from './feeds.ts';
import { BODY_SIZE_LIMIT, type FetchedPage, type FetchRequest, type TargetFetcher } from './fetch-target.ts';
import { BUCKET_LIMIT } from './histogram-limits.ts';
import { ingestRepeated, type PageFacts, repetitionOf } from './ingest-repeated.ts';
import { type IngestCounts, ingestScrape, noCounts, SAMPLE_LIMIT } from './ingest-scrape.ts';
import type { GrowingLabel, LabelGrowth } from './label-growth.ts';
import type { ScrapeMetrics } from './metrics.ts';
import { ReportSeries } from './report-samples.ts';
import { changesSeries, LABEL_LIMIT } from './sample-labels.ts';
import { alignedTimestamp, firstDelay, nextSlot } from './schedule.ts';
import type { ScrapeTarget } from './target.ts';
import { TargetGrowth } from './target-growth.ts';

/** Where failed scrapes are written down. */
export interface FailureLog {
  /** One line without its newline. Never throws. */
  write(line: string): void;
  close(): void;
}

/** What a loop takes from its job; replaced as a whole on reload. */
export interface LoopSettings {
  readonly config: ScrapeConfig;
  readonly fetcher: TargetFetcher;
  readonly failureLog: FailureLog | null;
  /** Of all targets of the job together. */
  readonly growth: LabelGrowth;
}

/** What all loops share. */
export interface LoopParts {
  readonly appendable: Appendable;
  readonly clock: Clock;
  /** Of all loops, on the same clock: those that are due together begin together. */
  readonly due: DueRuns;
  readonly log: Log;
  readonly metrics: ScrapeMetrics;
  readonly offsetSeed: number;
  /** Timestamps so close to their slot are put on it. */
  readonly timestampTolerance: Millis;
  /** Hears of each scrape that is stored. */
  readonly feeds: ScrapeFeeds;
  /** Hears of labels that begin to get ever new values, and of the series that the target now has. */
  readonly onGrowingLabel: (target: ScrapeTarget, growing: readonly GrowingLabel[], series: Iterable<Labels>) => void;
}

/** The transaction that is to be committed: the samples, or the markers of a scrape that failed. */
interface Ingested {
  readonly appender: Appender;
  readonly counts: IngestCounts;
  readonly error: Error | null;
  /** Decompressed; 0 when there is no page, -1 when it was over the limit. */
  readonly bodyBytes: number;
}

/** A page, the one before it, and its pattern where that is known already. */
interface LoadedPage {
  readonly page: ExpositionPage;
  readonly previous: ExpositionPage | null;
  readonly pattern: PagePattern | null;
}

// One for all: making one for each target that goes would take down where it was made.
const GIVEN_UP = new DOMException('the target is scraped no more', 'AbortError');

/** How the target fared. */
export interface LoopState {
  readonly health: TargetHealth;
  readonly lastError: string;
  readonly lastScrape: Millis | null;
  /** Seconds. */
  readonly lastDuration: number;
}

/**
 * Scrapes one target at its interval, one scrape at a time, from `start` until `stop` or the end of `retire`. Slots that
 * pass while a scrape still runs are left out.
 */
export class ScrapeLoop {
  readonly cache: ScrapeCache;
  state: LoopState = { health: 'unknown', lastError: '', lastScrape: null, lastDuration: 0 };
  /** When set, scrapes fail with this without asking the target: the job has too many. */
  refusal: string | null = null;
  target: ScrapeTarget;
  private settings: LoopSettings;
  private readonly parts: LoopParts;
  private readonly reports: ReportSeries;
  private cancelTimer: () => void = () => {};
  /** Of the scrapes since the last start; null: there was none yet. */
  private abort: AbortController | null = null;
  /** The same one as long as nothing changes. */
  private request: FetchRequest | null = null;
  private running: Promise<void> | null = null;
  /** Between the beginning of a scrape and the timer of the next one. */
  private scraping = false;
  /** When the next scrape is due. */
  private slot: Millis = 0;
  private stopped = false;
  private lastStarted: Millis | null = null;
  /** Of the scrape under way: how long its page waited to be read. */
  private heldBack: Millis = 0;
  private fed: FeedMemory | null = null;

  constructor(target: ScrapeTarget, settings: LoopSettings, parts: LoopParts) {
    this.target = target;
    this.settings = settings;
    this.parts = parts;
    this.cache = new ScrapeCache(settings.growth);
    this.reports = new ReportSeries(target.labels);
  }

  /** Begins the rhythm, or begins it anew. */
  start(): void {
    const { clock, offsetSeed } = this.parts;
    this.cancelTimer();
    const now = clock.now();
    this.stopped = false;
    this.abort = null;
    this.request = null;
    this.lastStarted = null;
    this.slot = now + firstDelay(this.target.id, offsetSeed, { interval: this.target.interval, now });
    this.arm();
  }

  /** Goes on with another definition of the same target and other settings; the rhythm changes only with the interval. */
  update(target: ScrapeTarget, settings: LoopSettings): void {
    if (target === this.target && settings === this.settings) return;
    const rhythm = target.interval !== this.target.interval;
    const { histograms } = this.target;
    if (changesSeries(this.settings.config, settings.config) || !sameConfig(histograms, target.histograms)) {
      this.cache.forgetTexts();
    }
    if (this.settings.growth !== settings.growth) this.cache.growth = new TargetGrowth(settings.growth);
    // Limits and histograms may be others.
    this.cache.repetition = null;
    this.target = target;
    this.settings = settings;
    this.request = null;
    // A scrape under way takes up the new rhythm at its end: another timer would be a second one for ever.
    if (!rhythm || this.stopped || this.scraping) return;
    this.start();
  }

  /** Ends without staleness markers. Resolves when nothing runs any more; a scrape under way is given up. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.cancelTimer();
    this.abort?.abort(GIVEN_UP);
    await this.running;
  }

  /**
   * Ends because the target is gone: `done` is called after its series have got markers. That waits for two more slots, so
   * that a target that comes back, or its successor with the same series, goes on without a gap. The markers stand at the
   * first missed slot. `stop` or `start` before that cancels them.
   */
  retire(done: () => void): void {
    const ended = this.stop();
    const { clock } = this.parts;
    const { interval } = this.target;
    const missed = Math.max(this.slot, clock.now());
    this.cancelTimer = clock.after(missed - clock.now() + interval * 1.1, () => {
      this.running = ended.then(() => this.writeEnd(missed)).then(done);
    });
  }

  private async writeEnd(t: Millis): Promise<void> {
    if (this.state.lastScrape === null) return;
    try {
      const appender = this.parts.appendable.appender();
      const { rows, growth } = this.cache;
      this.cache.markAllStale(appender, t);
      this.reports.markStale(appender, t);
      if (rows !== null) growth.end(rows.labels(), this.target.labels, t);
      await this.commit(appender);
    } catch (error) {
      this.parts.log.error('Writing the end of a target failed', { target: this.target.url, err: error });
    }
  }

  private arm(): void {
    this.cancelTimer = this.parts.due.at(this.slot, (now) => {
      this.running = this.tick(now);
    });
  }

  private async tick(now: Millis): Promise<void> {
    const { clock, timestampTolerance: tolerance } = this.parts;
    const { interval } = this.target;
    this.scraping = true;
    try {
      await this.scrape(alignedTimestamp(now, { slot: this.slot, interval, tolerance }));
    } catch (error) {
      this.state = { ...this.state, health: 'down', lastError: errorMessage(error), lastScrape: now };
      this.parts.log.error('Scraping a target failed unexpectedly', { target: this.target.url, err: error });
    }
    this.scraping = false;
    if (this.stopped) return;
    if (interval !== this.target.interval) return this.start();
    this.slot = nextSlot(this.slot, clock.now(), interval);
    this.arm();
  }

  private async scrape(t: Millis): Promise<void> {
    const { clock, metrics } = this.parts;
    const { interval } = this.target;
    this.heldBack = 0;
    const started = clock.monotonic();
    if (this.lastStarted !== null) metrics.interval(interval, started - this.lastStarted);
    this.lastStarted = started;
    const ingested = await this.ask(t);
    if (ingested === null) return;
    const { appender, counts, error } = ingested;
    const seconds = (clock.monotonic() - started - this.heldBack) / 1000;
    const { scraped, kept, newSeries } = counts;
    const extra = this.extraReport(ingested);
    this.reports.append(appender, t, { up: error === null, seconds, scraped, kept, newSeries, extra });
    const lastError = error === null ? '' : errorMessage(error);
    this.state = { health: error === null ? 'up' : 'down', lastError, lastScrape: t, lastDuration: seconds };
    if (error !== null) this.tellFailure(error);
    this.tellRefused(counts);
    this.tellGrowing();
    await this.commit(appender);
    this.fed = this.parts.feeds.scraped(this.fed, this.cache.rows, () => this.reports.labels);
  }

  /** Fetches and ingests a page; what is to be committed then. Null: the loop was stopped while the page was under way. */
  private async ask(t: Millis): Promise<Ingested | null> {
    if (this.refusal !== null) return this.failed(new Error(this.refusal), t);
    if (this.stopped) return null;
    this.abort ??= new AbortController();
    this.request ??= requestOf(this.target, this.abort.signal);
    // A fetcher would tell it as the target's fault.
    let bug: unknown = null;
    const read = (page: FetchedPage) => {
      this.heldBack = page.heldBack ?? 0;
      try {
        return this.stopped ? null : this.ingest(page, t);
      } catch (error) {
        bug = error;
        return null;
      }
    };
    const ingested = await this.settings.fetcher
      .fetch(this.request, read)
      .catch((error: unknown) => (this.stopped ? null : this.failed(asError(error), t)));
    if (bug !== null) throw bug;
    return ingested;
  }

  private ingest(fetched: FetchedPage, t: Millis): Ingested {
    const appender = this.parts.appendable.appender();
    const { counts, error } = this.ingestPage(fetched, appender, t);
    const bodyBytes = fetched.body.length;
    return error === null ? { appender, counts, error, bodyBytes } : { ...this.failed(error, t), counts, bodyBytes };
  }

  /** The markers of a scrape that failed. */
  private failed(error: Error, t: Millis): Ingested {
    const appender = this.parts.appendable.appender();
    this.cache.markAllStale(appender, t);
    return { appender, counts: noCounts(), error, bodyBytes: codeOf(error) === BODY_SIZE_LIMIT ? -1 : 0 };
  }

  private ingestPage({ contentType, body }: FetchedPage, appender: Appender, t: Millis) {
    const { cache, target } = this;
    const { config } = this.settings;
    try {
      // Nothing at all is a page in every format.
      const format = body.length === 0 ? 'text' : formatOf(contentType, config.fallbackScrapeProtocol);
      const repeated = ingestRepeated({ cache, format, body, appender, t });
      if (repeated !== null) return { counts: repeated, error: null };
      const { page, pattern, previous } = this.pageOf(format, body);
      const outcome = ingestScrape({ page, previous, cache, appender, target: target.labels, rules: config, t });
      if (outcome.error !== null) appender.rollback();
      else this.learn(page, { format, counts: outcome.counts, pattern });
      return outcome;
    } catch (error) {
      appender.rollback();
      if (!(error instanceof BarographError)) throw error;
      return { counts: noCounts(), error };
    }
  }

  /** The page with all its rows. */
  private pageOf(format: ExpositionFormat, body: Uint8Array): LoadedPage {
    const { histograms } = this.target;
    const previous = this.cache.texts?.page() ?? null;
    const known = previous === null && !histograms.toNhcb ? knownPage(format, body) : null;
    if (known !== null) return { ...known, previous };
    // The body's place is used again; `slice` of a Buffer would be the same place.
    const page = parsePage({ format, body: new Uint8Array(body), previous, histograms });
    if (histograms.toNhcb) convertClassicHistograms(page, { previous, keepClassic: histograms.alwaysClassic });
    return { page, pattern: null, previous };
  }

  private learn(page: ExpositionPage, facts: PageFacts): void {
    const repetition = repetitionOf(page, this.cache.rows!, facts);
    if (repetition !== null) this.cache.repeat(repetition);
  }

  private extraReport({ bodyBytes }: Ingested) {
    const { extraScrapeMetrics, sampleLimit } = this.settings.config;
    return extraScrapeMetrics ? { timeoutSeconds: this.target.timeout / 1000, sampleLimit, bodyBytes } : null;
  }

  private tellFailure(error: Error): void {
    const { metrics, log, clock } = this.parts;
    const code = codeOf(error);
    if (code === SAMPLE_LIMIT) metrics.sampleLimit.inc();
    if (code === BODY_SIZE_LIMIT) metrics.bodySizeLimit.inc();
    if (code === BUCKET_LIMIT) metrics.bucketLimit.inc();
    if (code === LABEL_LIMIT) metrics.labelLimit.inc();
    const { url, labels } = this.target;
    const { config, failureLog } = this.settings;
    log.debug('Scrape failed', { scrape_pool: config.jobName, target: url, err: error });
    failureLog?.write(
      JSON.stringify({
        time: new Date(clock.now()).toISOString(),
        level: 'ERROR',
        msg: errorMessage(error),
        job_name: config.jobName,
        target: url,
        ...labels.toRecord(),
      }),
    );
  }

  private tellRefused(counts: IngestCounts): void {
    const { duplicate, outOfOrder, outOfBounds, seriesLimit, droppedExemplars } = counts;
    if (duplicate + outOfOrder + outOfBounds + seriesLimit + droppedExemplars === 0) return;
    this.parts.metrics.refused(counts);
    this.parts.log.warn('Samples of a scrape were not taken', {
      scrape_pool: this.settings.config.jobName,
      target: this.target.url,
      duplicate,
      out_of_order: outOfOrder,
      out_of_bounds: outOfBounds,
      series_limit: seriesLimit,
      exemplars: droppedExemplars,
    });
  }

  private tellGrowing(): void {
    const { growth, rows } = this.cache;
    const news = growth.takeNews();
    if (news.length > 0 && rows !== null) this.parts.onGrowingLabel(this.target, news, rows.labels());
  }

  private async commit(appender: Appender): Promise<void> {
    try {
      const { exemplarsOutOfOrder } = await appender.commit();
      if (exemplarsOutOfOrder > 0) this.parts.metrics.exemplarOutOfOrder.inc(exemplarsOutOfOrder);
    } catch (error) {
      this.state = { ...this.state, health: 'down', lastError: `storing the samples failed: ${errorMessage(error)}` };
      this.parts.log.error('Scrape commit failed', { target: this.target.url, err: error });
    }
  }
}

function requestOf({ url, timeout, unixSocket }: ScrapeTarget, signal: AbortSignal): FetchRequest {
  return { url, timeout, signal, ...(unixSocket === '' ? {} : { unixSocket }) };
}

function asError(value: unknown): Error {
  return value instanceof Error ? value : new Error(String(value));
}

function codeOf(value: unknown): string {
  return value instanceof BarographError ? value.code : '';
}
