import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  eventually,
  find,
  freePort,
  type RunningProcess,
  type Server,
  scratch,
  start,
  startServer,
} from '#test/process';

const program = find('prometheus');
if (program === null) console.log('skipped: there is no prometheus in PATH');

describe.skipIf(program === null)('a real Prometheus as a data source of a provisioning file', () => {
  const folder = scratch();
  let peer: RunningProcess;
  let server: Server;
  let port: number;
  const flags = [`--provisioning.path=${join(folder.dir, 'provisioning')}`];

  beforeAll(async () => {
    port = await freePort();
    const target = `{scrape_interval: 1s, static_configs: [{targets: ['127.0.0.1:${port}']}], job_name: peer}`;
    writeFileSync(join(folder.dir, 'peer.yml'), `scrape_configs: [${target}]\n`);
    peer = start(program!, [
      `--config.file=${join(folder.dir, 'peer.yml')}`,
      `--storage.tsdb.path=${join(folder.dir, 'peer-data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ]);
    const sources = 'datasources:\n  - {name: Peer, uid: peer, type: prometheus, url: "http://localhost:$PEER_PORT"}\n';
    mkdirSync(join(folder.dir, 'provisioning', 'datasources'), { recursive: true });
    mkdirSync(join(folder.dir, 'boards'));
    writeFileSync(
      join(folder.dir, 'provisioning', 'datasources', 'peer.yaml'),
      sources.replace('$PEER_PORT', String(port)),
    );
    server = await startServer({ dir: folder.dir, config: 'scrape_configs: []\n', flags });
    // Asked without the proxy, which would remember an empty answer.
    await eventually(async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=count(up==1)`);
      expect(await answer.json()).toMatchObject({ data: { result: [{ value: [expect.any(Number), '1'] }] } });
    });
  }, 60_000);

  afterAll(async () => {
    await server?.stop('SIGKILL');
    await peer?.stop('SIGKILL');
    folder.remove();
  });

  async function call(method: string, path: string, body?: object) {
    const json =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } };
    const answer = await fetch(`${server.url}/api${path}`, { method, ...json });
    return { status: answer.status, body: (await answer.json()) as unknown };
  }

  it('answers through the proxy, is healthy, and cannot be changed', async () => {
    expect((await call('GET', '/datasources/proxy/uid/peer/api/v1/label/job/values')).body).toEqual({
      status: 'success',
      data: ['peer'],
    });
    expect((await call('GET', '/datasources/uid/peer/health')).body).toEqual({
      message: 'Successfully queried the Prometheus API.',
      status: 'OK',
    });
    expect(await call('GET', '/datasources/proxy/uid/peer/api/v1/query?query=sum(')).toMatchObject({
      status: 400,
      body: { status: 'error', errorType: 'bad_data' },
    });
    expect((await call('DELETE', '/datasources/uid/peer')).status).toBe(403);
  });

  it('is queried together with this server', async () => {
    const query = (refId: string, uid: string, expr: string) => ({ refId, expr, datasource: { uid }, instant: true });
    const { status, body } = await call('POST', '/ds/query', {
      ...{ from: 'now-1m', to: 'now' },
      queries: [query('A', 'peer', 'sum(up{job="peer"})'), query('B', 'barograph', 'vector(7)')],
    });
    expect(status).toBe(200);
    const frames = (body as { results: Record<string, { frames: { data: { values: unknown[][] } }[] }> }).results;
    expect([frames['A']?.frames[0]?.data.values[1], frames['B']?.frames[0]?.data.values[1]]).toEqual([[1], [7]]);
  });

  it('and what was saved are there after a restart; a new file is taken up when told', async () => {
    await call('POST', '/dashboards/db', { dashboard: { title: 'Kept', uid: 'kept' }, message: 'first' });
    expect(await server.stop('SIGTERM')).toBe(0);
    server = await startServer({ dir: folder.dir, config: 'scrape_configs: []\n', flags });
    expect((await call('GET', '/dashboards/uid/kept')).body).toMatchObject({
      dashboard: { title: 'Kept', version: 1 },
    });
    expect((await call('GET', '/datasources/name/Peer')).body).toMatchObject({ uid: 'peer', readOnly: true });

    writeFileSync(join(folder.dir, 'boards', 'new.json'), '{"uid":"new","title":"New","panels":[]}');
    mkdirSync(join(folder.dir, 'provisioning', 'dashboards'));
    const provider = `providers:\n  - {name: a, folder: Team, folderUid: team, options: {path: ${join(folder.dir, 'boards')}}}\n`;
    writeFileSync(join(folder.dir, 'provisioning', 'dashboards', 'a.yaml'), provider);
    expect((await call('POST', '/admin/provisioning/dashboards/reload')).status).toBe(200);
    expect((await call('GET', '/search?folderUIDs=team')).body).toMatchObject([{ uid: 'new', folderTitle: 'Team' }]);
    expect(
      (await call('POST', '/dashboards/db', { dashboard: { title: 'X', uid: 'new' }, overwrite: true })).status,
    ).toBe(400);
  });
});
