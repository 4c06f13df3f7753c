import { describe, expect, it } from 'vitest';
import { runJob } from '#promql/run-job';
import { isRehearsal, Rehearsal, rehearsalJobs } from './rehearsal.ts';

const OPTIONS = { lookbackDelta: 300_000, defaultStep: 60_000, maxSamples: 1_000_000 };

describe('a rehearsal', () => {
  it('asks each query as often as the others, the last one of all forgets the data', () => {
    const jobs = [...rehearsalJobs()].filter(isRehearsal);
    const counts = new Map<string, number>();
    for (const { kind, expr } of jobs.slice(0, -1))
      counts.set(`${kind} ${expr}`, (counts.get(`${kind} ${expr}`) ?? 0) + 1);
    expect(new Set(counts.values()).size).toBe(1);
    expect(jobs.map(({ rehearsal }) => rehearsal).indexOf('ends')).toBe(jobs.length - 1);
  });

  it('finds something for every query, as otherwise the code would not be used', async () => {
    const rehearsal = new Rehearsal();
    const seen = new Set<string>();
    for (const job of rehearsalJobs()) {
      if (!isRehearsal(job) || seen.has(job.kind + job.expr)) continue;
      seen.add(job.kind + job.expr);
      const { series = 0, warnings, statistics } = await runJob(await rehearsal.dataFor(job), job, OPTIONS);
      expect([job.expr, series > 0, warnings]).toEqual([job.expr, true, []]);
      if (job.expr !== '1' && !job.expr.startsWith('absent')) expect(statistics!.samplesRead).toBeGreaterThan(0);
    }
  });

  it('makes the data again after its end', async () => {
    const rehearsal = new Rehearsal();
    const [first] = [...rehearsalJobs()].filter(isRehearsal);
    const data = await rehearsal.dataFor(first!);
    expect((await rehearsal.dataFor({ ...first!, rehearsal: 'ends' })) === data).toBe(true);
    expect((await rehearsal.dataFor(first!)) === data).toBe(false);
  });
});
