/** A number made readable: `12.5` with the unit's text before or after it. */
export interface FormattedValue {
  readonly prefix: string;
  readonly text: string;
  readonly suffix: string;
}

/** Decimals undefined or null: as many as the value needs. */
export type Formatter = (value: number, decimals?: number | null) => FormattedValue;

/** All parts in one string. */
export function formattedText({ prefix, text, suffix }: FormattedValue): string {
  return prefix + text + suffix;
}

/**
 * The formatter of one of Grafana's unit ids. An id that is not known is a unit of the dashboard's author and stands behind
 * the number; so do the ids `suffix:…`, and `prefix:…` before it. `si:…`, `count:…` and `currency:…` shorten large numbers,
 * `time:…` formats a date. Without an id the number stands alone.
 */
export function unitFormatter(id: string | undefined, now: () => number = Date.now): Formatter {
  if (id === undefined || id === '') return fixedSuffix('');
  const known = UNITS.get(id) ?? TIMES.get(id)?.(now);
  if (known) return known;
  const [kind, rest = ''] = splitOnce(id, ':');
  if (kind === 'prefix') return (value, decimals) => ({ prefix: rest, text: toFixed(value, decimals), suffix: '' });
  if (kind === 'suffix') return fixedSuffix(` ${rest}`);
  if (kind === 'si') return siWithPrefix(rest);
  if (kind === 'count') return perTime(rest);
  if (kind === 'currency') return currency(rest);
  if (kind === 'time') return (value) => plain(formatDate(value, rest));
  if (kind === 'bool') {
    const [yes = '', no = ''] = splitOnce(rest, '/');
    return (value) => plain(value === 0 ? no : yes);
  }
  return fixedSuffix(` ${id}`);
}

/** A number with so many decimals; without a count, three significant digits, and none for a whole number. */
export function toFixed(value: number, decimals?: number | null): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '-∞';
  const places = Math.min(decimals ?? decimalsFor(value), 20);
  const factor = 10 ** Math.max(0, places);
  const rounded = Math.round(value * factor) / factor;
  const text = String(Object.is(rounded, -0) ? 0 : rounded);
  return text.includes('e') ? text : rounded.toFixed(Math.max(0, places));
}

/** A number without the zeros behind its decimal point that say nothing: `1.50` is `1.5`. Other texts stay. */
export function withoutZeros(text: string): string {
  return /^-?\d+\.\d+$/.test(text) ? text.replace(/\.?0+$/, '') : text;
}

function decimalsFor(value: number): number {
  const magnitude = Math.abs(value);
  if (magnitude === 0 || Number.isInteger(value)) return 0;
  return Math.max(0, 2 - Math.floor(Math.log10(magnitude)));
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}

function plain(text: string): FormattedValue {
  return { prefix: '', text, suffix: '' };
}

function fixedSuffix(suffix: string): Formatter {
  return (value, decimals) => ({ prefix: '', text: toFixed(value, decimals), suffix });
}

/** Steps through names of ever larger units, `factor` apart, starting at `offset`. */
function scaled(factor: number, names: readonly string[], offset = 0): Formatter {
  return (value, decimals) => {
    const size = Math.abs(value);
    const power = size === 0 || !Number.isFinite(size) ? 0 : Math.floor(Math.log(size) / Math.log(factor) + 1e-12);
    const index = Math.max(0, Math.min(names.length - 1, offset + power));
    return { prefix: '', text: toFixed(value / factor ** (index - offset), decimals), suffix: names[index]! };
  };
}

