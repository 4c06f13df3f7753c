import { describe, expect, it } from 'vitest';
import { silentLog } from '#lib/log';
import { Labels } from '#model/labels';
import { createMatcher } from '#model/matcher';
import { type SeriesRef, UNKNOWN_REF } from '#storage/appender';
import { KIND_HISTOGRAM, KIND_STALE, SampleBuffer } from '#storage/sample-buffer';
import { databasesPerTest } from '#test/databases';
import { comparable, integers } from '#test/histogram-data';
import { inlineBlockWriter } from './compaction.ts';
import type { Db, DbOptions } from './db.ts';
import { DbReader } from './db-reader.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A multiple of two hours. */
const T0 = 1_000 * 2 * HOUR;
const ENOUGH = 10_000;

const databases = databasesPerTest();
const { open, reopen } = databases;

const of = (pod: string, i: number) => Labels.from({ __name__: 'requests_total', pod, i: String(i) });

/** A sample of each series of a pod; null: its end. */
async function scrape(db: Db, pod: { readonly name: string; readonly series: number }, t: number, v: number | null) {
  const appender = db.appender();
  for (let i = 0; i < pod.series; i++) {
    if (v === null) appender.end(UNKNOWN_REF, of(pod.name, i), t);
    else appender.float(UNKNOWN_REF, of(pod.name, i), t, v + i);
  }
  await appender.commit();
}

const EACH = 100;

/** How many series there are, and the samples of each hundredth by pod and number. */
async function everything(db: Db): Promise<ReadonlyMap<string, readonly (readonly [number, unknown])[]>> {
  const reader = await DbReader.open(db.state(), { log: silentLog });
  const range = { start: T0 - HOUR, end: T0 + 24 * HOUR };
  const querier = reader.querier(range);
  const set = querier.select([createMatcher({ name: '__name__', operator: '=', value: 'requests_total' })], range);
  const seen = new Set<string>();
  const found = new Map<string, (readonly [number, unknown])[]>();
  for (let batch = await set.next(); batch; batch = await set.next()) {
    for (const series of batch) {
      const [pod = '', i = ''] = [series.labels.get('pod'), series.labels.get('i')];
      const key = `${pod} ${i}`;
      if (seen.has(key)) throw new Error(`${key} is there twice`);
      seen.add(key);
      if (Number(i) % EACH > 1) continue;
      const out = new SampleBuffer();
      series.read(out);
      found.set(
        key,
        Array.from({ length: out.length }, (_, at) => [out.t[at]! - T0, valueAt(out, at)] as const),
      );
    }
  }
  querier.close();
  await reader.close();
  found.set('count', [[0, seen.size]]);
  return found;
}

function valueAt({ kind, v, histograms }: SampleBuffer, at: number): unknown {
  if (kind[at] === KIND_STALE) return 'stale';
  return kind[at] === KIND_HISTOGRAM ? comparable(histograms[at]!) : v[at];
}

const old = { name: 'old', series: ENOUGH };
const young = { name: 'young', series: 100 };

/** A pod that ended three minutes ago, and one that goes on. */
async function replaced(options: Partial<DbOptions> = {}): Promise<Db> {
  const db = await open(options);
  await scrape(db, old, T0, 1);
  await scrape(db, old, T0 + MINUTE, 2);
  await scrape(db, old, T0 + MINUTE + 1, null);
  await scrape(db, young, T0 + MINUTE, 3);
  await scrape(db, young, T0 + 4 * MINUTE, 4);
  return db;
}

const kept = (db: Db) => db.headStats(1).numSeries;
const blocks = (db: Db) =>
  db.blockList().map(({ minTime, maxTime, stats, compaction }) => ({
    ...{ from: minTime - T0, to: maxTime - T0, series: stats.numSeries },
    hints: compaction.hints,
  }));

