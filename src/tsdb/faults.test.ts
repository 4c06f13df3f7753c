import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Clock } from '#lib/clock';
import { BarographError } from '#lib/errors';
import { silentLog } from '#lib/log';
import { Labels } from '#model/labels';
import { createMatcher } from '#model/matcher';
import { UNKNOWN_REF } from '#storage/appender';
import { SampleBuffer } from '#storage/sample-buffer';
import { FakeClock } from '#test/clock';
import { disk } from '#test/faulty-disk';
import { scratch } from '#test/process';
import { Db, type DbOptions } from './db.ts';
import { DbReader } from './db-reader.ts';

const START = 1_700_000_000_000 - (1_700_000_000_000 % 60_000);
const RANGE = 60_000;
const SERIES = 3;

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
  const db = await Db.open({ dir, clock, minBlockDuration: RANGE, maxBlockDuration: 3 * RANGE, ...options });
  opened.push(db);
  return db;
}

/** As if the process had died. */
async function reopen(options: Partial<DbOptions> = {}): Promise<Db> {
  rmSync(join(dir, 'lock'), { force: true });
  return open(options);
}

async function commit(db: Db, step: number): Promise<void> {
  const appender = db.appender();
  for (let i = 0; i < SERIES; i++)
    appender.float(UNKNOWN_REF, Labels.from({ __name__: 'm', i: String(i) }), START + step * 1000, step);
  await appender.commit();
}

async function commits(db: Db, from: number, to: number): Promise<void> {
  for (let step = from; step < to; step++) await commit(db, step);
}

const steps = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

interface Seen {
  /** The steps that every series has. */
  readonly steps: readonly number[];
  readonly warnings: readonly string[];
}

async function seen(db: Db): Promise<Seen> {
  const reader = await DbReader.open(db.state(), { log: silentLog });
  const range = { start: 0, end: 2 ** 50 };
  const querier = reader.querier(range);
  try {
    const set = querier.select([createMatcher({ name: '__name__', operator: '=', value: 'm' })], range);
    const all: number[][] = [];
    for (let batch = await set.next(); batch; batch = await set.next()) {
      for (const series of batch) {
        const out = new SampleBuffer();
        series.read(out);
        const own = Array.from(out.t.subarray(0, out.length), (t) => (t - START) / 1000);
        expect(own).toEqual([...new Set(own)].sort((a, b) => a - b));
        expect(Array.from(out.v.subarray(0, out.length))).toEqual(own);
        all.push(own);
      }
    }
    const common = (all[0] ?? []).filter((step) => all.every((own) => own.includes(step)));
    return { steps: all.length === SERIES ? common : [], warnings: set.warnings };
  } finally {
    querier.close();
    await reader.close();
  }
}

const unavailable = { kind: 'unavailable', code: 'wal-write-failed' };

