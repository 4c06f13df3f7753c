import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BarographError } from '#lib/errors';
import { createLog } from '#lib/log';
import type { QueryAnswer, QueryJob, QueryOrigin } from '#promql/job';
import { PROGRESS_BYTES, PROGRESS_SAMPLES } from '#promql/limits';
import { FakeClock } from '#test/clock';
import type { PoolRunOptions } from '../threads/query-pool.ts';
import { ActiveQueries } from './active-queries.ts';
import { openQueryLog, QueryLog } from './query-log.ts';
import { QueryWatch } from './query-watch.ts';

const STATISTICS = {
  ...{ totalQueryableSamples: 40, peakSamples: 30, seriesRead: 4, samplesRead: 20 },
  timingsMs: { parse: 1, plan: 2, run: 3 },
};
const ANSWER: QueryAnswer = {
  ...{ kind: 'json', data: new Uint8Array(), warnings: [], infos: [] },
  ...{ statistics: STATISTICS, series: 2 },
};
const CURL: QueryOrigin = {
  kind: 'http',
  client: { address: '10.0.0.7', userAgent: 'curl/8.1', dashboard: '' },
  ...{ method: 'GET', path: '/api/v1/query' },
};

/** A pool of one thread that the test plays. */
class PlayedPool {
  readonly progress = new Float64Array(2);
  options: PoolRunOptions = {};
  start = () => this.options.onStart!(this.progress);
  answer: (answer: QueryAnswer) => void = () => {};
  fail: (error: Error) => void = () => {};

  run(_: QueryJob, options: PoolRunOptions): Promise<QueryAnswer> {
    this.options = options;
    return new Promise((resolve, reject) => {
      this.answer = resolve;
      this.fail = reject;
      options.signal!.addEventListener('abort', () => reject(options.signal!.reason));
    });
  }
}

let dir: string;
let clock: FakeClock;
let pool: PlayedPool;
let log: QueryLog;
let active: ActiveQueries;
let watch: QueryWatch;
const written: string[] = [];
const file = (name: string) => join(dir, name);
const serverLog = createLog({ sink: (line) => written.push(line), now: () => 0 });

function open(): void {
  active = ActiveQueries.open(dir, serverLog);
  watch = new QueryWatch({ pool, active, log, clock });
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'barograph-'));
  clock = new FakeClock();
  pool = new PlayedPool();
  log = new QueryLog();
  written.length = 0;
  open();
});

afterEach(async () => {
  await log.use(null);
  rmSync(dir, { recursive: true });
});

function instant(expr: string, form: 'json' | 'explain' = 'json'): QueryJob {
  return { kind: 'instant', expr, at: 60_000, lookbackDelta: null, stats: false, limit: 0, form };
}

/** Runs a query that waits one second and runs `ms`. */
async function asked(expr: string, ms: number, outcome: () => void = () => pool.answer(ANSWER)): Promise<void> {
  const running = watch.run(instant(expr), { origin: CURL }).catch(() => {});
  await clock.advance(1000);
  pool.start();
  await clock.advance(ms);
  outcome();
  await running;
}

