import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTombstones } from '#block/tombstones';
import { silentLog } from '#lib/log';
import { Labels } from '#model/labels';
import { createMatcher, type MatcherSpec } from '#model/matcher';
import { UNKNOWN_REF } from '#storage/appender';
import { SampleBuffer } from '#storage/sample-buffer';
import { databasesPerTest } from '#test/databases';
import { find } from '#test/process';
import { snapshotName } from './admin.ts';
import { Db } from './db.ts';
import { DbReader } from './db-reader.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A multiple of two hours. */
const T0 = 1_000 * 2 * HOUR;
const promtool = find('promtool');
if (promtool === null) console.log('skipped: what was deleted is compared with promtool, which is not in PATH');

const databases = databasesPerTest();
const { open, reopen } = databases;

/** Samples of `a` and `b`, one every ten minutes. */
async function fill(db: Db, minutes: number): Promise<void> {
  for (let i = 0; i <= minutes; i += 10) {
    const appender = db.appender();
    for (const name of ['a', 'b']) appender.float(UNKNOWN_REF, Labels.from({ __name__: name }), T0 + i * MINUTE, i);
    await appender.commit();
  }
}

async function minutesOf(db: Db): Promise<Record<string, number[]>> {
  const reader = await DbReader.open(db.state(), { log: silentLog });
  const range = { start: -(2 ** 50), end: 2 ** 50 };
  const querier = reader.querier(range);
  const set = querier.select([createMatcher({ name: '__name__', operator: '=~', value: '.+' })], range);
  const found: Record<string, number[]> = {};
  for (let batch = await set.next(); batch; batch = await set.next()) {
    for (const series of batch) {
      const out = new SampleBuffer();
      series.read(out);
      found[series.labels.get('__name__')] = Array.from(out.t.subarray(0, out.length), (t) => (t - T0) / MINUTE);
    }
  }
  querier.close();
  await reader.close();
  return found;
}

const tens = (from: number, to: number) => Array.from({ length: (to - from) / 10 + 1 }, (_, i) => from + i * 10);
const metric = (value: string): MatcherSpec[] => [{ name: '__name__', operator: '=', value }];

function remove(db: Db, value: string, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY): Promise<void> {
  const range = { start: T0 + from * MINUTE, end: T0 + to * MINUTE };
  return db.admin.deleteSeries({ selectors: [metric(value)], range });
}

function tool(...args: string[]): string {
  return execFileSync(promtool!, ['tsdb', ...args], { encoding: 'utf8' });
}

describe('what was deleted of the head', () => {
  it('is gone with all that was committed before, however many commits wait', async () => {
    const db = await open();
    const commits = Array.from({ length: 60 }, (_, k) => {
      const appender = db.appender();
      for (let i = 0; i < 2000; i++) {
        appender.float(UNKNOWN_REF, Labels.from({ __name__: 'a', n: String(i) }), T0 + k * MINUTE, k);
      }
      return appender.commit();
    });
    await remove(db, 'a');
    expect((await Promise.all(commits)).map(({ samples }) => samples)).toEqual(commits.map(() => 2000));
    expect(await minutesOf(db)).toEqual({});
  });

  it('is gone at once and after the death of the process; what comes later is there', async () => {
    const db = await open();
    await fill(db, 60);
    const { edition } = db.state();
    await remove(db, 'a', 15, 40);
    await remove(db, 'b');
    expect(db.state().edition).toBeGreaterThan(edition);
    expect(await minutesOf(db)).toEqual({ a: [0, 10, 50, 60] });
    const appender = db.appender();
    appender.float(UNKNOWN_REF, Labels.from({ __name__: 'b' }), T0 + 70 * MINUTE, 1);
    await appender.commit();
    const expected = { a: [0, 10, 50, 60], b: [70] };
    expect(await minutesOf(db)).toEqual(expected);
    expect(await minutesOf(await reopen())).toEqual(expected);
  });

  it('does not come into blocks, nor back when the head forgets them', async () => {
    const db = await open();
    await fill(db, 240);
    await remove(db, 'a', 50, 150);
    await remove(db, 'b', 0, 115);
    await db.maintain(T0 + 4 * HOUR);
    const expected = { a: [...tens(0, 40), ...tens(160, 240)], b: tens(120, 240) };
    expect(await minutesOf(db)).toEqual(expected);
    expect(db.blockList().map(({ stats }) => [stats.numSeries, stats.numSamples])).toEqual([[1, 5]]);
    expect(await minutesOf(await reopen())).toEqual(expected);
  });

  it('may be written again out of order', async () => {
    const db = await open({ outOfOrderWindow: 4 * HOUR });
    await fill(db, 60);
    await remove(db, 'a', 10, 20);
    const appender = db.appender();
    appender.float(UNKNOWN_REF, Labels.from({ __name__: 'b' }), T0 + 5 * MINUTE, 1);
    await appender.commit();
    await remove(db, 'b', 4, 6);
    expect((await minutesOf(db)).b).toEqual(tens(0, 60));
    const again = db.appender();
    again.float(UNKNOWN_REF, Labels.from({ __name__: 'b' }), T0 + 6 * MINUTE, 1);
    await again.commit();
    const expected = { a: [0, ...tens(30, 60)], b: [0, 6, ...tens(10, 60)] };
    expect(await minutesOf(db)).toEqual(expected);
    expect(await minutesOf(await reopen({ outOfOrderWindow: 4 * HOUR }))).toEqual(expected);
  });
});

