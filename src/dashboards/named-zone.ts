import type { Millis } from '#model/time';
import type { MinutesBehind } from './local-time.ts';

/** Offsets change at quarters of an hour only. */
const QUARTER: Millis = 900_000;
const MINUTE: Millis = 60_000;

const NUMBERS = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;

/** A zone by its IANA name. Throws a RangeError for a name that is none. */
export function namedZone(name: string): MinutesBehind {
  const clock = new Intl.DateTimeFormat('en-US', { ...NUMBERS, second: 'numeric', hourCycle: 'h23', timeZone: name });
  const known = new Map<number, number>();
  return (time) => {
    if (!Number.isFinite(time)) return Number.NaN;
    const quarter = Math.floor(time / QUARTER) * QUARTER;
    const offset = known.get(quarter) ?? (quarter - shownBy(clock, quarter)) / MINUTE;
    known.set(quarter, offset);
    return offset;
  };
}

/** What a clock shows at a time, as if it were UTC. */
function shownBy(clock: Intl.DateTimeFormat, time: Millis): Millis {
  const parts = new Map(clock.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}
