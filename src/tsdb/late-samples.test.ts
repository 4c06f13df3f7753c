import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silentLog } from '#lib/log';
import { Labels } from '#model/labels';
import { createMatcher } from '#model/matcher';
import {
  REJECTED_DUPLICATE,
  REJECTED_OUT_OF_BOUNDS,
  REJECTED_OUT_OF_ORDER,
  REJECTED_TOO_OLD,
  UNKNOWN_REF,
} from '#storage/appender';
import { KIND_HISTOGRAM, SampleBuffer } from '#storage/sample-buffer';
import { FakeClock } from '#test/clock';
import { databasesPerTest } from '#test/databases';
import { comparable, integers } from '#test/histogram-data';
import type { Db } from './db.ts';
import { DbReader } from './db-reader.ts';
import { readPastWrites } from './late-writes.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A multiple of two hours. */
const T0 = 1_000 * 2 * HOUR;

const databases = databasesPerTest({ outOfOrderWindow: 6 * HOUR });
const { open, reopen } = databases;

const m = Labels.from({ __name__: 'm' });

async function put(db: Db, ...samples: (readonly [t: number, v: number])[]): Promise<number[]> {
  const appender = db.appender();
  const results = samples.map(([t, v]) => Number(appender.float(UNKNOWN_REF, m, t, v)));
  await appender.commit();
  return results.map((result) => Math.min(result, 1));
}

async function samples(db: Db): Promise<(readonly [number, unknown])[]> {
  const reader = await DbReader.open(db.state(), { log: silentLog });
  const range = { start: -(2 ** 50), end: 2 ** 50 };
  const querier = reader.querier(range);
  const set = querier.select([createMatcher({ name: '__name__', operator: '=', value: 'm' })], range);
  const out = new SampleBuffer();
  for (let batch = await set.next(); batch; batch = await set.next()) for (const series of batch) series.read(out);
  querier.close();
  await reader.close();
  return Array.from({ length: out.length }, (_, i) => {
    const value = out.kind[i] === KIND_HISTOGRAM ? comparable(out.histograms[i]!) : out.v[i]!;
    return [out.t[i]! - T0, value] as const;
  });
}

describe('a sample that is out of order', () => {
  it('is taken within the window, and shows at once among the others', async () => {
    const db = await open();
    await put(db, [T0, 0], [T0 + 3 * MINUTE, 3]);
    expect(await put(db, [T0 + 2 * MINUTE, 2], [T0 + MINUTE, 1], [T0 - 5 * HOUR, -5])).toEqual([1, 1, 1]);
    expect(await samples(db)).toEqual([
      [-5 * HOUR, -5],
      [0, 0],
      [MINUTE, 1],
      [2 * MINUTE, 2],
      [3 * MINUTE, 3],
    ]);
    expect(db.totals()).toMatchObject({ samples: 5, late: 3, tooOld: 0, outOfOrder: 0 });
    expect(db.totals().lateness).toMatchObject({
      counts: Float64Array.of(2, 0, 0, 0, 0, 1, 0, 0),
      sumSeconds: 60 + 120 + 5 * 3600 + 180,
    });
  });

  it('is too old before the window', async () => {
    const db = await open();
    await put(db, [T0, 0]);
    expect(await put(db, [T0 - 6 * HOUR, 1], [T0 - 6 * HOUR - 1, 2])).toEqual([1, REJECTED_TOO_OLD]);
    expect(db.totals()).toMatchObject({ late: 1, tooOld: 1, outOfBounds: 0 });
  });

  it('is refused as before without a window, which may change', async () => {
    const db = await open({ outOfOrderWindow: 0 });
    await put(db, [T0, 0]);
    const late = [
      [T0 - MINUTE, 1],
      [T0 - 2 * HOUR, 2],
    ] as const;
    expect(await put(db, ...late)).toEqual([REJECTED_OUT_OF_ORDER, REJECTED_OUT_OF_BOUNDS]);
    db.configure({ outOfOrderWindow: HOUR });
    expect(await put(db, ...late)).toEqual([1, REJECTED_TOO_OLD]);
    db.configure({ outOfOrderWindow: 0 });
    expect(await put(db, [T0 - 2 * MINUTE, 2])).toEqual([REJECTED_OUT_OF_ORDER]);
    expect(await samples(db)).toEqual([
      [-MINUTE, 1],
      [0, 0],
    ]);
  });

  it('does not change what is there: the one that came first stays', async () => {
    const db = await open();
    await put(db, [T0, 0], [T0 + MINUTE, 1], [T0 + 2 * MINUTE, 2]);
    expect(await put(db, [T0 + 2 * MINUTE, 99])).toEqual([REJECTED_DUPLICATE]);
    await put(db, [T0 + MINUTE, 99], [T0 - MINUTE, -1]);
    await put(db, [T0 - MINUTE, 99]);
    expect((await samples(db)).map(([, v]) => v)).toEqual([-1, 0, 1, 2]);
    expect(db.totals().late).toBe(2);
  });

  it('may be a histogram, a staleness marker, or have a start time', async () => {
    const db = await open();
    const histogram = integers({ 1: 2 });
    await put(db, [T0, 0]);
    const appender = db.appender();
    appender.histogram(UNKNOWN_REF, m, T0 - 2 * MINUTE, histogram);
    appender.stale(UNKNOWN_REF, m, T0 - MINUTE);
    await appender.commit();
    const expected = [
      [-2 * MINUTE, comparable(histogram)],
      [-MINUTE, Number.NaN],
      [0, 0],
    ];
    expect(await samples(db)).toEqual(expected);
    expect(await samples(await reopen())).toEqual(expected);
  });

  it('is not the marker of a writer that lost sight of a series which others went on writing', async () => {
    const db = await open();
    await put(db, [T0, 0], [T0 + 2 * MINUTE, 2]);
    const appender = db.appender();
    expect(appender.end(UNKNOWN_REF, m, T0 + MINUTE)).toBe(REJECTED_OUT_OF_ORDER);
    expect(appender.end(UNKNOWN_REF, m, T0 + 3 * MINUTE)).toBeGreaterThan(0);
    expect((await appender.commit()).rejected.outOfOrder).toBe(1);
    expect(await samples(db)).toEqual([
      [0, 0],
      [2 * MINUTE, 2],
      [3 * MINUTE, Number.NaN],
    ]);
  });

  it('is told to those who keep results', async () => {
    const db = await open({ clock: new FakeClock(T0 + HOUR) });
    await put(db, [T0 + HOUR, 0]);
    const { count } = readPastWrites(db.state().lateWrites);
    await put(db, [T0 + MINUTE, 1]);
    expect(readPastWrites(db.state().lateWrites).earliestSince(count)).toBe(T0 + MINUTE);
  });
});