describe('a disk that is full or broken', () => {
  it.each([
    ['while a commit is written', 'write'],
    ['while a segment is made', 'open'],
  ] as const)('%s: the commit is refused, nothing else is lost', async (_, operation) => {
    const db = await open();
    await commits(db, 0, 5);
    // Only a new segment is made.
    const next = operation === 'open' ? await reopenedAfterClose(db) : db;
    disk.fail(operation, /\.wal$/);
    await expect(commit(next, 5)).rejects.toMatchObject(unavailable);
    await expect(commit(next, 6)).rejects.toMatchObject(unavailable);
    expect((await seen(next)).steps).toEqual(steps(0, 5));
    disk.heal();
    await commits(next, 7, 9);
    expect((await seen(next)).steps).toEqual([...steps(0, 5), 7, 8]);
    const after = await reopen();
    expect((await seen(after)).steps).toEqual([...steps(0, 5), 7, 8]);
    expect(after.report.at).toEqual([]);
  });

  it('that does not sync: it is told and counted, and memory is written as a whole', async () => {
    const db = await open({ snapshots: true });
    await commits(db, 0, 5);
    disk.fail('sync', /\.wal$/, 'EIO');
    await clock.advance(1000);
    await vi.waitFor(() => expect(db.totals().failedSyncs).toBe(1));
    await vi.waitFor(() => expect(db.totals()).toMatchObject({ failedSnapshots: 1 }));
    disk.heal();
    await commits(db, 5, 7);
    await clock.advance(1000);
    expect((await seen(await reopen())).steps).toEqual(steps(0, 7));
  });

  it('that does not sync refuses the commit where commits wait for it', async () => {
    const db = await open({ walSync: 'commit' });
    await commits(db, 0, 3);
    disk.fail('sync', /\.wal$/, 'EIO');
    await expect(commit(db, 3)).rejects.toMatchObject(unavailable);
    disk.heal();
    await commits(db, 4, 5);
    expect((await seen(db)).steps).toEqual([0, 1, 2, 4]);
  });

  it.each([
    ['chunks', 'write', /chunks\/000001$/],
    ['the index', 'write', /index$/],
    ['meta.json', 'write', /meta\.json$/],
    ['the name', 'rename', /\/[0-9A-Z]{26}$/],
  ] as const)(
    'while a block is written (%s): memory keeps it, and the next try writes it',
    async (_, operation, path) => {
      const db = await open();
      await commits(db, 0, 100);
      disk.fail(operation, path);
      await db.maintain(START);
      expect(db.totals()).toMatchObject({ failedCompactions: 1, compactions: 0, headTruncations: 0 });
      expect((await seen(db)).steps).toEqual(steps(0, 100));
      expect(readdirSync(dir).filter((name) => name.includes('tmp-for'))).toEqual([]);
      disk.heal();
      await db.maintain(START);
      expect(db.totals()).toMatchObject({ compactions: 1, headTruncations: 1 });
      expect((await seen(await reopen())).steps).toEqual(steps(0, 100));
    },
  );

  it.each([
    ['writing', 'write', /checkpoint\.tmp$/],
    ['syncing', 'sync', /checkpoint\.tmp$/],
    ['naming', 'rename', /\.checkpoint$/],
  ] as const)(
    'while a checkpoint is made (%s): block and WAL together have everything, once',
    async (_, operation, path) => {
      const db = await open();
      await commits(db, 0, 100);
      disk.fail(operation, path);
      await db.maintain(START);
      expect(db.totals()).toMatchObject({ compactions: 1, headTruncations: 0, failedCompactions: 1 });
      expect((await seen(db)).steps).toEqual(steps(0, 100));
      await commits(db, 100, 105);
      disk.heal();
      const after = await reopen();
      expect((await seen(after)).steps).toEqual(steps(0, 105));
      await after.maintain(START);
      expect((await seen(after)).steps).toEqual(steps(0, 105));
    },
  );

  it.each([
    ['the index', 'write', /index$/],
    ['the name', 'rename', /\/[0-9A-Z]{26}$/],
  ] as const)('while blocks are merged (%s): the old ones stay', async (_, operation, path) => {
    const db = await open({ maxBlockDuration: RANGE });
    await commits(db, 0, 340);
    await db.maintain(START);
    const before = db.blockList().length;
    await db.close();
    const wide = await reopen();
    disk.fail(operation, path);
    await wide.maintain(START);
    expect(wide.totals()).toMatchObject({ failedCompactions: 1 });
    expect(wide.blockList()).toHaveLength(before);
    expect((await seen(wide)).steps).toEqual(steps(0, 340));
    disk.heal();
    await wide.maintain(START);
    expect(wide.blockList().length).toBeLessThan(before);
    expect((await seen(wide)).steps).toEqual(steps(0, 340));
  });

  it.each([
    ['writing', 'write', /snapshot\.tmp$/],
    ['syncing', 'sync', /snapshot\.tmp$/],
    ['naming', 'rename', /head\.snapshot$/],
  ] as const)('while a snapshot is taken (%s): the WAL has everything', async (_, operation, path) => {
    const db = await open({ snapshots: true });
    await commits(db, 0, 10);
    disk.fail(operation, path);
    await db.snapshot();
    await commits(db, 10, 12);
    expect(db.totals()).toMatchObject({ failedSnapshots: 1, snapshots: 0 });
    disk.heal();
    expect((await seen(await reopen({ snapshots: true }))).steps).toEqual(steps(0, 12));
    expect(existsSync(join(dir, 'head.snapshot.tmp'))).toBe(false);
  });
});

/** Ends a database cleanly and gives the next one. */
async function reopenedAfterClose(db: Db): Promise<Db> {
  await db.close();
  return open();
}

