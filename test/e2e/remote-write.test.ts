import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CountingTarget, startCountingTarget } from '#test/counting-target';
import { type FlakyProxy, startFlakyProxy } from '#test/flaky-proxy';
import {
  eventually,
  find,
  freePort,
  query,
  type RunningProcess,
  type Server,
  scratch,
  start,
  startServer,
} from '#test/process';

/** How long the senders send; `REMOTE_WRITE_SECONDS=600` is the long form. */
const SECONDS = Number(process.env['REMOTE_WRITE_SECONDS'] ?? 60);
const SERIES = 100;
/** Programs that are not in the PATH are looked for in this folder. */
const PEERS = process.env['PEERS'] ?? '';

/** Everything a sender needs to know. */
interface Place {
  readonly dir: string;
  readonly target: string;
  readonly receiver: string;
}

interface Sender {
  readonly name: string;
  /** What is in the PATH, or a name in the folder PEERS. */
  readonly program: string | null;
  readonly run: (program: string, name: string, place: Place) => Promise<RunningProcess>;
}

const peer = (name: string) => (PEERS === '' ? null : join(PEERS, name));

const SENDERS: readonly Sender[] = [
  { name: 'prometheus', program: find('prometheus'), run: prometheus('') },
  { name: 'prometheus3', program: peer('prometheus'), run: prometheus('') },
  {
    name: 'prometheus3v2',
    program: peer('prometheus'),
    run: prometheus('protobuf_message: io.prometheus.write.v2.Request'),
  },
  { name: 'vmagent', program: find('vmagent') ?? peer('vmagent'), run: vmagent },
];

const scrapeConfig = (name: string, { target }: Place) => `
scrape_configs:
  - job_name: counting
    scrape_interval: 1s
    scrape_timeout: 1s
    metrics_path: /${name}
    static_configs: [{targets: ['${target}'], labels: {sender: ${name}}}]
`;

function prometheus(more: string): Sender['run'] {
  return async (program, name, place) => {
    const file = join(place.dir, `${name}.yml`);
    writeFileSync(
      file,
      `${scrapeConfig(name, place)}
remote_write:
  - url: ${place.receiver}/api/v1/write
    ${more}
    queue_config: {batch_send_deadline: 500ms, max_backoff: 1s}
`,
    );
    return start(program, [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(place.dir, name)}`,
      `--web.listen-address=127.0.0.1:${await freePort()}`,
    ]);
  };
}

async function vmagent(program: string, name: string, place: Place): Promise<RunningProcess> {
  const file = join(place.dir, `${name}.yml`);
  writeFileSync(file, scrapeConfig(name, place));
  return start(program, [
    `-promscrape.config=${file}`,
    `-remoteWrite.url=${place.receiver}/api/v1/write`,
    `-remoteWrite.tmpDataPath=${join(place.dir, name)}`,
    '-remoteWrite.retryMaxInterval=1s',
    // Several queues send the samples of one series side by side: a retry is then out of order, for Prometheus too.
    '-remoteWrite.queues=1',
    // A third of all requests is sent again after a second: one each second would leave it no time to catch up.
    '-remoteWrite.flushInterval=3s',
    `-httpListenAddr=127.0.0.1:${await freePort()}`,
  ]);
}

/** The values of each series of a sender, oldest first. */
async function received(server: Server, sender: string): Promise<readonly (readonly number[])[]> {
  const expr = `scrapes_total{sender="${sender}"}[${SECONDS + 600}s]`;
  const data = await query<{ result: readonly { values: readonly [number, string][] }[] }>(
    server,
    `query?query=${encodeURIComponent(expr)}`,
  );
  return data.result.map(({ values }) => values.map(([, value]) => Number(value)));
}

const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1);
const sleep = (seconds: number) => new Promise((done) => setTimeout(done, seconds * 1000));

const here = SENDERS.filter(({ program }) => program !== null);
for (const { name } of SENDERS.filter(({ program }) => program === null)) {
  console.log(`${name}: its program is not here, it does not send`);
}

describe.skipIf(here.length === 0)('remote write through a bad network into a server that is killed twice', () => {
  const folder = scratch();
  const senders: RunningProcess[] = [];
  let server: Server;
  let proxy: FlakyProxy;
  let target: CountingTarget;

  beforeAll(
    async () => {
      mkdirSync(join(folder.dir, 'senders'));
      server = await receiver();
      proxy = await startFlakyProxy(server.port);
      target = await startCountingTarget(SERIES);
      const place = { dir: join(folder.dir, 'senders'), target: target.address, receiver: proxy.url };
      for (const { name, program, run } of here) senders.push(await run(program!, name, place));
      await sleep(SECONDS / 3);
      await killed();
      await sleep(SECONDS / 3);
      await killed();
      await sleep(SECONDS / 3);
    },
    SECONDS * 1000 + 120_000,
  );

  afterAll(async () => {
    await Promise.all(senders.map((sender) => sender.stop('SIGKILL')));
    await server?.stop();
    await proxy?.close();
    await target?.close();
    folder.remove();
  });

  function receiver(port?: number): Promise<Server> {
    const flags = ['--web.enable-remote-write-receiver'];
    return startServer({ dir: folder.dir, config: 'scrape_configs: []', flags, ...(port ? { port } : {}) });
  }

  async function killed(): Promise<void> {
    await server.stop('SIGKILL');
    await sleep(2);
    server = await receiver(server.port);
  }

  it.each(here.map(({ name }) => name))('has every sample of %s, once and in order', async (name) => {
    const last = target.scrapes(name);
    expect(last).toBeGreaterThan(SECONDS / 2);
    await eventually(async () => {
      const series = await received(server, name);
      expect(series).toHaveLength(SERIES);
      // The newest scrapes may be on their way.
      for (const values of series) expect(values.slice(0, last)).toEqual(upTo(last));
    }, 60_000);
  });

  it('met what it was to stand', () => {
    console.log(`requests: ${JSON.stringify(proxy.fates)}, answers: ${JSON.stringify([...proxy.answers])}`);
    expect(proxy.fates.refused).toBeGreaterThan(0);
    expect(proxy.fates.lost).toBeGreaterThan(0);
    expect(proxy.answers.get(0)).toBeGreaterThan(0);
  });
});
