import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { BarographError } from '#lib/errors';
import { silentLog } from '#lib/log';
import { Labels } from '#model/labels';
import { createMatcher } from '#model/matcher';
import {
  REJECTED_DUPLICATE,
  REJECTED_OUT_OF_BOUNDS,
  REJECTED_OUT_OF_ORDER,
  REJECTED_SERIES_LIMIT,
  type SeriesRef,
  UNKNOWN_REF,
} from '#storage/appender';
import { SampleBuffer } from '#storage/sample-buffer';
import { WriteBatchBuilder } from '#storage/write-batch';
import { FakeClock } from '#test/clock';
import { databasesPerTest } from '#test/databases';
import { find } from '#test/process';
import { samplesOf } from '#test/queryable-behaviour';
import { Db } from './db.ts';
import { DbReader } from './db-reader.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const promtool = find('promtool');

const databases = databasesPerTest();
const { open, reopen } = databases;

const name = (text: string) => Labels.from({ __name__: text });

async function put(db: Db, labels: Labels, ...samples: (readonly [t: number, v: number])[]): Promise<void> {
  const appender = db.appender();
  for (const [t, v] of samples) appender.float(UNKNOWN_REF, labels, t, v);
  await appender.commit();
}

async function get(db: Db): Promise<Record<string, (readonly [number, number | null])[]>> {
  const reader = await DbReader.open(db.state(), { log: silentLog });
  const range = { start: -(2 ** 50), end: 2 ** 50 };
  const querier = reader.querier(range);
  const set = querier.select([createMatcher({ name: '__name__', operator: '=~', value: '.+' })], range);
  const found: Record<string, (readonly [number, number | null])[]> = {};
  for (let batch = await set.next(); batch; batch = await set.next()) {
    for (const series of batch) {
      const buffer = new SampleBuffer();
      series.read(buffer);
      found[series.labels.toString()] = samplesOf(buffer).map(({ t, v }) => [t, v] as const);
    }
  }
  querier.close();
  await reader.close();
  return found;
}

