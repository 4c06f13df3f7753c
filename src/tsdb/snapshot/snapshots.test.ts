import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLog } from '#lib/log';
import type { Histogram } from '#model/histogram';
import { Labels } from '#model/labels';
import { createMatcher } from '#model/matcher';
import { UNKNOWN_REF } from '#storage/appender';
import { SampleBuffer } from '#storage/sample-buffer';
import { FakeClock } from '#test/clock';
import { scratch } from '#test/process';
import { Db, type DbOptions } from '../db.ts';
import { DbReader } from '../db-reader.ts';
import { type ReadAhead, readAhead } from '../read-ahead.ts';

const START = 1_700_000_000_000;
const LONG = 2 ** 50;
const RANGE = 7_200_000;

let folder: ReturnType<typeof scratch>;
let clock: FakeClock;
beforeEach(() => {
  folder = scratch();
  clock = new FakeClock(START);
});
afterEach(() => folder.remove());

const open = (options: Partial<DbOptions> = {}) => Db.open({ dir: folder.dir, clock, snapshots: true, ...options });

const histogram = (count: number): Histogram => ({
  schema: 3,
  zeroThreshold: 0.001,
  zeroCount: 0,
  count,
  sum: count * 1.5,
  positiveSpans: [{ offset: 0, length: 1 }],
  positiveBuckets: Float64Array.of(count),
  negativeSpans: [],
  negativeBuckets: new Float64Array(),
  customBounds: null,
  counterResetHint: 'unknown',
  isInteger: true,
});

/** One commit: a sample of each of `count` series of floats, one histogram, one float with a start time. */
async function commit(db: Db, step: number, count = 10): Promise<void> {
  const appender = db.appender();
  const t = START + step * 15_000;
  for (let i = 0; i < count; i++) {
    const v = i % 3 === 0 ? step : Math.sin(step * i);
    appender.float(UNKNOWN_REF, Labels.from({ __name__: 'm', i: String(i) }), t, v);
  }
  appender.histogram(UNKNOWN_REF, Labels.from({ __name__: 'h' }), t, histogram(step + 1));
  appender.float(UNKNOWN_REF, Labels.from({ __name__: 'started' }), t, step, { startTime: START });
  await appender.commit();
}

/** Every series with its samples, as text. */
async function everything(db: Db): Promise<string[]> {
  const reader = await DbReader.open(db.state(), { log: silentLog });
  const range = { start: 0, end: LONG };
  const querier = reader.querier(range);
  const set = querier.select([createMatcher({ name: '__name__', operator: '!=', value: '' })], range);
  const lines: string[] = [];
  for (let batch = await set.next(); batch; batch = await set.next()) {
    for (const series of batch) {
      const out = new SampleBuffer();
      series.read(out);
      const samples = Array.from({ length: out.length }, (_, i) => [
        ...[out.t[i], out.kind[i], out.v[i], out.starts?.[i], JSON.stringify(out.histograms[i])],
      ]);
      lines.push(`${series.labels} ${samples.join(' ')}`);
    }
  }
  querier.close();
  await reader.close();
  return lines;
}

/** What a start would find if the process died now: the directory as it is, without the lock. */
async function afterDeath(options: Partial<DbOptions> = {}): Promise<{ db: Db; remove: () => void }> {
  const copy = scratch();
  await cp(folder.dir, copy.dir, { recursive: true });
  await rm(join(copy.dir, 'lock'), { force: true });
  return { db: await open({ dir: copy.dir, ...options }), remove: () => copy.remove() };
}

