import { BarographError } from './errors.ts';

/** An integer number of milliseconds: every duration and every time in this program. */
export type Millis = number;

const UNITS: readonly (readonly [unit: string, millis: Millis])[] = [
  ['y', 365 * 86_400_000],
  ['w', 7 * 86_400_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
];

/** Years and weeks are printed only when nothing is left over: `90d` reads easier than `12w6d`. */
const EXACT_ONLY = new Set(['y', 'w']);

/** The largest duration Prometheus holds: 2^63 nanoseconds, about 292 years. */
const MAX_MILLIS = 9_223_372_036_854;

const PROMETHEUS_DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

/**
 * Reads a duration as Prometheus writes it: `1h30m`, `15s`, `500ms`, `2w`, or `0`. Units go from the largest to the
 * smallest, each at most once. Throws `bad-config` with Prometheus' words otherwise.
 */
export function parseDuration(text: string): Millis {
  if (text === '0') return 0;
  if (text === '') throw durationError('empty duration string');
  const match = PROMETHEUS_DURATION.exec(text);
  if (match === null) throw durationError(`not a valid duration string: ${JSON.stringify(text)}`);
  let total = 0;
  UNITS.forEach(([, millis], i) => {
    total += Number(match[i + 1] ?? 0) * millis;
  });
  if (total > MAX_MILLIS) throw durationError('duration out of range');
  return total;
}

/** Prints a duration as Prometheus does: `1h30m`, `15s`, `1d`, and `0s` for zero. */
export function formatDuration(millis: Millis): string {
  if (millis === 0) return '0s';
  let out = millis < 0 ? '-' : '';
  let rest = Math.abs(millis);
  for (const [unit, size] of UNITS) {
    if (EXACT_ONLY.has(unit) && rest % size !== 0) continue;
    const count = Math.floor(rest / size);
    if (count === 0) continue;
    out += `${count}${unit}`;
    rest -= count * size;
  }
  return out;
}

const GO_UNITS: ReadonlyMap<string, number> = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['µs', 1e-3],
  ['μs', 1e-3],
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

const GO_PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y;

/**
 * Reads a duration as Go's `time.ParseDuration` does: signed, with fractions, units in any order (`1.5h`, `-300ms`).
 * Rounds to whole milliseconds. Throws `bad-config` with Go's words otherwise.
 */
export function parseGoDuration(text: string): Millis {
  const sign = text.startsWith('-') ? -1 : 1;
  const body = text.replace(/^[+-]/, '');
  if (body === '0') return 0;
  const part = new RegExp(GO_PART);
  let total = 0;
  while (part.lastIndex < body.length) {
    const match = part.exec(body);
    if (match === null) break;
    total += Number(match[1]) * (GO_UNITS.get(match[2]!) ?? 0);
    if (part.lastIndex === body.length) return sign * Math.round(total);
  }
  throw durationError(`time: invalid duration ${JSON.stringify(text)}`);
}

/** Prints a duration as Go does: `1h0m0s`, `1.5s`, `300ms`, `0s`. */
export function formatGoDuration(millis: Millis): string {
  if (millis === 0) return '0s';
  const sign = millis < 0 ? '-' : '';
  const total = Math.abs(millis);
  if (total < 1000) return `${sign}${total}ms`;
  const hours = Math.floor(total / 3_600_000);
  const minutes = Math.floor((total % 3_600_000) / 60_000);
  const seconds = `${(total % 60_000) / 1000}s`;
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}` : `${sign}${seconds}`;
}

function durationError(message: string): BarographError {
  return new BarographError(message, {
    kind: 'bad-config',
    code: 'invalid-duration',
    hint: 'write a number and a unit, largest unit first: 30s, 5m, 1h30m, 1d',
  });
}
