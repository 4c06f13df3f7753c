import type { Exemplar } from '#model/exemplar';
import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import { compareExemplars, type ExemplarStore, type StoredExemplar } from './exemplar-store.ts';

/** An exemplar with its series. */
export interface SeriesExemplar {
  readonly series: Labels;
  readonly exemplar: StoredExemplar;
}

/** The exemplars of one transaction. */
export class PendingExemplars {
  readonly list: SeriesExemplar[] = [];
  outOfOrder = 0;
  private readonly store: ExemplarStore;
  private readonly newest = new Map<string, StoredExemplar>();

  constructor(store: ExemplarStore) {
    this.store = store;
  }

  /**
   * Adds what came with a sample at `t`. As in Prometheus, those of a histogram need a time of their own; those without
   * are left out.
   */
  add(series: Labels, exemplars: readonly Exemplar[], { t, isHistogram }: { t: Millis; isHistogram: boolean }): void {
    const timed = isHistogram ? exemplars.filter(({ timestamp }) => timestamp !== null) : exemplars;
    for (const exemplar of timed.map((one) => stored(one, t)).sort(compareExemplars)) this.addOne(series, exemplar);
  }

  private addOne(series: Labels, exemplar: StoredExemplar): void {
    const outcome = this.store.check(series, exemplar, this.newest.get(series.key) ?? null);
    if (outcome === 'out-of-order') {
      this.outOfOrder++;
      this.store.outOfOrder++;
    }
    if (outcome !== 'taken') return;
    this.newest.set(series.key, exemplar);
    this.list.push({ series, exemplar });
  }
}

function stored({ labels, value, timestamp }: Exemplar, t: Millis): StoredExemplar {
  return { labels, value, t: timestamp ?? t, hasTime: timestamp !== null };
}
