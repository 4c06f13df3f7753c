import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FakeReceiver, startFakeReceiver } from '#test/fake-receiver';
import { eventually, find, run, type Server, scratch, startAlertmanager, startServer } from '#test/process';

/** The program in the place of Alertmanager, started with command lines that start Alertmanager. */
const BAROGRAPH = resolve('bin/barograph.js');
/** Debian's amtool where it is installed, otherwise our own. */
const AMTOOL = find('amtool');

let folder: ReturnType<typeof scratch>;
let hook: FakeReceiver;
beforeAll(async () => {
  folder = scratch();
  hook = await startFakeReceiver();
});
afterAll(async () => {
  await hook.close();
  folder.remove();
});

const config = () => `
route: {receiver: team, group_by: [alertname], group_wait: 1s, group_interval: 1s, repeat_interval: 1h}
receivers: [{name: team, webhook_configs: [{url: "${hook.url}"}]}]
`;

async function amtool(server: Server, ...args: string[]): ReturnType<typeof run> {
  const url = `--alertmanager.url=${server.url}`;
  const line = AMTOOL === null ? [process.execPath, BAROGRAPH, 'amtool', url] : [AMTOOL, url];
  const { code, output } = await run(line[0]!, [...line.slice(1), ...args], folder.dir);
  return { code, output: output.replace(/^(Warning: amtool version|time=\S+ level=WARN).*\n/gm, '') };
}

