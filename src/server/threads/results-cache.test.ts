import { describe, expect, it } from 'vitest';
import type { CachedRange, QueryAnswer, QueryJob, QueryRunner, RangeJob } from '#promql/job';
import { ResultsCache } from './results-cache.ts';

const JOB: RangeJob = {
  ...{ kind: 'range', expr: 'up', start: 0, end: 600_000, step: 15_000 },
  ...{ lookbackDelta: null, stats: false, limit: 0, form: 'json' },
};
const CACHE = { cache: true };

function entryOf(bytes: number, edition = 1): CachedRange {
  return {
    ...{ start: 0, step: 15_000, count: 1, rows: 0, edition, lateCount: 0, defaultStep: 60_000 },
    ...{ table: new Uint32Array(0), text: new Uint8Array(bytes), warnings: [], infos: [] },
  };
}

/** A runner that answers with what the test says shall be kept, and remembers what it was asked. */
class Thread implements QueryRunner {
  readonly jobs: QueryJob[] = [];
  entry: CachedRange | null = null;

  run(job: QueryJob): Promise<QueryAnswer> {
    this.jobs.push(job);
    const cache = { outcome: this.entry ? 'miss' : 'hit', entry: this.entry } as const;
    return Promise.resolve({ kind: 'json', data: new Uint8Array(), warnings: [], infos: [], cache });
  }

  get known(): CachedRange | null | undefined {
    const job = this.jobs.at(-1);
    return job?.kind === 'range' ? job.cache?.known : undefined;
  }
}

function cacheOf(maxBytes: number) {
  const thread = new Thread();
  const state = { edition: 1 };
  const cache = new ResultsCache({ maxBytes, edition: () => state.edition });
  const queries = cache.over(thread);
  /** What the thread is given to know for this expression; it answers with `entry`. */
  const ask = async (expr: string, entry: CachedRange | null = null) => {
    thread.entry = entry;
    await queries.run({ ...JOB, expr }, CACHE);
    return thread.known;
  };
  const value = (name: string, ...labels: string[]) =>
    cache
      .metrics()
      .find((one) => one.name === `barograph_query_cache_${name}`)!
      .samples.find((sample) => sample.labels.join() === labels.join())!.value;
  return { thread, state, queries, ask, value };
}

describe('the results cache', () => {
  it('gives back what was kept of the same expression, step, phase and lookback', async () => {
    const { thread, queries, ask } = cacheOf(1e6);
    const entry = entryOf(100);
    expect(await ask('up', entry)).toBeNull();
    expect(await ask('up')).toBe(entry);
    const others: Partial<RangeJob>[] = [{ expr: 'up ' }, { step: 30_000 }, { start: 1 }, { lookbackDelta: 1 }];
    for (const other of others) {
      await queries.run({ ...JOB, ...other }, CACHE);
      expect(thread.known).toBeNull();
    }
    await queries.run({ ...JOB, start: -30_000, end: 0 }, CACHE);
    expect(thread.known).toBe(entry);
  });

  it('takes no part where the caller does not ask for it, in other jobs, or without memory', async () => {
    const { thread, queries, ask } = cacheOf(1e6);
    await ask('up', entryOf(100));
    await queries.run(JOB, {});
    await queries.run(JOB, { cache: false });
    await queries.run({ ...JOB, kind: 'instant', at: 0 }, CACHE);
    await cacheOf(0).queries.run(JOB, CACHE);
    expect(thread.jobs.slice(1).every((job) => !('cache' in job))).toBe(true);
  });

  it('forgets what was not used for the longest time, and never holds more than it may', async () => {
    const { ask, value } = cacheOf(100_000);
    for (const name of ['a', 'b', 'c', 'd']) await ask(name, entryOf(20_000));
    await ask('a');
    await ask('e', entryOf(20_000));
    expect(await ask('a')).not.toBeNull();
    expect(await ask('b')).toBeNull();
    expect(value('evictions_total')).toBe(1);
    expect(value('entries')).toBe(4);
    expect(value('bytes')).toBeLessThanOrEqual(100_000);
  });

  it('does not keep an entry that would push out most others', async () => {
    const { ask, value } = cacheOf(100_000);
    await ask('a', entryOf(30_000));
    expect(await ask('a')).toBeNull();
    expect(value('bytes')).toBe(0);
  });

  it('does not keep what was made from another edition of the data', async () => {
    const { state, ask } = cacheOf(1e6);
    state.edition = 2;
    await ask('up', entryOf(100, 1));
    expect(await ask('up')).toBeNull();
  });

  it('counts what it was good for', async () => {
    const { ask, value } = cacheOf(1e6);
    await ask('up', entryOf(100));
    await ask('up');
    await ask('up');
    expect(value('requests_total', 'outcome', 'miss')).toBe(1);
    expect(value('requests_total', 'outcome', 'hit')).toBe(2);
  });
});
