import { type Labels, METRIC_NAME } from '#model/labels';
import type { Millis } from '#model/time';
import { hashText } from './distinct-count.ts';
import { TopCounts } from './top-counts.ts';
import { ValueBalance } from './value-balance.ts';

/** A label of a job that gets ever new values: each of them makes new series. */
export interface GrowingLabel {
  readonly label: string;
  /** `growing`: the values stay, and become ever more. `passing`: each is gone after some minutes, and others come. */
  readonly kind: 'growing' | 'passing';
  /** About how many values were new within the window, at all targets of the job together. */
  readonly values: number;
  readonly within: 'hour' | 'day';
  /** The metrics that grow most, the worst one first; at most eight. */
  readonly metrics: readonly string[];
  /** Whether others have the label too. */
  readonly hasOthers: boolean;
  readonly since: Millis;
}

const HOUR: Millis = 3_600_000;
const DAY: Millis = 24 * HOUR;
/** So many new values within an hour make a label a growing one: far more than a deployment or a restart brings. */
const HOUR_LIMIT = 500;
/** The same for a day, when they come hour by hour. */
const DAY_LIMIT = 1000;
/** Before so many hours of a day have passed, nothing is said of it: what finds its values slowly has found them by then. */
const FIRST_HOURS = 3;
/** New values within an hour that show that a label which was found still grows. */
const STILL_GROWS = 20;
/** So much of its mean an hour must bring, or the label comes to an end of its values. */
const STEADY = 0.75;
/** Of the values that came, so many are more than there were: old ones do not end as new ones come. */
const STAYING = 0.8;
/** Of the values of an hour, so many end within it when each lasts for a quarter of an hour. */
const BRIEF = 0.75;
/** What is remembered of one job is bounded, whatever its targets say. */
const MOST_LABELS = 32;
const MOST_CANDIDATES = 256;
const MOST_FOUND = 64;

interface Watched {
  readonly hour: ValueBalance;
  readonly day: ValueBalance;
  readonly metrics: TopCounts;
}

interface Found extends Pick<GrowingLabel, 'label' | 'kind' | 'values' | 'within' | 'since'> {
  readonly metrics: TopCounts;
  readonly last: Millis;
}

/**
 * Watches which labels of a job get ever new values: user and request ids, timestamps. Hears of series that come up after
 * the first page of their target, and of those that go from a page, so a job whose series stay the same costs nothing. A
 * label whose values are replaced, as those of pods are, does not grow.
 */
export class LabelGrowth {
  private readonly watched = new Map<string, Watched>();
  /** By label that is not watched: how many series came with it within the hour. */
  private readonly candidates = new Map<string, number>();
  private readonly found = new Map<string, Found>();
  private hourStart: Millis = Number.NEGATIVE_INFINITY;
  private dayStart: Millis = Number.NEGATIVE_INFINITY;
  private news: string[] = [];

  /** Takes note of a new series; labels that are those of the target do not count. */
  note(labels: Labels, target: Labels, t: Millis): void {
    this.passTo(t);
    const metric = labels.get(METRIC_NAME);
    const { pairs } = labels;
    for (let i = 0; i < pairs.length; i += 2) {
      const name = pairs[i]!;
      const value = pairs[i + 1]!;
      if (name !== METRIC_NAME && target.get(name) !== value) this.count(name, value, { metric, t });
    }
  }

  /** Takes note of a series that is on its target's page no more. */
  noteEnd(labels: Labels, target: Labels, t: Millis): void {
    this.passTo(t);
    const { pairs } = labels;
    for (let i = 0; i < pairs.length; i += 2) {
      const name = pairs[i]!;
      const value = pairs[i + 1]!;
      if (name === METRIC_NAME || target.get(name) === value) continue;
      const watched = this.watched.get(name) ?? (this.watched.size < MOST_LABELS ? this.watch(name) : undefined);
      if (watched === undefined) continue;
      const hash = hashText(value);
      watched.hour.went(hash);
      watched.day.went(hash);
    }
  }

  /** Labels that grow at `now`, or did within the last two hours. */
  growing(now: Millis): readonly GrowingLabel[] {
    for (const [label, { last }] of this.found) if (now - last > 2 * HOUR) this.found.delete(label);
    return [...this.found.values()].map(shown);
  }

  get hasFound(): boolean {
    return this.found.size > 0;
  }

  /** Whether the label was found to grow. */
  has(label: string): boolean {
    return this.found.has(label);
  }

  /** Labels that were found to grow since it was asked last. */
  takeNews(): readonly GrowingLabel[] {
    if (this.news.length === 0) return [];
    const news = this.news.flatMap((label) => this.found.get(label) ?? []);
    this.news = [];
    return news.map(shown);
  }

