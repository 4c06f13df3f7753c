import { MessageChannel } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '#lib/log';
import { Labels } from '#model/labels';
import { UNKNOWN_REF } from '#storage/appender';
import { FakeClock } from '#test/clock';
import { scratch } from '#test/process';
import { Db } from '#tsdb/db';
import { Transferred } from './channel.ts';
import { createQueryControl, createQueryService, type QueryService } from './query-service.ts';
import { StateFeed } from './state-feed.ts';

const NOW = 1_700_000_000_000;

let folder: ReturnType<typeof scratch>;
let db: Db;
let feed: StateFeed;
let ports: MessageChannel['port1'][];
beforeEach(async () => {
  folder = scratch();
  db = await Db.open({ dir: folder.dir, clock: new FakeClock(NOW) });
  feed = new StateFeed();
  db.onState((state) => feed.tell(state));
  ports = [];
});
afterEach(async () => {
  for (const port of ports) port.close();
  await db.close();
  folder.remove();
});

/** A query thread's service that hears of the data by the feed. */
function service(): QueryService {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1);
  feed.add(port1);
  const settings = { lookbackDelta: 300_000, defaultStep: 60_000, maxSamples: 1e6, maxBytes: 1e9 };
  return createQueryService(settings, createQueryControl(), { log: silentLog, states: port2 });
}

async function store(pod: string): Promise<void> {
  const appender = db.appender();
  appender.float(UNKNOWN_REF, Labels.from({ __name__: 'up', pod }), NOW, 1);
  await appender.commit();
}

async function pods(queries: QueryService): Promise<string[]> {
  const how = { lookbackDelta: null, stats: false, limit: 0, form: 'json' } as const;
  const given = await queries.run({
    job: { kind: 'instant', expr: 'up', at: NOW, ...how },
    deadline: Number.POSITIVE_INFINITY,
  });
  const answer = given instanceof Transferred ? given.value : given;
  if (answer.kind !== 'json') throw new Error(`a ${answer.kind} answer`);
  const { result } = JSON.parse(new TextDecoder().decode(answer.data)) as { result: { metric: { pod: string } }[] };
  return result.map(({ metric }) => metric.pod);
}

describe('the queries of a thread', () => {
  it('wait for the first data', async () => {
    await store('a');
    const queries = service();
    const answer = pods(queries);
    feed.tell(db.state());
    expect(await answer).toEqual(['a']);
  });

  it('get the data of a feed that has some already', async () => {
    await store('a');
    feed.tell(db.state());
    expect(await pods(service())).toEqual(['a']);
  });

  it('see all that was told before they were asked, without a turn in between', async () => {
    for (const pod of ['a', 'b', 'c']) await store(pod);
    feed.tell(db.state());
    const queries = service();
    expect(await pods(queries)).toEqual(['a', 'b', 'c']);
    for (const [pod, left] of [
      ['a', ['b', 'c']],
      ['b', ['c']],
    ] as const) {
      const selectors = [[{ name: 'pod', operator: '=', value: pod }]] as const;
      await db.admin.deleteSeries({ selectors, range: { start: 0, end: NOW } });
      expect(await pods(queries)).toEqual(left);
    }
  });
});