describe('an appender', () => {
  it('gives a ref that leads to the same series', async () => {
    const db = await open();
    const appender = db.appender();
    const ref = appender.float(UNKNOWN_REF, name('a'), 1, 1) as SeriesRef;
    expect(appender.float(ref, name('a'), 2, 2)).toBe(ref);
    expect(appender.float(UNKNOWN_REF, name('a'), 3, 3)).toBe(ref);
    expect(appender.float(12_345 as SeriesRef, name('a'), 4, 4)).toBe(ref);
    expect(await appender.commit()).toMatchObject({ samples: 4, newSeries: 1 });
    expect(Object.keys(await get(db))).toEqual(['a']);
  });

  it('refuses what is not behind the last sample, and takes the same sample again in silence', async () => {
    const db = await open();
    await put(db, name('a'), [10, 1]);
    const appender = db.appender();
    const ref = appender.float(UNKNOWN_REF, name('a'), 10, 1);
    expect(ref).toBeGreaterThan(0);
    expect(appender.float(UNKNOWN_REF, name('a'), 9, 1)).toBe(REJECTED_OUT_OF_ORDER);
    expect(appender.float(UNKNOWN_REF, name('a'), 10, 2)).toBe(REJECTED_DUPLICATE);
    expect(appender.stale(UNKNOWN_REF, name('a'), 10)).toBe(REJECTED_DUPLICATE);
    expect(appender.float(UNKNOWN_REF, name('a'), 20, 2)).toBe(ref);
    // The same among the samples of one transaction.
    expect(appender.float(UNKNOWN_REF, name('a'), 20, 2)).toBe(ref);
    expect(appender.float(UNKNOWN_REF, name('a'), 20, 3)).toBe(REJECTED_DUPLICATE);
    expect(appender.float(UNKNOWN_REF, name('a'), 15, 3)).toBe(REJECTED_OUT_OF_ORDER);
    expect(await appender.commit()).toEqual({
      samples: 1,
      newSeries: 0,
      rejected: { outOfOrder: 2, tooOld: 0, outOfBounds: 0, duplicate: 3, seriesLimit: 0 },
      exemplarsOutOfOrder: 0,
    });
    expect(await get(db)).toEqual({
      a: [
        [10, 1],
        [20, 2],
      ],
    });
  });

  it('tells a NaN from a staleness marker, both again in silence', async () => {
    const db = await open();
    const appender = db.appender();
    appender.float(UNKNOWN_REF, name('a'), 1, Number.NaN);
    expect(appender.float(UNKNOWN_REF, name('a'), 1, Number.NaN)).toBeGreaterThan(0);
    expect(appender.stale(UNKNOWN_REF, name('a'), 1)).toBe(REJECTED_DUPLICATE);
    appender.stale(UNKNOWN_REF, name('a'), 2);
    expect(appender.stale(UNKNOWN_REF, name('a'), 2)).toBeGreaterThan(0);
    await appender.commit();
    expect(await get(db)).toEqual({
      a: [
        [1, Number.NaN],
        [2, null],
      ],
    });
  });

  it('refuses samples that are half a block range older than the newest', async () => {
    const db = await open();
    await put(db, name('a'), [10 * HOUR, 1]);
    const appender = db.appender();
    expect(appender.float(UNKNOWN_REF, name('b'), 9 * HOUR - 1, 1)).toBe(REJECTED_OUT_OF_BOUNDS);
    expect(appender.float(UNKNOWN_REF, name('b'), 9 * HOUR, 1)).toBeGreaterThan(0);
    expect(appender.float(UNKNOWN_REF, name('b'), Number.NaN, 1)).toBe(REJECTED_OUT_OF_BOUNDS);
    expect(appender.float(UNKNOWN_REF, name('b'), 2 ** 60, 1)).toBe(REJECTED_OUT_OF_BOUNDS);
    expect((await appender.commit()).rejected.outOfBounds).toBe(3);
  });

  it('takes hours of samples series by series into an empty head', async () => {
    const db = await open();
    const appender = db.appender();
    for (const series of ['a', 'b'])
      for (let t = 0; t < 5 * HOUR; t += MINUTE) appender.float(UNKNOWN_REF, name(series), t, t);
    expect(await appender.commit()).toMatchObject({ samples: 600, newSeries: 2 });
  });

  it('shows nothing before the commit, and nothing after a rollback', async () => {
    const db = await open();
    const appender = db.appender();
    appender.float(UNKNOWN_REF, name('a'), 1, 1);
    expect(await get(db)).toEqual({});
    appender.rollback();
    expect(await get(db)).toEqual({});
    await put(db, name('a'), [1, 2]);
    expect(await get(db)).toEqual({ a: [[1, 2]] });
  });

  it('is dead after its end', async () => {
    const db = await open();
    const appender = db.appender();
    await appender.commit();
    expect(() => appender.commit()).toThrow('used after its end');
  });

  it('judges again at the commit what another one has written in between', async () => {
    const db = await open();
    const [first, second] = [db.appender(), db.appender()];
    first.float(UNKNOWN_REF, name('a'), 10, 1);
    second.float(UNKNOWN_REF, name('a'), 10, 2);
    second.float(UNKNOWN_REF, name('a'), 11, 3);
    const reports = await Promise.all([first.commit(), second.commit()]);
    expect(reports.map(({ samples, rejected }) => [samples, rejected.duplicate])).toEqual([
      [1, 0],
      [1, 1],
    ]);
    expect(await get(db)).toEqual({
      a: [
        [10, 1],
        [11, 3],
      ],
    });
  });

  it('makes no more series than the limit, and goes on with those that are', async () => {
    const db = await open({ seriesLimits: { total: 1, perJob: 0, jobs: {} } });
    await put(db, name('a'), [1, 1]);
    const appender = db.appender();
    expect(appender.float(UNKNOWN_REF, name('b'), 2, 2)).toBe(REJECTED_SERIES_LIMIT);
    expect(appender.float(UNKNOWN_REF, name('a'), 2, 2)).toBeGreaterThan(0);
    expect((await appender.commit()).rejected.seriesLimit).toBe(1);
    db.configure({ seriesLimits: { total: 0, perJob: 0, jobs: {} } });
    await put(db, name('b'), [3, 3]);
    expect(await get(db)).toEqual({
      a: [
        [1, 1],
        [2, 2],
      ],
      b: [[3, 3]],
    });
  });

  it('refuses series without labels', async () => {
    const db = await open();
    const appender = db.appender();
    expect(() => appender.float(UNKNOWN_REF, Labels.EMPTY, 1, 1)).toThrow('a series without labels cannot be stored');
    appender.rollback();
  });
});