describe('series that have ended', () => {
  it('leave the head for a block, and nothing else changes', async () => {
    const db = await replaced();
    const before = await everything(db);
    expect(before.get('old 1')).toEqual([
      [0, 2],
      [MINUTE, 3],
      [MINUTE + 1, 'stale'],
    ]);
    const states: number[] = [];
    db.onState((state) => states.push(state.blocks.length));
    await db.maintain(T0 + 5 * MINUTE);
    expect(kept(db)).toBe(young.series);
    expect(blocks(db)).toEqual([{ from: 0, to: MINUTE + 2, series: ENOUGH, hints: ['from-out-of-order'] }]);
    expect(states).toEqual([1]);
    expect(db.totals()).toMatchObject({
      ...{ endedSeries: ENOUGH, compactions: 1, headTruncations: 1, failedTruncations: 0, checkpoints: 1, reloads: 1 },
      removed: { series: ENOUGH, chunks: ENOUGH },
      headTimes: { start: T0 + MINUTE, end: T0 + 4 * MINUTE },
      lowestTime: T0,
    });
    expect(await everything(db)).toEqual(before);
    const again = await reopen();
    expect(await everything(again)).toEqual(before);
    expect(kept(again)).toBe(young.series);
  });

  it('are one block with what the head had of the same time, when that is written', async () => {
    const db = await replaced();
    await db.maintain(T0 + 5 * MINUTE);
    for (let i = 1; i <= 8; i++) await scrape(db, young, T0 + i * 0.5 * HOUR, i);
    const before = await everything(db);
    await db.maintain(T0 + 4 * HOUR);
    expect(blocks(db).map(({ from, to, series }) => ({ from, to, series }))).toEqual([
      { from: 0, to: 2 * HOUR, series: ENOUGH + young.series },
    ]);
    expect(await everything(db)).toEqual(before);
  });

  it('are cut where blocks are', async () => {
    const db = await open();
    await scrape(db, old, T0 + 2 * HOUR - MINUTE, 1);
    await scrape(db, old, T0 + 2 * HOUR, 2);
    await scrape(db, old, T0 + 2 * HOUR + 1, null);
    await scrape(db, young, T0 + 2 * HOUR + 5 * MINUTE, 3);
    const before = await everything(db);
    await db.maintain(T0 + 3 * HOUR);
    expect(blocks(db)).toMatchObject([
      { from: 2 * HOUR - MINUTE, to: 2 * HOUR, series: ENOUGH },
      { from: 2 * HOUR, to: 2 * HOUR + 2, series: ENOUGH },
    ]);
    expect(await everything(db)).toEqual(before);
  });

  it('may begin again, also at the same labels', async () => {
    const db = await replaced();
    await db.maintain(T0 + 5 * MINUTE);
    await scrape(db, { name: 'old', series: 1 }, T0 + 6 * MINUTE, 10);
    expect((await everything(db)).get('old 0')).toEqual([
      [0, 1],
      [MINUTE, 2],
      [MINUTE + 1, 'stale'],
      [6 * MINUTE, 10],
    ]);
    expect(kept(db)).toBe(young.series + 1);
  });

  it('stay whole when they go on while the block is being written', async () => {
    const db: Db = await replaced({
      blockWriter: {
        ...inlineBlockWriter,
        compactEnded: async (request) => {
          const meta = await inlineBlockWriter.compactEnded(request);
          await scrape(db, { name: 'old', series: 2 }, T0 + 4 * MINUTE, 10);
          return meta;
        },
      },
    });
    await db.maintain(T0 + 5 * MINUTE);
    expect(kept(db)).toBe(young.series + 2);
    const expected = [
      [0, 1],
      [MINUTE, 2],
      [MINUTE + 1, 'stale'],
      [4 * MINUTE, 10],
    ];
    expect((await everything(db)).get('old 0')).toEqual(expected);
    expect((await everything(await reopen())).get('old 0')).toEqual(expected);
  });

  it('keep histograms and samples that came late', async () => {
    const db = await open({ outOfOrderWindow: HOUR });
    const appender = db.appender();
    appender.histogram(UNKNOWN_REF, of('other', 1), T0, integers({ 1: 2, 3: 4 }));
    appender.end(UNKNOWN_REF, of('other', 1), T0 + 1);
    await appender.commit();
    await scrape(db, old, T0 + MINUTE, 2);
    await scrape(db, old, T0 + MINUTE + 1, null);
    await scrape(db, old, T0, 1);
    await scrape(db, young, T0 + 5 * MINUTE, 3);
    const before = await everything(db);
    expect(before.get('other 1')?.map(([, value]) => value)).toEqual([comparable(integers({ 1: 2, 3: 4 })), 'stale']);
    expect(before.get('old 100')).toHaveLength(3);
    await db.maintain(T0 + 6 * MINUTE);
    expect(blocks(db)).toMatchObject([{ series: ENOUGH + 1 }]);
    expect(await everything(db)).toEqual(before);
    expect(await everything(await reopen())).toEqual(before);
  });

  it('without a marker have ended after an hour', async () => {
    const db = await open();
    await scrape(db, old, T0, 1);
    await scrape(db, young, T0 + HOUR, 1);
    await db.maintain(T0 + HOUR);
    expect(kept(db)).toBe(ENOUGH + young.series);
    await scrape(db, young, T0 + HOUR + 1, 1);
    await db.maintain(T0 + HOUR);
    expect(kept(db)).toBe(young.series);
  });

  it('stay for two minutes, and while they are few', async () => {
    const db = await open();
    const few = { name: 'few', series: ENOUGH - 1 };
    await scrape(db, few, T0, 1);
    await scrape(db, few, T0 + 1, null);
    await scrape(db, young, T0 + 5 * MINUTE, 1);
    await db.maintain(T0 + 5 * MINUTE);
    await scrape(db, old, T0 + 5 * MINUTE, 1);
    await scrape(db, old, T0 + 5 * MINUTE + 1, null);
    await scrape(db, young, T0 + 6 * MINUTE, 1);
    await db.maintain(T0 + 6 * MINUTE);
    expect(blocks(db)).toEqual([]);
    expect(kept(db)).toBe(ENOUGH - 1 + ENOUGH + young.series);
  });

  it('stay when the block cannot be written, and go with the next one', async () => {
    let fails = true;
    const db = await replaced({
      blockWriter: {
        ...inlineBlockWriter,
        compactEnded: (request) =>
          fails ? Promise.reject(new Error('no space left on device')) : inlineBlockWriter.compactEnded(request),
      },
    });
    const before = await everything(db);
    await db.maintain(T0 + 5 * MINUTE);
    expect(db.totals()).toMatchObject({ failedCompactions: 1, compactions: 0, headTruncations: 0 });
    expect(await everything(db)).toEqual(before);
    fails = false;
    await db.maintain(T0 + 6 * MINUTE);
    expect(kept(db)).toBe(young.series);
    expect(await everything(db)).toEqual(before);
  });
});

