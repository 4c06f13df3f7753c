import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SourceClients } from '#dashboards/source-client';
import { noLocalServices } from '#lib/address-policy';
import { ApiWorld } from '#test/api-world';
import { FakeTarget } from '#test/fake-target';

let world: ApiWorld;
let target: FakeTarget;
const asked: string[] = [];
const answer = (request: IncomingMessage, response: ServerResponse) => {
  const { authorization = '', 'x-tenant': tenant = '' } = request.headers;
  asked.push([request.method, request.url, authorization, tenant].join(' ').trim());
  response.setHeader('content-type', 'application/json');
  response.end('{"status":"success","data":{"resultType":"vector","result":[]}}');
};
beforeEach(async () => {
  asked.length = 0;
  target = await FakeTarget.start(answer);
  world = new ApiWorld();
  await world.open();
});
afterEach(async () => {
  await world.dispose();
  await target.stop();
});

function send(method: string, path: string, body?: unknown) {
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  return world.json(`/api${path}`, { method, headers: { 'Content-Type': 'application/json' }, ...init });
}
const get = (path: string) => send('GET', path);
const url = () => target.url.replace('/metrics', '');
const prometheus = (changes: object = {}) => ({
  name: 'P',
  uid: 'p',
  type: 'prometheus',
  access: 'proxy',
  url: url(),
  ...changes,
});

describe('data sources', () => {
  it('are made, read, changed and deleted as Terraform does', async () => {
    const shown = {
      ...{ id: 1, uid: 'p', orgId: 1, name: 'P', type: 'prometheus', typeName: 'prometheus', typeLogoUrl: '' },
      ...{ access: 'proxy', url: url(), user: '', database: '', basicAuth: true, basicAuthUser: 'me' },
      ...{ withCredentials: false, isDefault: false, jsonData: { httpMethod: 'POST' }, readOnly: false, version: 1 },
      secureJsonFields: { basicAuthPassword: true },
    };
    const source = prometheus({
      ...{ basicAuth: true, basicAuthUser: 'me', jsonData: { httpMethod: 'POST' } },
      secureJsonData: { basicAuthPassword: 'hidden' },
    });
    expect(await send('POST', '/datasources', source)).toEqual({
      status: 200,
      body: { datasource: shown, id: 1, message: 'Datasource added', name: 'P' },
    });
    for (const path of ['uid/p', 'name/P', '1']) expect((await get(`/datasources/${path}`)).body).toEqual(shown);
    expect((await get('/datasources/id/P')).body).toEqual({ id: 1 });
    const changed = prometheus({ name: 'Q', version: 1, secureJsonData: { token: 'x' } });
    expect(await send('PUT', '/datasources/uid/p', changed)).toMatchObject({
      status: 200,
      body: {
        message: 'Datasource updated',
        name: 'Q',
        datasource: { version: 2, secureJsonFields: { basicAuthPassword: true, token: true } },
      },
    });
    expect(await send('PUT', '/datasources/uid/p', changed)).toEqual({
      status: 409,
      body: { message: 'Datasource has already been updated by someone else. Please reload and try again' },
    });
    expect(JSON.stringify(await get('/datasources'))).not.toContain('hidden');
    expect((await send('DELETE', '/datasources/uid/p')).body).toMatchObject({ message: 'Data source deleted', id: 1 });
    expect(await get('/datasources/uid/p')).toEqual({ status: 404, body: { message: 'Data source not found' } });
  });

  it('are refused with what is wrong', async () => {
    await send('POST', '/datasources', prometheus());
    expect(await send('POST', '/datasources', prometheus({ uid: 'q' }))).toEqual({
      status: 409,
      body: { message: 'data source with the same name already exists' },
    });
    expect((await send('POST', '/datasources', prometheus({ name: '' }))).status).toBe(400);
    expect((await send('POST', '/datasources', prometheus({ name: 'x', url: 'file:///etc/passwd' }))).status).toBe(400);
    expect(await send('DELETE', '/datasources/uid/barograph')).toEqual({
      status: 403,
      body: { message: 'Cannot delete read-only data source' },
    });
    expect((await send('PUT', '/datasources/uid/barograph', prometheus())).status).toBe(403);
  });

  it('have one default', async () => {
    const defaults = async () =>
      ((await get('/datasources')).body as { name: string; isDefault: boolean }[])
        .filter((s) => s.isDefault)
        .map((s) => s.name);
    expect(await defaults()).toEqual(['Barograph']);
    await send('POST', '/datasources', prometheus({ isDefault: true }));
    expect(await defaults()).toEqual(['P']);
    await send('POST', '/datasources', prometheus({ name: 'R', uid: 'r', isDefault: true }));
    expect(await defaults()).toEqual(['R']);
    expect((await get('/frontend/settings')).body).toMatchObject({
      defaultDatasource: 'R',
      datasources: { P: { uid: 'p', url: '/api/datasources/proxy/uid/p' } },
    });
  });
});

