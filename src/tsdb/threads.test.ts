import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { silentLog } from '#lib/log';
import { Labels } from '#model/labels';
import { createMatcher } from '#model/matcher';
import { type SeriesRef, UNKNOWN_REF } from '#storage/appender';
import { histogramOf } from '#test/histogram-data';
import { scratch } from '#test/process';
import { Db } from './db.ts';
import { DbReader } from './db-reader.ts';

const source = join(import.meta.dirname, '../../test/support/tsdb-reader-worker.ts');
const SERIES = 700;
const COMMITS = 500;

const folder = scratch();
afterAll(() => folder.remove());

/** Threads run JavaScript only. */
function builtWorker(): string {
  const outfile = join(folder.dir, 'reader.mjs');
  buildSync({ entryPoints: [source], outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20' });
  return outfile;
}

interface Found {
  readonly reads: number;
  readonly torn: readonly string[];
  readonly largest: number;
}

describe('a head that is read by other threads while it is written', () => {
  it('shows every commit as a whole or not at all, also across truncations', { timeout: 60_000 }, async () => {
    const worker = builtWorker();
    const db = await Db.open({ dir: join(folder.dir, 'data'), minBlockDuration: 100_000 });
    const readers = [0, 1].map(() => {
      const thread = new Worker(worker, { workerData: { state: db.state() } });
      const messages: unknown[] = [];
      const ended = new Promise<Found>((resolve, reject) => {
        thread.on('message', (message) => messages.push(message));
        thread.on('error', reject);
        thread.on('exit', () => resolve(messages.at(-1) as Found));
      });
      const ready = Promise.race([ended, new Promise((resolve) => thread.once('message', resolve))]);
      return { thread, ended, ready };
    });
    db.onState((state) => {
      for (const { thread } of readers) thread.postMessage(state);
    });
    await Promise.all(readers.map(({ ready }) => ready));

    const labels = Array.from({ length: SERIES }, (_, i) => Labels.from({ __name__: 'stress', series: `s${i}` }));
    const refs: SeriesRef[] = labels.map(() => UNKNOWN_REF);
    let maintained = Promise.resolve();
    for (let n = 0; n < COMMITS; n++) {
      const appender = db.appender();
      const t = n * 1000;
      labels.forEach((own, i) => {
        // The value of a histogram is its sum.
        refs[i] = (
          i % 100 === 0
            ? appender.histogram(refs[i]!, own, t, histogramOf({ [n % 30]: n, 40: 1 }, { sum: t / 7 }))
            : appender.float(refs[i]!, own, t, t / 7, i % 100 === 1 ? { startTime: t - 1 } : {})
        ) as SeriesRef;
      });
      const { samples } = await appender.commit();
      expect(samples).toBe(SERIES);
      if (n % 120 !== 119) continue;
      // Beside the commits that follow, however quick they are.
      await maintained;
      maintained = db.maintain(t).then(() => {});
    }
    await maintained;
    await db.maintain(0);
    for (const { thread } of readers) thread.postMessage('stop');
    for (const { ended } of readers) {
      const found = await ended;
      expect(found.torn).toEqual([]);
      expect(found.reads).toBeGreaterThan(5);
      expect(found.largest).toBe(COMMITS);
    }
    expect(db.totals().headTruncations).toBeGreaterThan(1);
    await db.close();
  });

  it('reads the labels of a series whose record lies beyond the memory that the reader knew', async () => {
    const db = await Db.open({ dir: join(folder.dir, 'long'), minBlockDuration: 100_000 });
    const reader = await DbReader.open(db.state(), { log: silentLog });
    const name = { name: '__name__', operator: '=', value: 'long' } as const;
    const range = { start: 0, end: 10_000 };
    for (const length of [1, 3 * 2 ** 20, 12 * 2 ** 20]) {
      const labels = Labels.from({ __name__: 'long', text: 'x'.repeat(length) });
      const appender = db.appender();
      appender.float(UNKNOWN_REF, labels, 1000, 1);
      await appender.commit();
      const batch = await reader
        .querier(range)
        .select([createMatcher(name)], range)
        .next();
      expect(batch?.at(-1)?.labels.get('text').length).toBe(length);
    }
    await db.close();
  });
});