describe('what a writer calls a series', () => {
  it('is renewed when the head begins anew: what went over is found without its labels, what has ended is not', async () => {
    const db = await replaced();
    const named = (name: string, count: number) => {
      const appender = db.appender();
      const refs = Float64Array.from({ length: count }, (_, i) =>
        appender.float(UNKNOWN_REF, of(name, i), T0 + 4 * MINUTE, 4 + i),
      );
      appender.rollback();
      return refs;
    };
    const [goingOn, gone] = [named('young', young.series), named('old', 10)];
    await db.maintain(T0 + 5 * MINUTE);
    const appender = db.appender();
    expect(Array.from(goingOn, (ref) => appender.knows(ref as SeriesRef))).not.toContain(true);
    const before = [...gone];
    for (const refs of [goingOn, gone]) appender.renew(refs);
    expect([...gone]).toEqual(before);
    expect(Array.from(gone, (ref) => appender.knows(ref as SeriesRef))).not.toContain(true);
    const values = Float64Array.from(goingOn.keys(), (i) => 100 + i);
    expect(appender.floats(goingOn, T0 + 6 * MINUTE, values, 0)).toBe(young.series);
    await appender.commit();
    const all = await everything(db);
    for (const i of [0, 1]) expect(all.get(`young ${i}`)!.at(-1)).toEqual([6 * MINUTE, 100 + i]);
    expect(kept(db)).toBe(young.series);
  });

  it('is right in a transaction that began before', async () => {
    const db = await replaced();
    const appender = db.appender();
    const names = ['young', 'old', 'fresh'];
    for (const name of names) {
      for (let i = 0; i < 50; i++) {
        appender.float(UNKNOWN_REF, of(name, i), T0 + 5 * MINUTE, 1000 + i);
      }
    }
    await db.maintain(T0 + 5 * MINUTE);
    expect((await appender.commit()).samples).toBe(150);
    const all = await everything(db);
    for (const name of names) {
      for (const i of [0, 1]) expect(all.get(`${name} ${i}`)!.at(-1)).toEqual([5 * MINUTE, 1000 + i]);
    }
  });
});
