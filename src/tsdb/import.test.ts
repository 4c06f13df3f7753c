import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openBlock } from '#block/block-reader';
import { mergeBlocks } from '#block/merge-blocks';
import { silentLog } from '#lib/log';
import { isUlid } from '#lib/ulid';
import { Labels } from '#model/labels';
import { createMatcher } from '#model/matcher';
import { UNKNOWN_REF } from '#storage/appender';
import type { Queryable } from '#storage/queryable';
import { KIND_FLOAT, SampleBuffer } from '#storage/sample-buffer';
import { scratch } from '#test/process';
import { samplesOf } from '#test/queryable-behaviour';
import { Db } from './db.ts';
import { DbReader } from './db-reader.ts';
import { importOpenMetrics } from './import/open-metrics.ts';
import { type ImportStep, importInto } from './import.ts';

const folder = scratch();
afterAll(() => folder.remove());
const fixtures = join(import.meta.dirname, '../../test/fixtures/prometheus-block');
/** Made by promtool from source.om. */
const ULID = '01M86YM4BNA848E870MKZHVHWF';
const ALL = { start: -(2 ** 50), end: 2 ** 50 };
const HOUR = 3_600_000;

let folders = 0;
function empty(): string {
  const dir = join(folder.dir, String(folders++));
  mkdirSync(dir);
  return dir;
}

function file(text: string): string {
  const path = join(empty(), 'source.om');
  writeFileSync(path, text);
  return path;
}

async function steps(importing: AsyncGenerator<ImportStep>): Promise<readonly ImportStep[]> {
  const all: ImportStep[] = [];
  for await (const step of importing) all.push(step);
  return all;
}

const summary = (all: readonly ImportStep[]) =>
  all.map(({ done, of, meta, isPresent }) => [`${done}/${of}`, meta.minTime / HOUR, meta.stats.numSamples, isPresent]);

async function everything(storage: Queryable): Promise<Record<string, ReturnType<typeof samplesOf>>> {
  const querier = storage.querier(ALL);
  const set = querier.select([createMatcher({ name: '__name__', operator: '!=', value: '' })], ALL);
  const found: [string, ReturnType<typeof samplesOf>][] = [];
  for (let batch = await set.next(); batch; batch = await set.next()) {
    for (const series of batch) {
      const buffer = new SampleBuffer();
      series.read(buffer);
      found.push([series.labels.toString(), samplesOf(buffer)]);
    }
  }
  querier.close();
  return Object.fromEntries(found);
}

/** All that a server on this directory shows. */
async function stored(dir: string) {
  const db = await Db.open({ dir });
  const reader = await DbReader.open(db.state(), { log: silentLog });
  const found = await everything(reader);
  await reader.close();
  await db.close();
  return found;
}

async function ofFixture() {
  const block = await openBlock(join(fixtures, ULID));
  const found = await everything(block);
  await block.close();
  return found;
}