describe('running queries', () => {
  it('are known from their arrival to their end, with how far they are', async () => {
    const arrived = clock.now();
    const running = watch.run(instant('up'), { origin: CURL });
    await clock.advance(500);
    const known = { id: '1', query: 'up', kind: 'instant', start: 60_000, end: 60_000, step: 0, arrived };
    const client = 'curl from 10.0.0.7';
    expect(watch.running()).toEqual([{ ...known, client, started: null, samples: 0, bytes: 0 }]);
    pool.start();
    pool.progress[PROGRESS_SAMPLES] = 7;
    pool.progress[PROGRESS_BYTES] = 63.5;
    expect(watch.running()).toEqual([{ ...known, client, started: arrived + 500, samples: 7, bytes: 63 }]);
    pool.answer(ANSWER);
    await running;
    expect(watch.running()).toEqual([]);
  });

  it('can be ended, and who asked is told', async () => {
    const running = watch.run(instant('up'));
    expect(watch.kill('1')).toBe(true);
    await expect(running).rejects.toThrow('the query was ended by an operator of this server');
    expect(watch.kill('1')).toBe(false);
  });

  it('end when the client goes away', async () => {
    const gone = new AbortController();
    const running = watch.run(instant('up'), { signal: gone.signal });
    gone.abort(new BarographError('gone', { kind: 'unavailable', code: 'promql-canceled' }));
    await expect(running).rejects.toThrow('gone');
  });

  it('are told after a crash, in the next run', async () => {
    void watch.run(instant(`up{a="${'\u00e4"'.repeat(1000)}"}`), { origin: CURL });
    pool.start();
    void watch.run(instant('1 + 1'), { origin: { kind: 'rule', file: 'r.yml', group: 'g' } });
    pool.start();
    void watch.run(instant('waiting'));
    open();
    expect(written).toHaveLength(2);
    expect(written[0]).toContain("A query didn't finish in the last run");
    expect(written[0]).toContain('curl from 10.0.0.7');
    expect(written[1]).toContain('query="1 + 1" client="rules r.yml; g" started=2023-11-14T22:13:20.000Z');
    written.length = 0;
    open();
    expect(written).toEqual([]);
  });

  it('leave nothing behind when they end, nor when the server does', async () => {
    await asked('up', 10);
    expect(readFileSync(file('queries.active'), 'utf8').trim()).toBe('');
    active.close();
    expect(existsSync(file('queries.active'))).toBe(false);
  });

  it('do not mind a file that somebody else has written', () => {
    writeFileSync(file('queries.active'), '[{"query":"x","timestamp_sec":1},\0\0\n{"half');
    open();
    expect(written).toEqual([]);
  });
});