/** What was read of the directory, as it was at this moment. */
async function readNow(): Promise<ReadAhead> {
  const snapshot = await readAhead(folder.dir, RANGE).takeSnapshot();
  return { takeSnapshot: () => Promise.resolve(snapshot) };
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('a snapshot of the head', () => {
  it('is written at a clean stop: the next start reads nothing else, and goes on as if there had been no stop', async () => {
    const other = scratch();
    const straight = await Db.open({ dir: other.dir, clock });
    let db = await open();
    for (let step = 0; step < 200; step++) {
      await commit(db, step);
      await commit(straight, step);
      if (step % 37 !== 36) continue;
      await db.close();
      db = await open();
      expect(db.report).toMatchObject({ segments: 0, samples: 0 });
    }
    expect(await everything(db)).toEqual(await everything(straight));
    expect(db.totals().headChunks).toBe(straight.totals().headChunks);
    await db.close();
    await straight.close();
    other.remove();
  });

  it('is taken while series come, and is the head between two commits: the WAL has the rest', async () => {
    const db = await open();
    for (let step = 0; step < 50; step++) await commit(db, step, 300);
    const taking = db.snapshot();
    const writing: Promise<void>[] = [];
    for (let step = 50; step < 90; step++) {
      writing.push(commit(db, step, 300 + step));
      await nextTurn();
    }
    await taking;
    await Promise.all(writing);
    const expected = await everything(db);
    const dead = await afterDeath();
    expect(dead.db.report.records).toBeGreaterThan(0);
    expect(dead.db.report.samples).toBeLessThan(90 * 300);
    expect(await everything(dead.db)).toEqual(expected);
    for (let step = 90; step < 95; step++) await commit(dead.db, step, 500);
    for (let step = 90; step < 95; step++) await commit(db, step, 500);
    expect(await everything(dead.db)).toEqual(await everything(db));
    await dead.db.close();
    dead.remove();
    await db.close();
  });

  it('is passed over when it is damaged, wherever: the WAL has everything', async () => {
    let db = await open();
    for (let step = 0; step < 30; step++) await commit(db, step);
    const expected = await everything(db);
    await db.close();
    const path = join(folder.dir, 'head.snapshot');
    const whole = await readFile(path);
    for (const at of [
      3,
      70_000,
      Math.floor(whole.length / 2),
      whole.length - 400,
      whole.length - 9,
      whole.length - 1,
    ]) {
      const bytes = Buffer.from(whole);
      bytes[at]! ^= 4;
      await writeFile(path, bytes);
      const dead = await afterDeath();
      expect(dead.db.report.samples).toBe(30 * 12);
      expect(await everything(dead.db)).toEqual(expected);
      await dead.db.close();
      dead.remove();
    }
    for (const length of [0, 15, 65_536, whole.length - 1]) {
      await writeFile(path, whole.subarray(0, length));
      const dead = await afterDeath();
      expect(await everything(dead.db)).toEqual(expected);
      await dead.db.close();
      dead.remove();
    }
    db = await open();
    expect(await everything(db)).toEqual(expected);
    await db.close();
  });

  it('of before a truncation of the head is passed over', async () => {
    const range = 20 * 15_000;
    const db = await open({ minBlockDuration: range });
    for (let step = 0; step < 10; step++) await commit(db, step);
    await db.snapshot();
    for (let step = 10; step < 60; step++) await commit(db, step);
    await db.maintain(START + 60 * 15_000);
    expect(db.totals().headTruncations).toBe(1);
    const expected = await everything(db);
    const dead = await afterDeath({ minBlockDuration: range });
    expect(await everything(dead.db)).toEqual(expected);
    await dead.db.close();
    dead.remove();
    await db.close();
  });

  it('may be read before the directory is taken, and then be an older one', async () => {
    const db = await open();
    for (let step = 0; step < 10; step++) await commit(db, step);
    await db.snapshot();
    const ahead = await readNow();
    for (let step = 10; step < 30; step++) await commit(db, step, 20);
    await db.snapshot();
    for (let step = 30; step < 35; step++) await commit(db, step, 15);
    const dead = await afterDeath({ readAhead: ahead });
    expect(dead.db.report.samples).toBe(20 * 22 + 5 * 17);
    expect(await everything(dead.db)).toEqual(await everything(db));
    for (let step = 35; step < 40; step++) await commit(dead.db, step, 25);
    for (let step = 35; step < 40; step++) await commit(db, step, 25);
    expect(await everything(dead.db)).toEqual(await everything(db));
    await dead.db.close();
    dead.remove();
    await db.close();
  });

  it('that was read before the head was truncated is passed over', async () => {
    const db = await open({ minBlockDuration: 20 * 15_000 });
    for (let step = 0; step < 10; step++) await commit(db, step);
    await db.snapshot();
    const snapshot = await readAhead(folder.dir, 20 * 15_000).takeSnapshot();
    expect(snapshot?.state.series).toBe(12);
    for (let step = 10; step < 60; step++) await commit(db, step);
    await db.maintain(START + 60 * 15_000);
    const expected = await everything(db);
    const ahead = { takeSnapshot: () => Promise.resolve(snapshot) };
    const dead = await afterDeath({ minBlockDuration: 20 * 15_000, readAhead: ahead });
    expect(await everything(dead.db)).toEqual(expected);
    await dead.db.close();
    dead.remove();
    await db.close();
  });

  it('is given away once, and is none where there is none, of other chunks or damaged', async () => {
    const found = async (range = RANGE) => (await readAhead(folder.dir, range).takeSnapshot())?.state.series ?? null;
    expect(await found()).toBeNull();
    const db = await open();
    await commit(db, 0);
    await db.snapshot();
    expect([await found(), await found(RANGE / 2)]).toEqual([12, null]);
    const ahead = readAhead(folder.dir, RANGE);
    await ahead.takeSnapshot();
    expect(await ahead.takeSnapshot()).toBeNull();
    await writeFile(join(folder.dir, 'head.snapshot'), 'not one');
    expect(await found()).toBeNull();
    await db.close();
  });

  it('is due when a start would have much to read, after a quarter of an hour, and when the head was replaced', async () => {
    const db = await open();
    await commit(db, 0);
    await clock.advance(14 * 60_000);
    expect(db.totals().snapshots).toBe(0);
    await clock.advance(2 * 60_000);
    await vi.waitFor(() => expect(db.totals().snapshots).toBe(1));
    await db.close();
  });
});