describe('import of blocks', () => {
  it('takes the blocks of a data directory, once', async () => {
    const dir = empty();
    const [first] = await steps(importInto(dir, fixtures));
    expect(first).toMatchObject({ done: 1, of: 1, isPresent: false, meta: { ulid: ULID } });
    expect((await steps(importInto(dir, fixtures))).map(({ isPresent }) => isPresent)).toEqual([true]);
    expect(await stored(dir)).toEqual(await ofFixture());
  });

  it('takes a single block', async () => {
    const dir = empty();
    await steps(importInto(dir, join(fixtures, ULID)));
    expect(await stored(dir)).toEqual(await ofFixture());
  });

  it('knows a block that was merged into another', async () => {
    const dir = empty();
    await steps(importInto(dir, fixtures));
    await mergeBlocks([join(dir, ULID)], { parent: dir, ulid: '01M86YM4BNA848E870MKZHVHWG' });
    rmSync(join(dir, ULID), { recursive: true });
    expect((await steps(importInto(dir, fixtures))).map(({ isPresent }) => isPresent)).toEqual([true]);
    expect(readdirSync(dir).filter(isUlid)).toEqual(['01M86YM4BNA848E870MKZHVHWG']);
  });

  it('leaves the head its samples of the times of a block, also when it was merged', async () => {
    const dir = empty();
    await steps(importInto(dir, fixtures));
    const block = await openBlock(join(dir, ULID));
    const { meta } = block;
    await block.close();
    const write = async (name: string) => {
      const batch = { labels: [['__name__', name]], series: new Uint32Array([0]), kind: new Uint8Array([KIND_FLOAT]) };
      const db = await Db.open({ dir });
      await db.write({ ...batch, t: new Float64Array([meta.maxTime - 1]), v: new Float64Array([1]) });
      await db.close();
      expect(Object.keys(await stored(dir))).toContain(name);
    };
    await write('before');
    await mergeBlocks([join(dir, ULID)], { parent: dir, ulid: '01M86YM4BNA848E870MKZHVHWG' });
    await write('after');
  });

  it('takes what our own head has beside the blocks, late samples too, and once more changes nothing', async () => {
    const source = empty();
    cpSync(join(fixtures, ULID), join(source, ULID), { recursive: true });
    const block = await ofFixture();
    const db = await Db.open({ dir: source, outOfOrderWindow: 4 * HOUR });
    const start = Math.ceil(1_700_004_485_001 / HOUR) * HOUR;
    const put = async (metric: string, ...times: readonly number[]) => {
      const appender = db.appender();
      for (const t of times) appender.float(UNKNOWN_REF, Labels.from({ __name__: metric }), start + t, t);
      await appender.commit();
    };
    await put('a', 1, 2, 2 * HOUR, 3 * HOUR);
    await put('a', HOUR);
    await put('deleted', 1, 2);
    await db.admin.deleteSeries({ selectors: [[{ name: '__name__', operator: '=', value: 'deleted' }]], range: ALL });
    const whole = async (dir: string) => (await stored(dir))['a'];
    await db.close();

    const dir = empty();
    const first = await steps(importInto(dir, source));
    expect(first.map(({ isPresent }) => isPresent)).toEqual(first.map(() => false));
    expect(Object.keys(await stored(dir)).sort()).toEqual([...Object.keys(block), 'a'].sort());
    expect(await whole(dir)).toEqual([1, 2, HOUR, 2 * HOUR, 3 * HOUR].map((t) => ({ t: start + t, v: t })));
    const again = await steps(importInto(dir, source));
    expect(again.map(({ isPresent }) => isPresent)).toEqual(first.map(() => true));
    expect(await whole(dir)).toHaveLength(5);
  });

  it('takes a log without blocks, and says where it is damaged when the rest is there', async () => {
    const source = empty();
    const db = await Db.open({ dir: source });
    for (const t of [1, 2]) {
      const appender = db.appender();
      appender.float(UNKNOWN_REF, Labels.from({ __name__: 'a' }), t, t);
      await appender.commit();
    }
    await db.close();
    rmSync(join(source, 'head.snapshot'), { force: true });
    const [segment] = readdirSync(join(source, 'wal')).filter((name) => name.endsWith('.wal'));
    appendFileSync(join(source, 'wal', segment!), 'torn');
    const dir = empty();
    await expect(steps(importInto(dir, source))).rejects.toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/was taken but for this: .*damaged from byte \d+ on: 4 bytes/),
        hint: expect.stringContaining('import again when it has stopped'),
      }),
    );
    expect((await stored(dir))['a']).toEqual([
      { t: 1, v: 1 },
      { t: 2, v: 2 },
    ]);
  });

  it('does not advise to import again where a log is damaged in the middle', async () => {
    const source = empty();
    const db = await Db.open({ dir: source });
    for (let commit = 0; commit < 20; commit++) {
      const appender = db.appender();
      for (let t = 1; t <= 1000; t++) {
        appender.float(UNKNOWN_REF, Labels.from({ __name__: 'a' }), commit * 1000 + t, Math.sin(commit * 1000 + t));
      }
      await appender.commit();
    }
    await db.close();
    rmSync(join(source, 'head.snapshot'), { force: true });
    const [segment] = readdirSync(join(source, 'wal')).filter((name) => name.endsWith('.wal'));
    const path = join(source, 'wal', segment!);
    const bytes = readFileSync(path);
    // The first record defines the series as well: this is in the tenth.
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(path, bytes);
    const dir = empty();
    await expect(steps(importInto(dir, source))).rejects.toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/damaged from byte \d+ on: \d{5,} bytes are left out/),
        hint: expect.stringMatching(/^That is more than a last record.*Import a backup/),
      }),
    );
    expect((await stored(dir))['a']).toHaveLength(9000);
  });

  it('says what is wrong with a directory without blocks, and with a damaged block', async () => {
    const dir = empty();
    await expect(steps(importInto(dir, empty()))).rejects.toThrow('holds no blocks');
    const damaged = empty();
    cpSync(join(fixtures, ULID), join(damaged, ULID), { recursive: true });
    rmSync(join(damaged, ULID, 'index'));
    await expect(steps(importInto(dir, damaged))).rejects.toThrow('index is missing');
    expect(readdirSync(dir)).toEqual([]);
    expect(existsSync(join(fixtures, ULID, 'index'))).toBe(true);
  });
});

