import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually, freePort, query, run, type Server, scratch, startServer } from '#test/process';
import { startTcpProxy, type TcpProxy } from '#test/tcp-proxy';
import { WebhookHall } from '#test/webhook-hall';

/** Servers that share silences and notifications, as real processes with a port for each other. */

/** Quick, and patient with a machine that runs many tests: nobody is lost for being slow. */
const QUICK = [
  ...['--threads=0', '--cluster.gossip-interval=50ms', '--cluster.probe-interval=500ms', '--cluster.probe-timeout=10s'],
  ...['--cluster.reconnect-interval=1s', '--cluster.pushpull-interval=2s'],
];
/** Long enough to see who waits. */
const PEER_TIMEOUT = 8_000;

let folder: ReturnType<typeof scratch>;
let hall: WebhookHall;
const running: Server[] = [];

beforeAll(async () => {
  folder = scratch();
  hall = await WebhookHall.open();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop('SIGKILL')));
});
afterAll(async () => {
  await hall.close();
  folder.remove();
});

interface Instance {
  readonly name: string;
  readonly port: number;
  readonly peers: readonly number[];
  /** Where its webhook is. */
  readonly hook: string;
  /** Another folder: an instance that has lost its disk. */
  readonly dir?: string;
  readonly config?: string;
  readonly flags?: readonly string[];
}

async function start({
  name,
  port,
  peers,
  hook,
  dir = `${hook}-${name}`,
  config,
  flags = [],
}: Instance): Promise<Server> {
  const path = join(folder.dir, dir);
  mkdirSync(path, { recursive: true });
  const server = await startServer({
    dir: path,
    ...(config === undefined ? {} : { config }),
    alertmanager: `
route: {receiver: hook, group_by: [alertname], group_wait: 5s, group_interval: 1s, repeat_interval: 1h}
receivers: [{name: hook, webhook_configs: [{url: "${hall.url}/${hook}"}]}]`,
    flags: [
      ...QUICK,
      ...[`--cluster.peer-name=${name}`, `--cluster.listen-address=127.0.0.1:${port}`],
      ...peers.map((peer) => `--cluster.peer=127.0.0.1:${peer}`),
      ...[`--cluster.peer-timeout=${PEER_TIMEOUT}ms`, ...flags],
    ],
  });
  running.push(server);
  return server;
}

interface Cluster {
  readonly name: string;
  readonly status: string;
  readonly peers: readonly { readonly name: string; readonly address: string }[];
}

async function cluster({ url }: Server): Promise<Cluster> {
  const response = await fetch(`${url}/api/v2/status`);
  return ((await response.json()) as { cluster: Cluster }).cluster;
}

function settled(server: Server, ...names: readonly string[]): Promise<void> {
  return eventually(async () => {
    const { status, peers } = await cluster(server);
    expect([status, ...peers.map(({ name }) => name)]).toEqual(['ready', ...names]);
  }, 60_000);
}

function post(path: string, body: object) {
  return async ({ url }: Server): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(response.status).toBe(200);
    const text = await response.text();
    return text === '' ? null : JSON.parse(text);
  };
}

/** The same alert comes to all of these, as Prometheus sends it. */
async function alert(name: string, servers: readonly Server[]): Promise<void> {
  const startsAt = new Date();
  const endsAt = new Date(Date.now() + 3_600_000);
  await Promise.all(servers.map(post('/api/v2/alerts', [{ labels: { alertname: name }, startsAt, endsAt }])));
}

/** Waits until this server knows that somebody was told of the alert, by whichever instance. */
function knows(server: Server, name: string, by: RegExp): Promise<void> {
  return eventually(async () => {
    const { events } = await query<{ events: { labels: { alertname: string }; detail: string }[] }>(
      server,
      'alerting/history?kind=sent',
    );
    const details = events.filter(({ labels }) => labels.alertname === name).map(({ detail }) => detail);
    expect(details).toEqual([expect.stringMatching(by)]);
  });
}

/** What a webhook was told, in order. */
function told(hook: string): string[] {
  return hall.listOf(hook).flatMap(({ groupLabels }) => groupLabels['alertname'] ?? []);
}

async function silence(name: string, server: Server): Promise<string> {
  const matchers = [{ name: 'alertname', value: name, isRegex: false }];
  const times = { startsAt: new Date(), endsAt: new Date(Date.now() + 3_600_000) };
  const body = { matchers, ...times, createdBy: 'me', comment: 'c' };
  return ((await post('/api/v2/silences', body)(server)) as { silenceID: string }).silenceID;
}