describe('a batch from another thread', () => {
  it('is one transaction', async () => {
    const db = await open();
    const batch = new WriteBatchBuilder();
    const a = batch.addSeries(['__name__', 'a']);
    const b = batch.addSeries(['__name__', 'b', 'x', 'y']);
    batch.addSample(a, 1, 1.5);
    batch.addSample(b, 1, 0, 1);
    batch.addSample(a, 2, 2.5);
    batch.addSample(a, 2, 3.5);
    expect(await db.write(batch.build())).toMatchObject({ samples: 3, newSeries: 2, rejected: { duplicate: 1 } });
    expect(await get(db)).toEqual({
      a: [
        [1, 1.5],
        [2, 2.5],
      ],
      'b{x="y"}': [[1, null]],
    });
  });
});

describe('after the death of the process', () => {
  it('every commit is there, and refs of before are not mistaken', async () => {
    const db = await open();
    await put(db, name('a'), [1, 1.5], [2, -0], [3, Number.NaN], [4, 1e300]);
    const stale = db.appender();
    const ref = stale.stale(UNKNOWN_REF, Labels.from({ __name__: 'b', ä: 'ö' }), 3) as SeriesRef;
    await stale.commit();
    const again = await reopen();
    expect(again.report).toMatchObject({ segments: 1, records: 4, samples: 5, cutBytes: 0, orphans: 0 });
    expect(await get(again)).toEqual({
      a: [
        [1, 1.5],
        [2, -0],
        [3, Number.NaN],
        [4, 1e300],
      ],
      'b{"ä"="ö"}': [[3, null]],
    });
    const appender = again.appender();
    appender.float(ref, Labels.from({ __name__: 'b', ä: 'ö' }), 5, 5);
    await appender.commit();
    const third = await reopen();
    expect((await get(third))['b{"ä"="ö"}']).toEqual([
      [3, null],
      [5, 5],
    ]);
    expect(third.report.segments).toBe(2);
  });

  it('a torn or damaged end is cut off, the rest is kept', async () => {
    const db = await open();
    await put(db, name('a'), [1, 1]);
    await put(db, name('a'), [2, 2]);
    const segment = join(databases.dir, 'wal', '00000000.wal');
    const whole = readFileSync(segment).length;
    await put(db, name('a'), [3, 3]);
    truncateSync(segment, readFileSync(segment).length - 1);
    const torn = readFileSync(segment).length - whole;
    const again = await reopen();
    expect(again.report).toMatchObject({
      samples: 2,
      cutBytes: torn,
      at: [{ file: segment, offset: whole, bytes: torn }],
    });
    expect(await get(again)).toEqual({
      a: [
        [1, 1],
        [2, 2],
      ],
    });
    await put(again, name('a'), [4, 4]);
    const third = await reopen();
    expect(third.report.cutBytes).toBe(0);
    expect(await get(third)).toEqual({
      a: [
        [1, 1],
        [2, 2],
        [4, 4],
      ],
    });
  });

  it('damage in an earlier segment does not hide later ones', async () => {
    const db = await open();
    await put(db, name('a'), [1, 1]);
    await put(db, name('b'), [1, 1]);
    const second = await reopen();
    await put(second, name('a'), [2, 2]);
    await put(second, name('b'), [2, 2]);
    await put(second, name('c'), [2, 2]);
    const segment = join(databases.dir, 'wal', '00000000.wal');
    const bytes = readFileSync(segment);
    // The definition of b and its sample.
    bytes[bytes.length - 30]! ^= 1;
    writeFileSync(segment, bytes);
    const third = await reopen();
    expect(third.report).toMatchObject({ orphans: 1, samples: 3 });
    expect(await get(third)).toEqual({
      a: [
        [1, 1],
        [2, 2],
      ],
      c: [[2, 2]],
    });
    // The lost series comes back under another number, and stays apart from all others.
    await put(third, name('b'), [3, 3]);
    await put(third, name('c'), [3, 3]);
    const fourth = await reopen();
    expect(await get(fourth)).toEqual({
      a: [
        [1, 1],
        [2, 2],
      ],
      b: [[3, 3]],
      c: [
        [2, 2],
        [3, 3],
      ],
    });
  });

  it('a file of another format in the place of a segment is named and left alone', async () => {
    mkdirSync(join(databases.dir, 'wal'), { recursive: true });
    writeFileSync(join(databases.dir, 'wal', '00000003.wal'), 'something else');
    writeFileSync(join(databases.dir, 'wal', '00000001'), 'of Prometheus');
    const db = await open();
    expect(db.report).toMatchObject({ cutBytes: 14, foreign: ['00000001'] });
    await put(db, name('a'), [1, 1]);
    expect(readFileSync(join(databases.dir, 'wal', '00000003.wal'), 'utf8')).toBe('something else');
    expect(await get(await reopen())).toEqual({ a: [[1, 1]] });
  });
});

