import type { Millis, TimeRange } from '#model/time';
import { millisBehind, type TimeZone } from '../state/time-range.ts';

const SECOND = 1000;
const MINUTE = 60_000;
const DAY = 86_400_000;

/** Distances that read well on a time axis. */
export const TIME_STEPS: readonly Millis[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * 1000),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60_000),
  ...[1, 2, 3, 4, 6, 8, 12].map((hours) => hours * 3_600_000),
  ...[1, 2, 3, 7, 14, 28, 56, 84, 168, 336].map((days) => days * 86_400_000),
];

/** Multiples of the step inside a range, counted from midnight of the zone that is shown. */
export function timeTicks({ start, end }: TimeRange, step: Millis, timeZone: TimeZone): Millis[] {
  const offset = millisBehind(start, timeZone);
  const ticks: Millis[] = [];
  for (let tick = Math.ceil((start - offset) / step) * step + offset; tick <= end; tick += step) ticks.push(tick);
  return ticks;
}

/** The step with which labels on a range stand at least `space` pixels apart. */
export function timeStep({ start, end }: TimeRange, pixels: number, space: number): Millis {
  const wanted = ((end - start) * space) / Math.max(space, pixels);
  return TIME_STEPS.find((step) => step >= wanted) ?? TIME_STEPS.at(-1)!;
}

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
  const [day, clock] = new Date(time - millisBehind(time, timeZone)).toISOString().split('T') as [string, string];
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