describe('late samples', () => {
  it('survive the death of the process', async () => {
    const db = await open();
    await put(db, [T0, 0], [T0 + 3 * MINUTE, 3]);
    await put(db, [T0 + MINUTE, 1], [T0 - HOUR, -60]);
    const before = await samples(db);
    expect(await samples(await reopen())).toEqual(before);
    // Without the window too: they were acknowledged.
    expect(await samples(await reopen({ outOfOrderWindow: 0 }))).toEqual(before);
  });

  it('of two transactions that were judged at the same time survive too', async () => {
    const db = await open();
    const [first, second] = [db.appender(), db.appender()];
    first.float(UNKNOWN_REF, m, T0 + MINUTE, 1);
    second.float(UNKNOWN_REF, m, T0, 0);
    const reports = await Promise.all([first.commit(), second.commit()]);
    expect(reports.map((report) => report.samples)).toEqual([1, 1]);
    const expected = [
      [0, 0],
      [MINUTE, 1],
    ];
    expect(await samples(db)).toEqual(expected);
    expect(await samples(await reopen())).toEqual(expected);
  });

  it('become blocks with the head and are merged with those of the same time; newer ones stay', async () => {
    const db = await open();
    for (let i = 0; i <= 60; i++) await put(db, [T0 + i * 4 * MINUTE, i]);
    await put(db, [T0 + MINUTE, 1000], [T0 - HOUR, 2000], [T0 + 3 * HOUR + 1, 3000]);
    const before = await samples(db);
    expect(before).toHaveLength(64);
    await db.maintain(T0 + 4 * HOUR);
    expect(await samples(db)).toEqual(before);
    expect(db.blockList().map(({ minTime, maxTime, compaction }) => ({ minTime, maxTime, ...compaction }))).toEqual([
      expect.objectContaining({ minTime: T0 - 2 * HOUR, maxTime: T0, level: 1, hints: ['from-out-of-order'] }),
      expect.objectContaining({ minTime: T0, maxTime: T0 + 2 * HOUR, level: 2 }),
    ]);
    expect(await samples(await reopen())).toEqual(before);
    expect(readdirSync(join(databases.dir, 'wal')).some((name) => name.endsWith('.checkpoint'))).toBe(true);
  });

  it('of series that the head has forgotten are kept', async () => {
    const db = await open();
    await put(db, [T0, 0]);
    const other = Labels.from({ __name__: 'other' });
    for (let i = 0; i <= 60; i++) {
      const appender = db.appender();
      appender.float(UNKNOWN_REF, other, T0 + i * 4 * MINUTE, i);
      await appender.commit();
    }
    await db.maintain(T0 + 4 * HOUR);
    await put(db, [T0 + MINUTE, 1]);
    const expected = [
      [0, 0],
      [MINUTE, 1],
    ];
    expect(await samples(db)).toEqual(expected);
    expect(await samples(await reopen())).toEqual(expected);
    expect(existsSync(databases.dir)).toBe(true);
  });

  it('are as many as come, in whatever order', async () => {
    const db = await open();
    await put(db, [T0 + 1000, 1000]);
    const order = Array.from({ length: 999 }, (_, i) => (i * 7919) % 1000).filter((i) => i > 0);
    for (let i = 0; i < order.length; i += 50) {
      await put(db, ...order.slice(i, i + 50).map((at) => [T0 + at, at] as const));
    }
    const expected = [...new Set(order), 1000].sort((a, b) => a - b).map((at) => [at, at]);
    expect(await samples(db)).toEqual(expected);
    expect(await samples(await reopen())).toEqual(expected);
  });
});