describe('a disk that does not give what it has', () => {
  it('of the snapshot: the WAL is read', async () => {
    const db = await open({ snapshots: true });
    await commits(db, 0, 10);
    await db.close();
    disk.fail('read', /head\.snapshot$/, 'EIO');
    const after = await reopen({ snapshots: true });
    expect(after.report.samples).toBe(10 * SERIES);
    expect((await seen(after)).steps).toEqual(steps(0, 10));
  });

  it('of a segment of the WAL: it is moved aside and reported, the others are read', async () => {
    let db = await open();
    await commits(db, 0, 5);
    await db.close();
    db = await open();
    await commits(db, 5, 8);
    await db.close();
    disk.fail('read', /00000001\.wal$/, 'EIO');
    const after = await reopen();
    expect(after.report.at).toEqual([
      expect.objectContaining({ file: join(dir, 'wal', 'quarantine', '00000001.wal') }),
    ]);
    expect((await seen(after)).steps).toEqual(steps(0, 5));
    disk.heal();
    expect(existsSync(join(dir, 'wal', 'quarantine', '00000001.wal'))).toBe(true);
  });

  it('of a checkpoint: it is moved aside and reported, and what the segments define themselves is read', async () => {
    const db = await open();
    await commits(db, 0, 100);
    await db.maintain(START);
    await commits(db, 100, 103);
    const [checkpoint = ''] = readdirSync(join(dir, 'wal')).filter((name) => name.endsWith('.checkpoint'));
    disk.fail('read', /\.checkpoint$/, 'EIO');
    const after = await reopen();
    const aside = join(dir, 'wal', 'quarantine', checkpoint);
    expect(after.report.at).toEqual([expect.objectContaining({ file: aside })]);
    // The checkpoint alone knew their series.
    expect(after.report.orphans).toBe(3 * SERIES);
    disk.heal();
    expect(existsSync(aside)).toBe(true);
    await commits(after, 103, 105);
    expect((await seen(await reopen())).steps).toEqual([...steps(0, 60), 103, 104]);
  });

  it('of the chunks of a block: the query fails with the name of the file, and the next one has them', async () => {
    const db = await open();
    await commits(db, 0, 100);
    await db.maintain(START);
    const block = db.blockList()[0]!.ulid;
    disk.fail('read', /chunks\/000001$/, 'EIO');
    await expect(seen(db)).rejects.toThrow(`${block}/chunks/000001`);
    disk.heal();
    expect((await seen(db)).steps).toEqual(steps(0, 100));
  });

  it('of a block: it is left out and named, and comes back when the disk does', async () => {
    const db = await open();
    await commits(db, 0, 100);
    await db.maintain(START);
    disk.fail('read', /index$/, 'EIO');
    const after = await reopen();
    expect(after.totals().damagedBlocks).toBe(1);
    expect((await seen(after)).steps).toEqual(steps(60, 100));
    disk.heal();
    await after.maintain(START);
    expect(after.totals().damagedBlocks).toBe(0);
    expect((await seen(after)).steps).toEqual(steps(0, 100));
  });
});

describe('files that are not whole', () => {
  it('a newest segment of zero bytes takes nothing with it', async () => {
    const db = await open();
    await commits(db, 0, 5);
    writeFileSync(join(dir, 'wal', '00000007.wal'), '');
    const after = await reopen();
    await commits(after, 5, 8);
    expect((await seen(await reopen())).steps).toEqual(steps(0, 8));
  });

  it('a segment of zero bytes between others takes nothing with it', async () => {
    await commits(await open(), 0, 3);
    const last = await reopen();
    await commits(last, 3, 5);
    await commits(await reopen(), 5, 6);
    expect(readdirSync(join(dir, 'wal'))).toEqual(['00000000.wal', '00000001.wal', '00000002.wal']);
    truncateSync(join(dir, 'wal', '00000001.wal'), 0);
    const after = await reopen();
    expect((await seen(after)).steps).toEqual([0, 1, 2, 5]);
  });

  it('a checkpoint that ends too early, even between two records, is reported', async () => {
    const db = await open();
    await commits(db, 0, 100);
    await db.maintain(START);
    const [checkpoint = ''] = readdirSync(join(dir, 'wal')).filter((name) => name.endsWith('.checkpoint'));
    const path = join(dir, 'wal', checkpoint);
    // The last record: a head of 9 bytes.
    truncateSync(path, statSync(path).size - 9);
    expect((await reopen()).report.at).toEqual([expect.objectContaining({ file: path, bytes: 0 })]);
  });

  it.each([
    ['meta.json', (block: string) => rmSync(join(block, 'meta.json'))],
    ['index', (block: string) => truncateSync(join(block, 'index'), 100)],
    ['index', (block: string) => rmSync(join(block, 'index'))],
    ['chunks/000001', (block: string) => truncateSync(join(block, 'chunks/000001'), 0)],
    ['tombstones', (block: string) => writeFileSync(join(block, 'tombstones'), 'x')],
  ] as const)('a block without a good %s is left out, and moved aside when it does not change', async (_, damage) => {
    const db = await open();
    await commits(db, 0, 100);
    await db.maintain(START);
    const ulid = db.blockList()[0]!.ulid;
    damage(join(dir, ulid));
    clock = new FakeClock(Date.now());
    const after = await reopen();
    expect(after.totals().damagedBlocks).toBe(1);
    expect((await seen(after)).steps).toEqual(steps(60, 100));
    expect(existsSync(join(dir, ulid))).toBe(true);
    await clock.advance(11 * 60_000);
    await after.maintain(START);
    expect(existsSync(join(dir, 'quarantine', ulid))).toBe(true);
    expect(existsSync(join(dir, ulid))).toBe(false);
    expect(after.totals().damagedBlocks).toBe(1);
  });
});

