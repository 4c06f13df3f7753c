import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '#lib/log';
import { Labels } from '#model/labels';
import { createMatcher } from '#model/matcher';
import { type Appendable, UNKNOWN_REF } from '#storage/appender';
import { SampleBuffer } from '#storage/sample-buffer';
import { FakeClock } from '#test/clock';
import { disk } from '#test/faulty-disk';
import { scratch } from '#test/process';
import { Db, type DbOptions } from './db.ts';
import { DbReader } from './db-reader.ts';

const START = 1_700_000_000_000;
const RANGE = 3_600_000;
const UNREAD =
  'the write-ahead log is still being read after the start of the server: samples are missing from the answer';

let folder: ReturnType<typeof scratch>;
let dir: string;
let clock: FakeClock;
const opened: Db[] = [];
beforeEach(() => {
  disk.install();
  folder = scratch();
  dir = join(folder.dir, 'data');
  clock = new FakeClock(START);
});
afterEach(async () => {
  disk.heal();
  for (const db of opened.splice(0)) await db.close();
  disk.remove();
  folder.remove();
});

async function open(options: Partial<DbOptions> = {}): Promise<Db> {
  const db = await Db.open({ dir, clock, minBlockDuration: RANGE, ...options });
  opened.push(db);
  return db;
}

/** As if the process had died. */
function reopen(options: Partial<DbOptions> = {}): Promise<Db> {
  rmSync(join(dir, 'lock'), { force: true });
  return open(options);
}

/** One sample of each series, its value the step. */
async function commit(to: Appendable, step: number, ...series: readonly string[]): Promise<void> {
  const appender = to.appender();
  for (const i of series) appender.float(UNKNOWN_REF, Labels.from({ __name__: 'm', i }), START + step * 1000, step);
  const { samples } = await appender.commit();
  expect(samples).toBe(series.length);
}

interface Seen {
  /** Series and its steps, each as text. */
  readonly series: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
}

async function seen(db: Db, end = 2 ** 50): Promise<Seen> {
  const reader = await DbReader.open(db.state(), { log: silentLog });
  const range = { start: 0, end };
  const querier = reader.querier(range);
  const series: Record<string, string> = {};
  try {
    const set = querier.select([createMatcher({ name: '__name__', operator: '=', value: 'm' })], range);
    for (let batch = await set.next(); batch; batch = await set.next()) {
      for (const one of batch) {
        const out = new SampleBuffer();
        one.read(out);
        series[one.labels.get('i')] = Array.from(out.v.subarray(0, out.length)).join(' ');
      }
    }
    return { series, warnings: set.warnings };
  } finally {
    querier.close();
    await reader.close();
  }
}

/** Two segments of the WAL: the steps 0 to 2 of a and b, then step 3 of them and of c. */
async function twoSegments(options: Partial<DbOptions> = {}): Promise<void> {
  const first = await open(options);
  for (const step of [0, 1, 2]) await commit(first, step, 'a', 'b');
  await (await reopen(options)).close();
  const second = await reopen(options);
  await commit(second, 3, 'a', 'b', 'c');
}

const ALL = { a: '0 1 2 3', b: '0 1 2 3', c: '3' };

