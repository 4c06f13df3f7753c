import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeReceiver, startFakeReceiver } from '#test/fake-receiver';
import { eventually, find, freePort, type Server, scratch, start, startAlertmanager, startServer } from '#test/process';

/** Programs that are not in the PATH are looked for in this folder. */
const PEERS = process.env['PEERS'] ?? '';
const NAME = 'prometheus-alertmanager';
const ALERTMANAGERS = [find(NAME) ?? [], PEERS === '' ? [] : join(PEERS, NAME)].flat();
if (ALERTMANAGERS.length === 0) console.log('skipped: the folders of Alertmanager need prometheus-alertmanager');

const HOUR = 3_600_000;

describe.each(ALERTMANAGERS)('the data folder of %s', (program) => {
  let folder: ReturnType<typeof scratch>;
  let hook: FakeReceiver;
  let began: number;
  beforeAll(async () => {
    hook = await startFakeReceiver();
  });
  afterAll(() => hook.close());
  beforeEach(() => {
    folder = scratch();
    hook.requests.length = 0;
    began = Date.now() - 60_000;
  });
  afterEach(() => folder.remove());

  const config = () => `
route:
  receiver: team
  group_by: [alertname]
  group_wait: 0s
  group_interval: 1s
  repeat_interval: 1h
  routes: [{match_re: {zone: 'ü.*'}, matchers: ['job!="say \\"x\\""'], group_by: ['...'], receiver: ops}]
receivers:
- {name: team, webhook_configs: [{url: "${hook.url}/team"}]}
- {name: ops, webhook_configs: [{url: "${hook.url}/ops"}]}
`;

  async function post(server: Pick<Server, 'url'>, ...alerts: [Record<string, string>, 'fires' | 'is over'][]) {
    const iso = (time: number) => new Date(time).toISOString();
    const body = alerts.map(([labels, state]) => ({
      ...{ labels, startsAt: iso(began), endsAt: iso(state === 'fires' ? began + HOUR : Date.now()) },
    }));
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${server.url}/api/v2/alerts`, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(answer.status).toBe(200);
  }

  async function startTheirs() {
    const url = `http://127.0.0.1:${await freePort()}`;
    const file = join(folder.dir, 'alertmanager.yml');
    writeFileSync(file, config());
    const flags = [`--storage.path=${join(folder.dir, 'data')}`, `--web.listen-address=${url.slice('http://'.length)}`];
    const running = start(program, [`--config.file=${file}`, '--cluster.listen-address=', ...flags]);
    await eventually(async () => expect((await fetch(`${url}/-/ready`)).status).toBe(200));
    return { ...running, url };
  }

  const startOurs = () =>
    startAlertmanager({ dir: folder.dir, alertmanager: config(), flags: ['--cluster.listen-address='] });

  /** Path, and name and state of each alert, of what was told since this was last asked; sorted. */
  function told(): string[] {
    const messages = hook.requests.splice(0).map(({ path, body }) => {
      const { alerts } = JSON.parse(body) as { alerts: { status: string; labels: Record<string, string> }[] };
      return `${path}: ${alerts.map(({ labels, status }) => `${labels['name']} ${status}`).join(', ')}`;
    });
    return messages.sort();
  }

  const A = { alertname: 'Down', name: 'a' };
  const B = { alertname: 'Down', name: 'b' };
  const ODD = { alertname: 'Full', name: 'odd', zone: 'übersee', path: 'C:\\x "y"\n' };

  it('is gone on with: nothing is told again, and what is over is told', async () => {
    const theirs = await startTheirs();
    await post(theirs, [A, 'fires'], [B, 'fires'], [ODD, 'fires']);
    await eventually(() => expect(hook.requests.length).toBeGreaterThanOrEqual(2));
    // Alerts of one request may come to their group one after the other: then the group is told of twice.
    await eventually(() => expect(hook.requests.map(({ body }) => body).join()).toContain('"name":"b"'));
    expect(await theirs.stop('SIGTERM')).toBe(0);
    told();

    const ours = await startOurs();
    expect(ours.output()).toMatch(/What the Alertmanager before has told is taken over.*entries=2/);
    expect(ours.output()).not.toContain('has no place in this configuration');
    await post(ours, [A, 'fires'], [B, 'fires'], [ODD, 'fires']);
    // A flush later than all of theirs: what would be told again has been by then.
    await post(ours, [{ alertname: 'Later', name: 'later' }, 'fires']);
    await eventually(() => expect(hook.requests.length).toBeGreaterThanOrEqual(1));
    expect(told()).toEqual(['/team: later firing']);

    await post(ours, [B, 'is over'], [ODD, 'is over']);
    await eventually(() => expect(hook.requests).toHaveLength(2));
    expect(told()).toEqual(['/ops: odd resolved', '/team: a firing, b resolved']);
    await ours.stop('SIGTERM');
  });

  it('is taken over by the whole server, too, as often as that is started with it', async () => {
    const theirs = await startTheirs();
    const silence = {
      matchers: [{ name: 'name', value: 'b', isRegex: false }],
      ...{ startsAt: new Date().toISOString(), endsAt: new Date(Date.now() + HOUR).toISOString() },
      ...{ createdBy: 'ann', comment: 'known' },
    };
    const made = await fetch(`${theirs.url}/api/v2/silences`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(silence) },
    });
    const { silenceID } = (await made.json()) as { silenceID: string };
    await post(theirs, [A, 'fires']);
    await eventually(() => expect(told()).toEqual(['/team: a firing']));
    expect(await theirs.stop('SIGTERM')).toBe(0);

    const dir = join(folder.dir, 'whole');
    mkdirSync(dir);
    const flags = ['--threads=0', `--alertmanager.take-over=${join(folder.dir, 'data')}`];
    const options = { dir, config: 'scrape_configs: []\n', alertmanager: config(), flags };
    let ours = await startServer(options);
    await post(ours, [A, 'fires'], [B, 'fires']);
    await post(ours, [{ alertname: 'Later', name: 'later' }, 'fires']);
    await eventually(() => expect(told()).toEqual(['/team: later firing']));
    expect((await fetch(`${ours.url}/api/v2/silence/${silenceID}`, { method: 'DELETE' })).status).toBe(200);
    await eventually(() => expect(told()).toEqual(['/team: a firing, b firing']));
    expect(await ours.stop('SIGTERM')).toBe(0);
    ours = await startServer(options);
    const again = await fetch(`${ours.url}/api/v2/silence/${silenceID}`);
    expect(await again.json()).toMatchObject({ status: { state: 'expired' } });
    await post(ours, [A, 'is over'], [B, 'is over']);
    await eventually(() => expect(told()).toEqual(['/team: a resolved, b resolved']));
    expect(await ours.stop('SIGTERM')).toBe(0);
    rmSync(join(folder.dir, 'data'), { recursive: true });
    ours = await startServer(options);
    expect(ours.output()).toContain('Nothing is taken over: the folder has neither silences nor nflog');
    await ours.stop('SIGTERM');
  });

  it('is known to be told of: an alert that comes here only when it is over ends', async () => {
    const theirs = await startTheirs();
    await post(theirs, [A, 'fires']);
    await eventually(() => expect(told()).toEqual(['/team: a firing']));
    expect(await theirs.stop('SIGTERM')).toBe(0);
    const ours = await startOurs();
    await post(ours, [A, 'is over']);
    await eventually(() => expect(told()).toEqual(['/team: a resolved']));
    await ours.stop('SIGTERM');
  });
});
