import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { silentLog } from '#lib/log';
import { createMatcher } from '#model/matcher';
import { SampleBuffer } from '#storage/sample-buffer';
import { scratch } from '#test/process';
import { Db } from './db.ts';
import { DbReader } from './db-reader.ts';

const ROUNDS = 20;
const child = join(import.meta.dirname, '../../test/support/tsdb-writer-child.ts');

const folder = scratch();
afterAll(() => folder.remove());

/** Lets a writer run, kills it somewhere in between and gives the times that it has acknowledged. */
function killedWriter(firstTime: number, acknowledged: number): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const args = ['--import', 'tsx', child, folder.dir, String(firstTime)];
    const process_ = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    process_.stdout.on('data', (data) => {
      output += data;
      if (output.length > acknowledged) process_.kill('SIGKILL');
    });
    process_.stderr.on('data', (data) => (errors += data));
    process_.on('close', (_, signal) => {
      if (signal !== 'SIGKILL') return reject(new Error(`the writer ended by itself: ${errors}`));
      // The last line may be cut off.
      resolve(output.split('\n').slice(0, -1).map(Number));
    });
  });
}

async function everything(db: Db): Promise<number[][]> {
  const reader = await DbReader.open(db.state(), { log: silentLog });
  const range = { start: 0, end: 2 ** 50 };
  const querier = reader.querier(range);
  const batch = await querier
    .select([createMatcher({ name: '__name__', operator: '=', value: 'crash' })], range)
    .next();
  const times = (batch ?? []).map((series, i) => {
    const buffer = new SampleBuffer();
    series.read(buffer);
    const own = Array.from(buffer.t.subarray(0, buffer.length));
    expect(Array.from(buffer.v.subarray(0, buffer.length))).toEqual(own.map((t) => t + i));
    return own;
  });
  querier.close();
  await reader.close();
  return times;
}

describe('a database whose process is killed', () => {
  it(`has every acknowledged commit, whole, after each of ${ROUNDS} times`, { timeout: 180_000 }, async () => {
    const acknowledged: number[] = [];
    let next = 0;
    for (let round = 0; round < ROUNDS; round++) {
      acknowledged.push(...(await killedWriter(next, 500 + round * 1500)));
      const db = await Db.open({ dir: folder.dir, minBlockDuration: 20_000 });
      const times = await everything(db);
      await db.close();
      expect(times).toHaveLength(10);
      // All series alike: a commit is there as a whole or not at all.
      for (const own of times) expect(own).toEqual(times[0]);
      const stored = new Set(times[0]);
      expect(acknowledged.filter((t) => !stored.has(t))).toEqual([]);
      next = Math.max(...stored) + 10;
    }
    expect(acknowledged.length).toBeGreaterThan(ROUNDS * 50);
  });
});
