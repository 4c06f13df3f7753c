import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '#lib/log';
import { Labels } from '#model/labels';
import { createMatcher, type MatcherSpec } from '#model/matcher';
import { UNKNOWN_REF } from '#storage/appender';
import { SampleBuffer } from '#storage/sample-buffer';
import { scratch } from '#test/process';
import { Db, type Retention } from './db.ts';
import { DbReader } from './db-reader.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const T0 = 1_000 * DAY;

let folder: ReturnType<typeof scratch>;
let db: Db;

beforeEach(() => {
  folder = scratch();
});
afterEach(async () => {
  await db.close();
  folder.remove();
});

const job = (value: string): MatcherSpec[] => [{ name: 'job', operator: '=', value }];

/** Four days of three jobs, a sample of each every two hours, in blocks of at most six hours. */
async function open(retention: Retention): Promise<void> {
  db = await Db.open({ dir: join(folder.dir, 'data'), maxBlockDuration: 6 * HOUR, retention });
  for (let t = T0; t <= T0 + 4 * DAY; t += 2 * HOUR) {
    const appender = db.appender();
    for (const name of ['ci', 'api', 'bills']) appender.float(UNKNOWN_REF, Labels.from({ job: name }), t, 1);
    await appender.commit();
  }
  await db.maintain(T0 + 4 * DAY);
}

/** How many hours each job goes back from the newest block. */
async function hours(): Promise<Record<string, number>> {
  const reader = await DbReader.open(db.state(), { log: silentLog });
  const range = { start: 0, end: 2 ** 50 };
  const querier = reader.querier(range);
  const set = querier.select([createMatcher({ name: 'job', operator: '!=', value: '' })], range);
  const found: Record<string, number> = {};
  const newest = Math.max(...db.blockList().map(({ maxTime }) => maxTime));
  for (let batch = await set.next(); batch; batch = await set.next()) {
    for (const { labels, read } of batch) {
      const out = new SampleBuffer();
      read(out);
      found[labels.get('job')] = (newest - out.t[0]!) / HOUR;
    }
  }
  querier.close();
  await reader.close();
  return found;
}

describe('rules of retention', () => {
  it('end matching series early and keep others longer; the first one that matches counts', async () => {
    const rules = [
      { selector: job('ci'), time: DAY },
      { selector: job('bills'), time: 0 },
      { selector: [{ name: 'job', operator: '=~' as const, value: '.+i' }], time: 3 * DAY },
    ];
    await open({ time: 2 * DAY, sizeBytes: 0, rules });
    expect(await hours()).toEqual({ ci: 24, api: 72, bills: 94 });
  });

  it('are exact to a quarter of a block, and give the disk back', async () => {
    await open({ time: 0, sizeBytes: 0, rules: [{ selector: job('ci'), time: 33 * HOUR }] });
    expect(await hours()).toEqual({ ci: 34, api: 94, bills: 94 });
    const blocks = db.blockList();
    const newest = Math.max(...blocks.map(({ maxTime }) => maxTime));
    const old = blocks.filter(({ maxTime }) => maxTime <= newest - 33 * HOUR);
    expect(old).toHaveLength(10);
    expect(old.map(({ stats }) => [stats.numSeries, stats.numTombstones ?? 0])).toEqual(old.map(() => [2, 0]));
  });

  it('may change, and are applied once', async () => {
    await open({ time: 0, sizeBytes: 0 });
    db.configure({ retention: { time: 0, sizeBytes: 0, rules: [{ selector: job('api'), time: 3 * DAY }] } });
    await db.maintain(T0 + 4 * DAY);
    const { edition } = db.state();
    expect(await hours()).toEqual({ ci: 94, api: 72, bills: 94 });
    await db.maintain(T0 + 4 * DAY);
    expect(db.state().edition).toBe(edition);
  });
});
