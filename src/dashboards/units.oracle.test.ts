import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { formattedText, unitFormatter } from './units.ts';

interface Recorded {
  readonly now: number;
  readonly values: readonly number[];
  readonly withDecimals: readonly (readonly [value: number, decimals: number])[];
  readonly answers: Readonly<Record<string, string>>;
}

const file = new URL('../../test/fixtures/grafana/units.json', import.meta.url);
const { now, values, withDecimals, answers } = JSON.parse(readFileSync(file, 'utf8')) as Recorded;

/** Dates are recorded in UTC and written in local time: the same wall clock is asked for. */
function wallClock(id: string, value: number): number {
  if (!id.startsWith('dateTime') || id === 'dateTimeFromNow') return value;
  const offset = new Date(value).getTimezoneOffset();
  return Number.isNaN(offset) ? value : value + offset * 60_000;
}

/** Where ours is meant to differ. */
function agreed(text: string): string {
  return (
    text
      // The narrow space of newer locale tables is a plain one here: it looks the same and can be searched for.
      .replace('\u202f', ' ')
  );
}

/** `unit value: theirs, ours` of all that differ. */
function differences(): string[] {
  const asked = [...values.map((value) => [value, null] as const), ...withDecimals];
  return Object.entries(answers).flatMap(([id, recorded]) => {
    const format = unitFormatter(id, () => now);
    const theirs = recorded.split('|');
    return asked.flatMap(([value, decimals], i) => {
      const ours = formattedText(format(wallClock(id, value), decimals));
      // A clock of more hours than the calendar has goes on counting here.
      const beyond = id.startsWith('clock') && theirs[i]!.endsWith('Invalid date');
      return beyond || ours === agreed(theirs[i]!) ? [] : [`${id} ${value} ${decimals ?? ''}: ${theirs[i]}, ${ours}`];
    });
  });
}

it('all of Grafana’s units write all values as Grafana does', () => {
  expect(Object.keys(answers)).toHaveLength(273);
  expect(values).toHaveLength(40);
  expect(differences()).toEqual([]);
});
