import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMatcher, type MatcherSpec } from '#model/matcher';
import { SampleBuffer } from '#storage/sample-buffer';
import { indexFile } from '#test/old-index';
import { find, scratch } from '#test/process';
import { samplesOf } from '#test/queryable-behaviour';
import { openBlock } from './block-reader.ts';
import { deleteFromBlock } from './delete-series.ts';
import { mergeBlocks } from './merge-blocks.ts';

const ULID = '01M86YM4BNA848E870MKZHVHWF';
/** A block that promtool has written. */
const fixture = join(import.meta.dirname, '../../test/fixtures/prometheus-block', ULID);
const ALL = { start: -(2 ** 50), end: 2 ** 50 };
const promtool = find('promtool');
if (promtool === null) console.log('skipped: there is no promtool in PATH');

let folder: ReturnType<typeof scratch>;
beforeEach(() => {
  folder = scratch();
});
afterEach(() => folder.remove());

/** The fixture with an index of another version. */
async function blockOf(version: 1 | 3): Promise<string> {
  const dir = join(folder.dir, ULID);
  cpSync(fixture, dir, { recursive: true });
  const { index, close } = await openBlock(fixture);
  const series = Array.from(index.all(), (id) => index.series(id));
  await close();
  writeFileSync(join(dir, 'index'), indexFile(version, series));
  return dir;
}

async function contentOf(dir: string, ...matchers: readonly MatcherSpec[]) {
  const block = await openBlock(dir);
  const querier = block.querier(ALL);
  try {
    const set = querier.select(matchers.map(createMatcher), ALL);
    const found: unknown[] = [];
    for (let batch = await set.next(); batch; batch = await set.next()) {
      for (const series of batch) {
        const buffer = new SampleBuffer();
        series.read(buffer);
        found.push([series.labels.toString(), samplesOf(buffer)]);
      }
    }
    const names = await querier.labelNames([]);
    const values = await Promise.all(names.values.map((name) => querier.labelValues(name, [])));
    return { found, names: names.values, values: values.map((one) => one.values) };
  } finally {
    querier.close();
    await block.close();
  }
}

const every: MatcherSpec = { name: '__name__', operator: '!=', value: '' };

describe.each([1, 3] as const)('a block with an index of version %i', (version) => {
  it('has the series, samples, label names and values that it has with version 2', async () => {
    const dir = await blockOf(version);
    const expected = await contentOf(fixture, every);
    expect(expected.found.length).toBeGreaterThan(2);
    expect(await contentOf(dir, every)).toEqual(expected);
    for (const name of expected.names) {
      for (const value of expected.values[expected.names.indexOf(name)]!) {
        for (const operator of ['=', '=~', '!='] as const) {
          const matcher = { name, operator, value };
          expect(await contentOf(dir, every, matcher)).toEqual(await contentOf(fixture, every, matcher));
        }
      }
    }
  });

  it('is merged into one of version 2, and loses what is deleted of it', async () => {
    const dir = await blockOf(version);
    const [first] = (await contentOf(fixture, every)).found as [string, unknown][];
    const name = /^\{?([a-z_]+)|__name__="([^"]+)"/.exec(first![0])!;
    const selector: MatcherSpec = { name: '__name__', operator: '=', value: name[1] ?? name[2]! };
    expect(await deleteFromBlock(dir, { selectors: [[createMatcher(selector)]], range: ALL })).not.toBeNull();
    const merged = '01H00000000000000000000001';
    await mergeBlocks([dir], { parent: folder.dir, ulid: merged });
    const rest = await contentOf(fixture, every, { ...selector, operator: '!=' });
    expect((await contentOf(join(folder.dir, merged), every)).found).toEqual(rest.found);
    expect(readFileSync(join(folder.dir, merged, 'index'))[4]).toBe(2);
  });
});

describe.skipIf(promtool === null)('an index of version 1 as this test writes it', () => {
  it('is one for Prometheus', async () => {
    await blockOf(1);
    mkdirSync(join(folder.dir, 'wal'));
    const dumped = execFileSync(promtool!, ['tsdb', 'dump', folder.dir], { encoding: 'utf8' }).trim().split('\n');
    const { found } = await contentOf(fixture, every);
    const samples = (found as [string, unknown[]][]).reduce((sum, [, all]) => sum + all.length, 0);
    expect(dumped).toHaveLength(samples);
  });
});

describe('an index of a version that nobody knows', () => {
  it('is refused by its number', async () => {
    const dir = join(folder.dir, ULID);
    cpSync(fixture, dir, { recursive: true });
    const bytes = readFileSync(join(fixture, 'index'));
    bytes[4] = 4;
    writeFileSync(join(dir, 'index'), bytes);
    await expect(openBlock(dir)).rejects.toThrow(
      `${dir}/index: index version 4 is not supported, only versions 1 to 3`,
    );
  });
});
