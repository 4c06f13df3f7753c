import { ExpositionPage } from '#exposition/page';
import { type PagePattern, pageOf } from '#exposition/page-pattern';
import { pairsOfRow } from '#exposition/row-pairs';
import { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { Appender, SeriesRef } from '#storage/appender';
import { type SeriesRules, seriesLabels } from './sample-labels.ts';

/** In place of a row's ref: metric relabeling drops its series, or the row is no sample. */
export const DROPPED = -1;

/** The rules by which rows became series. */
export interface RowRules {
  readonly target: Labels;
  readonly rules: SeriesRules;
}

/** The labels of a row's series; null when metric relabeling drops it. Throws as `seriesLabels` does. */
export function labelsOfRow(page: ExpositionPage, row: number, { target, rules }: RowRules): Labels | null {
  return seriesLabels(pairsOfRow(page, row), target, rules);
}

/**
 * What is known of the series of a page, by row, in columns: there may be millions of them. Labels are not kept but made
 * again where they are needed: when storage has forgotten a ref.
 */
export class KnownRows {
  /** What storage calls the series: `UNKNOWN_REF` where it has not told, `DROPPED` where there is none. */
  readonly refs: Float64Array;
  /** 1: the last scrape wrote it, so that it needs a staleness marker when it is gone. */
  readonly live: Uint8Array;
  /** The row that stands for the series of each row, where several rows have one; null: each stands for itself. */
  readonly standing: Int32Array | null;
  private readonly rules: RowRules;
  /** The page, or what it can be made from again. */
  private source: ExpositionPage | PagePattern;

  constructor(
    source: ExpositionPage,
    { refs, live, standing }: Pick<KnownRows, 'refs' | 'live' | 'standing'>,
    rules: RowRules,
  ) {
    this.source = source;
    this.refs = refs;
    this.live = live;
    this.standing = standing;
    this.rules = rules;
  }

  /** The page with these rows; where `forgetPage` was called, its values are others than those that came. */
  page(): ExpositionPage {
    return this.source instanceof ExpositionPage ? this.source : pageOf(this.source);
  }

  /** The labels of all series that relabeling leaves. */
  *labels(): Generator<Labels> {
    const page = this.page();
    for (let row = 0; row < this.refs.length; row++) {
      const isRepeated = this.standing !== null && this.standing[row] !== row;
      if (this.refs[row] !== DROPPED && !isRepeated) yield labelsOfRow(page, row, this.rules)!;
    }
  }

  /** The labels of those series of `labels` of which no row was `seen` again; `page`, where it was made again already. */
  *gone(seen: Int32Array, page: ExpositionPage | null): Generator<Labels> {
    for (let row = 0; row < seen.length; row++) {
      if (seen[row] !== 0 || this.refs[row] === DROPPED) continue;
      if (this.standing !== null && this.standing[row] !== row) continue;
      page ??= this.page();
      yield labelsOfRow(page, row, this.rules)!;
    }
  }

  /** Takes over the names that storage has given to the series since. */
  renew(appender: Appender): void {
    if (!appender.knows(this.refs[0] as SeriesRef)) appender.renew(this.refs);
  }

  /** Keeps only the page's pattern. */
  forgetPage(pattern: PagePattern): void {
    this.source = pattern;
  }

  /** The labels of rows as this appender needs them: empty where it knows the ref. For one pass: keeps the page as long. */
  labelsFor(appender: Appender): (row: number) => Labels {
    let page: ExpositionPage | null = null;
    return (row) => {
      if (appender.knows(this.refs[row] as SeriesRef)) return Labels.EMPTY;
      page ??= this.page();
      return labelsOfRow(page, row, this.rules)!;
    };
  }

  /** Writes markers for what is alive and chosen; it is no longer alive then. */
  end(appender: Appender, t: Millis, isChosen: (row: number) => boolean = () => true): void {
    const { refs, live } = this;
    this.renew(appender);
    const labelsOf = this.labelsFor(appender);
    for (let row = 0; row < live.length; row++) {
      if (live[row] === 0 || !isChosen(row)) continue;
      appender.end(refs[row] as SeriesRef, labelsOf(row), t);
      live[row] = 0;
    }
  }
}