describe('when the WAL cannot be written', () => {
  it('the commit fails, nothing of it shows, and the next one tries again', async () => {
    const db = await open();
    rmSync(join(databases.dir, 'wal'), { recursive: true });
    await expect(put(db, name('a'), [1, 1])).rejects.toMatchObject({ kind: 'unavailable', code: 'wal-write-failed' });
    expect(await get(db)).toEqual({});
    mkdirSync(join(databases.dir, 'wal'));
    await put(db, name('a'), [2, 2]);
    expect(await get(db)).toEqual({ a: [[2, 2]] });
    expect(await get(await reopen())).toEqual({ a: [[2, 2]] });
    expect(db.totals()).toMatchObject({ samples: 1, commits: 1, failedCommits: 1 });
  });
});

describe('the data directory', () => {
  it('belongs to one process at a time', async () => {
    await open();
    await expect(Db.open({ dir: databases.dir })).rejects.toMatchObject({
      message: `the data directory ${databases.dir} is in use by process ${process.pid}`,
      hint: 'Stop that process, or choose another directory with --storage.tsdb.path.',
    });
  });

  it('is taken over from a process that is dead, also when its number is used again', async () => {
    mkdirSync(databases.dir);
    writeFileSync(join(databases.dir, 'lock'), '999999999 1\n');
    await (await open()).close();
    writeFileSync(join(databases.dir, 'lock'), `${process.pid} 1\n`);
    await (await open()).close();
    expect(existsSync(join(databases.dir, 'lock'))).toBe(false);
  });

  it('that cannot be written is named', async () => {
    writeFileSync(databases.dir, 'a file');
    await expect(Db.open({ dir: databases.dir })).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'directory-not-writable',
    });
  });

  it('is cleaned of what a crash left behind', async () => {
    mkdirSync(join(databases.dir, '01H.tmp-for-creation'), { recursive: true });
    mkdirSync(join(databases.dir, '01H.tmp-for-deletion'), { recursive: true });
    await open();
    expect(readdirSync(databases.dir).sort()).toEqual(['lock', 'wal']);
  });
});

