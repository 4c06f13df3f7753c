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

describe('the heap of a query', () => {
  const guardOf = (used: number, live: number) => {
    const asked: string[] = [];
    const tell = (what: string, bytes: number) => () => {
      asked.push(what);
      return bytes;
    };
    const heap = { maxBytes: 100, used: tell('used', used), live: tell('live', live) };
    return { asked, guard: new QueryGuard({ maxSamples: 1, maxBytes: 50, heap }) };
  };

  it('ends it when it is full of what is needed, not when it is full of garbage', () => {
    const full = guardOf(101, 101);
    expect(() => full.guard.check()).toThrow('the query needs more than 50B of memory');
    const dirty = guardOf(101, 100);
    dirty.guard.check();
    expect(dirty.asked).toEqual(['used', 'live']);
  });

  it('is not cleaned while there is room', () => {
    const roomy = guardOf(100, 0);
    roomy.guard.check();
    expect(roomy.asked).toEqual(['used']);
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
    await expect(runJob(await storage(), job, { ...OPTIONS, maxBytes: 2_800_000 })).rejects.toMatchObject({
      code: 'promql-too-much-memory',
    });
    await expect(runJob(await storage(), job, { ...OPTIONS, maxBytes: 3_000_000 })).resolves.toBeDefined();
  });

  it('may be one that only lists series', async () => {
    const selectors = [[{ name: 'i', operator: '=~', value: '.+' }]] as const;
    const job: QueryJob = { kind: 'series', selectors, range: { start: 0, end: 1e7 }, limit: 0 };
    await expect(runJob(await storage(), job, { ...OPTIONS, maxBytes: 10_000 })).rejects.toMatchObject({
      code: 'promql-too-much-memory',
    });
  });

  it('may be one that makes long labels out of nothing', async () => {
    let expr = 'label_replace(x, "l", "1234567890", "", "")';
    for (let i = 0; i < 12; i++) expr = `label_join(${expr}, "l", "", "l", "l")`;
    const job: QueryJob = { kind: 'instant', ...EXPRESSION, expr, at: 1_000_000 };
    await expect(runJob(await storage(), job, { ...OPTIONS, maxBytes: 5_000_000 })).rejects.toMatchObject({
      code: 'promql-too-much-memory',
    });
  });

  it('may be one with very many steps, and then nothing is allocated for them', async () => {
    const job: QueryJob = {
      kind: 'instant',
      ...EXPRESSION,
      expr: 'count_over_time(vector(1)[100y:1ms])',
      at: 1_000_000,
    };
    await expect(runJob(await storage(), job, { ...OPTIONS, maxBytes: 2 ** 30 })).rejects.toMatchObject({
      code: 'promql-too-much-memory',
    });
  });
});