describe('the query log', () => {
  const lines = (name: string) =>
    readFileSync(file(name), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
  const params = (query: string) => ({
    ...{ end: '1970-01-01T00:01:00.000Z', query, start: '1970-01-01T00:01:00.000Z', step: 0 },
  });
  const httpRequest = { clientIP: '10.0.0.7', method: 'GET', path: '/api/v1/query' };

  it('has a line of JSON for each, as Prometheus writes them', async () => {
    await log.use(await openQueryLog(file('q.log')));
    await asked('up', 10);
    await asked('bad', 20, () => pool.fail(new Error('no')));
    await asked('(', 0, () => pool.fail(new BarographError('parse', { kind: 'bad-request', code: 'promql-parse' })));
    await log.use(null);
    const timings = { evalTotalTime: 0.005, resultSortTime: 0, queryPreparationTime: 0.002, innerEvalTime: 0.003 };
    const head = { level: 'INFO', msg: 'promql query logged' };
    expect(lines('q.log')).toEqual([
      {
        ...{ time: '2023-11-14T22:13:21.010Z', ...head, params: params('up') },
        stats: {
          timings: { ...timings, execQueueTime: 1, execTotalTime: 0.006 },
          samples: { totalQueryableSamples: 40, samplesRead: 20, peakSamples: 30 },
        },
        httpRequest,
      },
      {
        ...{ time: '2023-11-14T22:13:22.030Z', ...head, params: params('bad'), error: 'no' },
        stats: {
          timings: {
            ...{ evalTotalTime: 0.02, resultSortTime: 0, queryPreparationTime: 0, innerEvalTime: 0.02 },
            ...{ execQueueTime: 1, execTotalTime: 0.02 },
          },
          samples: { totalQueryableSamples: 0, samplesRead: 0, peakSamples: 0 },
        },
        httpRequest,
      },
    ]);
  });

  it('goes on in another file, or the same one anew', async () => {
    for (const name of ['a.log', 'b.log', 'b.log']) {
      await log.use(await openQueryLog(file(name)));
      await asked(name, 10);
    }
    await log.use(null);
    await asked('unlogged', 10);
    expect([lines('a.log').length, lines('b.log').length, log.failures]).toEqual([1, 2, 0]);
  });

  it('says why it cannot be written', async () => {
    await expect(openQueryLog(file('no/such/q.log'))).rejects.toThrow(`cannot write to ${file('no/such/q.log')}`);
  });
});

describe('slow queries', () => {
  it('are gathered by their canonical form, those that cost most first', async () => {
    await asked('sum  by(job)(rate(x_total[5m]))', 100);
    await asked('sum by (job) (rate(x_total[5m]))', 300);
    await asked('up', 49);
    await asked('y', 500, () => pool.fail(new Error('too much')));
    const last = clock.now();
    expect(watch.slow()).toMatchObject([
      { query: 'y', runs: 1, totalSeconds: 0.5, series: 0, samplesRead: 0, last, recordingRule: null },
      {
        ...{ query: 'sum by (job) (rate(x_total[5m]))', runs: 2, totalSeconds: 0.4, lastSeconds: 0.3, maxSeconds: 0.3 },
        ...{ series: 2, samplesRead: 20, client: 'curl from 10.0.0.7', start: 60_000, end: 60_000, step: 0 },
        recordingRule: { record: 'job:x:rate5m' },
      },
    ]);
  });

  it('are advised to become rules when asked more than once, through a window that rules see whole', async () => {
    for (const window of ['12s', '1m', '5m', '5m']) {
      await asked(`sum(rate(x_total[${window}]))`, 100);
      if (window !== '5m') await asked(`sum(rate(x_total[${window}]))`, 100);
    }
    await asked('sum(rate(once_total[5m]))', 100);
    const advised = watch.slow().filter(({ recordingRule }) => recordingRule !== null);
    expect(advised.map(({ query }) => query).sort()).toEqual(['sum(rate(x_total[1m]))', 'sum(rate(x_total[5m]))']);
  });

  it('are not advised to become rules when a rule evaluates them', async () => {
    const expr = 'sum(rate(x_total[5m]))';
    const running = watch.run(instant(expr), { origin: { kind: 'rule', file: 'r.yml', group: 'g' } });
    pool.start();
    await clock.advance(100);
    pool.answer(ANSWER);
    await running;
    await asked(expr, 100);
    expect(watch.slow()).toMatchObject([{ query: expr, runs: 2, recordingRule: null }]);
  });

  it('are also those of rules that were evaluated together, each with its own time', async () => {
    await log.use(await openQueryLog(file('q.log')));
    const origin = { kind: 'rule', file: 'r.yml', group: 'g' } as const;
    const running = watch.run({ kind: 'together', exprs: ['a', 'b', 'c'], at: 60_000 }, { origin });
    pool.start();
    expect(watch.running()).toMatchObject([{ query: 'a; b; c', start: 60_000, client: 'rules r.yml; g' }]);
    const vector = { labels: [['x', '1']], values: Float64Array.of(1) };
    const results = [
      { vector, statistics: STATISTICS, seconds: 0.25 },
      { error: 'no', seconds: 0.1 },
      { vector, statistics: STATISTICS, seconds: 0.01 },
    ];
    pool.answer({ kind: 'together', results, warnings: [], infos: [] });
    await running;
    await log.use(null);
    expect(watch.slow()).toMatchObject([
      { query: 'a', totalSeconds: 0.25, series: 1, samplesRead: 20 },
      { query: 'b', totalSeconds: 0.1, series: 0 },
    ]);
    const logged = readFileSync(file('q.log'), 'utf8').trim().split('\n');
    expect(logged.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { params: { query: 'a' }, ruleGroup: { file: 'r.yml', name: 'g' } },
      { params: { query: 'b' }, error: 'no' },
      { params: { query: 'c' } },
    ]);
  });

  it('are not those that were only explained', async () => {
    const running = watch.run(instant('up', 'explain'));
    pool.start();
    await clock.advance(1000);
    pool.answer(ANSWER);
    await running;
    expect(watch.slow()).toEqual([]);
  });

  it('are at most two hundred: the cheapest is forgotten, the newest stays', async () => {
    for (let i = 0; i < 201; i++) await asked(`x${i}`, i === 200 ? 60 : 100 + i);
    const names = watch.slow().map(({ query }) => query);
    expect([names.length, names.includes('x0'), names.at(-1)]).toEqual([200, false, 'x200']);
  });

  it('may be too long to keep', async () => {
    await asked(`x{a="${'a'.repeat(10_000)}"}`, 100);
    expect(watch.slow()[0]!.query).toHaveLength(4097);
  });
});
