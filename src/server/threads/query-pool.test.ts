import { describe, expect, it } from 'vitest';
import { BarographError } from '#lib/errors';
import { silentLog } from '#lib/log';
import type { QueryAnswer, QueryJob, QueryOrigin } from '#promql/job';
import { FakeClock } from '#test/clock';
import { QueryPool, type QueryThread, threadDeath } from './query-pool.ts';

const ANSWER: QueryAnswer = { kind: 'json', data: new Uint8Array(), warnings: [], infos: [] };

/** A thread whose jobs end when the test says so. */
class HeldThread implements QueryThread {
  readonly started: string[] = [];
  readonly progress = new Float64Array(2);
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

function poolOf(size: number, maxWaiting = 10, threadForRules = false) {
  const clock = new FakeClock();
  const threads: HeldThread[] = [];
  const spawn = () => {
    threads.push(new HeldThread());
    return threads.at(-1)!;
  };
  const settings = { size, maxWaiting, threadForRules, timeout: 60_000 };
  const times: [string, number][] = [];
  const observe = (slice: string, seconds: number) => void times.push([slice, seconds]);
  const pool = new QueryPool({ ...settings, spawn, clock, log: silentLog, observe });
  return { clock, threads, times, pool };
}

describe('the query pool', () => {
  it('starts with one thread, and has all when they are needed or wanted', async () => {
    const { threads, pool } = poolOf(3);
    expect(threads.length).toBe(1);
    const answers = [pool.run(instant('a')), pool.run(instant('b'))];
    expect(threads.map(({ started }) => started)).toEqual([['a'], ['b'], []]);
    for (const thread of threads.slice(0, 2)) thread.finish();
    await Promise.all(answers);
    pool.fill();
    expect(threads.length).toBe(3);
    const other = poolOf(2);
    other.pool.fill();
    expect(other.threads.length).toBe(2);
    pool.close();
    pool.fill();
    expect(threads.length).toBe(3);
  });

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

  it('prefers the thread that worked last', async () => {
    const { clock, threads, pool } = poolOf(2);
    for (const expr of ['a', 'b']) void pool.run(instant(expr));
    await clock.advance(0);
    for (const worker of [0, 1]) {
      threads[worker]!.finish();
      await clock.advance(0);
    }
    for (const expr of ['c', 'd']) {
      void pool.run(instant(expr));
      await clock.advance(0);
      threads[1]!.finish();
      await clock.advance(0);
    }
    expect(threads.map(({ started }) => started)).toEqual([['a'], ['b', 'c', 'd']]);
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

/** Somebody at this address. */
function at(address: string): { readonly origin: QueryOrigin } {
  const client = { address, userAgent: 'curl/8', dashboard: '' };
  return { origin: { kind: 'http', client, method: 'GET', path: '/api/v1/query' } };
}

const rule = { origin: { kind: 'rule', file: 'a.yml', group: 'g' } } as const;

describe('clients of the query pool', () => {
  it('take turns, however many queries one of them sends', async () => {
    const { clock, threads, pool } = poolOf(1);
    for (const expr of ['d1', 'd2', 'd3']) void pool.run(instant(expr), at('10.0.0.1'));
    void pool.run(instant('light'), at('10.0.0.2'));
    for (let i = 0; i < 3; i++) {
      await clock.advance(0);
      threads[0]!.finish();
    }
    await clock.advance(0);
    expect(threads[0]!.started).toEqual(['d1', 'd2', 'light', 'd3']);
  });

  it('are told apart by address, program and dashboard', async () => {
    const { clock, threads, pool } = poolOf(1);
    const panel = (dashboard: string): { readonly origin: QueryOrigin } => {
      const client = { address: 'a', userAgent: 'Grafana', dashboard };
      return { origin: { kind: 'http', client, method: 'POST', path: '/api/v1/query_range' } };
    };
    for (const expr of ['x1', 'x2', 'x3']) void pool.run(instant(expr), panel('x'));
    void pool.run(instant('y1'), panel('y'));
    for (let i = 0; i < 2; i++) {
      await clock.advance(0);
      threads[0]!.finish();
    }
    await clock.advance(0);
    expect(threads[0]!.started).toEqual(['x1', 'x2', 'y1']);
  });

  it('lose the newest of the longest queue when it is full and somebody else comes', async () => {
    const { clock, pool } = poolOf(1, 2);
    const many = ['1', '2', '3'].map((expr) => pool.run(instant(expr), at('10.0.0.1')));
    void pool.run(instant('other'), at('10.0.0.2'));
    await expect(many[2]).rejects.toMatchObject({
      code: 'too-many-queries',
      hint: expect.stringContaining('--threads'),
    });
    await clock.advance(0);
    await expect(pool.run(instant('more'), at('10.0.0.3'))).rejects.toThrow('too many queries: 2 are waiting already');
  });
});

describe('rules in the query pool', () => {
  it('come first when none of them runs, and then take turns as others do', async () => {
    const { clock, threads, pool } = poolOf(1);
    for (const expr of ['a1', 'a2', 'a3']) void pool.run(instant(expr), at('a'));
    for (const expr of ['r1', 'r2']) void pool.run(instant(expr), rule);
    for (let i = 0; i < 4; i++) {
      await clock.advance(0);
      threads[0]!.finish();
    }
    await clock.advance(0);
    expect(threads[0]!.started).toEqual(['a1', 'r1', 'r2', 'a2', 'a3']);
  });

  it('get a thread of their own while others hold all, until they no longer need it', async () => {
    const { clock, threads, pool } = poolOf(1, 10, true);
    // These two are still there when their time is up.
    pool.run(instant('long'), at('a')).catch(() => {});
    void pool.run(instant('r1'), rule);
    void pool.run(instant('r2'), rule);
    await clock.advance(0);
    expect(threads.map(({ started }) => started)).toEqual([['long'], ['r1']]);
    threads[1]!.finish();
    await clock.advance(0);
    expect(threads[1]!.started).toEqual(['r1', 'r2']);
    threads[1]!.finish();
    pool.run(instant('waits'), at('b')).catch(() => {});
    await clock.advance(59_000);
    expect([threads.length, threads[1]!.killed, pool.all.size]).toEqual([2, false, 2]);
    await clock.advance(1_000);
    expect([threads[1]!.killed, pool.all.size]).toEqual([true, 1]);
  });

  it('are not refused when the queue is full', async () => {
    const { clock, threads, pool } = poolOf(1, 1);
    void pool.run(instant('runs'), at('a'));
    void pool.run(instant('waits'), at('a'));
    void pool.run(instant('rule'), rule);
    await clock.advance(0);
    threads[0]!.finish();
    await clock.advance(0);
    expect(threads[0]!.started).toEqual(['runs', 'rule']);
  });
});

describe('a query that was told to stop', () => {
  it('ends with the reason it was stopped for', async () => {
    const { clock, threads, pool } = poolOf(2);
    const canceled = new BarographError('query was canceled', { kind: 'unavailable', code: 'promql-canceled' });
    const late = pool.run(instant('late'), { timeout: 1000 });
    const ended = new AbortController();
    const killed = pool.run(instant('killed'), { signal: ended.signal });
    for (const outcome of [late, killed]) outcome.catch(() => {});
    await clock.advance(1000);
    ended.abort(new BarographError('ended by hand', { kind: 'unavailable', code: 'promql-canceled' }));
    for (const thread of threads) thread.fail(canceled);
    await expect(late).rejects.toThrow('query timed out in expression evaluation');
    await expect(killed).rejects.toThrow('ended by hand');
  });
});
