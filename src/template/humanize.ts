import { durationOf } from './duration.ts';
import { formatFloat } from './float.ts';
import { quote } from './quote.ts';
import { GoTime } from './time.ts';
import { typeName, type Value } from './value.ts';

const LARGE = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
const BINARY = ['ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi'];
const SMALL = ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y'];
const MAX_INT64 = 2 ** 63;

/** A number out of a float, an int, a duration (in seconds) or a text. Throws Go's words for anything else. */
export function toFloat(value: Value): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string') return parseFloatText(value);
  const duration = durationOf(value);
  if (duration !== null) return Number(duration) / 1e9;
  throw new Error(`can't convert ${typeName(value)} to float`);
}

const INFINITE = /^([+-]?)inf(inity)?$/i;

function parseFloatText(text: string): number {
  const infinite = INFINITE.exec(text);
  if (infinite) return infinite[1] === '-' ? -Infinity : Infinity;
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  const problem = (what: string) => new Error(`strconv.ParseFloat: parsing ${quote(text)}: ${what}`);
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) throw problem('invalid syntax');
  const value = Number(text);
  if (!Number.isFinite(value)) throw problem('value out of range');
  return value;
}

function significant(value: number): string {
  return formatFloat(value, 'g', 4);
}

function isOrdinary(value: number): boolean {
  return value !== 0 && Number.isFinite(value);
}

/** Four significant digits and a metric prefix: 1.049M, 120u. */
export function humanize(value: number): string {
  if (!isOrdinary(value)) return significant(value);
  return Math.abs(value) >= 1 ? scaledDown(value, 1000, LARGE) : scaledUp(value);
}

/** Four significant digits and a binary prefix: 1Mi. */
export function humanize1024(value: number): string {
  if (Math.abs(value) <= 1 || !isOrdinary(value)) return significant(value);
  return scaledDown(value, 1024, BINARY);
}

function scaledDown(value: number, base: number, prefixes: readonly string[]): string {
  let rest = value;
  let prefix = '';
  for (const next of prefixes) {
    if (Math.abs(rest) < base) break;
    prefix = next;
    rest /= base;
  }
  return significant(rest) + prefix;
}

function scaledUp(value: number): string {
  let rest = value;
  let prefix = '';
  for (const next of SMALL) {
    if (Math.abs(rest) >= 1) break;
    prefix = next;
    rest *= 1000;
  }
  return significant(rest) + prefix;
}

/** Seconds as `1d 2h 3m 4s`, `12.3ms`. */
export function humanizeDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return significant(seconds);
  if (seconds === 0) return `${significant(seconds)}s`;
  if (Math.abs(seconds) < 1) return `${scaledUp(seconds)}s`;
  const sign = seconds < 0 ? '-' : '';
  const whole = Math.trunc(Math.abs(seconds));
  const s = whole % 60;
  const m = Math.floor(whole / 60) % 60;
  const h = Math.floor(whole / 3600) % 24;
  const d = Math.floor(whole / 86_400);
  if (d > 0) return `${sign}${d}d ${h}h ${m}m ${s}s`;
  if (h > 0) return `${sign}${h}h ${m}m ${s}s`;
  if (m > 0) return `${sign}${m}m ${s}s`;
  return `${sign}${significant(Math.abs(seconds))}s`;
}

/** A ratio as a percentage: 95.9%. */
export function humanizePercentage(ratio: number): string {
  return `${significant(ratio * 100)}%`;
}

/** Unix seconds as a time; NaN and infinities as numbers. */
export function humanizeTimestamp(seconds: number): string {
  return Number.isFinite(seconds) ? unixTime(seconds).toString() : significant(seconds);
}

/** Unix seconds as a `*time.Time` of millisecond resolution. Throws when it is no time. */
export function unixTime(seconds: number): GoTime {
  if (!Number.isFinite(seconds)) throw new Error('value is NaN or Inf');
  const nanos = seconds * 1e9;
  if (nanos > MAX_INT64 || nanos < -MAX_INT64) {
    const shown = formatFloat(seconds, 'g', -1);
    throw new Error(`${shown} cannot be represented as a nanoseconds timestamp since it overflows int64`);
  }
  return new GoTime((BigInt(Math.trunc(nanos)) / 1_000_000n) * 1_000_000n, undefined, true);
}
