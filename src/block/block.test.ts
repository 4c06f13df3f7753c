import { execFileSync } from 'node:child_process';
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
import { highBits, lowBits } from '#chunkenc/value-bits';
import { XorDecoder } from '#chunkenc/xor-decoder';
import { XorEncoder } from '#chunkenc/xor-encoder';
import { crc32c } from '#lib/crc32c';
import { ByteWriter } from '#lib/varint';
import { createMatcher } from '#model/matcher';
import type { Queryable } from '#storage/queryable';
import { SampleBuffer } from '#storage/sample-buffer';
import { find, scratch } from '#test/process';
import { samplesOf } from '#test/queryable-behaviour';
import { openBlock } from './block-reader.ts';
import { type WritableSeries, writeBlock } from './block-writer.ts';
import { encodeChunks } from './chunk-samples.ts';
import { mergeBlocks } from './merge-blocks.ts';

const folder = scratch();
afterAll(() => folder.remove());

const fixtures = join(import.meta.dirname, '../../test/fixtures/prometheus-block');
/** A block that promtool has written from source.om. */
const fixture = join(fixtures, '01M86YM4BNA848E870MKZHVHWF');
const promtool = find('promtool');

const ALL = { start: -(2 ** 50), end: 2 ** 50 };

async function read(storage: Queryable): Promise<Record<string, ReturnType<typeof samplesOf>>> {
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

function series(name: string, values: Readonly<Record<number, number | null>>): WritableSeries {
  const buffer = new SampleBuffer();
  for (const [t, v] of Object.entries(values)) {
    if (v === null) buffer.pushStale(Number(t));
    else buffer.pushFloat(Number(t), v);
  }
  return { pairs: ['__name__', name], chunks: encodeChunks(buffer) };
}

let made = 0;

/** Writes a block of the given series, sorted by name. */
async function block(list: readonly WritableSeries[], minTime: number, maxTime: number): Promise<string> {
  const ulid = `01H000000000000000000000${String(++made).padStart(2, '0')}`;
  const symbols = [...new Set(list.flatMap(({ pairs }) => pairs))].sort();
  const compaction = { level: 1, sources: [ulid] };
  const target = { parent: folder.dir, ulid, minTime, maxTime, compaction };
  await writeBlock(target, { symbols, series: list });
  return join(folder.dir, ulid);
}

async function merged(dirs: readonly string[]) {
  const ulid = `01H000000000000000000000${String(++made).padStart(2, '0')}`;
  const meta = await mergeBlocks(dirs, { parent: folder.dir, ulid });
  return { meta, dir: join(folder.dir, ulid) };
}

async function contentOf(dir: string) {
  const opened = await openBlock(dir);
  try {
    return await read(opened);
  } finally {
    await opened.close();
  }
}

/** The samples of source.om by series. */
function source(): Record<string, { t: number; v: number }[]> {
  const samples: Record<string, { t: number; v: number }[]> = {};
  for (const line of readFileSync(join(fixtures, 'source.om'), 'utf8').split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [name = '', v, t] = line.split(' ');
    const series = name.replace(',', ', ');
    samples[series] ??= [];
    samples[series].push({ t: Number(t) * 1000, v: Number(v) });
  }
  return samples;
}

describe('a block of Prometheus', () => {
  it('is read with all its samples', async () => {
    expect(await contentOf(fixture)).toEqual(source());
  });

  it('merged with nothing else has the same chunks, byte for byte', async () => {
    const { dir, meta } = await merged([fixture]);
    expect(readFileSync(join(dir, 'chunks/000001'))).toEqual(readFileSync(join(fixture, 'chunks/000001')));
    expect(meta?.stats).toMatchObject({ numSamples: 1500, numSeries: 5, numChunks: 15 });
    expect(meta?.compaction).toEqual({
      level: 2,
      sources: ['01M86YM4BNA848E870MKZHVHWF'],
      parents: [{ ulid: '01M86YM4BNA848E870MKZHVHWF', minTime: 1700000000000, maxTime: 1700004485001 }],
    });
  });

  it('has chunks that we would write the same, byte for byte', async () => {
    const opened = await openBlock(fixture);
    const addresses = Array.from(opened.index.all()).flatMap((id) =>
      opened.index.series(id).chunks.map(({ address }) => address),
    );
    const decoder = new XorDecoder();
    for (const { data } of await opened.chunks.read(addresses)) {
      const buffer = new SampleBuffer();
      decoder.decode({ count: decoder.load(data), ...ALL }, buffer);
      const encoder = new XorEncoder();
      for (const [i, t] of buffer.t.subarray(0, buffer.length).entries()) {
        encoder.append(t, highBits(buffer.v[i]!), lowBits(buffer.v[i]!));
      }
      expect([...encoder.bytes]).toEqual([...data]);
    }
    expect(addresses).toHaveLength(15);
    await opened.close();
  });

  it('shows no samples that its tombstones delete', async () => {
    const copy = join(folder.dir, 'with-tombstones');
    cpSync(fixture, copy, { recursive: true });
    const opened = await openBlock(copy);
    const [first, second] = opened.index.all();
    const deleted = opened.index.series(first!).labels.toString();
    const cut = opened.index.series(second!).labels.toString();
    await opened.close();
    writeFileSync(
      join(copy, 'tombstones'),
      tombstones([
        [first!, 0, 2 ** 45],
        [second!, 1700000000000, 1700004470000],
      ]),
    );
    const content = await contentOf(copy);
    const { [deleted]: _, ...rest } = source();
    expect(content).toEqual({ ...rest, [cut]: source()[cut]?.slice(-1) });
    const { dir } = await merged([copy]);
    expect(await contentOf(dir)).toEqual(content);
    expect(readFileSync(join(dir, 'tombstones')).length).toBe(9);
  });
});

function tombstones(ranges: readonly (readonly [series: number, from: number, to: number])[]): Uint8Array {
  const out = new ByteWriter();
  out.u32(0x0130ba30);
  out.u8(1);
  for (const [id, from, to] of ranges) {
    out.uvarint(id);
    out.varint(from);
    out.varint(to);
  }
  out.u32(crc32c(out.bytes, { from: 5 }));
  return out.bytes;
}

describe('merging blocks', () => {
  it('puts series side by side and chunks behind one another, as one where they are short', async () => {
    const a = await block([series('a', { 0: 1, 5: 2 }), series('b', { 1: 1 })], 0, 10);
    const b = await block([series('b', { 11: 2 }), series('c', { 12: null })], 10, 20);
    const { dir, meta } = await merged([a, b]);
    expect(await contentOf(dir)).toEqual({
      a: [
        { t: 0, v: 1 },
        { t: 5, v: 2 },
      ],
      b: [
        { t: 1, v: 1 },
        { t: 11, v: 2 },
      ],
      c: [{ t: 12, v: null }],
    });
    expect(meta).toMatchObject({ minTime: 0, maxTime: 20, stats: { numSeries: 3, numChunks: 3, numSamples: 5 } });
  });

  it('joins what overlaps; of equal times the earlier block wins', async () => {
    const a = await block([series('a', { 0: 1, 4: 2, 8: 3 })], 0, 10);
    const b = await block([series('a', { 2: 10, 4: 20, 9: null })], 0, 10);
    const { dir, meta } = await merged([a, b]);
    const times = (await contentOf(dir))['a'];
    expect(times?.map(({ t, v }) => [t, v])).toEqual([
      [0, 1],
      [2, 10],
      [4, 2],
      [8, 3],
      [9, null],
    ]);
    expect(meta?.stats.numChunks).toBe(1);
  });

  it('of more series than one batch keeps all', async () => {
    const names = Array.from({ length: 300 }, (_, i) => `s${String(i).padStart(3, '0')}`);
    const a = await block(
      names.map((name, i) => series(name, { 1: i })),
      0,
      10,
    );
    const b = await block(
      names.filter((_, i) => i % 2 === 0).map((name) => series(name, { 11: 1 })),
      10,
      20,
    );
    const { meta } = await merged([a, b]);
    expect(meta?.stats).toMatchObject({ numSeries: 300, numSamples: 450 });
  });
});

describe('writing a block', () => {
  it('of nothing leaves nothing', async () => {
    const before = readdirSync(folder.dir);
    const target = { parent: folder.dir, ulid: 'EMPTY', minTime: 0, maxTime: 1 };
    const meta = await writeBlock({ ...target, compaction: { level: 1, sources: [] } }, { symbols: [], series: [] });
    expect(meta).toBe(null);
    expect(readdirSync(folder.dir)).toEqual(before);
  });

  it('that fails half-way leaves nothing', async () => {
    const before = readdirSync(folder.dir);
    const target = { parent: folder.dir, ulid: 'BROKEN', minTime: 0, maxTime: 1 };
    async function* broken() {
      yield series('a', { 1: 1 });
      throw new Error('gone');
    }
    const content = { symbols: ['__name__', 'a'], series: broken() };
    await expect(writeBlock({ ...target, compaction: { level: 1, sources: [] } }, content)).rejects.toThrow('gone');
    expect(readdirSync(folder.dir)).toEqual(before);
  });

  it.skipIf(promtool === null)('gives what promtool lists, analyzes and dumps', async () => {
    const data = scratch();
    const list = [series('a', { 1000: 1.5, 2000: -0, 3000: 1e300 }), series('b', { 1500: 3 })];
    const symbols = ['__name__', 'a', 'b'];
    const target = { parent: data.dir, ulid: '01H00000000000000000000099', minTime: 1000, maxTime: 3001 };
    await writeBlock({ ...target, compaction: { level: 1, sources: [] } }, { symbols, series: list });
    // Without a WAL directory promtool dumps nothing.
    mkdirSync(join(data.dir, 'wal'));
    const tool = (...args: string[]) => execFileSync(promtool!, ['tsdb', ...args], { encoding: 'utf8' });
    expect(tool('list', data.dir)).toContain('01H00000000000000000000099');
    expect(tool('analyze', data.dir)).toContain('Series: 2\n');
    expect(tool('dump', data.dir).trim().split('\n').sort()).toEqual([
      '{__name__="a"} -0 2000',
      '{__name__="a"} 1.5 1000',
      '{__name__="a"} 1e+300 3000',
      '{__name__="b"} 3 1500',
    ]);
    data.remove();
  });
});

describe('a damaged block', () => {
  const damaged = (name: string, change: (dir: string) => void) => {
    const dir = join(folder.dir, name);
    cpSync(fixture, dir, { recursive: true });
    change(dir);
    return dir;
  };
  const flip = (path: string, at: number) => {
    const bytes = readFileSync(path);
    bytes[at < 0 ? bytes.length + at : at]! ^= 0x40;
    writeFileSync(path, bytes);
  };

  it('is refused with the file that is wrong', async () => {
    const noMeta = damaged('no-meta', (dir) => rmSync(join(dir, 'meta.json')));
    await expect(openBlock(noMeta)).rejects.toThrow(`${noMeta}/meta.json is missing`);
    const badMeta = damaged('bad-meta', (dir) => writeFileSync(join(dir, 'meta.json'), '{"version":2}'));
    await expect(openBlock(badMeta)).rejects.toThrow('meta.json: unexpected meta file version 2');
    const noIndex = damaged('no-index', (dir) => rmSync(join(dir, 'index')));
    await expect(openBlock(noIndex)).rejects.toThrow('index is missing');
    const toc = damaged('bad-toc', (dir) => flip(join(dir, 'index'), -20));
    await expect(openBlock(toc)).rejects.toThrow('index: the checksum of the table of contents is wrong');
    const symbols = damaged('bad-symbols', (dir) => flip(join(dir, 'index'), 15));
    await expect(openBlock(symbols)).rejects.toThrow('index: the checksum of the bytes from 9 is wrong');
    const longer = damaged('longer-index', (dir) => appendFileSync(join(dir, 'index'), 'x'));
    await expect(openBlock(longer)).rejects.toThrow('the checksum of the table of contents is wrong');
    const deleted = damaged('bad-tombstones', (dir) => writeFileSync(join(dir, 'tombstones'), 'x'));
    await expect(openBlock(deleted)).rejects.toThrow('tombstones: it is not a tombstones file, or it is damaged');
  });

  it('says which chunk file is wrong when it is read', async () => {
    const dir = damaged('bad-chunk', (copy) => flip(join(copy, 'chunks/000001'), 30));
    await expect(contentOf(dir)).rejects.toThrow('chunks: the checksum of a chunk is wrong');
    const short = damaged('short-chunk', (copy) => writeFileSync(join(copy, 'chunks/000001'), 'short'));
    await expect(contentOf(short)).rejects.toThrow();
    expect(existsSync(short)).toBe(true);
  });
});
