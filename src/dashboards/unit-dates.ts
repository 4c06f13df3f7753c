import { minutesBehind } from './local-time.ts';
import { type Formatter, plain } from './unit-numbers.ts';

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

/** What each token of a date pattern stands for; the date's UTC is local time, so many minutes behind the real one. */
const TOKENS: Readonly<Record<string, (date: Date, behind: number) => string>> = {
  YYYY: (date) => pad(date.getUTCFullYear(), 4),
  YY: (date) => pad(date.getUTCFullYear() % 100),
  MMMM: (date) => MONTHS[date.getUTCMonth()]!,
  MMM: (date) => MONTHS[date.getUTCMonth()]!.slice(0, 3),
  MM: (date) => pad(date.getUTCMonth() + 1),
  M: (date) => String(date.getUTCMonth() + 1),
  DD: (date) => pad(date.getUTCDate()),
  Do: (date) => `${date.getUTCDate()}${ordinal(date.getUTCDate())}`,
  D: (date) => String(date.getUTCDate()),
  dddd: (date) => DAYS[date.getUTCDay()]!,
  ddd: (date) => DAYS[date.getUTCDay()]!.slice(0, 3),
  HH: (date) => pad(date.getUTCHours()),
  H: (date) => String(date.getUTCHours()),
  hh: (date) => pad(date.getUTCHours() % 12 || 12),
  h: (date) => String(date.getUTCHours() % 12 || 12),
  mm: (date) => pad(date.getUTCMinutes()),
  m: (date) => String(date.getUTCMinutes()),
  ss: (date) => pad(date.getUTCSeconds()),
  s: (date) => String(date.getUTCSeconds()),
  SSS: (date) => pad(date.getUTCMilliseconds(), 3),
  a: (date) => (date.getUTCHours() < 12 ? 'am' : 'pm'),
  A: (date) => (date.getUTCHours() < 12 ? 'AM' : 'PM'),
  X: (date, behind) => String(Math.floor((date.getTime() + behind * MINUTE) / 1000)),
  x: (date, behind) => String(date.getTime() + behind * MINUTE),
  ZZ: (_date, behind) => zone(-behind, ''),
  Z: (_date, behind) => zone(-behind, ':'),
};

const MINUTE = 60_000;

const PATTERN = new RegExp(`\\[([^\\]]*)\\]|${Object.keys(TOKENS).join('|')}`, 'g');

function pad(amount: number, width = 2): string {
  return String(amount).padStart(width, '0');
}

function ordinal(day: number): string {
  if (day > 3 && day < 21) return 'th';
  return ['th', 'st', 'nd', 'rd'][day % 10] ?? 'th';
}

function zone(minutes: number, separator: string): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}${separator}${pad(size % 60)}`;
}

/** A time (Unix ms) in local time by a pattern of tokens such as `YYYY-MM-DD HH:mm:ss.SSS`; `[…]` stands as it is. */
export function formatDate(time: number, pattern: string): string {
  if (Number.isNaN(time)) return '';
  const behind = minutesBehind(time);
  const date = new Date(time - behind * MINUTE);
  if (Number.isNaN(date.getTime())) return NO_DATE;
  return pattern.replace(PATTERN, (token, literal: string | undefined) => literal ?? TOKENS[token]!(date, behind));
}

/** What stands for a number beyond the calendar. */
const NO_DATE = 'Invalid date';

/** How long ago or ahead, in rough words: `3 hours ago`, `in a day`. */
function fromNow(difference: number): string {
  const words = roughly(Math.abs(difference) / 1000);
  return difference > 0 ? `in ${words}` : `${words} ago`;
}

/** From how much of a unit on the next one is used, and what one of it is called. */
const ROUGH: readonly (readonly [seconds: number, below: number, one: string, name: string])[] = [
  [60, 45, 'a minute', 'minutes'],
  [3600, 22, 'an hour', 'hours'],
  [86_400, 26, 'a day', 'days'],
  [2_629_746, 11, 'a month', 'months'],
];

function roughly(seconds: number): string {
  if (Math.round(seconds) < 45) return 'a few seconds';
  for (const [size, below, one, name] of ROUGH) {
    const count = Math.round(seconds / size);
    if (count < below) return count <= 1 ? one : `${count} ${name}`;
  }
  const years = Math.round(seconds / 31_556_952);
  return years <= 1 ? 'a year' : `${years} years`;
}

type Now = () => number;

function byDay(now: Now, date: string, today: string): Formatter {
  return (value) => {
    const same = Number.isFinite(value) && formatDate(value, DAY) === formatDate(now(), DAY);
    return plain(formatDate(value, same ? today : date));
  };
}

const DAY = 'YYYY-MM-DD';
const ISO = 'YYYY-MM-DD HH:mm:ss';

/** Grafana's units of dates by id: the value is Unix time in ms. */
export const DATES: ReadonlyMap<string, (now: Now) => Formatter> = new Map<string, (now: Now) => Formatter>([
  ['dateTimeAsIso', () => (value) => plain(formatDate(value, ISO))],
  ['dateTimeAsIsoNoDateIfToday', (now) => byDay(now, ISO, 'HH:mm:ss')],
  ['dateTimeAsUS', () => (value) => plain(formatDate(value, 'MM/DD/YYYY h:mm:ss a'))],
  ['dateTimeAsUSNoDateIfToday', (now) => byDay(now, 'MM/DD/YYYY h:mm:ss a', 'h:mm:ss a')],
  ['dateTimeAsLocal', () => (value) => plain(formatDate(value, 'MM/DD/YYYY, hh:mm:ss A'))],
  ['dateTimeAsLocalNoDateIfToday', (now) => byDay(now, 'MM/DD/YYYY, hh:mm:ss A', 'hh:mm:ss A')],
  ['dateTimeAsSystem', () => (value) => plain(formatDate(value, ISO))],
  [
    'dateTimeFromNow',
    (now) => (value) => plain(Number.isNaN(new Date(value).getTime()) ? formatDate(value, '') : fromNow(value - now())),
  ],
]);
