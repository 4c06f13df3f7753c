import { describe, expect, it } from 'vitest';
import { BarographError } from '#lib/errors';
import { silentLog } from '#lib/log';
import type { QueryAnswer, QueryJob } from '#promql/job';
import { FakeClock } from '#test/clock';
import { QueryPool, type QueryThread, threadDeath } from './query-pool.ts';

const ANSWER: QueryAnswer = { kind: 'json', data: new Uint8Array(), warnings: [], infos: [] };

/** A thread whose jobs end when the test says so. */
class HeldThread implements QueryThread {
  readonly started: string[] = [];
  canceled = 0;
  killed = false;
  private settle: { resolve: (answer: QueryAnswer) => void; reject: (error: Error) => void } | null = null;

  run(job: QueryJob): Promise<QueryAnswer> {
    this.started.push('expr' in job ? job.expr : job.kind);
    return new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
    });
  }

  cancel(): void {
    this.canceled++;
  }

  kill(): void {
    this.killed = true;
    this.settle?.reject(threadDeath('killed'));
  }

  finish(): void {
    this.settle!.resolve(ANSWER);
  }

  fail(error: Error): void {
    this.settle!.reject(error);
  }
}

function instant(expr: string): QueryJob {
  return { kind: 'instant', expr, at: 0, lookbackDelta: null, stats: false, limit: 0, form: 'json' };
}

function poolOf(size: number, maxWaiting = 10) {
  const clock = new FakeClock();
  const threads: HeldThread[] = [];
  const spawn = () => {
    threads.push(new HeldThread());
    return threads.at(-1)!;
  };
  const times: [string, number][] = [];
  const observe = (slice: string, seconds: number) => void times.push([slice, seconds]);
  const pool = new QueryPool({ size, maxWaiting, timeout: 60_000, spawn, clock, log: silentLog, observe });
  return { clock, threads, times, pool };
}

describe('the query pool', () => {
  it('runs one job per thread and the others in order of arrival', async () => {
    const { clock, threads, pool } = poolOf(2);
    const done: string[] = [];
    for (const expr of ['a', 'b', 'c', 'd']) void pool.run(instant(expr)).then(() => done.push(expr));
    await clock.advance(0);
    expect(threads.map(({ started }) => started)).toEqual([['a'], ['b']]);
    threads[1]!.finish();
    await clock.advance(0);
    expect(threads.map(({ started }) => started)).toEqual([['a'], ['b', 'c']]);
    expect(done).toEqual(['b']);
  });

  it('tells how long queries waited and ran', async () => {
    const { clock, threads, times, pool } = poolOf(1);
    for (const expr of ['a', 'b']) void pool.run(instant(expr));
    await clock.advance(2000);
    threads[0]!.finish();
    await clock.advance(500);
    threads[0]!.finish();
    await clock.advance(0);
    expect(times).toEqual([
      ['queue_time', 0],
      ['inner_eval', 2],
      ['queue_time', 2],
      ['inner_eval', 0.5],
    ]);
  });

  it('keeps a thread whose query failed', async () => {
    const { clock, threads, pool } = poolOf(1);
    const failed = pool.run(instant('bad'));
    await clock.advance(0);
    threads[0]!.fail(new BarographError('no', { kind: 'bad-request', code: 'promql-parse' }));
    await expect(failed).rejects.toThrow('no');
    void pool.run(instant('good'));
    await clock.advance(0);
    expect(threads[0]!.started).toEqual(['bad', 'good']);
  });

  it('stops a query at its deadline and replaces a thread that does not listen', async () => {
    const { clock, threads, pool } = poolOf(1);
    const slow = pool.run(instant('slow'), { timeout: 1000 });
    const next = pool.run(instant('next'));
    slow.catch(() => {});
    await clock.advance(1000);
    expect(threads[0]!.canceled).toBe(1);
    expect(threads[0]!.killed).toBe(false);
    await clock.advance(2000);
    await expect(slow).rejects.toThrow('query timed out in expression evaluation');
    expect(threads[0]!.killed).toBe(true);
    expect(threads[1]!.started).toEqual(['next']);
    threads[1]!.finish();
    expect(await next).toBe(ANSWER);
    expect(clock.pending).toBe(0);
  });

  it('times out a query that never got a thread, counted from its arrival', async () => {
    const { clock, pool } = poolOf(1);
    void pool.run(instant('long')).catch(() => {});
    const waiting = pool.run(instant('waiting'), { timeout: 500 });
    waiting.catch(() => {});
    await clock.advance(500);
    await expect(waiting).rejects.toThrow('query timed out in query queue');
  });

  it('stops the query of the caller that went away, and no other', async () => {
    const { clock, threads, pool } = poolOf(2);
    const gone = new AbortController();
    const stays = pool.run(instant('stays'));
    const leaves = pool.run(instant('leaves'), { signal: gone.signal });
    await clock.advance(0);
    gone.abort();
    expect(threads.map(({ canceled }) => canceled)).toEqual([0, 1]);
    threads[1]!.fail(new BarographError('query was canceled', { kind: 'unavailable', code: 'promql-canceled' }));
    await expect(leaves).rejects.toThrow('query was canceled');
    threads[0]!.finish();
    expect(await stays).toBe(ANSWER);
  });

  it('replaces a thread that died of its query', async () => {
    const { clock, threads, pool } = poolOf(1);
    const greedy = pool.run(instant('greedy'));
    const next = pool.run(instant('next'));
    await clock.advance(0);
    threads[0]!.fail(threadDeath('out of memory'));
    await expect(greedy).rejects.toThrow('used too much memory');
    await clock.advance(0);
    threads[1]!.finish();
    expect(await next).toBe(ANSWER);
  });

  it('refuses queries when too many wait, and all when it is closed', async () => {
    const { clock, pool } = poolOf(1, 1);
    const running = pool.run(instant('runs'));
    const waiting = pool.run(instant('waits'));
    await clock.advance(0);
    await expect(pool.run(instant('too many'))).rejects.toThrow('too many queries: 1 are waiting already');
    pool.close();
    await expect(running).rejects.toThrow('query was canceled');
    await expect(waiting).rejects.toThrow('query was canceled');
    await expect(pool.run(instant('late'))).rejects.toThrow('the server is shutting down');
  });
});
