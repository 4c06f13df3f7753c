import { readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openBlock } from '#block/block-reader';
import { silentLog } from '#lib/log';
import type { Histogram } from '#model/histogram';
import { Labels } from '#model/labels';
import { createMatcher } from '#model/matcher';
import { type Appender, REJECTED_DUPLICATE, REJECTED_OUT_OF_ORDER, UNKNOWN_REF } from '#storage/appender';
import type { Querier } from '#storage/queryable';
import { SampleBuffer } from '#storage/sample-buffer';
import { databasesPerTest } from '#test/databases';
import { HISTOGRAM_BASE, hinted, histogramData, histogramOf, integers, type MixedSample } from '#test/histogram-data';
import { samplesOf } from '#test/queryable-behaviour';
import { writeHeadBlock } from './compaction.ts';
import type { Db } from './db.ts';
import { DbReader } from './db-reader.ts';

const TWO_HOURS = 7_200_000;
const ALL = { start: -(2 ** 50), end: 2 ** 50 };
const fixtures = join(import.meta.dirname, '../../test/fixtures/prometheus-histograms');

const databases = databasesPerTest();
const { open, reopen } = databases;

type Given = MixedSample & { readonly start?: number };

async function put(db: Db, name: string, ...samples: readonly Given[]): Promise<void> {
  const appender = db.appender();
  append(appender, Labels.from({ __name__: name }), samples);
  await appender.commit();
}

function append(appender: Appender, labels: Labels, samples: readonly Given[]): void {
  for (const { t, value, start } of samples) {
    const extra = start === undefined ? {} : { startTime: start };
    if (value === null) appender.stale(UNKNOWN_REF, labels, t);
    else if (typeof value === 'number') appender.float(UNKNOWN_REF, labels, t, value, extra);
    else appender.histogram(UNKNOWN_REF, labels, t, value, extra);
  }
}

async function bufferFrom(querier: Querier, name = 'h'): Promise<SampleBuffer> {
  const buffer = new SampleBuffer();
  const set = querier.select([createMatcher({ name: '__name__', operator: '=', value: name })], ALL);
  for (let batch = await set.next(); batch; batch = await set.next()) for (const series of batch) series.read(buffer);
  return buffer;
}

async function read(db: Db, name = 'h'): Promise<SampleBuffer> {
  const reader = await DbReader.open(db.state(), { log: silentLog });
  const querier = reader.querier(ALL);
  const buffer = await bufferFrom(querier, name);
  querier.close();
  await reader.close();
  return buffer;
}

function bufferOf(samples: readonly Given[]): SampleBuffer {
  const buffer = new SampleBuffer();
  for (const { t, value, start = 0 } of samples) {
    if (value === null) buffer.pushStale(t);
    else if (typeof value === 'number') buffer.pushFloat(t, value);
    else buffer.pushHistogram(t, value);
    buffer.setStart(buffer.length - 1, start);
  }
  return buffer;
}

function hintsOf({ histograms, length }: SampleBuffer) {
  return Array.from({ length }, (_, i) => histograms[i]?.counterResetHint);
}

/** All kinds of samples, one behind the other. */
function everything(): Given[] {
  const samples = histogramData.flatMap((series) => series.samples.slice(0, 25));
  return samples.map(({ value }, i) => ({
    t: i * 1000,
    value,
    ...(i % 5 === 0 && value !== null ? { start: i * 1000 - 7 } : {}),
  }));
}

describe('an appender of histograms', () => {
  it('takes the same one again in silence, and refuses another at its time, or one before it', async () => {
    const db = await open();
    const labels = Labels.from({ __name__: 'h' });
    const appender = db.appender();
    const histogram = (n: number, t = 10, make = integers) =>
      appender.histogram(UNKNOWN_REF, labels, t, make({ 1: n }));
    const ref = histogram(5);
    expect(ref).toBeGreaterThan(0);
    for (const round of ['pending', 'committed']) {
      const again = round === 'pending' ? appender : db.appender();
      expect(again.histogram(UNKNOWN_REF, labels, 10, integers({ 1: 5 }))).toBe(ref);
      expect(again.histogram(UNKNOWN_REF, labels, 10, integers({ 1: 6 }))).toBe(REJECTED_DUPLICATE);
      expect(again.histogram(UNKNOWN_REF, labels, 10, histogramOf({ 1: 5 }))).toBe(REJECTED_DUPLICATE);
      expect(again.float(UNKNOWN_REF, labels, 10, 5)).toBe(REJECTED_DUPLICATE);
      expect(again.stale(UNKNOWN_REF, labels, 10)).toBe(REJECTED_DUPLICATE);
      expect(again.histogram(UNKNOWN_REF, labels, 9, integers({ 1: 5 }))).toBe(REJECTED_OUT_OF_ORDER);
      expect(await again.commit()).toMatchObject({ samples: round === 'pending' ? 1 : 0 });
    }
    expect(db.totals()).toMatchObject({ outOfOrder: 2, outOfOrderHistograms: 2 });
    await put(db, 'h', { t: 11, value: 1 });
    expect(db.appender().histogram(UNKNOWN_REF, labels, 11, integers({ 1: 9 }))).toBe(REJECTED_DUPLICATE);
  });

  it('says what is wrong with one, in the words of Prometheus', async () => {
    const db = await open();
    const appender = db.appender();
    const wrong = integers({ 1: 1 }, { count: 3 });
    expect(() => appender.histogram(UNKNOWN_REF, Labels.from({ __name__: 'h' }), 1, wrong)).toThrow(
      "h: 1 observations found in buckets, but the Count field is 3: histogram's observation count should equal",
    );
    appender.rollback();
  });

  it('keeps integers that are too large to be exact as floats', async () => {
    const db = await open();
    await put(db, 'h', { t: 1, value: integers({ 1: 2 ** 60 }) });
    expect((await read(db)).histograms[0]).toMatchObject({ count: 2 ** 60 });
    expect((await read(db)).histograms[0]?.isInteger).toBe(undefined);
  });
});

