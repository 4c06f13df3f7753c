import { cpSync, existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually, find, query, repository, run, type Server, scratch, startServer } from '#test/process';
import { prometheusPrograms, remoteWrite, startPrometheus } from '#test/prometheus-process';
import {
  floatHistogram,
  type HistogramSample,
  integerHistogram,
  sample,
  series,
  staleHistogram,
} from '#test/write-message';

const STEP = 15_000;
const ROUNDS = 700;

const programs = prometheusPrograms();
if (programs.length === 0) console.log('skipped: there is no prometheus in PATH');
const promtool = find('promtool');

let folder: ReturnType<typeof scratch>;
let data: string;
let start: number;
beforeEach(() => {
  folder = scratch();
  data = join(folder.dir, 'data');
  // Some samples are old enough for a block, and none is in the future.
  start = Math.floor(Date.now() / STEP) * STEP - ROUNDS * STEP;
});
afterEach(() => folder.remove());

const histogram = (t: number, i: number): HistogramSample => ({
  ...{ t, schema: 2, count: 3 * i + 6, sum: 1.25 * i, zeroCount: 1, zeroThreshold: 0.001 },
  spans: [
    [0, 2],
    [1 + (i > 300 ? 1 : 0), 1],
  ],
  buckets: [i + 1, i + 2, i + 2],
});

/** Rounds of a scrape: floats of several kinds, native histograms of integers and of floats, markers. */
async function write(url: string, from: number, to: number): Promise<void> {
  const all = Array.from({ length: to - from }, (_, i) => from + i);
  const at = (i: number) => start + i * STEP;
  const floats = (name: string, value: (i: number) => number) =>
    series({ __name__: name, job: 'j' }, ...all.map((i) => sample(at(i), value(i))));
  await remoteWrite(
    url,
    floats('counter_total', (i) => i * 3),
    floats('gauge', (i) => Math.sin(i)),
    floats('odd', (i) => [Number.NaN, Number.POSITIVE_INFINITY, -0, 1e300][i % 4]!),
    floats('deleted', (i) => i),
    series({ __name__: 'integers', job: 'j' }, ...all.map((i) => integerHistogram(4, histogram(at(i), i)))),
    series({ __name__: 'floats', job: 'j' }, ...all.map((i) => floatHistogram(4, histogram(at(i), i / 2)))),
    series(
      { __name__: 'stopped', job: 'j', emoji: '😀' },
      ...all.map((i) => (i % 100 === 99 ? staleHistogram(4, at(i)) : integerHistogram(4, histogram(at(i), i)))),
    ),
  );
}

interface Found {
  readonly metric: Readonly<Record<string, string>>;
  readonly values?: readonly (readonly [number, string])[];
  readonly histograms?: readonly (readonly [number, unknown])[];
}

// Releases of Prometheus compute bounds of buckets with different last digits.
function rounded(json: string): string {
  return json.replace(/\d+\.\d{10,}/g, (digits) => Number(digits).toPrecision(12));
}

/** Everything at every round, as the API gives it, a line each. (Prometheus 2.42 repeats the last histogram in a range vector.) */
async function everything(server: { readonly url: string }, rounds = ROUNDS): Promise<string[]> {
  const times = `start=${start / 1000}&end=${start / 1000 + (rounds * STEP) / 1000}&step=15s`;
  const { result } = await query<{ result: Found[] }>(server, `query_range?query={job="j"}&${times}&limit=0`);
  const lines = result.flatMap(({ metric, values = [], histograms = [] }) =>
    [...values, ...histograms].map(
      ([t, value]) => `${metric['__name__']} ${(t * 1000 - start) / STEP} ${rounded(JSON.stringify(value))}`,
    ),
  );
  // Prometheus 2.42 takes the marker of a histogram for a histogram: with the count 0 and the sum NaN.
  return lines.filter((line) => !/^stopped \d*99 /.test(line)).sort();
}

/** The lines that only one of both has, the first few. */
function differences(a: readonly string[], b: readonly string[]): string[] {
  const [inA, inB] = [new Set(a), new Set(b)];
  return [
    ...a.filter((line) => !inB.has(line)).map((line) => `- ${line}`),
    ...b.filter((line) => !inA.has(line)).map((line) => `+ ${line}`),
  ].slice(0, 8);
}

const folders = (pattern: RegExp) => readdirSync(data).filter((name) => pattern.test(name));
const blocksIn = (dir: string) => readdirSync(dir).filter((name) => /^[0-9A-Z]{26}$/.test(name));
const startOurs = (...flags: string[]): Promise<Server> =>
  startServer({
    dir: folder.dir,
    flags: [
      '--storage.tsdb.retention.time=10y',
      '--query.lookback-delta=14s',
      '--web.enable-remote-write-receiver',
      ...flags,
    ],
    config: 'global: {}\n',
  });