describe('what was deleted of a block', () => {
  it('stands in its tombstones and its description, each range cut to the series', async () => {
    const db = await open();
    await fill(db, 240);
    await db.maintain(T0 + 4 * HOUR);
    const reader = await DbReader.open(db.state(), { log: silentLog });
    await remove(db, 'a', -100, 20);
    await remove(db, 'a', 30, 40);
    await remove(db, 'a', 60, 60);
    await remove(db, 'b', 1000, 2000);
    const [block] = db.blockList();
    const path = join(databases.dir, block!.ulid, 'tombstones');
    const [ranges] = [...readTombstones(readFileSync(path), path).values()];
    expect(ranges).toEqual([
      { start: T0, end: T0 + 20 * MINUTE },
      { start: T0 + 30 * MINUTE, end: T0 + 40 * MINUTE },
      { start: T0 + 60 * MINUTE, end: T0 + 60 * MINUTE },
    ]);
    expect(block!.stats.numTombstones).toBe(3);
    const expected = { a: [50, ...tens(70, 240)], b: tens(0, 240) };
    expect(await minutesOf(db)).toEqual(expected);
    expect(await minutesOf(await reopen())).toEqual(expected);
    // A reader that was open takes it over.
    await reader.update(db.state());
    const querier = reader.querier({ start: T0, end: T0 + HOUR });
    const [first] = (await querier.select([], { start: T0, end: T0 + HOUR }).next())!;
    const out = new SampleBuffer();
    first!.read(out);
    expect(out.length).toBe(1);
    querier.close();
    await reader.close();
  });

  it('leaves the disk when the tombstones are cleaned', async () => {
    const db = await open();
    await fill(db, 400);
    await db.maintain(T0 + 7 * HOUR);
    const [first, second] = db.blockList();
    await remove(db, 'a', 0, 60);
    await remove(db, 'a', 120, 239);
    await remove(db, 'b', 120, 239);
    await db.admin.cleanTombstones(T0 + 7 * HOUR);
    const left = db.blockList();
    expect(left.map(({ stats }) => [stats.numSamples, stats.numTombstones])).toEqual([[17, undefined]]);
    expect([first!.ulid, second!.ulid]).not.toContain(left[0]!.ulid);
    expect(await minutesOf(db)).toEqual({
      a: [...tens(70, 110), ...tens(240, 400)],
      b: [...tens(0, 110), ...tens(240, 400)],
    });
  });

  it.skipIf(promtool === null)('is hidden by promtool too', async () => {
    const db = await open();
    await fill(db, 240);
    await db.maintain(T0 + 4 * HOUR);
    await remove(db, 'a', 20, 100);
    await remove(db, 'b');
    const expected = [0, 10, 110].map((i) => `{__name__="a"} ${i} ${T0 + i * MINUTE}`);
    const lines = tool('dump', databases.dir).trim().split('\n');
    expect(lines.filter((line) => line !== '').map((line) => line.trim())).toEqual(expected);
  });
});

describe('a snapshot', () => {
  it('has a name of time and chance', () => {
    expect(snapshotName(1_700_000_000_000)).toMatch(/^20231114T221320Z-[0-9a-f]{16}$/);
  });

  it('links the blocks and writes the head as one', async () => {
    const db = await open({ outOfOrderWindow: 4 * HOUR });
    await fill(db, 240);
    await db.maintain(T0 + 4 * HOUR);
    const late = db.appender();
    late.float(UNKNOWN_REF, Labels.from({ __name__: 'a' }), T0 + 135 * MINUTE, 1);
    await late.commit();
    await remove(db, 'b', 0, 1000);
    const everything = await minutesOf(db);
    await db.admin.snapshot({ name: 'one', skipHead: false, now: T0 + 4 * HOUR });
    await db.admin.snapshot({ name: 'two', skipHead: true, now: T0 + 4 * HOUR });
    const [block] = db.blockList();
    const inode = (path: string) => statSync(path).ino;
    const linked = join(databases.dir, 'snapshots', 'two', block!.ulid);
    expect(readdirSync(join(databases.dir, 'snapshots', 'two'))).toEqual([block!.ulid]);
    for (const file of ['index', 'chunks/000001', 'tombstones', 'meta.json']) {
      expect(inode(join(linked, file))).toBe(inode(join(databases.dir, block!.ulid, file)));
    }
    // A later deletion does not reach into it.
    await remove(db, 'a');
    const copy = await Db.open({ dir: join(databases.dir, 'snapshots', 'one') });
    expect(await minutesOf(copy)).toEqual(everything);
    await copy.close();
  });
});