describe('histograms in the head', () => {
  it('stand in one timeline with floats and staleness markers, with their start times', async () => {
    const db = await open();
    const samples = everything();
    for (let i = 0; i < samples.length; i += 40) await put(db, 'h', ...samples.slice(i, i + 40));
    expect(samplesOf(await read(db))).toEqual(samplesOf(bufferOf(samples)));
  });

  it('know of counter resets as Prometheus tells of them', async () => {
    const db = await open();
    const values: (Histogram | null)[] = [5, 6, 2, 3].map((n) => integers({ 1: n }));
    values.push(integers({ 1: 4 }, { schema: 1 }), null, integers({ 1: 9 }), hinted(integers({ 1: 9 }), 'reset'));
    values.push(hinted(integers({ 1: 1 }), 'gauge'), integers({ 1: 5 }), histogramOf({ 1: 6 }), histogramOf({ 1: 7 }));
    await put(db, 'h', ...values.map((value, i) => ({ t: i, value })));
    const hints = ['unknown', 'not-reset', 'unknown', 'not-reset', 'unknown', undefined, 'unknown', 'unknown', 'gauge'];
    expect(hintsOf(await read(db))).toEqual([...hints, 'unknown', 'unknown', 'not-reset']);
  });

  it('show nothing of later commits to a query that began before', async () => {
    const db = await open();
    await put(db, 'h', { t: 1, value: integers({ 1: 1 }) });
    const reader = await DbReader.open(db.state(), { log: silentLog });
    const querier = reader.querier(ALL);
    await put(db, 'h', { t: 2, value: integers({ 1: 1, 2: 5, 9: 1 }) });
    const later = reader.querier(ALL);
    expect((await bufferFrom(querier)).length).toBe(1);
    expect((await bufferFrom(later)).length).toBe(2);
    querier.close();
    later.close();
    await reader.close();
  });

  it('are whole after the death of the process, up to a torn end', async () => {
    const samples = everything();
    const db = await open();
    await put(db, 'h', ...samples.slice(0, 300));
    const wal = join(databases.dir, 'wal', readdirSync(join(databases.dir, 'wal'))[0]!);
    const { size } = statSync(wal);
    await put(db, 'h', ...samples.slice(300));
    const again = await reopen();
    expect(samplesOf(await read(again))).toEqual(samplesOf(bufferOf(samples)));
    truncateSync(wal, size + 1000);
    const torn = await reopen();
    expect(torn.report.cutBytes).toBe(1000);
    expect(samplesOf(await read(torn))).toEqual(samplesOf(bufferOf(samples.slice(0, 300))));
  });

  it('go on in blocks, in the next head and in its checkpoint as if nothing had happened', async () => {
    const range = { minBlockDuration: 100_000 };
    const db = await open(range);
    const samples = everything();
    for (let i = 0; i < samples.length; i += 30) {
      await put(db, 'h', ...samples.slice(i, i + 30));
      await db.maintain(samples[i]!.t);
    }
    expect(db.totals().headTruncations).toBeGreaterThan(2);
    expect(samplesOf(await read(db))).toEqual(samplesOf(bufferOf(samples)));
    const again = await reopen(range);
    expect(again.blockList().length).toBeGreaterThan(2);
    expect(samplesOf(await read(again))).toEqual(samplesOf(bufferOf(samples)));
    // The open chunk takes more.
    const more = { t: samples.length * 1000, value: integers({ 1: 1 }) };
    await put(again, 'h', more);
    expect(samplesOf(await read(again))).toEqual(samplesOf(bufferOf([...samples, more])));
  });

  it('become the chunks that Prometheus makes of them, byte for byte', async () => {
    const db = await open();
    const appender = db.appender();
    for (const { labels, samples } of histogramData) append(appender, Labels.from(labels), samples);
    await appender.commit();
    const range = { start: HISTOGRAM_BASE, end: HISTOGRAM_BASE + TWO_HOURS - 1 };
    const meta = await writeHeadBlock({ head: db.state().head, range, dir: databases.folder, now: 0 });
    const ours = await chunksOf(join(databases.folder, meta!.ulid));
    const theirs = await chunksOf(join(fixtures, readdirSync(fixtures)[0]!));
    expect(Object.keys(ours)).toEqual(Object.keys(theirs));
    for (const [name, chunks] of Object.entries(ours)) expect([name, chunks]).toEqual([name, theirs[name]]);
  });
});

/** Chunks by series, as hexadecimal. */
async function chunksOf(block: string): Promise<Record<string, string[]>> {
  const reader = await openBlock(block);
  const found: Record<string, string[]> = {};
  for (const id of reader.index.all()) {
    const { labels, chunks } = reader.index.series(id);
    const stored = await reader.chunks.read(chunks.map(({ address }) => address));
    found[labels.get('__name__')] = stored.map(({ encoding, data }, i) => {
      const bytes = Buffer.from(data);
      // Prometheus forgets the header of the last chunk in a snapshot, see block/histograms.test.ts.
      if (encoding !== 1 && i === stored.length - 1) bytes[2] = 0;
      return `${encoding} ${bytes.toString('hex')}`;
    });
  }
  await reader.close();
  return found;
}
