import type { Millis } from '#model/time';
import { goQuote } from './quote.ts';

/** A value, or what is wrong with the text in Go's words. */
export type Literal = { readonly value: number } | { readonly problem: string };

const INT64_MAX = 2n ** 63n - 1n;

/**
 * Reads a number as Go does: decimal, hexadecimal and octal (leading 0) integers that fit 64 bits, otherwise floats, with
 * underscores between digits, Inf and NaN in any case.
 */
export function parseNumberLiteral(text: string): Literal {
  const integer = parseInteger(text);
  if (integer !== null) return { value: integer };
  if (/^inf$/i.test(text)) return { value: Number.POSITIVE_INFINITY };
  if (/^nan$/i.test(text)) return { value: Number.NaN };
  const plain = text.replaceAll('_', '');
  const wellFormed = /^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(plain) && underscoresSeparateDigits(text);
  if (!wellFormed) return { problem: numberProblem(text, 'invalid syntax') };
  const value = Number(plain);
  return Number.isFinite(value) ? { value } : { problem: numberProblem(text, 'value out of range') };
}

function parseInteger(text: string): number | null {
  const form = /^(?:(0x_?)([\da-f_]+)|0_?([0-7_]+)|([1-9][\d_]*|0))$/i.exec(text);
  if (form === null || !underscoresSeparateDigits(text)) return null;
  const [, hexPrefix, hex = '', octal, decimal = ''] = form;
  const prefix = hexPrefix !== undefined ? '0x' : octal !== undefined ? '0o' : '';
  const value = BigInt(prefix + (hex || octal || decimal).replaceAll('_', ''));
  return value <= INT64_MAX ? Number(value) : null;
}

function underscoresSeparateDigits(text: string): boolean {
  const digit = /^0x/i.test(text) ? /[\da-f]/i : /\d/;
  // The base prefix counts as a digit.
  const body = text.replace(/^0x/i, '0');
  for (let at = body.indexOf('_'); at >= 0; at = body.indexOf('_', at + 1)) {
    if (!digit.test(body.charAt(at - 1)) || !digit.test(body.charAt(at + 1))) return false;
  }
  return true;
}

function numberProblem(text: string, what: string): string {
  return `error parsing number: strconv.ParseFloat: parsing ${goQuote(text)}: ${what}`;
}

const UINT64_MAX = 2n ** 64n - 1n;

const UNIT_MILLIS: ReadonlyMap<string, Millis> = new Map([
  ['y', 365 * 86_400_000],
  ['w', 7 * 86_400_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
]);
const UNIT_ORDER = [...UNIT_MILLIS.keys()];

/** Reads a duration such as `1h30m` into seconds: units from the largest to the smallest, each at most once. */
export function parseDurationLiteral(text: string): Literal {
  const invalid = { problem: `not a valid duration string: ${goQuote(text)}` };
  if (!/^\d/.test(text)) return invalid;
  let millis = 0;
  let last = -1;
  for (const [, count = '', unit = ''] of text.matchAll(/(\d+)(\D*)/g)) {
    const size = UNIT_MILLIS.get(unit);
    if (unit === '' || BigInt(count) > UINT64_MAX) return invalid;
    if (size === undefined) return { problem: `unknown unit ${goQuote(unit)} in duration ${goQuote(text)}` };
    const rank = UNIT_ORDER.indexOf(unit);
    if (rank <= last) return invalid;
    last = rank;
    millis += Number(count) * size;
    if (isDurationOutOfRange(millis / 1000)) return { problem: 'duration out of range' };
  }
  return { value: millis / 1000 };
}

/** Whether a number of seconds is more than 63 bits of nanoseconds hold, about 292 years. */
export function isDurationOutOfRange(seconds: number): boolean {
  return Math.abs(seconds) > 2 ** 63 / 1e9;
}

/**
 * Prints a duration as PromQL does: `1h30m`, `1d12h`, `-5m`, `0s`. Years and weeks only when nothing is left over:
 * `90d`, not `12w6d`.
 */
export function formatDurationLiteral(millis: Millis): string {
  if (millis === 0) return '0s';
  let out = millis < 0 ? '-' : '';
  let rest = Math.abs(millis);
  for (const [unit, size] of UNIT_MILLIS) {
    if ((unit === 'y' || unit === 'w') && rest % size !== 0) continue;
    const count = Math.floor(rest / size);
    if (count > 0) out += `${count}${unit}`;
    rest %= size;
  }
  return out;
}
