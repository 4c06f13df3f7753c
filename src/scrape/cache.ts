import type { ExpositionPage } from '#exposition/page';
import type { PagePattern } from '#exposition/repeated-page';
import type { Labels } from '#model/labels';
import type { MetricMetadata } from '#model/metadata';
import type { Millis } from '#model/time';
import type { Appender, SeriesRef } from '#storage/appender';
import { LabelGrowth } from './label-growth.ts';

/** What is known of one series text of a target. */
export interface CachedSeries {
  /** Null: metric relabeling drops it. */
  readonly labels: Labels | null;
  ref: SeriesRef;
  /** The number of the scrape that had it last. */
  scrape: number;
  /** Whether the last scrape wrote it, so that it needs a staleness marker when it is gone. */
  live: boolean;
}

/** A page that was ingested as one before it, series by series: what has to be done with the next one like it. */
export interface Repetition {
  readonly pattern: PagePattern;
  /** The rows that metric relabeling left, in order. */
  readonly rows: Int32Array;
  /** The series of these rows, and what storage calls them. */
  readonly series: readonly CachedSeries[];
  readonly refs: Float64Array;
}

/**
 * What a target said last: its page, and for each row the series it goes to. The next page finds its rows there by comparing
 * bytes, so that labels are made once per series and not once per sample. Belongs to one loop.
 */
export class ScrapeCache {
  /** The last page that was ingested to its end; null before and after the rules for series changed. */
  page: ExpositionPage | null = null;
  /** By row of `page`. */
  series: readonly CachedSeries[] = [];
  /** By family name. */
  metadata: ReadonlyMap<string, MetricMetadata> = new Map();
  /** How a page that says the same as `page` is ingested; null when that is not known. */
  repetition: Repetition | null = null;
  /** Counts the pages that were begun. */
  scrape = 0;
  readonly growth = new LabelGrowth();

  /** Forgets what the texts mean, because the rules changed; what is alive stays known. */
  forgetTexts(): void {
    this.page = null;
    this.repetition = null;
  }

  /** Takes over an ingested page and writes markers for the series that are gone. */
  replace(page: ExpositionPage, series: readonly CachedSeries[], write: { appender: Appender; t: Millis }): void {
    const gone = this.series.filter((old) => old.live && old.scrape !== this.scrape);
    if (gone.length > 0) {
      // Another text may stand for the same series now.
      const current = new Set(series.filter(({ live }) => live).map(({ ref }) => ref));
      for (const old of gone) if (!current.has(old.ref)) write.appender.end(old.ref, old.labels!, write.t);
    }
    this.page = page;
    this.series = series;
    this.repetition = null;
    this.metadata = new Map(page.families.map(({ name, metadata }) => [name, metadata]));
  }

  /** Writes markers for all series: the target could not be scraped, or is gone. */
  markAllStale(appender: Appender, t: Millis): void {
    this.repetition = null;
    for (const series of this.series) {
      if (series.live) appender.end(series.ref, series.labels!, t);
      series.live = false;
    }
  }
}
