import { describe, expect, it } from 'vitest';
import { jobOf, NO_SERIES_LIMITS, SeriesBudget } from './series-budget.ts';

/** Lets jobs ask for series one after the other; gives how many each got. */
function ask(budget: SeriesBudget, asked: readonly (readonly [job: string, count: number])[], start = 0) {
  let total = start;
  const got: Record<string, number> = {};
  for (const [job, count] of asked) {
    for (let i = 0; i < count; i++) {
      if (!budget.admits(job, total)) continue;
      budget.add(job);
      total++;
      got[job] = (got[job] ?? 0) + 1;
    }
  }
  return got;
}

describe('the budget of series', () => {
  it('has no limits at first', () => {
    expect(ask(new SeriesBudget(NO_SERIES_LIMITS), [['a', 500]])).toEqual({ a: 500 });
  });

  it('holds each job to its own limit', () => {
    const budget = new SeriesBudget({ total: 0, perJob: 10, jobs: { big: 20, free: 0 } });
    budget.reset(new Map([['a', 4]]));
    expect(
      ask(budget, [
        ['a', 10],
        ['b', 15],
        ['big', 30],
        ['free', 50],
      ]),
    ).toEqual({ a: 6, b: 10, big: 20, free: 50 });
    expect(budget.refused).toEqual([
      { job: 'a', reason: 'job', count: 4 },
      { job: 'b', reason: 'job', count: 5 },
      { job: 'big', reason: 'job', count: 10 },
    ]);
  });

  it('refuses the job that grew most when all together are too many, and the others only far above', () => {
    const budget = new SeriesBudget({ total: 100, perJob: 0, jobs: {} });
    budget.reset(new Map([['old', 60]]));
    const asked = [
      ['calm', 5],
      ['wild', 100],
      ['calm', 4],
      ['old', 3],
      ['new', 10],
    ] as const;
    expect(ask(budget, asked, 60)).toEqual({ calm: 9, wild: 35, old: 3, new: 3 });
    expect(budget.refused).toEqual([
      { job: 'wild', reason: 'total', count: 65 },
      { job: 'new', reason: 'total', count: 7 },
    ]);
  });

  it('forgets who grew when the head begins anew', () => {
    const budget = new SeriesBudget({ total: 10, perJob: 0, jobs: {} });
    expect(ask(budget, [['a', 12]])).toEqual({ a: 10 });
    budget.reset(new Map([['a', 2]]));
    expect(ask(budget, [['b', 9]], 2)).toEqual({ b: 8 });
  });

  it('counts a bounded number of jobs by name', () => {
    const budget = new SeriesBudget({ total: 0, perJob: 1, jobs: {} });
    const jobs = Array.from({ length: 1500 }, (_, i) => [`job${i}`, 2] as const);
    ask(budget, jobs);
    expect(budget.refused).toHaveLength(1001);
    expect(budget.refused.at(-1)).toEqual({ job: '', reason: 'job', count: 500 });
  });

  it('finds the job of a series', () => {
    expect(jobOf(['__name__', 'job', 'job', 'a'])).toBe('a');
    expect(jobOf(['a', 'job'])).toBe('');
  });
});