describe('requests to data sources', () => {
  const secrets = { basicAuth: true, basicAuthUser: 'me', jsonData: { httpHeaderName1: 'X-Tenant' } };
  beforeEach(async () => {
    const secureJsonData = { basicAuthPassword: 'pw', httpHeaderValue1: 'team' };
    await send('POST', '/datasources', prometheus({ url: `${url()}/prom/`, ...secrets, secureJsonData }));
  });
  const BASIC = `Basic ${btoa('me:pw')}`;

  it('go on with its path and secrets; answers that only read are kept for 30 s', async () => {
    const path = '/api/datasources/proxy/uid/p/api/v1/query?query=up&time=1';
    const first = await world.request(path);
    expect([first.status, first.headers.get('X-DS-Cache'), first.headers.get('Content-Security-Policy')]).toEqual([
      200,
      'miss',
      'sandbox',
    ]);
    expect((await world.request(path)).headers.get('X-DS-Cache')).toBe('hit');
    expect(asked).toEqual([`GET /prom/api/v1/query?query=up&time=1 ${BASIC} team`]);
    await world.line.clock.advance(30_000);
    expect((await world.request(path)).headers.get('X-DS-Cache')).toBe('miss');
    await world.request('/api/datasources/uid/p/resources/api/v1/status/buildinfo');
    expect(asked.at(-1)).toBe(`GET /prom/api/v1/status/buildinfo ${BASIC} team`);
    await world.request('/api/datasources/proxy/1/api/v1/labels');
    expect(asked.at(-1)).toBe(`GET /prom/api/v1/labels ${BASIC} team`);
  });

  it('that are equal and on their way are one', async () => {
    const path = '/api/datasources/proxy/uid/p/api/v1/query_range?query=up';
    const cache = await Promise.all([1, 2, 3].map(async () => (await world.request(path)).headers.get('X-DS-Cache')));
    expect(cache).toEqual(['miss', 'hit', 'hit']);
    expect(asked).toHaveLength(1);
  });

  it('cannot leave its path, delete, or be made by pages of others', async () => {
    await world.request('/api/datasources/proxy/uid/p/%2e%2e/admin');
    expect(asked).toEqual([]);
    expect(await send('DELETE', '/datasources/proxy/uid/p/api/v1/series')).toEqual({
      status: 403,
      body: { message: 'Deletes not allowed on proxied Prometheus datasource' },
    });
    expect((await send('POST', '/datasources/proxy/uid/p/-/quit', {})).status).toBe(403);
    const from = (headers: Record<string, string>) =>
      world.request('/api/datasources/proxy/uid/p/api/v1/labels', { headers });
    expect((await from({ Origin: 'http://elsewhere.test' })).status).toBe(403);
    expect((await from({ 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
    expect(asked).toEqual([]);
  });

  it('to a metadata service are refused, and its health says why', async () => {
    await send('POST', '/datasources', prometheus({ name: 'M', uid: 'm', url: 'http://169.254.169.254/latest' }));
    expect(await get('/datasources/proxy/uid/m/meta-data')).toMatchObject({
      status: 403,
      body: { hint: 'Start the server with --datasources.allow-link-local when that is really meant.' },
    });
    expect(await get('/datasources/uid/m/health')).toMatchObject({ status: 400, body: { status: 'ERROR' } });
  });

  it('without a password that cannot be decrypted are refused, and say what to enter again', async () => {
    const { meta } = world.line;
    const settings = JSON.stringify({ type: 'prometheus', access: 'proxy', url: 'http://127.0.0.1:1', jsonData: {} });
    const secrets = JSON.stringify({ basicAuthPassword: '00000000.AAAA' });
    const row = { id: 0, uid: 'l', name: 'L', version: 1, settings, secrets, sealed: 1 };
    await meta.commit(() => meta.dataSources.put(row));
    expect(await get('/datasources/uid/l')).toMatchObject({
      body: { secureJsonFields: { basicAuthPassword: true }, lostSecrets: ['basicAuthPassword'] },
    });
    const message = expect.stringContaining('basicAuthPassword was encrypted with another key');
    expect(await get('/datasources/uid/l/health')).toMatchObject({ status: 400, body: { message } });
    expect(await get('/datasources/proxy/uid/l/api/v1/labels')).toMatchObject({
      status: 400,
      body: { message, hint: 'Enter basicAuthPassword again, or start the server with the key of before.' },
    });
    const entered = {
      ...prometheus({ name: 'L', url: 'http://127.0.0.1:1' }),
      secureJsonData: { basicAuthPassword: 'x' },
    };
    expect((await send('PUT', '/datasources/uid/l', entered)).body).not.toHaveProperty('datasource.lostSecrets');
  });

  it('to one that hangs do not hold up another', async () => {
    const clients = (timeout: number) =>
      new SourceClients({
        clock: world.line.clock,
        allowed: noLocalServices,
        userAgent: 'test',
        timeout,
        limits: { running: 1, waiting: 1 },
      });
    const held: ServerResponse[] = [];
    target.answers((_request, response) => void held.push(response));
    const other = await FakeTarget.start(answer);
    await world.dispose();
    world = new ApiWorld();
    await world.open(() => ({ grafana: { ...world.grafana(), sourceClients: clients(300) } }));
    await send('POST', '/datasources', prometheus());
    await send('POST', '/datasources', prometheus({ name: 'O', uid: 'o', url: other.url.replace('/metrics', '') }));
    const hanging = ['a', 'b', 'c'].map((query) => get(`/datasources/proxy/uid/p/api/v1/query?query=${query}`));
    expect((await get('/datasources/proxy/uid/o/api/v1/query?query=a')).status).toBe(200);
    const answers = await Promise.all(hanging);
    expect(answers.map(({ status }) => status)).toEqual([504, 504, 429]);
    for (const response of held) response.destroy();
    await other.stop();
  });

  it('say whether it is healthy', async () => {
    expect(await get('/datasources/uid/p/health')).toEqual({
      status: 200,
      body: { message: 'Successfully queried the Prometheus API.', status: 'OK' },
    });
    expect((await get('/datasources/uid/barograph/health')).status).toBe(200);
    expect((await get('/datasources/uid/barograph-alerts/health')).status).toBe(200);
    await send('POST', '/datasources', prometheus({ name: 'L', uid: 'l', type: 'loki' }));
    expect((await get('/datasources/uid/l/health')).body).toMatchObject({ message: expect.stringContaining('loki') });
    await target.stop();
    expect(await get('/datasources/uid/p/health')).toMatchObject({ status: 400, body: { status: 'ERROR' } });
  });
});

describe('queries of several data sources', () => {
  it('are answered as frames, each for itself', async () => {
    await world.store({ __name__: 'up', job: 'a' }, 1_700_000_000_000, 1);
    await world.store({ __name__: 'up', job: 'b' }, 1_700_000_000_000, Number.POSITIVE_INFINITY);
    const query = { intervalMs: 60_000, maxDataPoints: 100 };
    const { status, body } = await send('POST', '/ds/query', {
      ...{ from: '1700000000000', to: '1700000060000' },
      queries: [
        { ...query, refId: 'A', expr: 'up', legendFormat: '{{job}}', datasource: { uid: 'barograph' }, range: true },
        { ...query, refId: 'B', expr: 'sum(', datasource: { uid: 'barograph' } },
        { ...query, refId: 'C', expr: 'up', datasource: { uid: 'nowhere' } },
        { ...query, refId: 'D', expr: 'up{job="a"}', instant: true },
        { ...query, refId: 'E', expr: 'up', hide: true },
      ],
    });
    expect(status).toBe(400);
    const { results } = body as {
      results: Record<
        string,
        { status: number; error?: string; frames?: { schema: { name: string; fields: unknown[] }; data: object }[] }
      >;
    };
    expect(Object.keys(results)).toEqual(['A', 'B', 'C', 'D']);
    expect(results['A']?.frames?.map(({ schema, data }) => [schema.name, data])).toEqual([
      ['a', { values: [[1_699_999_980_000 + 60_000], [1]] }],
      ['b', { values: [[1_699_999_980_000 + 60_000], [null]] }],
    ]);
    expect(results['A']?.frames?.[0]?.schema.fields[1]).toMatchObject({
      name: 'Value',
      labels: { __name__: 'up', job: 'a' },
    });
    expect(results['B']).toMatchObject({ status: 400, error: expect.stringContaining('parse error') });
    expect(results['C']).toMatchObject({ status: 404, error: 'Data source not found' });
    expect(results['D']?.frames?.[0]?.data).toEqual({ values: [[1_700_000_060_000], [1]] });
  });

  it('must say when', async () => {
    const queries = [{ refId: 'A', expr: 'up' }];
    expect((await send('POST', '/ds/query', { queries, from: 'soon', to: 'now' })).status).toBe(400);
    expect((await send('POST', '/ds/query', { from: 'now-1h', to: 'now' })).status).toBe(400);
    expect((await send('POST', '/ds/query', { queries, from: 'now-1h', to: 'now' })).status).toBe(200);
  });
});

describe('the sidecar for Kubernetes', () => {
  it('asks for the files to be read again', async () => {
    let reloads = 0;
    await world.dispose();
    world = new ApiWorld();
    const reload = async () => void reloads++;
    await world.open(() => ({ grafana: { ...world.grafana(), reload } }));
    expect((await send('POST', '/admin/provisioning/dashboards/reload')).body).toEqual({
      message: 'Dashboards config reloaded',
    });
    expect((await send('POST', '/admin/provisioning/datasources/reload')).body).toEqual({
      message: 'Datasources config reloaded',
    });
    expect(reloads).toBe(2);
  });
});