describe('maintenance', () => {
  const RANGE = 2 * HOUR;

  /** Samples of `a` each minute from `from` up to `to`. */
  async function minutes(db: Db, from: number, to: number): Promise<void> {
    const samples: [number, number][] = [];
    for (let t = from; t < to; t += MINUTE) samples.push([t, t / MINUTE]);
    await put(db, name('a'), ...samples);
  }
  const expected = (from: number, to: number) =>
    Array.from({ length: (to - from) / MINUTE }, (_, i) => [from + i * MINUTE, from / MINUTE + i]);

  it('leaves a head of up to one and a half ranges alone', async () => {
    const db = await open();
    await minutes(db, 0, 3 * HOUR + MINUTE);
    await db.maintain(0);
    expect(db.blockList()).toEqual([]);
    expect(db.totals().headTruncations).toBe(0);
  });

  it('writes what the head has outgrown as blocks, and the head forgets it', async () => {
    const db = await open();
    await put(db, name('gone'), [MINUTE, 1]);
    await minutes(db, 0, 7 * HOUR);
    const states: number[] = [];
    db.onState(({ blocks }) => states.push(blocks.length));
    await db.maintain(1_700_000_000_000);
    expect(db.blockList().map(({ minTime, maxTime, stats }) => [minTime, maxTime, stats.numSamples])).toEqual([
      [0, RANGE, 121],
      [RANGE, 2 * RANGE, 120],
    ]);
    expect(db.headStats(10)).toMatchObject({ numSeries: 1, minTime: 2 * RANGE, maxTime: 7 * HOUR - MINUTE });
    expect(states).toEqual([2]);
    expect(await get(db)).toEqual({ a: expected(0, 7 * HOUR), gone: [[MINUTE, 1]] });
    await minutes(db, 7 * HOUR, 8 * HOUR);
    const again = await reopen();
    expect(await get(again)).toEqual({ a: expected(0, 8 * HOUR), gone: [[MINUTE, 1]] });
    expect(readdirSync(join(databases.dir, 'wal')).sort()).toEqual(['00000001.checkpoint', '00000001.wal']);
  });

  it('skips times without samples', async () => {
    const db = await open();
    await put(db, name('a'), [0, 1], [100_000 * HOUR, 2], [100_004 * HOUR, 3]);
    await db.maintain(0);
    expect(db.blockList().map(({ minTime }) => minTime / HOUR)).toEqual([0, 100_000]);
    expect(await get(db)).toEqual({
      a: [
        [0, 1],
        [100_000 * HOUR, 2],
        [100_004 * HOUR, 3],
      ],
    });
  });

  it('goes on with open chunks as if nothing had happened', async () => {
    const db = await open();
    await minutes(db, 0, 4 * HOUR + 10 * MINUTE);
    const before = db.headStats(1).chunkCount;
    await db.maintain(0);
    await minutes(db, 4 * HOUR + 10 * MINUTE, 4 * HOUR + 20 * MINUTE);
    expect(before - db.headStats(1).chunkCount).toBe(1);
    expect(await get(db)).toEqual({ a: expected(0, 4 * HOUR + 20 * MINUTE) });
  });

  it('lets an appender that began before go on after', async () => {
    const db = await open();
    await minutes(db, 0, 4 * HOUR);
    const appender = db.appender();
    const ref = appender.float(UNKNOWN_REF, name('a'), 4 * HOUR, 240) as SeriesRef;
    appender.float(UNKNOWN_REF, name('new'), 4 * HOUR, 1);
    await db.maintain(0);
    expect(db.totals().headTruncations).toBe(1);
    expect(appender.float(ref, name('a'), 4 * HOUR + MINUTE, 241)).toBe(ref);
    expect(appender.float(UNKNOWN_REF, name('newer'), 4 * HOUR, 2)).toBeGreaterThan(0);
    expect(await appender.commit()).toMatchObject({ samples: 4 });
    const after = { a: expected(0, 4 * HOUR + 2 * MINUTE), new: [[4 * HOUR, 1]], newer: [[4 * HOUR, 2]] };
    expect(await get(db)).toEqual(after);
    const later = db.appender();
    // A ref of the earlier generation is not mistaken for a series of this one.
    later.float(ref, name('newest'), 4 * HOUR, 3);
    await later.commit();
    expect(await get(await reopen())).toEqual({ ...after, newest: [[4 * HOUR, 3]] });
  });

  it('refuses at the commit what has become too old since it was appended', async () => {
    const db = await open();
    const appender = db.appender();
    expect(appender.float(UNKNOWN_REF, name('late'), HOUR, 1)).toBeGreaterThan(0);
    expect(appender.float(UNKNOWN_REF, name('late'), 3 * HOUR, 2)).toBeGreaterThan(0);
    await minutes(db, 0, 4 * HOUR);
    await db.maintain(0);
    expect(await appender.commit()).toMatchObject({ samples: 1, rejected: { outOfBounds: 1 } });
    expect((await get(db))['late']).toEqual([[3 * HOUR, 2]]);
  });

  it('lets queries that began before see what they began with', async () => {
    const db = await open();
    await minutes(db, 0, 4 * HOUR);
    const reader = await DbReader.open(db.state(), { log: silentLog });
    const range = { start: 0, end: 10 * HOUR };
    const querier = reader.querier(range);
    const set = querier.select([createMatcher({ name: '__name__', operator: '=', value: 'a' })], range);
    await db.maintain(0);
    await reader.update(db.state());
    const buffer = new SampleBuffer();
    (await set.next())?.[0]?.read(buffer);
    expect(buffer.length).toBe(240);
    querier.close();
    await reader.close();
  });

  it('merges blocks to longer ranges and deletes the parts at the next call', async () => {
    const db = await open({ maxBlockDuration: 3 * RANGE });
    await minutes(db, 0, 12 * HOUR);
    await db.maintain(1_700_000_000_000);
    expect(
      db.blockList().map(({ minTime, maxTime, compaction: { level } }) => [minTime / HOUR, maxTime / HOUR, level]),
    ).toEqual([
      [0, 6, 2],
      [6, 8, 1],
      [8, 10, 1],
    ]);
    expect(await get(db)).toEqual({ a: expected(0, 12 * HOUR) });
    await db.maintain(1_700_000_000_000);
    expect(readdirSync(databases.dir).filter((entry) => entry.length === 26)).toHaveLength(3);
    expect(await get(await reopen())).toEqual({ a: expected(0, 12 * HOUR) });
  });

  it('deletes blocks that are too old', async () => {
    const db = await open({ retention: { time: 3 * HOUR, sizeBytes: 0 } });
    await minutes(db, 0, 12 * HOUR);
    await db.maintain(0);
    expect(db.blockList().map(({ minTime }) => minTime / HOUR)).toEqual([6, 8]);
    await db.maintain(0);
    expect(readdirSync(databases.dir).filter((entry) => entry.length === 26)).toHaveLength(2);
    expect((await get(db))['a']?.[0]?.[0]).toBe(6 * HOUR);
  });

  it('finds blocks that are put into the directory', async () => {
    const db = await open();
    await minutes(db, 100 * HOUR, 101 * HOUR);
    const fixture = join(import.meta.dirname, '../../test/fixtures/prometheus-block/01M86YM4BNA848E870MKZHVHWF');
    execFileSync('cp', ['-r', fixture, databases.dir]);
    await db.maintain(0);
    expect(db.blockList().map(({ ulid }) => ulid)).toEqual(['01M86YM4BNA848E870MKZHVHWF']);
    expect(Object.keys(await get(db))).toHaveLength(6);
    // Such a block may lie in the future of the head, which must not forget its own samples for it.
    expect((await get(await reopen()))['a']).toEqual(expected(100 * HOUR, 101 * HOUR));
  });

  it('names a damaged block and goes on without it', async () => {
    mkdirSync(join(databases.dir, '01M86YM4BNA848E870MKZHVHWF'), { recursive: true });
    const db = await open();
    await db.maintain(0);
    expect(db.blockList()).toEqual([]);
  });

  it('tries again when a block could not be written', async () => {
    let broken = true;
    const { inlineBlockWriter } = await import('./compaction.ts');
    const db = await open({
      blockWriter: {
        ...inlineBlockWriter,
        compactHead: (request) =>
          broken ? Promise.reject(new Error('disk full')) : inlineBlockWriter.compactHead(request),
      },
    });
    await minutes(db, 0, 4 * HOUR);
    await db.maintain(0);
    expect(db.totals()).toMatchObject({ failedCompactions: 1, headTruncations: 0 });
    expect(await get(db)).toEqual({ a: expected(0, 4 * HOUR) });
    broken = false;
    await db.maintain(0);
    expect(db.totals()).toMatchObject({ compactions: 1, headTruncations: 1 });
    expect(await get(db)).toEqual({ a: expected(0, 4 * HOUR) });
  });

  it('names damaged blocks that it cannot merge once, and merges the others', async () => {
    const { inlineBlockWriter } = await import('./compaction.ts');
    const damaged = new BarographError('a checksum is wrong', { kind: 'corrupt-data', code: 'bad-block' });
    let merges = 0;
    const db = await open({
      maxBlockDuration: 3 * RANGE,
      blockWriter: {
        ...inlineBlockWriter,
        compactBlocks: (request) =>
          ++merges === 1 ? Promise.reject(damaged) : inlineBlockWriter.compactBlocks(request),
      },
    });
    await minutes(db, 0, 18 * HOUR);
    await db.maintain(1_700_000_000_000);
    await db.maintain(1_700_000_060_000);
    expect(merges).toBe(2);
    expect(db.totals()).toMatchObject({ failedCompactions: 1 });
    expect(db.blockList().map(({ minTime, maxTime }) => [minTime / HOUR, maxTime / HOUR])).toEqual([
      [0, 2],
      [2, 4],
      [4, 6],
      [6, 12],
      [12, 14],
      [14, 16],
    ]);
    expect(await get(db)).toEqual({ a: expected(0, 18 * HOUR) });
  });

  it.skipIf(promtool === null)('writes blocks that promtool reads', async () => {
    const db = await open();
    await minutes(db, 0, 5 * HOUR);
    await db.maintain(1_700_000_000_000);
    const tool = (...args: string[]) => execFileSync(promtool!, ['tsdb', ...args], { encoding: 'utf8' });
    expect(tool('list', databases.dir)).toContain(db.blockList()[0]?.ulid);
    const lines = tool('dump', '--max-time', String(RANGE - 1), databases.dir)
      .trim()
      .split('\n');
    expect(lines).toEqual(expected(0, RANGE).map(([t, v]) => `{__name__="a"} ${v} ${t}`));
  });
});

