import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setLocalTime } from '#dashboards/local-time';
import { namedZone } from '#dashboards/named-zone';
import {
  alignTimeRange,
  describeTimeRange,
  formatDateTime,
  resolveTime,
  resolveTimeRange,
  shiftTimeRange,
  stepFor,
  zoomOutTimeRange,
} from './time-range.ts';

const NOW = Date.UTC(2026, 2, 31, 14, 30, 15, 250);
const utc = { now: NOW, timeZone: 'utc' } as const;
const HOUR = 3_600_000;

function start(text: string): string | null {
  const time = resolveTime(text, 'start', utc);
  return time === null ? null : new Date(time).toISOString();
}

function end(text: string): string | null {
  const time = resolveTime(text, 'end', utc);
  return time === null ? null : new Date(time).toISOString();
}

describe('a time in a URL', () => {
  it('is relative to now', () => {
    expect(start('now')).toBe('2026-03-31T14:30:15.250Z');
    expect(start('now-90s')).toBe('2026-03-31T14:28:45.250Z');
    expect(start('now-1h30m')).toBe(null);
    expect(start('now-1h-30m')).toBe('2026-03-31T13:00:15.250Z');
    expect(start('now+1d')).toBe('2026-04-01T14:30:15.250Z');
  });

  it('keeps to the calendar for months and years', () => {
    expect(start('now-1M')).toBe('2026-02-28T14:30:15.250Z');
    expect(start('now-2y')).toBe('2024-03-31T14:30:15.250Z');
    expect(start('now-1w')).toBe('2026-03-24T14:30:15.250Z');
  });

  it('rounds to the start or the end of a unit', () => {
    expect(start('now/d')).toBe('2026-03-31T00:00:00.000Z');
    expect(end('now/d')).toBe('2026-03-31T23:59:59.999Z');
    expect(start('now-1d/d')).toBe('2026-03-30T00:00:00.000Z');
    expect(start('now/w')).toBe('2026-03-30T00:00:00.000Z');
    expect(start('now/M')).toBe('2026-03-01T00:00:00.000Z');
    expect(start('now/y')).toBe('2026-01-01T00:00:00.000Z');
    expect(start('now/h')).toBe('2026-03-31T14:00:00.000Z');
    expect(start('now/m')).toBe('2026-03-31T14:30:00.000Z');
  });

  it('begins a week on the day that is asked for', () => {
    const week = (weekStart: number, text: string, edge: 'start' | 'end' = 'start'): string => {
      return new Date(resolveTime(text, edge, { now: NOW, timeZone: 'utc', weekStart })!).toISOString();
    };
    expect(week(0, 'now/w')).toBe('2026-03-29T00:00:00.000Z');
    expect(week(1, 'now/w')).toBe('2026-03-30T00:00:00.000Z');
    expect(week(6, 'now/w')).toBe('2026-03-28T00:00:00.000Z');
    expect(week(6, 'now-1w/w', 'end')).toBe('2026-03-27T23:59:59.999Z');
    // A Sunday is the first day of its week, or the last.
    expect(week(0, 'now-2d/w')).toBe('2026-03-29T00:00:00.000Z');
    expect(week(1, 'now-2d/w')).toBe('2026-03-23T00:00:00.000Z');
  });

  it('is a Unix time in milliseconds or a date', () => {
    expect(start('1767225600000')).toBe('2026-01-01T00:00:00.000Z');
    expect(start('2026-01-31 12:05')).toBe('2026-01-31T12:05:00.000Z');
    expect(start('2026-01-31')).toBe('2026-01-31T00:00:00.000Z');
    expect(start('2026-01-31T12:05:06.5Z')).toBe('2026-01-31T12:05:06.500Z');
    expect(start('2026-01-31T12:05:06+02:00')).toBe('2026-01-31T10:05:06.000Z');
  });

  it.each(['', 'yesterday', 'now-', 'now-5', 'now-5x', 'now/q', '2026-02-30', '2026-13-01', '2026-01-01 25:00', '12'])(
    'is not %j',
    (text) => {
      expect(start(text)).toBe(null);
    },
  );
});