function post(server: Server, path: string, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(`${server.url}/api/v2/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

/** `name` and whether it fires, of each alert that the webhook heard of, message by message. */
function heard(): string[][] {
  return hook.requests.map(({ body }) => {
    const { alerts } = JSON.parse(body) as { alerts: { status: string; labels: Record<string, string> }[] };
    return alerts.map(({ labels, status }) => `${labels['alertname']} ${status}`);
  });
}

async function answer(url: string, init: RequestInit = {}): Promise<[number, string]> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  return [response.status, await response.text()];
}

it('takes over the silences of the Alertmanager whose folder it starts in, once', async () => {
  const dir = join(folder.dir, 'moved');
  mkdirSync(join(dir, 'data'), { recursive: true });
  // MeshSilence: id, a matcher, from 2020 to 2100.
  const id = '11111111-2222-3333-4444-555555555555';
  const text = (field: number, value: string) => [field * 8 + 2, value.length, ...Buffer.from(value)];
  const message = (field: number, ...content: number[]) => [field * 8 + 2, content.length, ...content];
  const from = [0x08, 0x80, 0xc2, 0xaf, 0xf0, 0x05];
  const to = [0x08, 0x80, 0xae, 0x99, 0xa4, 0x0f];
  const silence = [
    ...[...text(1, id), ...message(2, ...text(2, 'alertname'), ...text(3, 'Loud')), ...message(3, ...from)],
    ...[...message(4, ...to), ...message(5, ...from), ...text(8, 'ann'), ...text(9, 'the rack moves')],
  ];
  const mesh = message(1, ...silence);
  writeFileSync(join(dir, 'data', 'silences'), Buffer.from([mesh.length, ...mesh]));
  writeFileSync(join(dir, 'data', 'nflog'), '');
  const options = { dir, alertmanager: config(), flags: ['--cluster.listen-address='] };
  const first = await startAlertmanager(options);
  expect((await amtool(first, 'silence', 'query', '-q')).output).toBe(`${id}\n`);
  expect(first.output()).toContain('Silences of the Alertmanager before are taken over');
  expect(first.output()).toMatch(/What the Alertmanager before has told is taken over.*entries=0/);
  expect((await amtool(first, 'silence', 'expire', id)).code).toBe(0);
  expect(await first.stop('SIGTERM')).toBe(0);
  const second = await startAlertmanager(options);
  expect((await amtool(second, 'silence', 'query', '-q')).output).toBe('');
  expect((await amtool(second, 'silence', 'query', '-q', '--expired')).output).toBe(`${id}\n`);
  expect(second.output()).not.toContain('the Alertmanager before');
  await second.stop('SIGTERM');
});

it('runs, is silenced by amtool, restarts and remembers, with the command line of a unit file', async () => {
  const flags = [
    ...['--config.file=alertmanager.yml', '--data.retention=120h', '--cluster.listen-address=', '--log.format=json'],
    ...['--web.external-url=http://am.example.org/am/', '--silences.max-silences=2', '--data.maintenance-interval=15m'],
  ];
  const options = { dir: folder.dir, alertmanager: config(), flags, prefix: '/am' };
  const first = await startAlertmanager(options);
  expect(await answer(`${first.url}/-/healthy`)).toEqual([200, 'OK']);
  expect(await answer(`${first.url}/-/reload`, { method: 'POST' })).toEqual([200, '']);
  const start = await fetch(`${first.url}/`, { redirect: 'manual' });
  expect([start.status, start.headers.get('location')]).toEqual([302, '/am/alerts']);
  expect((await answer(`${first.url}/metrics`))[1]).toMatch(/^alertmanager_build_info\{version="0\./m);

  expect((await amtool(first, 'alert', 'add', 'Loud')).code).toBe(0);
  await eventually(() => expect(heard()).toEqual([['Loud firing']]));
  const message = JSON.parse(hook.requests[0]!.body) as { externalURL: string };
  expect(message.externalURL).toBe('http://am.example.org/am');
  const silence = await amtool(first, 'silence', 'add', 'Quiet', '--comment=known');
  expect(silence).toEqual({ code: 0, output: expect.stringMatching(/^[0-9a-f-]{36}\n$/) });
  expect((await amtool(first, 'silence', 'add', 'Other', '--comment=known')).code).toBe(0);
  const third = await amtool(first, 'silence', 'add', 'Third', '--comment=known');
  expect(third).toMatchObject({ code: 1, output: expect.stringContaining('exceeded maximum number of silences: 2') });
  await amtool(first, 'alert', 'add', 'Quiet');
  expect(await first.stop('SIGTERM')).toBe(0);
  expect(first.output()).toContain('--data.maintenance-interval is accepted without effect');

  const second = await startAlertmanager(options);
  expect((await amtool(second, 'silence', 'query', '-q', 'alertname=Quiet')).output).toBe(silence.output);
  expect((await amtool(second, 'alert', 'query', '-s')).output).toMatch(/^Quiet .* suppressed {2}$/m);
  await amtool(second, 'alert', 'add', 'After');
  await eventually(() => expect(heard()).toEqual([['Loud firing'], ['After firing']]));
  expect((await amtool(second, 'cluster', 'show')).output).toContain('Cluster Status:  disabled');
  await second.stop('SIGKILL');
  expect(readdirSync(join(folder.dir, 'data'))).toContain('barograph.db');
});

describe('a command line that cannot work', () => {
  const refused = async (...args: string[]) => {
    const { code, output } = await run(process.execPath, [BAROGRAPH, 'alertmanager', ...args], folder.dir);
    return [code, output.replace(/^time=.*\n/gm, '')];
  };

  it('of another program is refused with what to write', async () => {
    expect(await refused('--storage.tsdb.path=x', '--query.timeout=1m')).toEqual([
      1,
      'unknown flag --storage.tsdb.path: an Alertmanager alone keeps its data in --storage.path\n' +
        'unknown flag --query.timeout: it is one of the whole server (barograph without "alertmanager"), not of an Alertmanager\n',
    ]);
  });

  it('without its configuration says which file is missing', async () => {
    const flags = ['--config.file=missing.yml', '--web.listen-address=127.0.0.1:0', '--cluster.listen-address='];
    const [code, output] = await refused(...flags, `--storage.path=${join(folder.dir, 'unused')}`);
    expect([code, output]).toEqual([
      1,
      expect.stringMatching(
        /^\/.*missing\.yml: ENOENT.*\nCheck that the path is right and that this user may read the file\.\n$/,
      ),
    ]);
  });
});

it('as many alerts of a name as it says are taken', async () => {
  const flags = ['--cluster.listen-address=', '--alerts.per-alertname-limit=2'];
  const { dir, remove } = scratch();
  const server = await startAlertmanager({ dir, alertmanager: config(), flags });
  const alerts = ['a', 'b', 'c'].map((instance) => ({ labels: { alertname: 'Many', instance } }));
  expect((await post(server, 'alerts', alerts)).status).toBe(200);
  const shown = (await (await fetch(`${server.url}/api/v2/alerts`)).json()) as { labels: Record<string, string> }[];
  expect(shown.map(({ labels }) => labels['instance']).sort()).toEqual(['a', 'b']);
  expect((await answer(`${server.url}/metrics`))[1]).toMatch(/^alertmanager_alerts_limited_total 1$/m);
  await server.stop('SIGKILL');
  remove();
});

describe('names of labels', () => {
  const NAMES = { alertname: 'Named', '00': 'a', Σ: 'b', 'foo🙂': 'bar' };
  const silenceOf = (name: string) => ({
    matchers: [{ name, value: 'b', isRegex: false }],
    ...{ startsAt: new Date(), endsAt: new Date(Date.now() + 3_600_000), createdBy: 'me', comment: 'c' },
  });
  let dir: ReturnType<typeof scratch>;
  let server: Server;
  beforeAll(() => {
    dir = scratch();
  });
  afterEach(() => server.stop('SIGKILL'));
  afterAll(() => dir.remove());

  const told = async (response: Response) => [response.status, await response.json()];
  const filtered = (filter: string) => fetch(`${server.url}/api/v2/alerts?${new URLSearchParams({ filter })}`);

  it('are any UTF-8 text in alerts, silences, filters and routes', async () => {
    const alertmanager = `
route: {receiver: none, routes: [{receiver: team, matchers: ['foo🙂=bar'], group_by: [foo🙂], group_wait: 0s}]}
receivers: [{name: none}, {name: team, webhook_configs: [{url: "${hook.url}"}]}]
`;
    server = await startAlertmanager({ dir: dir.dir, alertmanager, flags: ['--cluster.listen-address='] });
    hook.requests.length = 0;
    expect((await post(server, 'alerts', [{ labels: NAMES }])).status).toBe(200);
    await eventually(() => expect(heard()).toEqual([['Named firing']]));
    expect(JSON.parse(hook.requests[0]!.body)).toMatchObject({ groupLabels: { 'foo🙂': 'bar' } });
    for (const filter of ['00=a', 'Σ="b"', String.raw`"foo\xf0\x9f\x99\x82"=bar`])
      expect(await told(await filtered(filter))).toEqual([200, [expect.objectContaining({ labels: NAMES })]]);
    expect((await post(server, 'silences', silenceOf('Σ'))).status).toBe(200);
    expect(await told(await filtered('Σ=b'))).toMatchObject([200, [{ status: { state: 'suppressed' } }]]);
  });

  const CLASSIC = '--enable-feature=classic-mode';

  it('are classic ones alone in the classic mode', async () => {
    const flags = [CLASSIC, '--cluster.listen-address='];
    server = await startAlertmanager({ dir: scratchIn(dir.dir, 'classic'), alertmanager: config(), flags });
    const mixed = [{ labels: { alertname: 'Plain' } }, { labels: { Σ: 'b' } }];
    expect(await told(await post(server, 'alerts', mixed))).toEqual([400, 'invalid label set: invalid name "Σ"']);
    expect(await told(await filtered('alertname=Plain'))).toMatchObject([200, [{ labels: { alertname: 'Plain' } }]]);
    expect(await told(await filtered('Σ=b'))).toEqual([400, 'bad matcher format: Σ=b']);
    expect(await told(await post(server, 'silences', silenceOf('Σ')))).toEqual([
      400,
      'invalid silence: invalid label matcher 0 in set 0: invalid label name "Σ"',
    ]);
  });

  it('are so in the whole server too, and its configuration must keep to it', async () => {
    const inside = scratchIn(dir.dir, 'whole');
    const start = { dir: inside, config: 'scrape_configs: []', flags: [CLASSIC, '--threads=0'] };
    server = await startServer({ ...start, alertmanager: config() });
    expect(await told(await post(server, 'alerts', [{ labels: { Σ: 'b' } }]))).toEqual([
      ...[400, 'invalid label set: invalid name "Σ"'],
    ]);
    writeFileSync(join(inside, 'bad.yml'), config().replace('[alertname]', '[Σ]'));
    const check = async (...args: string[]) => (await run(process.execPath, [BAROGRAPH, 'amtool', ...args])).code;
    expect(await check('check-config', join(inside, 'bad.yml'))).toBe(0);
    expect(await check(CLASSIC, 'check-config', join(inside, 'bad.yml'))).toBe(1);
  });
});

function scratchIn(parent: string, name: string): string {
  const dir = join(parent, name);
  mkdirSync(dir);
  return dir;
}
