import { minutesBehind } from '#dashboards/local-time';
import type { Millis, TimeRange } from '#model/time';

/**
 * A time range as it stands in the URL, in Grafana's words: `now`, `now-6h`, `now-1d/d` (rounded to the start, or for
 * `to` to the end, of the day), Unix milliseconds, or a date as typed (`2026-01-31 12:00`).
 */
export interface TimeRangeText {
  readonly from: string;
  readonly to: string;
}

/** How dates without a zone are read and how times are shown; `local` is what `dashboards/local-time` says. */
export type TimeZone = 'local' | 'utc';

/** The ranges that the picker offers, shortest first. */
export const QUICK_RANGES: readonly TimeRangeText[] = [
  ...['5m', '15m', '30m', '1h', '3h', '6h', '12h', '24h', '2d', '7d', '30d', '90d', '1y'].map((span) => ({
    from: `now-${span}`,
    to: 'now',
  })),
  { from: 'now/d', to: 'now' },
  { from: 'now-1d/d', to: 'now-1d/d' },
];

const UNIT_MILLIS: Readonly<Record<string, Millis>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

const UNIT_NAMES: Readonly<Record<string, string>> = {
  s: 'second',
  m: 'minute',
  h: 'hour',
  d: 'day',
  w: 'week',
  M: 'month',
  y: 'year',
};

export interface ResolveOptions {
  readonly now: Millis;
  readonly timeZone: TimeZone;
  /** The day that a week begins with, as `Date.getDay` counts; left out or null: Monday. */
  readonly weekStart?: number | null | undefined;
}

/** The range at a moment, or null when a side cannot be read or the range is empty or runs backwards. */
export function resolveTimeRange({ from, to }: TimeRangeText, options: ResolveOptions): TimeRange | null {
  const start = resolveTime(from, 'start', options);
  const end = resolveTime(to, 'end', options);
  return start === null || end === null || start >= end ? null : { start, end };
}

/** One side of a range as Unix ms, or null when it is none of the forms of TimeRangeText. */
export function resolveTime(text: string, edge: 'start' | 'end', options: ResolveOptions): Millis | null {
  const trimmed = text.trim();
  if (trimmed.startsWith('now')) return resolveRelative(trimmed.slice(3), edge, options);
  if (/^-?\d{10,}$/.test(trimmed)) return Number(trimmed);
  return parseDate(trimmed, options.timeZone);
}

function resolveRelative(text: string, edge: 'start' | 'end', options: ResolveOptions): Millis | null {
  const { now, timeZone } = options;
  const match = /^((?:[+-]\d+[smhdwMy])*)(?:\/([mhdwMy]))?$/.exec(text.replaceAll(' ', ''));
  if (match === null) return null;
  let time = now;
  for (const [, sign, count, unit] of match[1]!.matchAll(/([+-])(\d+)([smhdwMy])/g)) {
    time = shift(time, Number(`${sign}${count}`), { unit: unit!, timeZone });
  }
  const rounding = match[2];
  if (rounding === undefined) return time;
  const start = startOf(time, rounding, options);
  return edge === 'start' ? start : shift(start, 1, { unit: rounding, timeZone }) - 1;
}

function shift(time: Millis, count: number, { unit, timeZone }: { unit: string; timeZone: TimeZone }): Millis {
  const fixed = unit === 's' || unit === 'm' || unit === 'h' ? UNIT_MILLIS[unit] : undefined;
  if (fixed !== undefined) return time + count * fixed;
  // Calendar units keep the hour of the day over a change of summer time and the month over its length.
  const parts = dateParts(time, timeZone);
  if (unit === 'd') parts.day += count;
  else if (unit === 'w') parts.day += 7 * count;
  else if (unit === 'M') parts.month += count;
  else parts.year += count;
  if (unit === 'M' || unit === 'y') parts.day = Math.min(parts.day, daysInMonth(parts.year, parts.month));
  return fromParts(parts, timeZone);
}

function startOf(time: Millis, unit: string, { timeZone, weekStart }: Omit<ResolveOptions, 'now'>): Millis {
  const parts = dateParts(time, timeZone);
  parts.milli = 0;
  parts.second = 0;
  if (unit === 'm') return fromParts(parts, timeZone);
  parts.minute = 0;
  if (unit === 'h') return fromParts(parts, timeZone);
  parts.hour = 0;
  if (unit === 'w') parts.day -= (parts.weekday + 7 - (weekStart ?? 1)) % 7;
  if (unit === 'M' || unit === 'y') parts.day = 1;
  if (unit === 'y') parts.month = 0;
  return fromParts(parts, timeZone);
}

interface DateParts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  milli: number;
  weekday: number;
}

function dateParts(time: Millis, timeZone: TimeZone): DateParts {
  const date = new Date(time - millisBehind(time, timeZone));
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth(),
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    milli: date.getUTCMilliseconds(),
    weekday: date.getUTCDay(),
  };
}

