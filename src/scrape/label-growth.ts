import { type Labels, METRIC_NAME } from '#model/labels';
import type { Millis } from '#model/time';
import { ArrivalSpread, type Pace, spreadOver } from './arrival-spread.ts';
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
/**
 * What makes a label a growing one within an hour: the more come, the sooner it is said. Pods that an autoscaler adds within
 * half an hour keep none of these paces.
 */
const PACES: readonly Pace[] = [
  { values: 500, parts: 9, minutes: 5 },
  { values: 2000, parts: 6, minutes: 5 },
  { values: 5000, parts: 10, minutes: 1 },
];
/** So many within a day do, when they come hour by hour, and spread over the last hour or over six hours. */
const DAY_LIMIT = 1000;
const EVEN = { parts: 6, minutes: 5 };
/** Before so many hours of a day have passed, nothing is said of it: what finds its values slowly has found them by then. */
const FIRST_HOURS = 3;
/** New values within an hour that show that a label which was found still grows. */
const STILL_GROWS = 20;
/** A label that was found is not looked at again before. */
const LATELY: Millis = 60_000;
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
  readonly spread: ArrivalSpread;
  /** The arrivals of the day's hours that have ended. */
  readonly hours: number[];
  readonly metrics: TopCounts;
}

interface Found extends Pick<GrowingLabel, 'label' | 'kind' | 'values' | 'within' | 'since'> {
  readonly metrics: TopCounts;
  readonly last: Millis;
}

/**
 * Watches which labels of a job get ever new values: user and request ids, timestamps. Hears of series that come up after
 * the first pages of their target, and of those that go from a page or with their target, so a job whose series stay the
 * same costs nothing. A label whose values are replaced, as those of pods are, does not grow, and one that gets many at once
 * does not either.
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
    for (let i = 0; i < pairs.length && this.watched.size < MOST_LABELS; i += 2) {
      const name = pairs[i]!;
      const isOwn = name === METRIC_NAME || target.get(name) === pairs[i + 1]!;
      if (!isOwn && !this.watched.has(name)) this.watch(name);
    }
    this.end(labels, target, (balance, value) => balance.went(value));
  }

  /** Takes note that a target is gone with its series: of labels of which none came up they do not matter. */
  noteRetired(series: Iterable<Labels>, target: Labels, t: Millis): void {
    this.passTo(t);
    if (this.watched.size === 0) return;
    for (const labels of series) this.end(labels, target, (balance, value) => balance.wentWithTarget(value));
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

  private end({ pairs }: Labels, target: Labels, went: (balance: ValueBalance, value: number) => void): void {
    for (let i = 0; i < pairs.length; i += 2) {
      const watched = this.watched.get(pairs[i]!);
      const value = pairs[i + 1]!;
      if (watched === undefined || target.get(pairs[i]!) === value) continue;
      const hash = hashText(value);
      went(watched.hour, hash);
      went(watched.day, hash);
    }
  }

  private count(label: string, value: string, { metric, t }: { metric: string; t: Millis }): void {
    const watched = this.watched.get(label) ?? this.admit(label);
    if (watched === null) return;
    watched.metrics.add(metric);
    const hash = hashText(value);
    watched.day.came(hash);
    const others = watched.hour.arrivals();
    const isNew = watched.hour.came(hash);
    const counts = watched.spread.came(hash, { since: t - this.hourStart, isNew, others });
    if (!counts || this.isSeenLately(label, t)) return;
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
    const balances = { hour: new ValueBalance(), day: new ValueBalance() };
    const watched = { ...balances, spread: new ArrivalSpread(), hours: [], metrics: new TopCounts() };
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
      watched.hours.push(watched.hour.arrivals());
      const kind = slowKind(watched, { hours, isDayEnd });
      if (kind !== null) this.grows(label, { kind, within: 'day', watched, t });
      watched.hour.clear();
      watched.spread.clear();
      if (!isDayEnd) continue;
      watched.day.clear();
      watched.hours.length = 0;
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

  private isSeenLately(label: string, t: Millis): boolean {
    const last = this.found.get(label)?.last;
    return last !== undefined && t - last < LATELY;
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

function growsFast({ hour, spread }: Watched): boolean {
  const arrivals = hour.arrivals();
  const pace = PACES.find((one) => arrivals >= one.values && spread.keeps(one));
  return pace !== undefined && hour.gain() >= STAYING * arrivals;
}

/** What an hour's end shows of a label that does not grow fast. */
function slowKind(watched: Watched, at: { hours: number; isDayEnd: boolean }): GrowingLabel['kind'] | null {
  const { hour, day } = watched;
  const arrivals = day.arrivals();
  const lately = hour.arrivals();
  if (at.hours < FIRST_HOURS || arrivals < DAY_LIMIT || !isSteady(watched, at.hours)) return null;
  const gain = day.gain();
  if (gain >= STAYING * arrivals || (at.isDayEnd && gain >= DAY_LIMIT)) return 'growing';
  return hour.brief() >= BRIEF * lately ? 'passing' : null;
}

/** Whether the last hour brought what the hours before did, and not in one step. */
function isSteady({ hour, day, spread, hours }: Watched, passed: number): boolean {
  const need = Math.floor((STEADY * day.arrivals()) / passed);
  if (hour.arrivals() < need) return false;
  const isOverHours = spreadOver(hours, { values: DAY_LIMIT, parts: EVEN.parts }) >= DAY_LIMIT;
  return isOverHours || spread.keeps({ ...EVEN, values: need });
}