describe('a time range', () => {
  it('needs its ends in order', () => {
    expect(resolveTimeRange({ from: 'now-1h', to: 'now' }, utc)).toEqual({ start: NOW - HOUR, end: NOW });
    expect(resolveTimeRange({ from: 'now', to: 'now-1h' }, utc)).toBe(null);
    expect(resolveTimeRange({ from: 'now', to: 'now' }, utc)).toBe(null);
    expect(resolveTimeRange({ from: 'now-1h', to: 'soon' }, utc)).toBe(null);
  });

  it('has a name', () => {
    expect(describeTimeRange({ from: 'now-6h', to: 'now' }, 'utc')).toBe('Last 6 hours');
    expect(describeTimeRange({ from: 'now-1h', to: 'now' }, 'utc')).toBe('Last hour');
    expect(describeTimeRange({ from: 'now/d', to: 'now' }, 'utc')).toBe('Today');
    expect(describeTimeRange({ from: 'now-1d/d', to: 'now-1d/d' }, 'utc')).toBe('Yesterday');
    expect(describeTimeRange({ from: '1767225600000', to: 'now' }, 'utc')).toBe('2026-01-01 00:00:00 to now');
  });

  it('is written so that it can be read back', () => {
    const text = formatDateTime(NOW - 250, 'utc');
    expect(text).toBe('2026-03-31 14:30:15');
    expect(resolveTime(text, 'start', utc)).toBe(NOW - 250);
  });

  it('moves by half of itself, never past now', () => {
    const range = { start: NOW - 4 * HOUR, end: NOW - 2 * HOUR };
    expect(shiftTimeRange(range, -1, NOW)).toEqual({ from: String(NOW - 5 * HOUR), to: String(NOW - 3 * HOUR) });
    expect(shiftTimeRange(range, 1, NOW)).toEqual({ from: String(NOW - 3 * HOUR), to: String(NOW - HOUR) });
    expect(shiftTimeRange({ start: NOW - HOUR, end: NOW }, 1, NOW)).toEqual({
      from: String(NOW - HOUR),
      to: String(NOW),
    });
  });

  it('doubles around its middle, and only before now', () => {
    expect(zoomOutTimeRange({ start: NOW - 4 * HOUR, end: NOW - 2 * HOUR }, NOW)).toEqual({
      from: String(NOW - 5 * HOUR),
      to: String(NOW - HOUR),
    });
    expect(zoomOutTimeRange({ start: NOW - HOUR, end: NOW }, NOW)).toEqual({
      from: String(NOW - 2 * HOUR),
      to: String(NOW),
    });
  });

  it('has a step that fits the picture', () => {
    expect(stepFor({ start: 0, end: HOUR }, 240)).toBe(15_000);
    expect(stepFor({ start: 0, end: HOUR }, 100_000)).toBe(1000);
    expect(stepFor({ start: 0, end: HOUR }, 240, 60_000)).toBe(60_000);
    expect(stepFor({ start: 0, end: 365 * 24 * HOUR }, 100)).toBe(4 * 24 * HOUR);
  });

  it('is aligned outwards at its start', () => {
    expect(alignTimeRange({ start: 12_345, end: 67_890 }, 1000)).toEqual({ start: 12_000, end: 67_000 });
  });
});

describe('local time that is that of a named zone', () => {
  const berlin = { now: NOW, timeZone: 'local' } as const;
  const at = (text: string, edge: 'start' | 'end' = 'start') =>
    new Date(resolveTime(text, edge, berlin)!).toISOString();
  beforeEach(() => setLocalTime(namedZone('Europe/Berlin')));
  afterEach(() => setLocalTime(null));

  it('rounds, shifts and reads dates by its clocks', () => {
    expect([at('now/d'), at('now/d', 'end')]).toEqual(['2026-03-30T22:00:00.000Z', '2026-03-31T21:59:59.999Z']);
    expect(at('now-7d')).toBe('2026-03-24T15:30:15.250Z');
    expect(at('2026-03-29 01:59')).toBe('2026-03-29T00:59:00.000Z');
    expect(at('2026-03-29 02:30')).toBe('2026-03-29T01:30:00.000Z');
    expect(at('2026-03-29 03:00')).toBe('2026-03-29T01:00:00.000Z');
    expect(formatDateTime(Date.UTC(2026, 2, 29, 1), 'local')).toBe('2026-03-29 03:00:00');
  });
});
