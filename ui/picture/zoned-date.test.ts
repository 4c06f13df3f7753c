import { afterEach, describe, expect, it } from 'vitest';
import { setLocalZone, ZonedDate } from './zoned-date.ts';

afterEach(() => setLocalZone(null));

const local = (time: number): string => {
  const date = new ZonedDate(time);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate(), date.getHours(), date.getMinutes()].join(' ');
};

describe('local time in a picture', () => {
  it('is that of its zone, in summer and in winter', () => {
    setLocalZone('Europe/Berlin');
    expect([local(Date.UTC(2026, 0, 31, 23, 30)), local(Date.UTC(2026, 6, 31, 23, 30))]).toEqual([
      '2026 2 1 0 30',
      '2026 8 1 1 30',
    ]);
    expect(new ZonedDate(Date.UTC(2026, 0, 1)).getTimezoneOffset()).toBe(-60);
  });

  it('knows zones of half hours', () => {
    setLocalZone('Asia/Kolkata');
    expect(local(Date.UTC(2026, 0, 1, 12, 0))).toBe('2026 1 1 17 30');
  });

  it('reads a date of the zone, on both sides of a change of summer time', () => {
    setLocalZone('Europe/Berlin');
    expect(new ZonedDate(2026, 2, 29, 1, 59).toISOString()).toBe('2026-03-29T00:59:00.000Z');
    expect(new ZonedDate(2026, 2, 29, 3, 0).toISOString()).toBe('2026-03-29T01:00:00.000Z');
    expect(new ZonedDate(2026, 9, 25, 4, 0).toISOString()).toBe('2026-10-25T03:00:00.000Z');
  });

  it('is the machine’s without a zone', () => {
    const time = Date.UTC(2026, 0, 31, 23, 30);
    expect(new ZonedDate(time).getHours()).toBe(new Date(time).getHours());
    expect(new ZonedDate(2026, 1, 2, 3, 4).getTime()).toBe(new Date(2026, 1, 2, 3, 4).getTime());
  });
});