const SI_PREFIXES = ['f', 'p', 'n', 'µ', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
const SI_BASE = 5;
const BINARY_PREFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi'];
const SHORT_NAMES = ['', ' K', ' Mil', ' Bil', ' Tri', ' Quadr', ' Quint', ' Sext', ' Sept'];

/** `unit` with SI prefixes; `offset` when the number counts thousands (1) or thousandths (-1) of it. */
function si(unit: string, offset = 0): Formatter {
  return scaled(
    1000,
    SI_PREFIXES.map((prefix) => ` ${prefix}${unit}`),
    SI_BASE + offset,
  );
}

/** `si:mV` counts in thousandths of a volt. */
function siWithPrefix(unit: string): Formatter {
  const index = SI_PREFIXES.indexOf(unit.slice(0, 1));
  return index < 0 || unit === '' ? si(unit) : si(unit.slice(1), index - SI_BASE);
}

function binary(unit: string, offset = 0): Formatter {
  return scaled(
    1024,
    BINARY_PREFIXES.map((prefix) => ` ${prefix}${unit}`),
    offset,
  );
}

const short = scaled(1000, SHORT_NAMES);

const COUNT_NAMES = ['', 'K', 'M', 'B', 'T'];

/** Counts per time: large ones in K, M, B, T. */
function perTime(unit: string): Formatter {
  return scaled(
    1000,
    COUNT_NAMES.map((name) => `${name} ${unit}`),
  );
}

function currency(symbol: string): Formatter {
  const scale = scaled(1000, COUNT_NAMES);
  return (value, decimals) => ({ ...scale(value, decimals), prefix: symbol });
}

interface TimeUnit {
  readonly seconds: number;
  readonly suffix: string;
  /** Used for values up to this many seconds. */
  readonly below: number;
}

const TIME_UNITS: readonly TimeUnit[] = [
  { seconds: 1e-9, suffix: ' ns', below: 1e-6 },
  { seconds: 1e-6, suffix: ' µs', below: 1e-3 },
  { seconds: 1e-3, suffix: ' ms', below: 1 },
  { seconds: 1, suffix: ' s', below: 60 },
  { seconds: 60, suffix: ' min', below: 3600 },
  { seconds: 3600, suffix: ' hour', below: 86_400 },
  { seconds: 86_400, suffix: ' day', below: 604_800 },
  { seconds: 604_800, suffix: ' week', below: 31_536_000 },
  { seconds: 31_536_000, suffix: ' year', below: Number.POSITIVE_INFINITY },
];

const PLURALS: Readonly<Record<string, string>> = {
  ' hour': ' hours',
  ' day': ' days',
  ' week': ' weeks',
  ' year': ' years',
};

/** A duration in units of `unitSeconds`, never shown in a unit smaller than that one. */
function duration(unitSeconds: number): Formatter {
  return (value, decimals) => {
    const seconds = Math.abs(value * unitSeconds);
    const unit =
      value === 0
        ? TIME_UNITS.find((candidate) => candidate.seconds === unitSeconds)!
        : TIME_UNITS.find((candidate) => seconds < candidate.below && allowed(candidate, unitSeconds))!;
    const amount = value * (unitSeconds / unit.seconds);
    const text = toFixed(amount, decimals);
    return { prefix: '', text, suffix: text === '1' ? unit.suffix : (PLURALS[unit.suffix] ?? unit.suffix) };
  };
}

// Seconds go down to nanoseconds; what is counted in ns, µs, ms or minutes is whole in that unit.
function allowed(candidate: TimeUnit, unitSeconds: number): boolean {
  return unitSeconds === 1 || candidate.seconds >= unitSeconds * 0.999;
}

const CALENDAR: readonly (readonly [name: string, seconds: number])[] = [
  ['year', 31_536_000],
  ['month', 2_628_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
  ['millisecond', 0.001],
];

/** `2 days, 3 hours` from seconds: the largest unit that fits and `decimals` more of them. */
function inWords(unitSeconds: number): Formatter {
  return (value, decimals) => {
    if (value === 0) return { prefix: '', text: '0', suffix: ` ${unitSeconds === 1 ? 'seconds' : 'milliseconds'}` };
    let rest = Math.abs(value * unitSeconds) + 1e-9;
    const parts: string[] = [];
    let left = (decimals ?? 0) + 1;
    for (const [name, seconds] of CALENDAR) {
      const count = Math.floor(rest / seconds);
      if (count === 0 && parts.length === 0) continue;
      if (left-- === 0) break;
      if (count > 0) parts.push(`${count} ${name}${count === 1 ? '' : 's'}`);
      rest -= count * seconds;
    }
    return plain(value < 0 ? `${parts.join(', ')} ago` : parts.join(', '));
  };
}

/** `[-][h:]mm:ss` from seconds, `d days` in front. */
function clock(unitSeconds: number): Formatter {
  return (value) => {
    const total = Math.round(Math.abs(value * unitSeconds));
    const two = (amount: number) => String(amount).padStart(2, '0');
    const text = `${two(Math.floor(total / 3600))}:${two(Math.floor(total / 60) % 60)}:${two(total % 60)}`;
    return plain(value < 0 ? `-${text}` : text);
  };
}

const percent = fixedSuffix('%');
const UNITS: ReadonlyMap<string, Formatter> = new Map<string, Formatter>([
  ['none', fixedSuffix('')],
  ['string', (value) => plain(String(value))],
  ['short', short],
  ['sishort', si('')],
  ['percent', percent],
  ['percentunit', (value, decimals) => percent(value * 100, decimals)],
  ['humidity', fixedSuffix(' %H')],
  ['dB', fixedSuffix(' dB')],
  ['dBm', fixedSuffix(' dBm')],
  ['hex', (value) => plain(Math.trunc(value).toString(16).toUpperCase())],
  ['hex0x', (value) => plain(`0x${Math.trunc(value).toString(16).toUpperCase()}`)],
  ['sci', (value, decimals) => plain(value.toExponential(decimals ?? undefined))],
  ['locale', (value, decimals) => plain(value.toLocaleString('en-US', { maximumFractionDigits: decimals ?? 20 }))],
  ['bool', (value) => plain(value === 0 ? 'False' : 'True')],
  ['bool_yes_no', (value) => plain(value === 0 ? 'No' : 'Yes')],
  ['bool_on_off', (value) => plain(value === 0 ? 'Off' : 'On')],
  // Data.
  ['bytes', binary('B')],
  ['decbytes', si('B')],
  ['bits', binary('b')],
  ['decbits', si('b')],
  ['kbytes', binary('B', 1)],
  ['mbytes', binary('B', 2)],
  ['gbytes', binary('B', 3)],
  ['tbytes', binary('B', 4)],
  ['deckbytes', si('B', 1)],
  ['decmbytes', si('B', 2)],
  ['decgbytes', si('B', 3)],
  ['Bps', si('B/s')],
  ['binBps', binary('B/s')],
  ['bps', si('b/s')],
  ['binbps', binary('b/s')],
  ['KBs', si('B/s', 1)],
  ['KiBs', binary('B/s', 1)],
  ['MBs', si('B/s', 2)],
  ['MiBs', binary('B/s', 2)],
  ['GBs', si('B/s', 3)],
  ['Kbits', si('b/s', 1)],
  ['Mbits', si('b/s', 2)],
  ['pps', si('p/s')],
  // Counts per time.
  ...(['ops', 'reqps', 'rps', 'wps', 'iops', 'eps', 'cps', 'mps', 'rds', 'qps', 'errps'] as const).map(
    (id) => [id, perTime(THROUGHPUT(id))] as const,
  ),
  ...(['opm', 'rpm', 'wpm', 'cpm', 'reqpm'] as const).map((id) => [id, perTime(THROUGHPUT(id))] as const),
  // Time.
  ['ns', duration(1e-9)],
  ['µs', duration(1e-6)],
  ['ms', duration(1e-3)],
  ['s', duration(1)],
  ['m', duration(60)],
  ['h', duration(3600)],
  ['d', duration(86_400)],
  ['dtdurations', inWords(1)],
  ['dtdurationms', inWords(0.001)],
  ['dthms', clock(1)],
  ['clocks', clock(1)],
  ['clockms', clock(0.001)],
  // Physics.
  ['hertz', si('Hz')],
  ['rothz', si('Hz')],
  ['rotrpm', fixedSuffix(' rpm')],
  ['volt', si('V')],
  ['watt', si('W')],
  ['amp', si('A')],
  ['joule', si('J')],
  ['watth', si('Wh')],
  ['kwatth', si('Wh', 1)],
  ['celsius', fixedSuffix(' °C')],
  ['fahrenheit', fixedSuffix(' °F')],
  ['kelvin', fixedSuffix(' K')],
  ['pressurehpa', fixedSuffix(' hPa')],
  ['lengthm', si('m')],
  // Money.
  ['currencyUSD', currency('$')],
  ['currencyEUR', currency('€')],
  ['currencyGBP', currency('£')],
]);

function THROUGHPUT(id: string): string {
  const names: Readonly<Record<string, string>> = {
    ...{ ops: 'ops/s', reqps: 'req/s', rps: 'rd/s', wps: 'wr/s', iops: 'io/s', eps: 'evt/s', cps: 'c/s', mps: 'msg/s' },
    ...{ rds: 'rd/s', qps: 'q/s', errps: 'err/s', opm: 'ops/m', rpm: 'rd/m', wpm: 'wr/m', cpm: 'c/m', reqpm: 'req/m' },
  };
  return names[id]!;
}

/** Dates: the value is Unix time in ms. */
const TIMES: ReadonlyMap<string, (now: () => number) => Formatter> = new Map([
  ['dateTimeAsIso', () => (value: number) => plain(formatDate(value, 'YYYY-MM-DD HH:mm:ss'))],
  ['dateTimeAsSystem', () => (value: number) => plain(formatDate(value, 'YYYY-MM-DD HH:mm:ss'))],
  ['dateTimeAsUS', () => (value: number) => plain(formatDate(value, 'MM/DD/YYYY h:mm:ss a'))],
  ['dateTimeFromNow', (now: () => number) => (value: number) => plain(fromNow(value - now()))],
]);

const TOKENS = /YYYY|MM|DD|HH|h|mm|ss|SSS|a/g;

/** Local time by the tokens YYYY MM DD HH h mm ss SSS a. */
function formatDate(time: number, pattern: string): string {
  if (!Number.isFinite(time)) return '';
  const date = new Date(time);
  const pad = (amount: number, width = 2) => String(amount).padStart(width, '0');
  const tokens: Readonly<Record<string, string>> = {
    YYYY: pad(date.getFullYear(), 4),
    MM: pad(date.getMonth() + 1),
    DD: pad(date.getDate()),
    HH: pad(date.getHours()),
    h: String(date.getHours() % 12 || 12),
    mm: pad(date.getMinutes()),
    ss: pad(date.getSeconds()),
    SSS: pad(date.getMilliseconds(), 3),
    a: date.getHours() < 12 ? 'am' : 'pm',
  };
  return pattern.replace(TOKENS, (token) => tokens[token]!);
}

function fromNow(difference: number): string {
  const { text, suffix } = duration(1)(Math.abs(Math.round(difference / 1000)), 0);
  const words = `${text}${suffix}`;
  return difference > 0 ? `in ${words}` : `${words} ago`;
}