describe('a database that is open before its WAL is read', () => {
  it('answers with a warning, has everything in the end, and then warns no more', async () => {
    await twoSegments();
    const release = disk.hold(/00000001\.wal$/);
    const db = await reopen({ opensEarly: true });
    const states: unknown[] = [];
    db.onState(({ wholeBefore, edition }) => states.push([wholeBefore, edition]));
    expect((await seen(db)).warnings).toEqual([UNREAD]);
    release();
    await db.whole;
    expect(await seen(db)).toEqual({ series: ALL, warnings: [] });
    expect(states).toEqual([[null, 1]]);
  });

  it('does not warn about times that are in blocks', async () => {
    const first = await open();
    for (let step = 0; step < 6000; step += 60) await commit(first, step, 'a');
    await first.maintain(START);
    const [block] = first.blockList();
    const release = disk.hold(/\.checkpoint$|\.wal$/);
    const db = await reopen({ opensEarly: true });
    expect((await seen(db, block!.maxTime - 1)).warnings).toEqual([]);
    expect((await seen(db, block!.maxTime)).warnings).toEqual([UNREAD]);
    release();
    await db.whole;
  });

  it('takes samples meanwhile, whose turn comes behind those of the WAL', async () => {
    await twoSegments();
    const release = disk.hold(/00000001\.wal$/);
    const db = await reopen({ opensEarly: true });
    const patient = commit(db, 5, 'b', 'e');
    await commit(db.early, 4, 'c', 'd', 'b');
    await commit(db.early, 6, 'c', 'd', 'b');
    expect((await seen(db)).series).toEqual({});
    release();
    await db.whole;
    await patient;
    const all = { ...ALL, b: '0 1 2 3 5 6', c: '3 4 6', d: '4 6', e: '5' };
    expect(await seen(db)).toEqual({ series: all, warnings: [] });
    await commit(db.early, 7, 'a');
    // The WAL knows under which numbers the series are now, some of which it knew under others.
    expect(await seen(await reopen())).toEqual({ series: { ...all, a: '0 1 2 3 7' }, warnings: [] });
    expect(await seen(await reopen())).toEqual({ series: { ...all, a: '0 1 2 3 7' }, warnings: [] });
  });

  it('goes on from a snapshot, of which everything shows at once', async () => {
    const first = await open({ snapshots: true });
    for (const step of [0, 1, 2]) await commit(first, step, 'a', 'b');
    await first.snapshot();
    await commit(first, 3, 'a', 'b', 'c');
    const release = disk.hold(/\.wal$/);
    const db = await reopen({ opensEarly: true, snapshots: true });
    await commit(db.early, 4, 'c', 'd');
    expect(await seen(db)).toEqual({ series: { a: '0 1 2', b: '0 1 2' }, warnings: [UNREAD] });
    release();
    await db.whole;
    expect((await seen(db)).series).toEqual({ ...ALL, c: '3 4', d: '4' });
    expect((await seen(await reopen({ snapshots: true }))).series).toEqual({ ...ALL, c: '3 4', d: '4' });
  });

  it('loses nothing that the WAL has when it is closed before it is whole, and writes nothing', async () => {
    await twoSegments({ snapshots: true });
    const release = disk.hold(/00000001\.wal$/);
    const db = await reopen({ opensEarly: true, snapshots: true });
    const patient = commit(db, 5, 'a').catch((error: unknown) => error);
    await commit(db.early, 4, 'a');
    const closed = db.close();
    release();
    await closed;
    expect(await patient).toMatchObject({ kind: 'unavailable', code: 'replay-aborted' });
    await expect(db.whole).rejects.toMatchObject({ code: 'replay-aborted' });
    expect(await seen(await reopen({ snapshots: true }))).toEqual({ series: ALL, warnings: [] });
  });

  it('cuts, merges and deletes nothing before it is whole', async () => {
    await twoSegments();
    const release = disk.hold(/00000001\.wal$/);
    const db = await reopen({ opensEarly: true });
    const selectors = [[{ name: 'i', operator: '=' as const, value: 'c' }]];
    const deleted = db.admin.deleteSeries({ selectors, range: { start: 0, end: 2 ** 50 } });
    const maintained = db.maintain(START);
    release();
    await Promise.all([deleted, maintained]);
    expect((await seen(db)).series).toEqual({ a: ALL.a, b: ALL.b });
  });

  it('says how far it is', async () => {
    await twoSegments();
    const release = disk.hold(/00000001\.wal$/);
    const db = await reopen({ opensEarly: true });
    while (db.progress.done < 1) await new Promise((resolve) => setImmediate(resolve));
    expect(db.progress).toEqual({ done: 1, total: 2 });
    release();
    await db.whole;
    expect(db.progress).toEqual({ done: 2, total: 2 });
  });
});
