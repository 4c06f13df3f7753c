import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, it } from 'vitest';
import { scratch } from '#test/process';
import { Labels } from '#model/labels';
import { type SeriesRef, UNKNOWN_REF } from '#storage/appender';
import { Db } from './db.ts';

const worker = join(import.meta.dirname, '../../test/support/tsdb-reader-worker.ts');
const SERIES = 700;
const COMMITS = 500;

const folder = scratch();
afterAll(() => folder.remove());

interface Found {
  readonly reads: number;
  readonly torn: readonly string[];
  readonly largest: number;
}

describe('a head that is read by other threads while it is written', () => {
  it('shows every commit as a whole or not at all, also across truncations', { timeout: 120_000 }, async () => {
    const db = await Db.open({ dir: folder.dir, minBlockDuration: 100_000 });
    const stop = new SharedArrayBuffer(4);
    const readers = [0, 1].map(() => {
      const thread = new Worker(worker, { execArgv: ['--import', 'tsx'], workerData: { state: db.state(), stop } });
      const messages: unknown[] = [];
      const ended = new Promise<Found>((resolve, reject) => {
        thread.on('message', (message) => messages.push(message));
        thread.on('error', reject);
        thread.on('exit', () => resolve(messages.at(-1) as Found));
      });
      const ready = new Promise<void>((resolve) => thread.once('message', () => resolve()));
      return { thread, ended, ready };
    });
    db.onState((state) => readers.forEach(({ thread }) => thread.postMessage(state)));
    await Promise.all(readers.map(({ ready }) => ready));

    const labels = Array.from({ length: SERIES }, (_, i) => Labels.from({ __name__: 'stress', series: `s${i}` }));
    const refs: SeriesRef[] = labels.map(() => UNKNOWN_REF);
    for (let n = 0; n < COMMITS; n++) {
      const appender = db.appender();
      const t = n * 1000;
      labels.forEach((own, i) => {
        refs[i] = appender.float(refs[i]!, own, t, t / 7) as SeriesRef;
      });
      const { samples } = await appender.commit();
      expect(samples).toBe(SERIES);
      if (n % 120 === 119) void db.maintain(t);
    }
    await db.maintain(0);
    // The last states are on their way.
    await new Promise((resolve) => setTimeout(resolve, 100));
    Atomics.store(new Int32Array(stop), 0, 1);
    for (const { ended } of readers) {
      const found = await ended;
      expect(found.torn).toEqual([]);
      expect(found.reads).toBeGreaterThan(5);
      expect(found.largest).toBe(COMMITS);
    }
    expect(db.totals().headTruncations).toBeGreaterThan(1);
    await db.close();
  });
});