  private count(label: string, value: string, { metric, t }: { metric: string; t: Millis }): void {
    const watched = this.watched.get(label) ?? this.admit(label);
    if (watched === null) return;
    watched.metrics.add(metric);
    const hash = hashText(value);
    watched.day.came(hash);
    if (!watched.hour.came(hash)) return;
    if (growsFast(watched)) this.grows(label, { kind: 'growing', within: 'hour', watched, t });
    else this.keepFound(label, watched, t);
  }

  /** A label beyond those that are watched takes the place of the one that grows least, once it grows faster. */
  private admit(label: string): Watched | null {
    if (this.watched.size < MOST_LABELS) return this.watch(label);
    const came = (this.candidates.get(label) ?? 0) + 1;
    const least = came === 1 || came % 16 === 0 ? this.slowest() : null;
    if (least !== null && 1.2 * least.arrivals < came) {
      this.watched.delete(least.label);
      this.candidates.delete(label);
      return this.watch(label);
    }
    if (this.candidates.size >= MOST_CANDIDATES && came === 1) this.candidates.clear();
    this.candidates.set(label, came);
    return null;
  }

  private watch(label: string): Watched {
    const watched = { hour: new ValueBalance(), day: new ValueBalance(), metrics: new TopCounts() };
    this.watched.set(label, watched);
    return watched;
  }

  private slowest(): { readonly label: string; readonly arrivals: number } {
    let slowest = { label: '', arrivals: Number.POSITIVE_INFINITY };
    for (const [label, { hour }] of this.watched) {
      const arrivals = hour.arrivals();
      if (arrivals < slowest.arrivals) slowest = { label, arrivals };
    }
    return slowest;
  }

  private passTo(t: Millis): void {
    if (t - this.hourStart < HOUR) return;
    const isDayEnd = t - this.dayStart >= DAY;
    if (this.hourStart !== Number.NEGATIVE_INFINITY) this.endHour(t, isDayEnd);
    this.hourStart = t;
    if (isDayEnd) this.dayStart = t;
  }

  private endHour(t: Millis, isDayEnd: boolean): void {
    const hours = (t - this.dayStart) / HOUR;
    this.candidates.clear();
    for (const [label, watched] of this.watched) {
      const kind = slowKind(watched, { hours, isDayEnd });
      if (kind !== null) this.grows(label, { kind, within: 'day', watched, t });
      watched.hour.clear();
      if (!isDayEnd) continue;
      watched.day.clear();
      watched.metrics.clear();
    }
  }

  private grows(label: string, found: Pick<Found, 'kind' | 'within'> & { watched: Watched; t: Millis }): void {
    const { kind, within, watched, t } = found;
    const known = this.found.get(label);
    if (known === undefined && this.found.size >= MOST_FOUND) return;
    if (known !== undefined && known.within === 'hour' && within === 'day') {
      this.keepFound(label, watched, t);
      return;
    }
    const values = within === 'hour' ? watched.hour.arrivals() : Math.max(watched.day.arrivals(), known?.values ?? 0);
    this.found.set(label, { label, kind, values, within, metrics: watched.metrics, since: known?.since ?? t, last: t });
    if (known?.kind !== kind) this.news.push(label);
  }

  private keepFound(label: string, { hour }: Watched, t: Millis): void {
    const known = this.found.get(label);
    if (known !== undefined && known.last !== t && hour.arrivals() >= STILL_GROWS) {
      this.found.set(label, { ...known, last: t });
    }
  }
}

function shown({ label, kind, values, within, metrics, since }: Found): GrowingLabel {
  const { names, hasOthers } = metrics.greatest();
  return { label, kind, values, within, metrics: names, hasOthers, since };
}

function growsFast({ hour }: Watched): boolean {
  return hour.arrivals() >= HOUR_LIMIT && hour.gain() >= STAYING * hour.arrivals();
}

/** What an hour's end shows of a label that does not grow fast. */
function slowKind({ hour, day }: Watched, at: { hours: number; isDayEnd: boolean }): GrowingLabel['kind'] | null {
  const arrivals = day.arrivals();
  const lately = hour.arrivals();
  const isSteady = lately >= (STEADY * arrivals) / at.hours;
  if (at.hours < FIRST_HOURS || arrivals < DAY_LIMIT || !isSteady) return null;
  const gain = day.gain();
  if (gain >= STAYING * arrivals || (at.isDayEnd && gain >= DAY_LIMIT)) return 'growing';
  return hour.brief() >= BRIEF * lately ? 'passing' : null;
}
