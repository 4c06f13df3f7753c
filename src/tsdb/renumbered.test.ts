import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nextTurn } from '#lib/event-loop';
import { silentLog } from '#lib/log';
import { ByteReader, ByteWriter } from '#lib/varint';
import { Labels } from '#model/labels';
import { createMatcher } from '#model/matcher';
import { type SeriesRef, UNKNOWN_REF } from '#storage/appender';
import { SampleBuffer } from '#storage/sample-buffer';
import { FakeClock } from '#test/clock';
import { disk } from '#test/faulty-disk';
import { scratch } from '#test/process';
import { Db, type DbOptions } from './db.ts';
import { DbReader } from './db-reader.ts';
import { decodeRenumbered, encodeRenumbered } from './wal/renumbered.ts';
import { listWal, segmentName } from './wal/wal-files.ts';

const START = 1_700_000_000_000 - (1_700_000_000_000 % 60_000);
const RANGE = 60_000;

let folder: ReturnType<typeof scratch>;
let dir: string;
const opened: Db[] = [];
beforeEach(() => {
  disk.install();
  folder = scratch();
  dir = join(folder.dir, 'data');
});
afterEach(async () => {
  disk.heal();
  for (const db of opened.splice(0)) await db.close();
  disk.remove();
  folder.remove();
});

/** Opened as if the process before had died. */
async function open(options: Partial<DbOptions> = {}): Promise<Db> {
  rmSync(join(dir, 'lock'), { force: true });
  const db = await Db.open({ dir, clock: new FakeClock(START), minBlockDuration: RANGE, ...options });
  opened.push(db);
  return db;
}

/** What was committed: the times of each series, in seconds. */
class Written {
  readonly times = new Map<string, number[]>();
  private readonly refs = new Map<string, SeriesRef>();

  /** A sample a second of some series, a commit each. */
  async commits(db: Db, names: readonly string[], from: number, to: number): Promise<void> {
    for (let step = from; step < to; step++) await this.commit(db, names, step);
  }

  async commit(db: Db, names: readonly string[], step: number): Promise<void> {
    const appender = db.appender();
    for (const name of names) {
      const labels = Labels.from({ __name__: 'm', name });
      const ref = this.refs.get(name) ?? UNKNOWN_REF;
      const t = START + Math.round(step * 1000);
      const now = appender.float(appender.knows(ref) ? ref : UNKNOWN_REF, labels, t, step);
      if (now > 0) this.refs.set(name, now as SeriesRef);
      this.times.set(name, [...(this.times.get(name) ?? []), step]);
    }
    await appender.commit();
  }
}

async function seen(db: Db): Promise<Map<string, number[]>> {
  const reader = await DbReader.open(db.state(), { log: silentLog });
  const range = { start: 0, end: 2 ** 50 };
  const querier = reader.querier(range);
  const all = new Map<string, number[]>();
  const set = querier.select([createMatcher({ name: '__name__', operator: '=', value: 'm' })], range);
  for (let batch = await set.next(); batch; batch = await set.next()) {
    for (const series of batch) {
      const out = new SampleBuffer();
      series.read(out);
      const own = Array.from(out.t.subarray(0, out.length), (t) => (t - START) / 1000);
      expect(Array.from(out.v.subarray(0, out.length))).toEqual(own);
      all.set(series.labels.get('name'), own);
    }
  }
  querier.close();
  await reader.close();
  return all;
}

describe('a head that was replaced by another, of which the WAL has no checkpoint', () => {
  it.each([false, true])(
    'is there after the death of the process, sample by sample (snapshots: %s)',
    async (snapshots) => {
      const written = new Written();
      const db = await open({ snapshots });
      await written.commits(db, ['gone', 'stays', 'ends', 'late'], 0, 30);
      if (snapshots) await db.snapshot();
      await written.commits(db, ['stays', 'ends'], 30, 100);
      disk.fail('rename', /\.checkpoint$/);
      await db.maintain(START);
      // Other ids mean other series now.
      await written.commits(db, ['new', 'stays', 'gone'], 100, 190);
      await db.maintain(START);
      expect(db.totals()).toMatchObject({ headTruncations: 0, failedTruncations: 2, headSeries: 3 });
      await written.commits(db, ['newer', 'ends', 'gone', 'stays'], 190, 200);
      disk.heal();
      const second = await open({ snapshots });
      expect(second.report).toMatchObject({ orphans: 0, at: [] });
      expect(await seen(second)).toEqual(written.times);
      await written.commits(second, ['late', 'newest', 'new', 'stays', 'gone'], 200, 210);
      const third = await open({ snapshots });
      expect(await seen(third)).toEqual(written.times);
      await third.maintain(START);
      expect(third.totals()).toMatchObject({ failedTruncations: 0, headTruncations: 1 });
      await written.commits(third, ['ends', 'new'], 210, 220);
      expect(await seen(await open({ snapshots }))).toEqual(written.times);
    },
  );

  it('gets its checkpoint at the next try, though nothing else is due', async () => {
    const written = new Written();
    const db = await open();
    await written.commits(db, ['a', 'b'], 0, 100);
    disk.fail('write', /checkpoint\.tmp$/);
    await db.maintain(START);
    expect(db.totals()).toMatchObject({ checkpoints: 0, failedTruncations: 1 });
    disk.heal();
    await db.maintain(START);
    expect(db.totals()).toMatchObject({ checkpoints: 1, failedTruncations: 1 });
    expect(await seen(await open())).toEqual(written.times);
  });

  it('is not there for the WAL when the disk did not keep that series have other ids', async () => {
    const written = new Written();
    const db = await open({ walSync: 'commit' });
    await written.commits(db, ['gone', 'stays'], 0, 30);
    await written.commits(db, ['stays', 'ends'], 30, 100);
    const { segments } = await listWal(join(dir, 'wal'));
    disk.fail('sync', new RegExp(segmentName(segments.at(-1)! + 1)));
    await db.maintain(START);
    disk.heal();
    expect(db.totals()).toMatchObject({ headTruncations: 0, failedTruncations: 1 });
    await written.commits(db, ['new', 'ends', 'stays'], 100, 110);
    expect(await seen(await open())).toEqual(written.times);
  });

  it('takes commits while it and its checkpoint are made', async () => {
    const written = new Written();
    const db = await open();
    await written.commits(db, ['gone'], 0, 30);
    await written.commits(db, ['a', 'b'], 30, 100);
    let isOver = false;
    const maintained = db.maintain(START).then(() => {
      isOver = true;
    });
    for (let n = 0; !isOver; n++) {
      await written.commit(db, ['b', 'c', 'a'], (100_000 + n) / 1000);
      await nextTurn();
    }
    await maintained;
    expect(db.totals()).toMatchObject({ checkpoints: 1 });
    expect(await seen(await open())).toEqual(written.times);
  });
});

it('new ids of series round trip, with those that are not named any more', () => {
  const out = new ByteWriter();
  encodeRenumbered(out, Uint32Array.of(0, 0, 3, 1, 0, 2));
  expect(decodeRenumbered(new ByteReader(out.bytes))).toEqual(Uint32Array.of(0, 3, 5, 2));
});