describe('the WAL', () => {
  it('is synced every second, and closing leaves no timer', async () => {
    const clock = new FakeClock();
    const db = await open({ clock });
    await put(db, name('a'), [1, 1]);
    await clock.advance(5000);
    // The next turn is planned when the disk has answered.
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    await db.close();
    expect(clock.pending).toBe(0);
  });

  it('has a checkpoint that a restart reads instead of what it stands for', async () => {
    const db = await open();
    const odd = [1.5, -0, Number.NaN, Infinity];
    const samples = Array.from({ length: 400 }, (_, i) => [i * MINUTE, odd[i % 4]!] as const);
    await put(db, name('a'), ...samples);
    const appender = db.appender();
    appender.stale(UNKNOWN_REF, name('a'), 400 * MINUTE);
    await appender.commit();
    const all = await get(db);
    await db.maintain(0);
    await put(db, name('b'), [400 * MINUTE, 1]);
    const again = await reopen();
    expect(await get(again)).toEqual({ ...all, b: [[400 * MINUTE, 1]] });
    const duplicate = again.appender();
    expect(duplicate.stale(UNKNOWN_REF, name('a'), 400 * MINUTE)).toBeGreaterThan(0);
    expect(duplicate.float(UNKNOWN_REF, name('a'), 400 * MINUTE, 1)).toBe(REJECTED_DUPLICATE);
    duplicate.rollback();
  });

  it('that has grown in the meantime is not mixed up with an interrupted checkpoint', async () => {
    const db = await open();
    await put(db, name('a'), [1, 1]);
    appendFileSync(join(databases.dir, 'wal', '00000001.checkpoint.tmp'), 'half');
    expect(await get(await reopen())).toEqual({ a: [[1, 1]] });
  });
});

describe('the statistics of the head', () => {
  it('count series, pairs and chunks', async () => {
    const db = await open();
    await put(db, Labels.from({ __name__: 'up', job: 'a' }), [1, 1], [2, 1]);
    await put(db, Labels.from({ __name__: 'up', job: 'b' }), [3, 1]);
    await put(db, Labels.from({ __name__: 'down', job: 'b' }), [4, 1]);
    expect(db.headStats(1)).toEqual({
      numSeries: 3,
      numLabelPairs: 4,
      chunkCount: 3,
      minTime: 1,
      maxTime: 4,
      seriesCountByMetricName: [{ name: 'up', value: 2 }],
      labelValueCountByLabelName: [{ name: '__name__', value: 2 }],
      memoryInBytesByLabelName: [{ name: '__name__', value: 8 }],
      seriesCountByLabelValuePair: [{ name: '__name__=up', value: 2 }],
    });
  });
});
