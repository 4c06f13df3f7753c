import { DATES, formatDate } from './unit-dates.ts';
import {
  counted,
  currency,
  type FormattedValue,
  type Formatter,
  fixedSuffix,
  fullCurrency,
  plain,
  siWithPrefix,
  toFixed,
} from './unit-numbers.ts';
import { UNITS } from './unit-table.ts';
import { DURATIONS } from './unit-times.ts';

/** All parts in one string. */
export function formattedText({ prefix, text, suffix }: FormattedValue): string {
  return prefix + text + suffix;
}

/**
 * The formatter of one of Grafana's unit ids. An id that is not known is a unit of the dashboard's author and stands behind
 * the number; so do the ids `suffix:…`, and `prefix:…` before it. `si:…`, `count:…` and `currency:…` shorten large numbers,
 * `time:…` formats a date, `bool:yes/no` chooses a word. Without an id the number stands alone.
 */
export function unitFormatter(id: string | undefined, now: () => number = Date.now): Formatter {
  if (id === undefined || id === '') return fixedSuffix('');
  const known = UNITS.get(id) ?? DURATIONS.get(id) ?? DATES.get(id)?.(now);
  if (known) return known;
  const [kind, rest] = splitOnce(id, ':');
  const make = rest !== undefined && Object.hasOwn(CUSTOM, kind) ? CUSTOM[kind]! : null;
  return make === null ? fixedSuffix(` ${id}`) : make(rest!);
}

const CUSTOM: Readonly<Record<string, (rest: string) => Formatter>> = {
  prefix: (text) => (value, decimals) => ({ prefix: text, text: toFixed(value, decimals), suffix: '' }),
  suffix: (text) => fixedSuffix(` ${text}`),
  si: siWithPrefix,
  count: counted,
  currency: (symbol) => {
    const [kind, full = '', place] = symbol.split(':');
    return kind === 'financial' && full !== '' ? fullCurrency(full, place === 'suffix') : currency(symbol);
  },
  time: (pattern) => (value) => plain(formatDate(value, pattern)),
  bool: (words) => {
    const [yes, no = '-'] = splitOnce(words, '/');
    return (value) => plain(value ? yes : no);
  },
};

/** A number without the zeros behind its decimal point that say nothing: `1.50` is `1.5`. Other texts stay. */
export function withoutZeros(text: string): string {
  return /^-?\d+\.\d+$/.test(text) ? text.replace(/\.?0+$/, '') : text;
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}
