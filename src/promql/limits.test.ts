import { describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import { UNKNOWN_REF } from '#storage/appender';
import { MemoryStorage } from '#storage/memory';
import type { QueryJob } from './job.ts';
import { PROGRESS_BYTES, PROGRESS_SAMPLES, QueryGuard } from './limits.ts';
import { runJob } from './run-job.ts';

const OPTIONS = { lookbackDelta: 300_000, defaultStep: 60_000, maxSamples: 1_000_000 };
const EXPRESSION = { lookbackDelta: null, stats: false, limit: 0, form: 'json' } as const;

describe('the memory of a query', () => {
  it('is what its samples take, and gives it back with them', () => {
    const progress = new Float64Array(2);
    const guard = new QueryGuard({ maxSamples: 100, maxBytes: 10_000, progress });
    guard.take(40);
    expect([progress[PROGRESS_SAMPLES], progress[PROGRESS_BYTES]]).toEqual([40, 360]);
    guard.widen({ labels: ['a', 'b'], values: new Float64Array(50), samples: 40 });
    expect(progress[PROGRESS_BYTES]).toBe(360 + 2 * 300 + 10 * 9);
    guard.release(20);
    guard.hold(0);
    expect(progress[PROGRESS_BYTES]).toBe(1050 / 2);
    guard.release(20);
    guard.hold(0);
    expect([progress[PROGRESS_SAMPLES], progress[PROGRESS_BYTES]]).toEqual([40, 0]);
  });

  it('is full when labels alone fill it', () => {
    const guard = new QueryGuard({ maxSamples: 1e6, maxBytes: 3000 });
    guard.takeSeries(10);
    expect(() => guard.takeSeries(1)).toThrow('the query needs more than 2KiB952B of memory');
  });
});

describe('a query over its budget', () => {
  const storage = async () => {
    const memory = new MemoryStorage();
    const appender = memory.appender();
    for (let i = 0; i < 100; i++) {
      appender.float(UNKNOWN_REF, Labels.from({ __name__: 'x', i: String(i) }), 1_000_000, i);
    }
    await appender.commit();
    return memory;
  };
  const range = { kind: 'range', ...EXPRESSION, start: 0, end: 10_000_000, step: 1000 } as const;

  it('ends while frames grow, also when they are nearly empty, and says what to do', async () => {
    // A hundred series of one sample each, seen at 300 of 10,001 steps: 30,000 samples, but 9 MB of columns.
    const job: QueryJob = { ...range, expr: 'sum(abs(x))' };
    await expect(runJob(await storage(), job, { ...OPTIONS, maxBytes: 5_000_000 })).rejects.toMatchObject({
      code: 'promql-too-much-memory',
      hint: expect.stringContaining('--query.max-memory'),
    });
    await expect(runJob(await storage(), job, { ...OPTIONS, maxBytes: 20_000_000 })).resolves.toMatchObject({
      series: 1,
    });
  });

  it('ends before its answer is written as text', async () => {
    const job: QueryJob = { ...range, expr: 'x', end: 1_299_000, start: 1_000_000 };
    await expect(runJob(await storage(), job, { ...OPTIONS, maxBytes: 900_000 })).rejects.toMatchObject({
      code: 'promql-too-much-memory',
    });
    await expect(runJob(await storage(), job, { ...OPTIONS, maxBytes: 1_000_000 })).resolves.toBeDefined();
  });

  it('may be one that only lists series', async () => {
    const selectors = [[{ name: 'i', operator: '=~', value: '.+' }]] as const;
    const job: QueryJob = { kind: 'series', selectors, range: { start: 0, end: 1e7 }, limit: 0 };
    await expect(runJob(await storage(), job, { ...OPTIONS, maxBytes: 10_000 })).rejects.toMatchObject({
      code: 'promql-too-much-memory',
    });
  });
});