describe('a bit that has changed', () => {
  it('in any file is seen or does no harm: nothing is wrong or missing in silence', { timeout: 120_000 }, async () => {
    const db = await open({ snapshots: true });
    await commits(db, 0, 100);
    await db.maintain(START);
    await commits(db, 100, 110);
    await db.snapshot();
    await commits(db, 110, 120);
    const whole = join(folder.dir, 'whole');
    cpSync(dir, whole, { recursive: true });
    const files = readdirSync(whole, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name !== 'lock' && statSync(join(whole, name)).isFile(),
    );
    expect(files.length).toBeGreaterThanOrEqual(8);
    for (const file of files) for (let i = 0; i < 12; i++) await flip({ whole, file, at: (i + 0.5) / 12, bit: i % 8 });
  });
});

interface Flip {
  readonly whole: string;
  readonly file: string;
  /** Where in the file, as a part of it. */
  readonly at: number;
  readonly bit: number;
}

async function flip({ whole, file, at, bit }: Flip): Promise<void> {
  const copy = join(folder.dir, 'flipped');
  rmSync(copy, { recursive: true, force: true });
  cpSync(whole, copy, { recursive: true });
  rmSync(join(copy, 'lock'));
  const bytes = readFileSync(join(copy, file));
  bytes[Math.floor(bytes.length * at)]! ^= 1 << bit;
  writeFileSync(join(copy, file), bytes);
  utimesSync(join(copy, file), START / 1000, START / 1000);
  const db = await Db.open({ dir: copy, clock, minBlockDuration: RANGE, snapshots: true });
  try {
    const { steps: found, warnings } = await seen(db);
    const isTold = db.report.at.length + db.report.orphans + db.totals().damagedBlocks + warnings.length > 0;
    if (!isTold) expect({ file, at, found }).toEqual({ file, at, found: steps(0, 120) });
  } catch (error) {
    // A chunk that is damaged is named when it is read.
    if (!(error instanceof BarographError) || error.kind !== 'corrupt-data') throw error;
  } finally {
    await db.close();
  }
}

describe('a clock', () => {
  it.each([
    ['back', -3_600_000],
    ['forward', 86_400_000],
  ])('that jumps %s changes nothing that is stored, and snapshots go on', async (_, jump) => {
    let offset = 0;
    const jumping: Clock = {
      now: () => clock.now() + offset,
      monotonic: () => clock.monotonic(),
      after: (ms, run) => clock.after(ms, run),
      sleep: (ms, signal) => clock.sleep(ms, signal),
    };
    const db = await open({ snapshots: true, clock: jumping });
    await commits(db, 0, 5);
    await clock.advance(1000);
    offset = jump;
    await commits(db, 5, 10);
    await clock.advance(16 * 60_000);
    await vi.waitFor(() => expect(db.totals().snapshots).toBeGreaterThan(0));
    await db.maintain(jumping.now());
    expect((await seen(db)).steps).toEqual(steps(0, 10));
    expect((await seen(await reopen({ snapshots: true }))).steps).toEqual(steps(0, 10));
  });
});
