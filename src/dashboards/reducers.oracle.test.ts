import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { reducer } from './reducers.ts';

interface RecordedReducer {
  readonly id: string;
  readonly name: string;
  readonly answers: readonly (number | boolean | null)[];
}

function recorded<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../test/fixtures/grafana/${name}`, import.meta.url), 'utf8')) as T;
}

const { columns } = recorded<{ readonly columns: readonly (readonly (number | null)[])[] }>('cases.json');
// Lists instead of numbers: nothing here shows them.
const LISTS = ['allValues', 'uniqueValues'];
const all = recorded<readonly RecordedReducer[]>('reducers.json').filter(({ id }) => !LISTS.includes(id));

/** Grafana gives the largest number there is as the least above zero when there is none, and false is 0 here. */
function agreed(answer: number | boolean | null): number | null {
  return answer === Number.MAX_VALUE ? null : answer === null ? null : Number(answer);
}

describe('reducers', () => {
  it.each(all)('$id reduces as Grafana does', ({ id, name, answers }) => {
    const found = reducer(id)!;
    expect(found.label).toBe(name);
    const ours = columns.map((column) => {
      const value = found.reduce(Float64Array.from(column, (one) => one ?? Number.NaN));
      return Number.isNaN(value) ? null : value;
    });
    const theirs = answers.map(agreed);
    ours.forEach((value, i) => {
      if (value === null || theirs[i] === null) expect(value, JSON.stringify(columns[i])).toBe(theirs[i]);
      else expect(value, JSON.stringify(columns[i])).toBeCloseTo(theirs[i]!, 6);
    });
  });
});
