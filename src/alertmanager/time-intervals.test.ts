import { describe, expect, it } from 'vitest';
import { alertmanagerConfig } from '#test/alertmanager';
import { holds, TimeIntervals } from './time-intervals.ts';

function interval(yaml: string) {
  const config = alertmanagerConfig(`
route: {receiver: r}
receivers: [{name: r}]
time_intervals: [{name: t, time_intervals: [${yaml}]}]`);
  return config.timeIntervals[0]!.timeIntervals[0]!;
}

describe('a time interval', () => {
  const office = '{times: [{start_time: "09:00", end_time: "17:00"}], weekdays: ["monday:friday"]}';
  const late = '{times: [{start_time: "22:00", end_time: "24:00"}]}';
  const zone = (name: string) => `{times: [{start_time: "09:00", end_time: "10:00"}], location: ${name}}`;
  it.each([
    [office, '2026-11-24T09:00:00Z', true],
    [office, '2026-11-24T08:59:59Z', false],
    [office, '2026-11-24T17:00:00Z', false],
    [office, '2026-11-28T12:00:00Z', false],
    [late, '2026-11-24T23:59:59Z', true],
    [late, '2026-11-25T00:00:00Z', false],
    ['{days_of_month: ["1:5"]}', '2026-11-05T00:00:00Z', true],
    ['{days_of_month: ["-1"]}', '2026-02-28T12:00:00Z', true],
    ['{days_of_month: ["-1"]}', '2028-02-28T12:00:00Z', false],
    ['{days_of_month: ["-3:-1"]}', '2026-11-28T12:00:00Z', true],
    ['{days_of_month: ["31"]}', '2026-11-30T12:00:00Z', false],
    ['{days_of_month: ["25:31"]}', '2026-11-30T12:00:00Z', true],
    ['{months: ["november:december"]}', '2026-11-30T12:00:00Z', true],
    ['{months: ["1:3"]}', '2026-11-30T12:00:00Z', false],
    ['{years: ["2025:2026"]}', '2026-11-30T12:00:00Z', true],
    ['{years: ["2025"], months: ["11"]}', '2026-11-30T12:00:00Z', false],
    [zone('Europe/Berlin'), '2026-11-24T08:30:00Z', true],
    [zone('Europe/Berlin'), '2026-07-24T07:30:00Z', true],
    [zone('Europe/Berlin'), '2026-07-24T08:30:00Z', false],
    [zone('Asia/Kolkata'), '2026-11-24T03:45:00Z', true],
    ['{weekdays: [monday], location: Pacific/Auckland}', '2026-11-22T12:00:00Z', true],
    ['{}', '2026-11-24T08:30:00Z', true],
  ])('%s at %s: %s', (yaml, time, expected) => {
    expect(holds(interval(yaml), Date.parse(time))).toBe(expected);
  });

  it('of several under one name one is enough; a name that is not asked does not count', () => {
    const named = new TimeIntervals([
      { name: 'two', timeIntervals: [interval('{years: ["1999"]}'), interval('{years: ["2026"]}')] },
      { name: 'none', timeIntervals: [] },
    ]);
    const time = Date.parse('2026-11-24T08:30:00Z');
    expect(named.holding(['two', 'none'], time)).toEqual(['two']);
    expect(named.holding([], time)).toEqual([]);
  });
});
