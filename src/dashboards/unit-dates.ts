import { type Formatter, plain } from './unit-numbers.ts';

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

/** What each token of a date pattern stands for, in local time. */
const TOKENS: Readonly<Record<string, (date: Date) => string>> = {
  YYYY: (date) => pad(date.getFullYear(), 4),
  YY: (date) => pad(date.getFullYear() % 100),
  MMMM: (date) => MONTHS[date.getMonth()]!,
  MMM: (date) => MONTHS[date.getMonth()]!.slice(0, 3),
  MM: (date) => pad(date.getMonth() + 1),
  M: (date) => String(date.getMonth() + 1),
  DD: (date) => pad(date.getDate()),
  Do: (date) => `${date.getDate()}${ordinal(date.getDate())}`,
  D: (date) => String(date.getDate()),
  dddd: (date) => DAYS[date.getDay()]!,
  ddd: (date) => DAYS[date.getDay()]!.slice(0, 3),
  HH: (date) => pad(date.getHours()),
  H: (date) => String(date.getHours()),
  hh: (date) => pad(date.getHours() % 12 || 12),
  h: (date) => String(date.getHours() % 12 || 12),
  mm: (date) => pad(date.getMinutes()),
  m: (date) => String(date.getMinutes()),
  ss: (date) => pad(date.getSeconds()),
  s: (date) => String(date.getSeconds()),
  SSS: (date) => pad(date.getMilliseconds(), 3),
  a: (date) => (date.getHours() < 12 ? 'am' : 'pm'),
  A: (date) => (date.getHours() < 12 ? 'AM' : 'PM'),
  X: (date) => String(Math.floor(date.getTime() / 1000)),
  x: (date) => String(date.getTime()),
  ZZ: (date) => zone(date, ''),
  Z: (date) => zone(date, ':'),
};

const PATTERN = new RegExp(`\\[([^\\]]*)\\]|${Object.keys(TOKENS).join('|')}`, 'g');

function pad(amount: number, width = 2): string {
  return String(amount).padStart(width, '0');
}

function ordinal(day: number): string {
  if (day > 3 && day < 21) return 'th';
  return ['th', 'st', 'nd', 'rd'][day % 10] ?? 'th';
}

function zone(date: Date, separator: string): string {
  const minutes = -date.getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}${separator}${pad(size % 60)}`;
}

/** A time (Unix ms) in local time by a pattern of tokens such as `YYYY-MM-DD HH:mm:ss.SSS`; `[…]` stands as it is. */
export function formatDate(time: number, pattern: string): string {
  if (Number.isNaN(time)) return '';
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return NO_DATE;
  return pattern.replace(PATTERN, (token, literal: string | undefined) => literal ?? TOKENS[token]!(date));
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
    const same = Number.isFinite(value) && new Date(value).toDateString() === new Date(now()).toDateString();
    return plain(formatDate(value, same ? today : date));
  };
}

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
