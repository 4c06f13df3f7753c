import type { Millis } from '#model/time';
import type { TimeZone } from '../state/time-range.ts';

const SECOND = 1000;
const MINUTE = 60_000;
const DAY = 86_400_000;

/**
 * The labels of a time axis: `14:05`, with seconds or milliseconds when its steps are that short, and the date at
 * midnight and on the first label. Steps of a day and more show dates only.
 */
export function timeAxisLabels(ticks: readonly Millis[], timeZone: TimeZone): string[] {
  const step = ticks.length > 1 ? ticks[1]! - ticks[0]! : MINUTE;
  return ticks.map((tick, i) => {
    const parts = clockParts(tick, timeZone);
    if (step >= 28 * DAY) return `${parts.year}-${parts.month}`;
    const date = `${parts.month}-${parts.day}`;
    if (step >= DAY) return date;
    const previous = i > 0 ? clockParts(ticks[i - 1]!, timeZone).day : parts.day;
    const clock = clockText(parts, step);
    return previous === parts.day ? clock : `${date} ${clock}`;
  });
}

/** The time of a sample, for a tooltip: `2026-01-31 14:05:30`, with milliseconds when there are any. */
export function timeLabel(time: Millis, timeZone: TimeZone): string {
  const { year, month, day, hour, minute, second, milli } = clockParts(time, timeZone);
  const fraction = milli === '000' ? '' : `.${milli}`;
  return `${year}-${month}-${day} ${hour}:${minute}:${second}${fraction}${timeZone === 'utc' ? ' UTC' : ''}`;
}

interface ClockParts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly hour: string;
  readonly minute: string;
  readonly second: string;
  readonly milli: string;
}

function clockText({ hour, minute, second, milli }: ClockParts, step: Millis): string {
  if (step < SECOND) return `${hour}:${minute}:${second}.${milli}`;
  return step < MINUTE ? `${hour}:${minute}:${second}` : `${hour}:${minute}`;
}

function clockParts(time: Millis, timeZone: TimeZone): ClockParts {
  const date = new Date(time);
  const shifted = timeZone === 'utc' ? date : new Date(time - date.getTimezoneOffset() * MINUTE);
  const [day, clock] = shifted.toISOString().split('T') as [string, string];
  const [year, month, dayOfMonth] = day.split('-') as [string, string, string];
  return {
    year,
    month,
    day: dayOfMonth,
    hour: clock.slice(0, 2),
    minute: clock.slice(3, 5),
    second: clock.slice(6, 8),
    milli: clock.slice(9, 12),
  };
}
