import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, find, query, run, type Server, scratch, startServer } from '#test/process';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let folder: ReturnType<typeof scratch>;
let server: Server;

beforeAll(async () => {
  folder = scratch();
  server = await startServer({
    dir: folder.dir,
    config: [
      'global: {scrape_interval: 1s}',
      'scrape_configs:',
      '  - job_name: self',
      "    static_configs: [{targets: ['127.0.0.1:1'], labels: {team: db}}]",
    ].join('\n'),
    alertmanager: 'route: {receiver: team}\nreceivers: [{name: team}]\n',
  });
  await eventually(async () => {
    const { result } = await query<{ result: unknown[] }>(server, 'query?query=up');
    if (result.length === 0) throw new Error('not scraped yet');
  });
}, 60_000);

afterAll(async () => {
  await server.stop('SIGKILL');
  folder.remove();
});

/** The program of the system, or null after saying that its tests are skipped. */
function program(name: string): string | null {
  const path = find(name);
  if (path === null) console.log(`skipped: there is no ${name} in PATH`);
  return path;
}

const promtool = program('promtool');

describe.skipIf(promtool === null)('promtool query', () => {
  const ask = async (kind: string, args: readonly string[]) => run(promtool!, ['query', kind, ...args]);

  it('instant', async () => {
    expect(await ask('instant', [server.url, 'up{job="self"}'])).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^up\{instance="127\.0\.0\.1:1", job="self", team="db"\} => 0 @\[\d+(\.\d+)?\]\n$/),
    });
    const wrong = await ask('instant', [server.url, 'up{']);
    expect(wrong.code).not.toBe(0);
    expect(wrong.output).toContain('unexpected end of input inside braces');
  });

  it('range', async () => {
    const now = Math.floor(Date.now() / 1000);
    const range = ['--start', String(now - 10), '--end', String(now), '--step', '10s'];
    expect(await ask('range', [...range, server.url, 'vector(1)'])).toEqual({
      code: 0,
      output: `{} =>\n1 @[${now - 10}]\n1 @[${now}]\n`,
    });
  });

  it('series', async () => {
    expect(await ask('series', ['--match', 'up{team="db"}', server.url])).toEqual({
      code: 0,
      output: '{__name__="up", instance="127.0.0.1:1", job="self", team="db"}\n',
    });
  });

  it('labels', async () => {
    expect(await ask('labels', [server.url, 'team'])).toEqual({ code: 0, output: 'db\n' });
  });
});

const amtool = program('amtool');

describe.skipIf(amtool === null)('amtool', () => {
  const ask = (...args: readonly string[]) => run(amtool!, [`--alertmanager.url=${server.url}`, ...args]);

  it('adds alerts and finds them', async () => {
    const labels = ['alertname=DiskFull', 'cluster=a', 'severity=warning'];
    const added = await ask(
      'alert',
      'add',
      ...labels,
      '--annotation=summary=Disk full',
      '--generator-url=http://p/graph',
    );
    expect(added.code).toBe(0);
    const found = await ask('-o', 'json', 'alert', 'query', 'DiskFull', 'severity=warning');
    expect(found.code).toBe(0);
    expect(JSON.parse(lastLine(found.output))).toMatchObject([
      {
        labels: { alertname: 'DiskFull', cluster: 'a', severity: 'warning' },
        annotations: { summary: 'Disk full' },
        generatorURL: 'http://p/graph',
        receivers: [{ name: 'team' }],
        status: { state: 'active' },
      },
    ]);
    expect(JSON.parse(lastLine((await ask('-o', 'json', 'alert', 'query', 'Other')).output))).toEqual([]);
  });

  it('says why an alert is refused', async () => {
    const { code, output } = await ask('alert', 'add');
    expect(code).toBe(1);
    expect(output).toContain('at least one label pair required');
  });

  it('adds, finds and ends silences', async () => {
    const added = await ask(
      ...['silence', 'add', 'alertname=DiskFull', 'cluster=~a|b'],
      ...['--comment=c', '--author=me', '--duration=2h'],
    );
    const id = lastLine(added.output);
    expect([added.code, UUID.test(id)]).toEqual([0, true]);
    const silences = async () => {
      const { output } = await ask('-o', 'json', 'silence', 'query', 'alertname=DiskFull');
      return JSON.parse(lastLine(output)) as readonly { readonly id: string }[];
    };
    expect(await silences()).toMatchObject([{ id, createdBy: 'me', comment: 'c', status: { state: 'active' } }]);
    const updated = await ask('silence', 'update', '--duration=3h', '--comment=longer', id);
    expect(updated.output).toContain(id);
    expect(await silences()).toMatchObject([{ id, comment: 'longer' }]);
    expect((await ask('silence', 'expire', id)).code).toBe(0);
    expect(await silences()).toEqual([]);
  });

  it('shows the configuration and the cluster', async () => {
    expect((await ask('config', 'show')).output).toContain('receiver: team');
    expect((await ask('cluster', 'show')).output).toContain('disabled');
  });
});

/** Warnings about versions come before the answer. */
function lastLine(output: string): string {
  return output.trimEnd().split('\n').at(-1) ?? '';
}