describe.each(programs.map((program) => [program]))('the data directory of %s', (program) => {
  it.each([['SIGTERM'], ['SIGKILL']] as const)(
    'is taken over after %s, in place, and given back',
    { timeout: 120_000 },
    async (signal) => {
      const theirs = await startPrometheus(program, data);
      for (let i = 0; i < ROUNDS - 100; i += 50) await write(theirs.url, i, i + 50);
      const range = `start=${(start + 50 * STEP) / 1000}&end=${(start + 400 * STEP) / 1000}`;
      await fetch(`${theirs.url}/api/v1/admin/tsdb/delete_series?match[]=deleted&${range}`, { method: 'POST' });
      await write(theirs.url, ROUNDS - 100, ROUNDS - 50);
      const before = await everything(theirs);
      expect(before).toHaveLength(7 * (ROUNDS - 50) - 351 - 6);
      await theirs.stop(signal);

      let ours = await startOurs();
      expect(differences(before, await everything(ours))).toEqual([]);
      expect(folders(/^prometheus-head-/)).toHaveLength(1);
      expect(existsSync(join(data, 'chunks_head'))).toBe(false);
      await write(ours.url, ROUNDS - 50, ROUNDS);
      const after = await everything(ours);
      await ours.stop('SIGKILL');

      ours = await startOurs('--storage.tsdb.write-blocks-on-stop');
      expect(differences(after, await everything(ours))).toEqual([]);
      expect(await ours.stop()).toBe(0);
      expect(folders(/^[0-9A-Z]{26}$/).length).toBeGreaterThan(0);
      const copy = join(folder.dir, 'copy', 'data');
      cpSync(data, copy, { recursive: true });
      const again = await startPrometheus(program, copy);
      expect(differences(after, await everything(again))).toEqual([]);
      await again.stop();
    },
  );
});

describe.each(programs.map((program) => [program]))('barograph import', (program) => {
  it(`takes the blocks of ${program} and what is in its head, once`, { timeout: 120_000 }, async () => {
    // Long enough for a block of the oldest two hours.
    const rounds = 1100;
    start = Math.floor(Date.now() / STEP) * STEP - rounds * STEP;
    const theirs = await startPrometheus(program, data);
    for (let i = 0; i < rounds - 100; i += 50) await write(theirs.url, i, i + 50);
    await eventually(() => expect(blocksIn(data)).not.toEqual([]));
    for (let i = rounds - 100; i < rounds; i += 50) await write(theirs.url, i, i + 50);
    const range = `start=${(start + 50 * STEP) / 1000}&end=${(start + 900 * STEP) / 1000}`;
    await fetch(`${theirs.url}/api/v1/admin/tsdb/delete_series?match[]=deleted&${range}`, { method: 'POST' });
    const all = await everything(theirs, rounds);
    expect(all.length).toBeGreaterThan(6 * rounds);
    await theirs.stop('SIGKILL');

    const source = join(folder.dir, 'source');
    renameSync(data, source);
    const importing = () =>
      run(process.execPath, [join(repository, 'bin/barograph.js'), 'import', `--storage.tsdb.path=${data}`, source]);
    const first = await importing();
    expect(first).toMatchObject({ code: 0, output: expect.stringContaining('SUCCESS') });
    const taken = blocksIn(data);
    expect(taken.length).toBeGreaterThan(blocksIn(source).length);
    const samples = taken.map((block) => JSON.parse(readFileSync(join(data, block, 'meta.json'), 'utf8')).stats);
    expect(samples.reduce((sum, { numSamples }) => sum + numSamples, 0)).toBeLessThanOrEqual(7 * rounds);
    expect(await importing()).toMatchObject({
      code: 0,
      output: expect.stringContaining('SUCCESS: 0 samples in 0 blocks'),
    });
    expect(blocksIn(data)).toEqual(taken);
    const ours = await startOurs();
    expect(differences(all, await everything(ours, rounds))).toEqual([]);
    expect(await ours.stop()).toBe(0);
  });
});

describe.skipIf(promtool === null || programs.length === 0)('promtool', () => {
  it('lists, analyzes and dumps our blocks', { timeout: 60_000 }, async () => {
    const ours = await startOurs('--storage.tsdb.write-blocks-on-stop');
    for (let i = 0; i < 200; i += 50) await write(ours.url, i, i + 50);
    await ours.stop();
    const blocks = folders(/^[0-9A-Z]{26}$/);
    const list = await run(promtool!, ['tsdb', 'list', data]);
    expect(list.code).toBe(0);
    for (const block of blocks) expect(list.output).toContain(block);
    const analysis = await run(promtool!, ['tsdb', 'analyze', data]);
    expect(analysis).toMatchObject({ code: 0, output: expect.stringContaining('Series: 7') });
    const dump = await run(promtool!, ['tsdb', 'dump', data]);
    expect(dump.code).toBe(0);
    const lines = dump.output.split('\n').filter((line) => line.includes('__name__="counter_total"'));
    expect(lines.map((line) => line.slice(line.indexOf('}') + 2))).toEqual(
      Array.from({ length: 200 }, (_, i) => `${i * 3} ${start + i * STEP}`),
    );
  });
});
