/**
 * A thread that reads the head while another one writes it. Every commit of the writer has one sample of every series
 * `stress`, all with the same time and value: the thread counts reads in which some series had more than others.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { silentLog } from '#lib/log';
import { createMatcher } from '#model/matcher';
import { SampleBuffer } from '#storage/sample-buffer';
import { DbReader } from '#tsdb/db-reader';
import type { DbState } from '#tsdb/state';

const { state } = workerData as { state: DbState };
const range = { start: 0, end: 2 ** 50 };
const reader = await DbReader.open(state, { log: silentLog });
const found = { reads: 0, torn: [] as string[], largest: 0 };
let updated = Promise.resolve();
let stopped = false;
parentPort!.on('message', (next: DbState | 'stop') => {
  if (next === 'stop') stopped = true;
  else updated = reader.update(next);
});
parentPort!.postMessage('ready');

while (!stopped && found.torn.length < 5) {
  await read();
  await readNewest();
  await new Promise((resolve) => setImmediate(resolve));
}
await updated;
await read();
parentPort!.postMessage(found);
parentPort!.close();

async function read(): Promise<void> {
  const querier = reader.querier(range);
  const set = querier.select([createMatcher({ name: '__name__', operator: '=', value: 'stress' })], range);
  const lengths = new Set<number>();
  let series = 0;
  for (let batch = await set.next(); batch; batch = await set.next()) {
    for (const one of batch) {
      const buffer = new SampleBuffer();
      one.read(buffer);
      series++;
      lengths.add(buffer.length);
      for (let i = 0; i < buffer.length; i++) {
        if (buffer.v[i] !== buffer.t[i]! / 7 || buffer.t[i] !== i * 1000)
          found.torn.push(`${one.labels} at ${i}: ${buffer.t[i]} ${buffer.v[i]}`);
      }
    }
  }
  querier.close();
  found.reads++;
  if (lengths.size > 1) found.torn.push(`lengths ${[...lengths].join(' ')} of ${series} series`);
  found.largest = Math.max(found.largest, ...lengths);
}

/** Only the newest sample of each series: they are of one commit too. */
async function readNewest(): Promise<void> {
  const querier = reader.querier(range);
  const hints = { ...range, newest: true };
  const set = querier.select([createMatcher({ name: '__name__', operator: '=', value: 'stress' })], hints);
  const times = new Set<number>();
  for (let batch = await set.next(); batch; batch = await set.next()) {
    for (const one of batch) {
      const buffer = new SampleBuffer();
      one.read(buffer);
      const last = buffer.length - 1;
      if (buffer.v[last] !== buffer.t[last]! / 7)
        found.torn.push(`newest of ${one.labels}: ${buffer.t[last]} ${buffer.v[last]}`);
      times.add(buffer.t[last]!);
    }
  }
  querier.close();
  if (times.size > 1) found.torn.push(`newest times ${[...times].join(' ')}`);
}