describe('three servers', () => {
  it('notify once, share silences, take over for each other, and teach who has lost its memory', async () => {
    const ports = [await freePort(), await freePort(), await freePort()];
    const instance = (i: number) => ({ name: 'abc'[i]!, port: ports[i]!, peers: ports, hook: 'three' });
    const servers = await Promise.all([0, 1, 2].map((i) => start(instance(i))));
    const [a, b, c] = servers as [Server, Server, Server];
    await Promise.all(servers.map((server) => settled(server, 'a', 'b', 'c')));
    const show = ['amtool', `--alertmanager.url=${b.url}`, '-o', 'extended', 'cluster', 'show'];
    const rows = ports.map((port, i) => `127.0.0.1:${port}  ${'abc'[i]}     `);
    expect((await run(process.execPath, [resolve('bin/barograph.js'), ...show])).output.split('\n')).toEqual([
      ...['Cluster Status:  ready', 'Node Name:       b', '', `Address${' '.repeat(rows[0]!.length - 13)}Name`],
      ...[...rows, ''],
    ]);

    await alert('first', servers);
    await knows(a, 'first', /^firing, first notification: /);
    for (const other of [b, c]) await knows(other, 'first', /^firing, by the instance a$/);

    const id = await silence('quiet', b);
    for (const { url } of servers) {
      await eventually(async () => expect((await fetch(`${url}/api/v2/silence/${id}`)).status).toBe(200));
    }
    await alert('quiet', servers);
    await alert('second', servers);
    await knows(c, 'second', /a$/);
    expect(told('three')).toEqual(['first', 'second']);

    // Nobody has heard of its end: b waits for a first, and c for both.
    await a.stop('SIGKILL');
    await alert('third', [b, c]);
    await knows(c, 'third', /^firing, by the instance b$/);
    await settled(c, 'b', 'c');

    const again = await start({ ...instance(0), dir: 'three-a-again' });
    await settled(again, 'a', 'b', 'c');
    expect((await fetch(`${again.url}/api/v2/silence/${id}`)).status).toBe(200);
    await alert('first', [again, b, c]);
    await alert('quiet', [again, b, c]);
    await alert('third', [again, b, c]);
    await alert('fourth', [again, b, c]);
    await knows(c, 'fourth', /a$/);
    expect(told('three')).toEqual(['first', 'second', 'third', 'fourth']);
  });
});

/** Both have the same rule; only the replica label tells their samples apart, and alerts do not have it. */
function withRule(replica: string): string {
  return `
global: {evaluation_interval: 1s, external_labels: {replica: ${replica}}}
rule_files: [rules.yml]
alerting: {alert_relabel_configs: [{regex: replica, action: labeldrop}]}`;
}

describe('two servers', () => {
  const proxies: TcpProxy[] = [];
  afterAll(() => Promise.all(proxies.map((proxy) => proxy.close())));

  it('both notify when they do not reach each other, and agree again afterwards', async () => {
    const ports = [await freePort(), await freePort()];
    for (const port of ports) proxies.push(await startTcpProxy(port));
    const ways = proxies.map(({ port }) => port);
    const instance = (i: number) => ({
      ...{ name: 'ab'[i]!, port: ports[i]!, peers: ways, hook: 'two' },
      flags: [`--cluster.advertise-address=127.0.0.1:${ways[i]}`],
    });
    const servers = await Promise.all([0, 1].map((i) => start(instance(i))));
    const [a, b] = servers as [Server, Server];
    await Promise.all(servers.map((server) => settled(server, 'a', 'b')));
    expect((await cluster(a)).peers.map(({ address }) => address)).toEqual(ways.map((way) => `127.0.0.1:${way}`));

    for (const proxy of proxies) proxy.cut();
    await settled(a, 'a');
    await settled(b, 'b');
    await alert('parted', servers);
    for (const server of servers) await knows(server, 'parted', /^firing, first notification: /);
    const [ofA, ofB] = [await silence('x', a), await silence('y', b)];
    expect(told('two')).toEqual(['parted', 'parted']);

    for (const proxy of proxies) proxy.heal();
    await Promise.all(servers.map((server) => settled(server, 'a', 'b')));
    for (const [server, id] of [
      [a, ofB],
      [b, ofA],
    ] as const) {
      await eventually(async () => expect((await fetch(`${server.url}/api/v2/silence/${id}`)).status).toBe(200));
    }
    await alert('together', servers);
    await knows(b, 'together', /^firing, by the instance a$/);
    expect(told('two')).toEqual(['parted', 'parted', 'together']);
  });

  it('with the same rules notify of their alerts once', async () => {
    const ports = [await freePort(), await freePort()];
    const rules = 'groups: [{name: g, rules: [{alert: Always, expr: vector(1)}]}]';
    const servers = await Promise.all(
      [0, 1].map(async (i) => {
        const name = 'ab'[i]!;
        mkdirSync(join(folder.dir, `rules-${name}`), { recursive: true });
        writeFileSync(join(folder.dir, `rules-${name}`, 'rules.yml'), rules);
        return start({ name, port: ports[i]!, peers: ports, hook: 'rules', config: withRule(name) });
      }),
    );
    const [, b] = servers as [Server, Server];
    await Promise.all(servers.map((server) => settled(server, 'a', 'b')));
    // Whoever of them was first has told of it by the time at which both tell of what comes later.
    for (const { url } of servers) {
      await eventually(async () => expect(await (await fetch(`${url}/api/v2/alerts`)).json()).toHaveLength(1));
    }
    await alert('end', servers);
    await knows(b, 'end', /^firing, by the instance a$/);
    expect(told('rules')).toEqual(['Always', 'end']);
  });
});