/** How long a zone is behind UTC at a time. */
export function millisBehind(time: Millis, timeZone: TimeZone): Millis {
  return timeZone === 'utc' ? 0 : minutesBehind(time) * 60_000;
}

function fromParts({ year, month, day, hour, minute, second, milli }: DateParts, timeZone: TimeZone): Millis {
  const written = Date.UTC(year, month, day, hour, minute, second, milli);
  // The offset where the time is, which may not be that of the first guess.
  return written + millisBehind(written + millisBehind(written, timeZone), timeZone);
}

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
}

const DATE =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/;

function parseDate(text: string, timeZone: TimeZone): Millis | null {
  const match = DATE.exec(text);
  if (match === null) return null;
  const field = (i: number): number => Number(match[i] ?? 0);
  const parts = {
    year: field(1),
    month: field(2) - 1,
    day: field(3),
    hour: field(4),
    minute: field(5),
    second: field(6),
    milli: Math.floor(Number(`0.${match[7] ?? 0}`) * 1000),
    weekday: 0,
  };
  const possible =
    parts.month >= 0 &&
    parts.month < 12 &&
    parts.day >= 1 &&
    parts.day <= daysInMonth(parts.year, parts.month) &&
    parts.hour < 24 &&
    parts.minute < 60 &&
    parts.second < 60;
  if (!possible) return null;
  const zone = match[8];
  if (zone === undefined) return fromParts(parts, timeZone);
  return fromParts(parts, 'utc') - zoneOffset(zone);
}

function zoneOffset(zone: string): Millis {
  if (zone === 'Z') return 0;
  const digits = zone.slice(1).replace(':', '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (zone.startsWith('-') ? -1 : 1) * minutes * 60_000;
}

/** A range in words, for the picker's button: `Last 6 hours`, `Today`, `2026-01-31 12:00:00 to …`. */
export function describeTimeRange({ from, to }: TimeRangeText, timeZone: TimeZone): string {
  const last = /^now-(\d+)([smhdwMy])$/.exec(from);
  if (last !== null && to === 'now') {
    const count = Number(last[1]);
    return `Last ${count === 1 ? '' : `${count} `}${UNIT_NAMES[last[2]!]!}${count === 1 ? '' : 's'}`;
  }
  if (from === 'now/d' && (to === 'now' || to === 'now/d')) return 'Today';
  if (from === 'now-1d/d' && to === 'now-1d/d') return 'Yesterday';
  return `${describeTime(from, timeZone)} to ${describeTime(to, timeZone)}`;
}

function describeTime(text: string, timeZone: TimeZone): string {
  return /^-?\d{10,}$/.test(text) ? formatDateTime(Number(text), timeZone) : text;
}

/** `2026-01-31 12:00:00`, in the given zone: the form that `resolveTime` reads back. */
export function formatDateTime(time: Millis, timeZone: TimeZone): string {
  const { year, month, day, hour, minute, second } = dateParts(time, timeZone);
  return `${year}-${two(month + 1)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** The range as absolute text, for a zoom or a link that must keep showing the same picture. */
export function absoluteRange({ start, end }: TimeRange): TimeRangeText {
  return { from: String(Math.round(start)), to: String(Math.round(end)) };
}

/** Half a range earlier (-1) or later (1), as absolute text. Never past `now`, where nothing has happened yet. */
export function shiftTimeRange({ start, end }: TimeRange, direction: -1 | 1, now: Millis): TimeRangeText {
  const step = Math.round((end - start) / 2) * direction;
  const past = Math.max(0, end + step - Math.max(now, end));
  return absoluteRange({ start: start + step - past, end: end + step - past });
}

/** Twice the range around its middle, as absolute text; what would lie after `now` is added before instead. */
export function zoomOutTimeRange({ start, end }: TimeRange, now: Millis): TimeRangeText {
  const half = Math.round((end - start) / 2);
  const past = Math.max(0, end + half - Math.max(now, end));
  return absoluteRange({ start: start - half - past, end: end + half - past });
}

/**
 * A step for a picture `pixels` wide: the range divided by its pixels, rounded up to a number people read easily, and
 * never below `least`. Keeps a query below Prometheus' limit of 11,000 points.
 */
export function stepFor({ start, end }: TimeRange, pixels: number, least: Millis = 1000): Millis {
  const wanted = Math.max((end - start) / Math.min(Math.max(pixels, 50), 10_000), least);
  const step = NICE_STEPS.find((candidate) => candidate >= wanted);
  return step ?? Math.ceil(wanted / 86_400_000) * 86_400_000;
}

const NICE_STEPS: readonly Millis[] = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 20_000, 30_000, 60_000, 120_000, 300_000,
  600_000, 900_000, 1_200_000, 1_800_000, 3_600_000, 7_200_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000,
];

/** The range moved outwards to multiples of the step, so that a refresh asks for the same instants as the one before. */
export function alignTimeRange({ start, end }: TimeRange, step: Millis): TimeRange {
  return { start: Math.floor(start / step) * step, end: Math.floor(end / step) * step };
}
