import type { Labels } from '#model/labels';
import type { Matcher } from '#model/matcher';
import type { Millis, TimeRange } from '#model/time';

/** An exemplar as it is stored. */
export interface StoredExemplar {
  readonly labels: Labels;
  readonly value: number;
  readonly t: Millis;
  /** False: the source gave no time, and `t` is that of the sample it came with. */
  readonly hasTime: boolean;
}

/** The exemplars of one series, in order of time. */
export interface SeriesExemplars {
  readonly series: Labels;
  readonly exemplars: readonly StoredExemplar[];
}

/** What would become, or became, of an exemplar. A duplicate is no failure: scrapes show the same one again and again. */
export type ExemplarOutcome = 'taken' | 'duplicate' | 'out-of-order' | 'off';

/** The places in the ring of the first and the last exemplar of a series. */
interface Entry {
  readonly series: Labels;
  oldest: number;
  newest: number;
}

const NONE = -1;

/**
 * The newest exemplars of all series together, never more than a given number: a ring in which each new one takes the
 * place of the oldest. Those of one series are linked in order of their arrival, which is that of their times.
 */
export class ExemplarStore {
  /** Exemplars that were newer ones of their series when older ones came. */
  outOfOrder = 0;
  appended = 0;
  count = 0;
  private ring: (StoredExemplar | undefined)[] = [];
  private owners: (Entry | undefined)[] = [];
  private next: Int32Array;
  private at = 0;
  private readonly entries = new Map<string, Entry>();

  /** 0 and less: nothing is kept. */
  constructor(capacity: number) {
    this.next = new Int32Array(Math.max(0, capacity)).fill(NONE);
  }

  get capacity(): number {
    return this.next.length;
  }

  get seriesCount(): number {
    return this.entries.size;
  }

  /** The time of the exemplar that came last; 0 when there is none. */
  get lastTime(): Millis {
    const last = (this.at + this.capacity - 1) % Math.max(1, this.capacity);
    return this.ring[last]?.t ?? 0;
  }

  /** Changes the size; the newest ones stay. */
  resize(capacity: number): void {
    if (Math.max(0, capacity) === this.capacity) return;
    const kept = capacity <= 0 ? [] : [...this.all()].slice(-capacity);
    const { outOfOrder, appended } = this;
    this.next = new Int32Array(Math.max(0, capacity)).fill(NONE);
    this.ring = [];
    this.owners = [];
    this.entries.clear();
    this.at = 0;
    this.count = 0;
    for (const { series, exemplar } of kept) this.add(series, exemplar);
    Object.assign(this, { outOfOrder, appended });
  }

  /** What `add` would answer, without doing it; `before` is one of the series that is to be added before it. */
  check(series: Labels, exemplar: StoredExemplar, before: StoredExemplar | null = null): ExemplarOutcome {
    if (this.capacity === 0) return 'off';
    const entry = this.entries.get(series.key);
    const newest = before ?? (entry && this.ring[entry.newest]);
    if (!newest) return 'taken';
    if (isSame(newest, exemplar)) return 'duplicate';
    return compareExemplars(exemplar, newest) < 0 ? 'out-of-order' : 'taken';
  }

  add(series: Labels, exemplar: StoredExemplar): ExemplarOutcome {
    const outcome = this.check(series, exemplar);
    if (outcome === 'out-of-order') this.outOfOrder++;
    if (outcome !== 'taken') return outcome;
    this.forgetOldest();
    const place = this.at;
    this.at = (place + 1) % this.capacity;
    this.ring[place] = exemplar;
    this.next[place] = NONE;
    this.owners[place] = this.link(series, place);
    this.count++;
    this.appended++;
    return 'taken';
  }

  /** Series that match any of the selectors with their exemplars of the range (both ends), in label order. */
  select(selectors: readonly (readonly Matcher[])[], range: TimeRange): SeriesExemplars[] {
    const found = [...this.entries.values()]
      .filter(({ series }) => selectors.some((matchers) => matchesAll(series, matchers)))
      .map((entry) => ({ series: entry.series, exemplars: this.inRange(entry, range) }));
    return found.filter(({ exemplars }) => exemplars.length > 0).sort((a, b) => a.series.compare(b.series));
  }

  /** All of them, in the order of their arrival. */
  *all(): Generator<{ readonly series: Labels; readonly exemplar: StoredExemplar }> {
    for (let i = 0; i < this.capacity; i++) {
      const place = (this.at + i) % this.capacity;
      const exemplar = this.ring[place];
      if (exemplar) yield { series: this.owners[place]!.series, exemplar };
    }
  }

  private inRange(entry: Entry, { start, end }: TimeRange): StoredExemplar[] {
    const found: StoredExemplar[] = [];
    for (let place = entry.oldest; place !== NONE; place = this.next[place]!) {
      const exemplar = this.ring[place]!;
      if (exemplar.t >= start && exemplar.t <= end) found.push(exemplar);
    }
    return found;
  }

  private link(series: Labels, place: number): Entry {
    const known = this.entries.get(series.key);
    if (known) {
      this.next[known.newest] = place;
      known.newest = place;
      return known;
    }
    const entry = { series, oldest: place, newest: place };
    this.entries.set(series.key, entry);
    return entry;
  }

  /** What stands where the next one goes is the oldest of all, and so the oldest of its series. */
  private forgetOldest(): void {
    const owner = this.owners[this.at];
    if (!owner) return;
    this.count--;
    owner.oldest = this.next[this.at]!;
    if (owner.oldest === NONE) this.entries.delete(owner.series.key);
  }
}

/** By time, value, labels: in this order those of one scrape are to be added. */
export function compareExemplars(a: StoredExemplar, b: StoredExemplar): number {
  return a.t - b.t || a.value - b.value || a.labels.compare(b.labels);
}

function isSame(a: StoredExemplar, b: StoredExemplar): boolean {
  if ((a.hasTime || b.hasTime) && a.t !== b.t) return false;
  return a.value === b.value && a.labels.equals(b.labels);
}

function matchesAll(series: Labels, matchers: readonly Matcher[]): boolean {
  return matchers.every((matcher) => matcher.matches(series.get(matcher.name)));
}
