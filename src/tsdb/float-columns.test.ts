import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '#lib/log';
import { Labels } from '#model/labels';
import { createMatcher } from '#model/matcher';
import { REJECTED_DUPLICATE, REJECTED_OUT_OF_ORDER, type SeriesRef, UNKNOWN_REF } from '#storage/appender';
import { SampleBuffer } from '#storage/sample-buffer';
import { scratch } from '#test/process';
import { Db } from './db.ts';
import { DbReader } from './db-reader.ts';

const HOUR = 3_600_000;

let folder: ReturnType<typeof scratch>;
let db: Db;

beforeEach(async () => {
  folder = scratch();
  db = await Db.open({ dir: join(folder.dir, 'data') });
});
afterEach(async () => {
  await db.close();
  folder.remove();
});

const name = (text: string) => Labels.from({ __name__: text });

/** Writes 0 to each series at `t` and gives their refs. */
async function seriesAt(t: number, ...names: readonly string[]): Promise<Float64Array> {
  const appender = db.appender();
  const refs = Float64Array.from(names, (text) => appender.float(UNKNOWN_REF, name(text), t, 0));
  await appender.commit();
  return refs;
}

async function samplesOf(metric: string): Promise<string[]> {
  const reader = await DbReader.open(db.state(), { log: silentLog });
  const range = { start: 0, end: 100 };
  const querier = reader.querier(range);
  const set = querier.select([createMatcher({ name: '__name__', operator: '=', value: metric })], range);
  const [series] = (await set.next())!;
  const buffer = new SampleBuffer();
  series!.read(buffer);
  querier.close();
  await reader.close();
  return Array.from({ length: buffer.length }, (_, i) => `${buffer.v[i]}@${buffer.t[i]}`);
}

describe('a column of floats', () => {
  it('is taken as a whole, in the same transaction as the samples beside it', async () => {
    const refs = await seriesAt(1, 'a', 'b');
    const appender = db.appender();
    expect(appender.floats(refs, 2, Float64Array.of(5, Number.NaN), 0)).toBe(2);
    // What the column wrote counts for what follows.
    expect(appender.float(refs[0] as SeriesRef, name('a'), 2, 6)).toBe(REJECTED_DUPLICATE);
    expect(appender.float(refs[0] as SeriesRef, name('a'), 1.5, 6)).toBe(REJECTED_OUT_OF_ORDER);
    expect(appender.float(refs[1] as SeriesRef, name('b'), 3, 7)).toBe(refs[1]);
    expect(await appender.commit()).toMatchObject({
      samples: 3,
      newSeries: 0,
      rejected: { duplicate: 1, outOfOrder: 1 },
    });
  });

  it('ends before a sample that is not simply taken, and goes on behind it', async () => {
    const refs = await seriesAt(1, 'a', 'b', 'c');
    await seriesAt(5, 'b');
    const appender = db.appender();
    const values = Float64Array.of(1, 2, 3);
    expect(appender.floats(refs, 5, values, 0)).toBe(1);
    expect(appender.float(refs[1] as SeriesRef, name('b'), 5, 2)).toBe(REJECTED_DUPLICATE);
    expect(appender.floats(refs, 5, values, 2)).toBe(3);
    expect(await appender.commit()).toMatchObject({ samples: 2 });
  });

  it('may have a time for each sample, and several samples of a series, one after the other', async () => {
    const refs = await seriesAt(1, 'a', 'b');
    const [a, b] = refs as unknown as [number, number];
    const appender = db.appender();
    const column = Float64Array.of(a, a, a, b, b, b);
    const times = Float64Array.of(2, 3, 5, 3, 4, 4);
    const values = Float64Array.of(1, 2, 3, 4, 5, 6);
    expect(appender.floats(column, times, values, 0)).toBe(5);
    expect(appender.float(b as SeriesRef, name('b'), 4, 6)).toBe(REJECTED_DUPLICATE);
    // Back at an earlier series.
    expect(appender.float(a as SeriesRef, name('a'), 6, 7)).toBe(a);
    expect(appender.floats(Float64Array.of(a, a), Float64Array.of(7, 5), Float64Array.of(8, 9), 0)).toBe(1);
    expect(appender.float(a as SeriesRef, name('a'), 5, 9)).toBe(REJECTED_OUT_OF_ORDER);
    expect(await appender.commit()).toMatchObject({ samples: 7, rejected: { duplicate: 1, outOfOrder: 1 } });
    await db.close();
    db = await Db.open({ dir: join(folder.dir, 'data') });
    expect(await samplesOf('a')).toEqual(['0@1', '1@2', '2@3', '3@5', '7@6', '8@7']);
    expect(await samplesOf('b')).toEqual(['0@1', '4@3', '5@4']);
  });

  it('ends before a ref that is not known', async () => {
    const [a] = await seriesAt(1, 'a');
    for (const unknown of [0, 12_345, a! + 1, -1, a! + 0.5]) {
      const appender = db.appender();
      expect(appender.floats(Float64Array.of(a!, unknown), 2, Float64Array.of(1, 2), 0)).toBe(1);
      appender.rollback();
    }
  });

  it('ends before refs of a head that was replaced, and in a transaction that began before that', async () => {
    await seriesAt(0, 'old');
    const refs = await seriesAt(4 * HOUR, 'a');
    await seriesAt(5 * HOUR, 'new');
    const earlier = db.appender();
    await db.maintain(0);
    expect(db.totals().headTruncations).toBe(1);
    for (const appender of [earlier, db.appender()]) {
      expect(appender.floats(refs, 6 * HOUR, Float64Array.of(1), 0)).toBe(0);
      appender.rollback();
    }
  });

  it('is out of bounds as single samples are', async () => {
    const refs = await seriesAt(10 * HOUR, 'a');
    const appender = db.appender();
    expect(appender.floats(refs, HOUR, Float64Array.of(1), 0)).toBe(0);
    expect(appender.floats(refs, Number.NaN, Float64Array.of(1), 0)).toBe(0);
    expect(appender.floats(refs, 2 ** 52, Float64Array.of(1), 0)).toBe(0);
    expect(appender.floats(refs, 11 * HOUR, Float64Array.of(1), 1)).toBe(1);
    appender.rollback();
  });
});
