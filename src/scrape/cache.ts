import { type ExpositionPage, metadataOf } from '#exposition/page';
import type { PagePattern } from '#exposition/page-pattern';
import type { MetricMetadata } from '#model/metadata';
import type { Millis } from '#model/time';
import type { Appender } from '#storage/appender';
import type { KnownRows } from './known-rows.ts';
import { LabelGrowth } from './label-growth.ts';
import { TargetGrowth } from './target-growth.ts';

/** A page that was ingested as one before it, series by series: what has to be done with the next one like it. */
export interface Repetition {
  readonly pattern: PagePattern;
  /** The rows that metric relabeling left, in order, and their refs; null: all rows. */
  readonly kept: { readonly rows: Int32Array; readonly refs: Float64Array } | null;
}

/**
 * What a target said last: its page, and for each row the series it goes to. The next page finds its rows there by comparing
 * bytes, so that labels are made once per series and not once per sample. Belongs to one loop.
 */
export class ScrapeCache {
  /** Of the last page that was ingested to its end; null before. */
  rows: KnownRows | null = null;
  /** By family name. */
  metadata: ReadonlyMap<string, MetricMetadata> = new Map();
  /** How a page that says the same as the last one is ingested; null when that is not known. */
  repetition: Repetition | null = null;
  growth: TargetGrowth;
  /** Whether the texts of `rows` still mean their series. */
  private hasTexts = false;

  /** `job`: what is known of the labels of all its targets. */
  constructor(job = new LabelGrowth()) {
    this.growth = new TargetGrowth(job);
  }

  /** The rows whose texts the next page may have again; null before the first page, and after the rules for series changed. */
  get texts(): KnownRows | null {
    return this.hasTexts ? this.rows : null;
  }

  /** Forgets what the texts mean, because the rules changed; what is alive stays known. */
  forgetTexts(): void {
    this.hasTexts = false;
    this.repetition = null;
  }

  /** Takes over the rows of a page that was ingested. */
  replace(page: ExpositionPage, rows: KnownRows): void {
    this.rows = rows;
    this.hasTexts = true;
    this.repetition = null;
    this.metadata = metadataOf(page);
  }

  /** From now on pages like the last one are read by its pattern: of the page itself only that is kept. */
  repeat(repetition: Repetition): void {
    this.repetition = repetition;
    this.metadata = repetition.pattern.metadata;
    this.rows?.forgetPage(repetition.pattern);
  }

  /** Writes markers for all series: the target could not be scraped, or is gone. */
  markAllStale(appender: Appender, t: Millis): void {
    this.repetition = null;
    this.rows?.end(appender, t);
  }
}