describe('import of OpenMetrics', () => {
  it('stores what promtool made of the same file', async () => {
    const dir = empty();
    await steps(importInto(dir, join(fixtures, 'source.om')));
    expect(await stored(dir)).toEqual(await ofFixture());
  });

  const PAGE = [
    '# TYPE rpc_seconds histogram',
    '# HELP rpc_seconds How "long".',
    'rpc_seconds_bucket{le="1"} 4 3600',
    'rpc_seconds_bucket{le="+Inf"} 6 3600',
    '# TYPE size gauge',
    'size{a="ä"} 2 10800.5',
    'size{a="ä"} 1 7200',
    'size{a="ä"} 9 7200',
    'size{b="x"} 3 14400',
    '# EOF',
    '',
  ].join('\n');

  it('makes a block of every two hours, sorts, and keeps the first of samples at one time', async () => {
    const dir = empty();
    const source = file(PAGE);
    expect(summary(await steps(importInto(dir, source)))).toEqual([
      ['1/3', 0, 2, false],
      ['2/3', 2, 2, false],
      ['3/3', 4, 1, false],
    ]);
    expect(summary(await steps(importInto(dir, source))).map((one) => one[3])).toEqual([true, true, true]);
    const found = await stored(dir);
    expect(Object.keys(found)).toEqual([
      'rpc_seconds_bucket{le="+Inf"}',
      'rpc_seconds_bucket{le="1.0"}',
      'size{a="ä"}',
      'size{b="x"}',
    ]);
    expect(found['size{a="ä"}']).toEqual([
      { t: 7_200_000, v: 1 },
      { t: 10_800_500, v: 2 },
    ]);
  });

  it('finds the same wherever the file is cut into pieces, and however little fits into memory', async () => {
    const whole = empty();
    await steps(importInto(whole, file(PAGE)));
    for (const pieceBytes of [1, 7, 40, 100]) {
      const dir = empty();
      const options = { pieceBytes, mostSamples: pieceBytes };
      expect(summary(await steps(importOpenMetrics(file(PAGE), dir, options)))).toHaveLength(3);
      expect(await stored(dir)).toEqual(await stored(whole));
    }
  });

  it.each([
    ['a value that is none', 'a 1 1\nb x 1\n# EOF\n', /source\.om:2: /],
    ['no end', 'a 1 1\nb 2 1\n', /source\.om:\d: .*EOF/],
    ['a sample without a time', 'a 1 1\nb 2\n# EOF\n', /expected timestamp for series b, got none/],
  ])('refuses a file with %s, and writes nothing of it', async (_, text, message) => {
    for (const pieceBytes of [2, 1000]) {
      const dir = empty();
      await expect(steps(importOpenMetrics(file(text), dir, { pieceBytes }))).rejects.toThrow(message);
      expect(readdirSync(dir)).toEqual([]);
    }
  });
});
