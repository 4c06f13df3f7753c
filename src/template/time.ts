import type { Millis } from '#model/time';
import { durationOf, GoDuration } from './duration.ts';
import { type FunctionTable, type GoScalar, GoStruct, type GoType, type Value } from './value.ts';

/** A time zone as a time carries it. */
interface Zone {
  /** The abbreviation that the layout's `MST` prints; '' prints the offset instead. */
  readonly name: string;
  /** IANA name; decides the offset of derived times. */
  readonly location: string;
  readonly offsetSeconds: number;
}

const UTC: Zone = { name: 'UTC', location: 'UTC', offsetSeconds: 0 };

/** Go's zero time, year 1, in Unix milliseconds: "not set". */
export const ZERO_TIME: Millis = -62_135_596_800_000;

const NANOS = 1_000_000n;
const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

/** Go's `time.Time`: an instant in nanoseconds and the zone it is shown in. */
export class GoTime implements GoScalar {
  readonly scalar = true;
  readonly type: GoType;
  readonly integer = null;
  readonly unixNanos: bigint;
  readonly zone: Zone;

  constructor(unixNanos: bigint, zone: Zone = UTC, pointer = false) {
    this.unixNanos = unixNanos;
    this.zone = zone;
    this.type = pointer ? '*time.Time' : 'time.Time';
  }

  static fromMillis(millis: Millis): GoTime {
    return new GoTime(BigInt(Math.trunc(millis)) * NANOS);
  }

  get methods(): FunctionTable {
    return timeMethods(this);
  }

  /** As Go prints it: `2026-01-02 03:04:05.678 +0000 UTC`. */
  toString(): string {
    return formatTime(this, '2006-01-02 15:04:05.999999999 -0700 MST');
  }

  toJSON(): string {
    return JSON.stringify(formatTime(this, '2006-01-02T15:04:05.999999999Z07:00'));
  }
}

function timeOf(value: Value): GoTime | null {
  return value instanceof GoTime ? value : null;
}

/** The same instant shown in an IANA time zone. Throws Go's words for one that is unknown. */
export function inZone(time: GoTime, location: string): GoTime {
  if (location === '' || location === 'UTC') return new GoTime(time.unixNanos, UTC);
  const parts = zoneParts(location, Number(time.unixNanos / NANOS));
  return new GoTime(time.unixNanos, { location, ...parts });
}

function zoneParts(location: string, millis: Millis): { name: string; offsetSeconds: number } {
  try {
    const part = (language: string, timeZoneName: 'longOffset' | 'short') =>
      new Intl.DateTimeFormat(language, { timeZone: location, timeZoneName })
        .formatToParts(millis)
        .find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const offset = /GMT([+-])(\d+):?(\d+)?:?(\d+)?/.exec(part('en-US', 'longOffset')) ?? [];
    const [, sign, hours = '0', minutes = '0', seconds = '0'] = offset;
    const magnitude = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    const name = ABBREVIATING.map((language) => part(language, 'short')).find((short) => !/^GMT[+-]/.test(short));
    return { name: name ?? '', offsetSeconds: sign === '-' ? -magnitude : magnitude };
  } catch {
    throw new Error(`unknown time zone ${location}`);
  }
}

// Each knows the abbreviations of its own part of the world.
const ABBREVIATING = ['en-US', 'en-GB', 'en-AU', 'en-IN', 'en-NZ', 'en-ZA'];

interface Civil {
  readonly date: Date;
  readonly nanos: number;
}

