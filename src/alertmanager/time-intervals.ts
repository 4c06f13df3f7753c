import type { Millis } from '#model/time';
import type { InclusiveRange, TimeIntervalConfig } from './config/time-interval.ts';

/** A named list of intervals; it holds when one of them does. */
export interface NamedIntervals {
  readonly name: string;
  readonly timeIntervals: readonly TimeIntervalConfig[];
}

/** The time intervals of a configuration, by name. */
export class TimeIntervals {
  private readonly byName: ReadonlyMap<string, readonly TimeIntervalConfig[]>;

  constructor(named: readonly NamedIntervals[]) {
    this.byName = new Map(named.map(({ name, timeIntervals }) => [name, timeIntervals]));
  }

  /** Those of the names whose interval holds at `time`. */
  holding(names: readonly string[], time: Millis): readonly string[] {
    if (names.length === 0) return names;
    return names.filter((name) => (this.byName.get(name) ?? []).some((interval) => holds(interval, time)));
  }
}

/** Whether the time lies in the interval: every field that is given must hold, of each field one range. */
export function holds(interval: TimeIntervalConfig, time: Millis): boolean {
  const at = wallTime(time, interval.location ?? 'UTC');
  const { times, weekdays, daysOfMonth, months, years } = interval;
  return (
    anyOf(times, ({ startMinute, endMinute }) => at.minute >= startMinute && at.minute < endMinute) &&
    anyOf(daysOfMonth, (range) => isDayOfMonth(range, at)) &&
    anyOf(months, (range) => within(range, at.month)) &&
    anyOf(weekdays, (range) => within(range, at.weekday)) &&
    anyOf(years, (range) => within(range, at.year))
  );
}

/** What clocks and calendars of a place show. Months count from 1, weekdays from Sunday 0. */
interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly minute: number;
}

function wallTime(time: Millis, zone: string): WallTime {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatter(zone).formatToParts(time)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = parts;
  return {
    year,
    month,
    day,
    weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay(),
    minute: hour * 60 + minute,
  };
}

const formatters = new Map<string, Intl.DateTimeFormat>();

// Making a formatter takes a hundred times as long as using it.
function formatter(zone: string): Intl.DateTimeFormat {
  let known = formatters.get(zone);
  if (!known) {
    known = new Intl.DateTimeFormat('en-US', {
      ...(zone === 'Local' ? {} : { timeZone: zone }),
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    formatters.set(zone, known);
  }
  return known;
}

function anyOf<T>(ranges: readonly T[] | undefined, test: (range: T) => boolean): boolean {
  return ranges === undefined || ranges.some(test);
}

function within({ begin, end }: InclusiveRange, value: number): boolean {
  return value >= begin && value <= end;
}

// Negative days count from the end of the month; both ends are clamped to the month, and a range that begins after the
// month's last day is empty in that month.
function isDayOfMonth({ begin, end }: InclusiveRange, { year, month, day }: WallTime): boolean {
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const absolute = (bound: number) => (bound < 0 ? last + bound + 1 : bound);
  const [from, to] = [absolute(begin), absolute(end)];
  if (from > last) return false;
  return day >= Math.max(from, 1) && day <= Math.min(to, last);
}
