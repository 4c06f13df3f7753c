import { type FormattedValue, type Formatter, plain, toFixed } from './unit-numbers.ts';

/** From which size on a unit is used, how many of the formatter's own units it has, and what one and several are called. */
type TimeStep = readonly [from: number, size: number, one: string, several: string];

/** A duration in the largest unit that it fills, smallest unit first. */
function duration(steps: readonly TimeStep[]): Formatter {
  return (value, decimals) => {
    const size = Math.abs(value);
    const [, divisor, one, several] = steps.findLast(([from]) => size >= from) ?? steps[0]!;
    // Below one, a product is exact where a quotient is not.
    const amount = divisor < 1 ? value * Math.round(1 / divisor) : value / divisor;
    return { prefix: '', text: toFixed(amount, decimals), suffix: ` ${Math.abs(amount) > 1 ? several : one}` };
  };
}

/** A unit with its plural. */
function step(from: number, size: number, one: string, plural = true): TimeStep {
  return [from, size, one, plural ? `${one}s` : one];
}

/** A unit of one form: `ns`. */
function short(from: number, size: number, name: string): TimeStep {
  return step(from, size, name, false);
}

const ofSeconds = duration([
  short(0, 1e-9, 'ns'),
  short(1e-6, 1e-6, 'µs'),
  short(1e-3, 1e-3, 'ms'),
  short(1, 1, 's'),
  step(60, 60, 'min'),
  step(3600, 3600, 'hour'),
  step(86_400, 86_400, 'day'),
  step(604_800, 604_800, 'week'),
  // Seconds and minutes count in years of the sun.
  step(31_536_000, 31_556_900, 'year'),
]);

function seconds(value: number, decimals?: number | null): FormattedValue {
  return value === 0 ? { prefix: '', text: '0', suffix: ' s' } : ofSeconds(value, decimals);
}

const CALENDAR: readonly (readonly [name: string, millis: number])[] = [
  ['year', 31_536_000_000],
  ['month', 2_592_000_000],
  ['week', 604_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
  ['millisecond', 1],
];

/** `2 days, 3 hours`: the largest unit that fits and `decimals` more of them. */
function inWords(unit: 'second' | 'millisecond'): Formatter {
  const words: Formatter = (value, decimals) => {
    if (value === 0) return { prefix: '', text: '0', suffix: ` ${unit}s` };
    if (value < 0) return { ...words(-value, decimals), suffix: ' ago' };
    let rest = unit === 'second' ? value * 1000 : value;
    const first = CALENDAR.findIndex(([, millis]) => rest / millis >= 1);
    if (first < 0) return plain('');
    const parts = CALENDAR.slice(first, first + 1 + (decimals ?? 0)).map(([name, millis]) => {
      const count = Math.floor(rest / millis);
      rest %= millis;
      return `${count} ${name}${count === 1 ? '' : 's'}`;
    });
    return plain(parts.join(', '));
  };
  return words;
}

function two(amount: number): string {
  return String(amount).padStart(2, '0');
}

/** `hh:mm:ss` from seconds, with `withDays` after `n d`. */
function hours(withDays: boolean): Formatter {
  const format: Formatter = (value) => {
    if (value < 0) return { ...format(-value), suffix: ' ago' };
    const days = withDays ? Math.floor(value / 86_400) : 0;
    const rest = value - days * 86_400;
    const clock = [rest / 3600, (rest % 3600) / 60, (rest % 3600) % 60].map((part) => two(Math.floor(part))).join(':');
    return plain(days > 0 ? `${days} d ${clock}` : clock);
  };
  return format;
}

/** `1h:02m:03s:004ms` from milliseconds: `decimals` parts more than the largest. */
function clock(value: number, decimals?: number | null): string {
  const millis = Math.trunc(value);
  const part = (size: number, base: number): number => ((Math.floor(millis / size) % base) + base) % base;
  const all = [
    `${Math.floor(value / 3_600_000)}h`,
    `${two(part(60_000, 60))}m`,
    `${two(part(1000, 60))}s`,
    `${String(part(1, 1000)).padStart(3, '0')}ms`,
  ];
  const first = value < 1000 ? 3 : value < 60_000 ? 2 : value < 3_600_000 ? 1 : 0;
  const most = [4, 3, 2, 1][first]!;
  // Below a minute there is nothing between whole seconds and all of it.
  const shown = decimals === undefined || decimals === null || decimals >= most - 1 ? most : decimals + 1;
  return all.slice(first, first + shown).join(':');
}

/** Grafana's units of durations by id. */
export const DURATIONS: ReadonlyMap<string, Formatter> = new Map<string, Formatter>([
  [
    'ns',
    duration([
      short(0, 1, 'ns'),
      short(1e3, 1e3, 'µs'),
      short(1e6, 1e6, 'ms'),
      short(1e9, 1e9, 's'),
      step(6e10, 6e10, 'min'),
      step(36e11, 36e11, 'hour'),
      step(864e11, 864e11, 'day'),
    ]),
  ],
  ['µs', duration([short(0, 1, 'µs'), short(1e3, 1e3, 'ms'), short(1e6, 1e6, 's')])],
  [
    'ms',
    duration([
      short(0, 1, 'ms'),
      short(1e3, 1e3, 's'),
      step(6e4, 6e4, 'min'),
      step(36e5, 36e5, 'hour'),
      step(864e5, 864e5, 'day'),
      step(31_536e6, 31_536e6, 'year'),
    ]),
  ],
  ['s', seconds],
  [
    'm',
    duration([
      short(0, 1, 'min'),
      step(60, 60, 'hour'),
      step(1440, 1440, 'day'),
      step(10_080, 10_080, 'week'),
      step(604_800, 525_948, 'year'),
    ]),
  ],
  ['h', duration([short(0, 1, 'hour'), step(24, 24, 'day'), step(168, 168, 'week'), step(8760, 8760, 'year')])],
  ['d', duration([step(0, 1, 'day'), step(7, 7, 'week'), step(365, 365, 'year')])],
  ['dtdurations', inWords('second')],
  ['dtdurationms', inWords('millisecond')],
  ['dthms', hours(false)],
  ['dtdhms', hours(true)],
  ['timeticks', (value, decimals) => seconds(value / 100, decimals)],
  ['clocks', (value, decimals) => plain(clock(value * 1000, decimals))],
  ['clockms', (value, decimals) => plain(clock(value, decimals))],
]);