/** The wall clock of the time's zone, as a Date whose UTC fields are it. */
function civil({ unixNanos, zone }: GoTime): Civil {
  const local = unixNanos + BigInt(zone.offsetSeconds) * 1_000_000_000n;
  const nanos = ((local % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  return { date: new Date(Number((local - nanos) / NANOS)), nanos: Number(nanos) };
}

const LAYOUT =
  /January|Jan|Monday|Mon|MST|2006|Z07:00:00|Z070000|Z07:00|Z0700|Z07|-07:00:00|-070000|-07:00|-0700|-07|__2|002|_2006|_2|01|02|03|04|05|06|15|[.,]0+(?![0-9])|[.,]9+(?![0-9])|PM|pm|1|2|3|4|5/g;

/** Formats by a Go layout, which shows how `Mon Jan 2 15:04:05 MST 2006` would be written. */
export function formatTime(time: GoTime, layout: string): string {
  const now = civil(time);
  return layout.replace(LAYOUT, (element) => layoutElement(element, now, time.zone));
}

function layoutElement(element: string, { date, nanos }: Civil, zone: Zone): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const hour = date.getUTCHours();
  const day = date.getUTCDate();
  if (element.startsWith('Z07') || element.startsWith('-07')) return offsetText(element, zone.offsetSeconds);
  if (/^[.,]/.test(element)) return fractionText(element, nanos);
  switch (element) {
    case 'January':
      return MONTHS[date.getUTCMonth()]!;
    case 'Jan':
      return MONTHS[date.getUTCMonth()]!.slice(0, 3);
    case 'Monday':
      return DAYS[date.getUTCDay()]!;
    case 'Mon':
      return DAYS[date.getUTCDay()]!.slice(0, 3);
    case 'MST':
      return zone.name === ''
        ? offsetText(zone.offsetSeconds % 3600 === 0 ? '-07' : '-0700', zone.offsetSeconds)
        : zone.name;
    case '2006':
      return String(date.getUTCFullYear()).padStart(4, '0');
    case '_2006':
      return `_${String(date.getUTCFullYear()).padStart(4, '0')}`;
    case '06':
      return two(date.getUTCFullYear() % 100);
    case '01':
      return two(date.getUTCMonth() + 1);
    case '1':
      return String(date.getUTCMonth() + 1);
    case '02':
      return two(day);
    case '_2':
      return String(day).padStart(2, ' ');
    case '2':
      return String(day);
    case '002':
      return String(yearDay(date)).padStart(3, '0');
    case '__2':
      return String(yearDay(date)).padStart(3, ' ');
    case '15':
      return two(hour);
    case '03':
      return two(hour % 12 || 12);
    case '3':
      return String(hour % 12 || 12);
    case '04':
      return two(date.getUTCMinutes());
    case '4':
      return String(date.getUTCMinutes());
    case '05':
      return two(date.getUTCSeconds());
    case '5':
      return String(date.getUTCSeconds());
    case 'PM':
      return hour >= 12 ? 'PM' : 'AM';
    default:
      return hour >= 12 ? 'pm' : 'am';
  }
}

function offsetText(element: string, offsetSeconds: number): string {
  if (element.startsWith('Z') && offsetSeconds === 0) return 'Z';
  const magnitude = Math.abs(offsetSeconds);
  const fields = [Math.floor(magnitude / 3600), Math.floor(magnitude / 60) % 60, magnitude % 60];
  const shown = element.length <= 3 ? 1 : /^.07:?00$/.test(element) ? 2 : 3;
  const texts = fields.slice(0, shown).map((value) => String(value).padStart(2, '0'));
  return (offsetSeconds < 0 ? '-' : '+') + texts.join(element.includes(':') ? ':' : '');
}

function fractionText(element: string, nanos: number): string {
  const digits = String(nanos)
    .padStart(9, '0')
    .slice(0, element.length - 1);
  if (element[1] === '0') return element[0] + digits;
  const kept = digits.replace(/0+$/, '');
  return kept === '' ? '' : element[0] + kept;
}

function yearDay(date: Date): number {
  return Math.round((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000 + 0.5);
}

const PARSED =
  /2006|01|02|15|04|05|Z07:00|-07:00|-0700|MST|January|Jan|Monday|Mon|03|06|PM|_2|[.,]9+|[.,]0+|[1-5](?![0-9])/g;

/** Reads a text by a Go layout, in UTC unless the text has an offset. Null when it does not fit. */
export function parseTime(layout: string, text: string): GoTime | null {
  const names: string[] = [];
  let pattern = '';
  let end = 0;
  for (const match of layout.matchAll(PARSED)) {
    const [capture, source] = parsePattern(match[0]);
    pattern += escapeRegex(layout.slice(end, match.index)) + source;
    names.push(capture);
    end = match.index + match[0].length;
  }
  pattern += escapeRegex(layout.slice(end));
  const found = new RegExp(`^${pattern}$`).exec(text);
  return found ? assembleTime(new Map(names.map((name, i) => [name, found[i + 1] ?? '']))) : null;
}

function parsePattern(element: string): [capture: string, source: string] {
  switch (element) {
    case '2006':
      return ['year', '(\\d{4})'];
    case '06':
      return ['shortYear', '(\\d{2})'];
    case '01':
      return ['month', '(\\d{2})'];
    case '1':
      return ['month', '(\\d{1,2})'];
    case 'January':
      return ['monthName', `(${MONTHS.join('|')})`];
    case 'Jan':
      return ['monthName', `(${MONTHS.map((name) => name.slice(0, 3)).join('|')})`];
    case 'Monday':
      return ['weekday', `(${DAYS.join('|')})`];
    case 'Mon':
      return ['weekday', `(${DAYS.map((name) => name.slice(0, 3)).join('|')})`];
    case '02':
      return ['day', '(\\d{2})'];
    case '2':
    case '_2':
      return ['day', ' ?(\\d{1,2})'];
    case '15':
      return ['hour', '(\\d{2})'];
    case '03':
    case '3':
      return ['hour12', '(\\d{1,2})'];
    case '04':
    case '4':
      return ['minute', '(\\d{1,2})'];
    // A fraction may follow the seconds even where the layout has none.
    case '05':
    case '5':
      return ['second', '(\\d{1,2}(?:[.,]\\d+)?)'];
    case 'PM':
      return ['half', '(AM|PM)'];
    case 'MST':
      return ['zone', '([A-Z]{3,4}|[+-]\\d{2})'];
    case 'Z07:00':
      return ['offset', '(Z|[+-]\\d{2}:\\d{2})'];
    case '-07:00':
      return ['offset', '([+-]\\d{2}:\\d{2})'];
    case '-0700':
      return ['offset', '([+-]\\d{4})'];
    default:
      return ['fraction', element[1] === '0' ? `([.,]\\d{${element.length - 1}})` : '([.,]\\d+)?'];
  }
}

function assembleTime(parts: ReadonlyMap<string, string>): GoTime | null {
  const number = (name: string, absent: number) => (parts.has(name) ? Number(parts.get(name)) : absent);
  const monthName = parts.get('monthName')?.slice(0, 3);
  const month = monthName ? MONTHS.findIndex((name) => name.startsWith(monthName)) : number('month', 1) - 1;
  const shortYear = number('shortYear', 0);
  const year = parts.has('shortYear') ? shortYear + (shortYear >= 69 ? 1900 : 2000) : number('year', 0);
  const half = parts.get('half');
  const hour = parts.has('hour12') ? (number('hour12', 0) % 12) + (half === 'PM' ? 12 : 0) : number('hour', 0);
  const [second = '0', tail = ''] = (parts.get('second') ?? '0').split(/[.,]/);
  const fraction = (tail || (parts.get('fraction') ?? '').slice(1)).padEnd(9, '0').slice(0, 9);
  const date = new Date(0);
  date.setUTCFullYear(year, month, number('day', 1));
  const valid = date.getUTCMonth() === month && hour < 24 && number('minute', 0) < 60 && Number(second) < 60;
  if (!valid) return null;
  date.setUTCHours(hour, number('minute', 0), Number(second));
  const offset = parseOffset(parts.get('offset') ?? 'Z');
  const nanos = BigInt(date.getTime() - offset * 1000) * NANOS + BigInt(fraction);
  return new GoTime(nanos, offset === 0 ? UTC : { name: '', location: '', offsetSeconds: offset });
}

function parseOffset(text: string): number {
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d{2}):?(\d{2})$/.exec(text) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
}

function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function timeMethods(time: GoTime): FunctionTable {
  const integer = (read: (at: Civil) => number) => ({ params: [], call: () => BigInt(read(civil(time))) });
  const unix = (unit: bigint) => ({ params: [], call: () => floorDivide(time.unixNanos, unit) });
  const compare = (test: (other: bigint) => boolean) => ({
    params: ['time.Time'],
    call: ([other = null]: readonly Value[]) => test(timeOf(other)?.unixNanos ?? 0n),
  });
  const shifted = (nanos: bigint) => new GoTime(time.unixNanos + nanos, time.zone);
  return {
    Format: { params: ['string'], call: ([layout]) => formatTime(time, layout as string) },
    String: { params: [], call: () => time.toString() },
    Unix: unix(1_000_000_000n),
    UnixMilli: unix(1_000_000n),
    UnixMicro: unix(1000n),
    UnixNano: unix(1n),
    Year: integer(({ date }) => date.getUTCFullYear()),
    Month: { params: [], call: () => named('time.Month', civil(time).date.getUTCMonth() + 1, MONTHS, 1) },
    Weekday: { params: [], call: () => named('time.Weekday', civil(time).date.getUTCDay(), DAYS, 0) },
    Day: integer(({ date }) => date.getUTCDate()),
    YearDay: integer(({ date }) => yearDay(date)),
    Hour: integer(({ date }) => date.getUTCHours()),
    Minute: integer(({ date }) => date.getUTCMinutes()),
    Second: integer(({ date }) => date.getUTCSeconds()),
    Nanosecond: integer(({ nanos }) => nanos),
    IsZero: { params: [], call: () => time.unixNanos === BigInt(ZERO_TIME) * NANOS },
    UTC: { params: [], call: () => new GoTime(time.unixNanos, UTC) },
    Local: { params: [], call: () => inZone(time, Intl.DateTimeFormat().resolvedOptions().timeZone) },
    In: { params: ['*time.Location'], call: ([location = null]) => inZone(time, locationName(location)) },
    Location: { params: [], call: () => locationValue(time.zone) },
    Add: { params: ['time.Duration'], call: ([by = null]) => shifted(durationOf(by) ?? 0n) },
    AddDate: {
      params: ['int', 'int', 'int'],
      call: ([years, months, days]) => addDate(time, [years, months, days] as bigint[]),
    },
    Sub: {
      params: ['time.Time'],
      call: ([other = null]) => new GoDuration(time.unixNanos - (timeOf(other)?.unixNanos ?? 0n)),
    },
    Truncate: {
      params: ['time.Duration'],
      call: ([by = null]) => shifted(-sinceMultiple(time.unixNanos, durationOf(by) ?? 0n)),
    },
    Before: compare((other) => time.unixNanos < other),
    After: compare((other) => time.unixNanos > other),
    Equal: compare((other) => time.unixNanos === other),
  };
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

// Multiples are counted from the zero time, not from 1970.
function sinceMultiple(nanos: bigint, unit: bigint): bigint {
  return unit <= 0n ? 0n : (nanos - BigInt(ZERO_TIME) * NANOS) % unit;
}

function addDate(time: GoTime, [years = 0n, months = 0n, days = 0n]: readonly bigint[]): GoTime {
  const { date, nanos } = civil(time);
  date.setUTCFullYear(
    date.getUTCFullYear() + Number(years),
    date.getUTCMonth() + Number(months),
    date.getUTCDate() + Number(days),
  );
  const local = BigInt(date.getTime()) * NANOS + BigInt(nanos);
  return new GoTime(local - BigInt(time.zone.offsetSeconds) * 1_000_000_000n, time.zone);
}

/** An int-based type that prints as a name: `January`, `Monday`. */
function named(type: GoType, index: number, names: readonly string[], first: number): GoScalar {
  const text = names[index - first]!;
  return {
    scalar: true,
    type,
    integer: BigInt(index),
    methods: { String: { params: [], call: () => text } },
    toString: () => text,
    toJSON: () => String(index),
  };
}

function locationValue({ location }: Zone): GoStruct {
  return new GoStruct('*time.Location', { name: location }, { text: () => location });
}

function locationName(value: Value): string {
  const name = value instanceof GoStruct ? value.fields.get('name') : null;
  return typeof name === 'string' ? name : 'UTC';
}
