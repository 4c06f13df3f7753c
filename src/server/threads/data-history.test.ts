import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '#lib/log';
import { Labels } from '#model/labels';
import type { QueryAnswer, QueryRunner } from '#promql/job';
import { runJob } from '#promql/run-job';
import { UNKNOWN_REF } from '#storage/appender';
import { FakeClock } from '#test/clock';
import { scratch } from '#test/process';
import { Db } from '#tsdb/db';
import { DbReader } from '#tsdb/db-reader';
import { dataHistory } from './data-history.ts';
import { ResultsCache } from './results-cache.ts';

const MINUTE = 60_000;
const STEP = 30_000;
const BEGIN = 1_700_000_000_000 - (1_700_000_000_000 % (10 * MINUTE));
const EXPRESSIONS = ['requests_total', 'sum(rate(requests_total[5m]))', 'count by (pod) (requests_total offset -1m)'];

let clock: FakeClock;
let dir: string;
let db: Db;
let reader: DbReader;
let queries: QueryRunner;
let outcomes: string[];

beforeEach(async () => {
  clock = new FakeClock(BEGIN);
  dir = scratch().dir;
  db = await Db.open({ dir, clock, minBlockDuration: 10 * MINUTE });
  reader = await DbReader.open(db.state(), { log: silentLog });
  const run: QueryRunner['run'] = (job) => {
    const history = dataHistory(db.state(), clock.now());
    return runJob(reader, job, { lookbackDelta: 5 * MINUTE, defaultStep: MINUTE, maxSamples: 1e6, history });
  };
  queries = new ResultsCache({ maxBytes: 1e7, edition: () => db.state().edition }).over({ run });
  outcomes = [];
});

afterEach(async () => {
  await reader.close();
  await db.close();
  rmSync(dir, { recursive: true, force: true });
});

async function store(pod: string, t: number, value: number): Promise<void> {
  const appender = db.appender();
  appender.float(UNKNOWN_REF, Labels.from({ __name__: 'requests_total', pod }), t, value);
  await appender.commit();
}

/** Stores a sample of both pods every 15 seconds. */
async function scrape(minutes: number): Promise<void> {
  for (let i = 0; i < minutes * 4; i++) {
    await clock.advance(15_000);
    await store('a', clock.now(), clock.now() / 1000 - 1_699_000_000);
    await store('b', clock.now(), (clock.now() / 3000) % 1777);
  }
}

async function maintain(): Promise<void> {
  await db.maintain(clock.now());
  await reader.update(db.state());
}

async function answer(expr: string, end: number, cache: boolean): Promise<Extract<QueryAnswer, { kind: 'json' }>> {
  const range = { start: end - 40 * STEP, end, step: STEP };
  const job = { kind: 'range', expr, ...range, lookbackDelta: null, stats: false, limit: 0, form: 'json' } as const;
  const given = await queries.run(job, { cache });
  if (given.kind !== 'json') throw new Error(`a ${given.kind} answer`);
  return given;
}

/** Asks everything with and without the cache; the answers must be the same. */
async function refresh(): Promise<void> {
  const end = Math.floor(clock.now() / STEP) * STEP;
  for (const expr of EXPRESSIONS) {
    const [cached, plain] = [await answer(expr, end, true), await answer(expr, end, false)];
    expect(new TextDecoder().decode(cached.data)).toBe(new TextDecoder().decode(plain.data));
    outcomes.push(cached.cache!.outcome);
  }
}

describe('cached answers over the database', () => {
  it('stay right while samples come in time and the head becomes blocks, and nothing is computed twice', async () => {
    await scrape(20);
    await refresh();
    for (let i = 0; i < 20; i++) {
      await scrape(1);
      if (i % 7 === 3) await maintain();
      await refresh();
    }
    expect(db.blockList().length).toBeGreaterThan(1);
    expect(outcomes.slice(0, 3)).toEqual(['miss', 'miss', 'miss']);
    expect(new Set(outcomes.slice(3))).toEqual(new Set(['partial']));
  });

  it('show samples that came late', async () => {
    await scrape(20);
    await refresh();
    for (const age of [1, 2, 4, 3.5, 1.1]) {
      await store(`late-${age}`, clock.now() - age * MINUTE, age);
      await refresh();
      await scrape(1);
      await refresh();
    }
    expect(new Set(outcomes.slice(3))).toEqual(new Set(['partial']));
  });

  it('show blocks that somebody puts into the directory, and no longer those that are taken out', async () => {
    await scrape(40);
    await maintain();
    await refresh();
    const [block] = db.blockList();
    const away = join(scratch().dir, block!.ulid);
    cpSync(join(dir, block!.ulid), away, { recursive: true });
    rmSync(join(dir, block!.ulid), { recursive: true });
    await maintain();
    await refresh();
    cpSync(away, join(dir, block!.ulid), { recursive: true });
    await maintain();
    await refresh();
    await refresh();
    expect(outcomes).toEqual([...Array(9).fill('miss'), ...Array(3).fill('partial')]);
  });
});
