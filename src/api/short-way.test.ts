import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HttpServer } from '#lib/http-server';
import { listen } from '#lib/http-server';
import { ApiWorld } from '#test/api-world';

const NOW = 1_700_000_000;
let world: ApiWorld;
let servers: { readonly short: HttpServer; readonly long: HttpServer };
/** Requests that came the short way. */
let taken: string[];

beforeEach(async () => {
  world = new ApiWorld();
  await world.open({ corsOrigin: 'https?://grafana\\.example' });
  taken = [];
  const { fetch, short } = world.api;
  const counted: typeof short = (method, path) => {
    const run = short(method, path);
    return (
      run &&
      ((request) => {
        taken.push(`${method} ${path}`);
        return run(request);
      })
    );
  };
  const any = { host: '127.0.0.1', port: 0 };
  servers = { short: await listen(any, fetch, { short: counted }), long: await listen(any, fetch) };
  for (let i = 0; i < 40; i++) await world.store({ __name__: 'up', instance: `é"${i}` }, NOW * 1000, i / 3);
});
afterEach(async () => {
  await Promise.all([servers.short.close(0), servers.long.close(0)]);
  await world.dispose();
});

/** All that comes back for these bytes, until the server closes the connection. */
function received({ port }: HttpServer, bytes: string | Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setEncoding('latin1');
    socket.on('data', (part: string) => (text += part));
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });
}

/** Status line, headers in the order of their names, and body. */
function parts(answer: string) {
  const end = answer.indexOf('\r\n\r\n');
  const [status, ...headers] = answer.slice(0, end).split('\r\n');
  const lines = headers.map((line) => line.replace(/^[^:]+/, (name) => name.toLowerCase()));
  return { status, headers: lines.filter((line) => !line.startsWith('date:')).sort(), body: answer.slice(end + 4) };
}

const HOST = 'Host: localhost:9090';
const FORM = 'Content-Type: application/x-www-form-urlencoded';

function request(line: string, headers: readonly string[] = [HOST], body = ''): string {
  const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  return `${[`${line} HTTP/1.1`, ...headers, ...length, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`;
}

const UP = `/api/v1/query?query=up&time=${NOW}`;
const RANGE = `/api/v1/query_range?query=up&start=${NOW - 60}&end=${NOW + 60}&step=15`;

const JSON_BODY = 'Content-Type: application/json; charset=utf-8';
const ALERTS = '/api/v2/alerts';
function posted(path: string, body: unknown): string {
  return request(`POST /api/v2${path}`, [HOST, JSON_BODY], JSON.stringify(body));
}

describe('the short way', () => {
  it.each([
    ['a query', request(`GET ${UP}`)],
    ['a range', request(`GET ${RANGE}`)],
    ['a range, not from the cache', request(`GET ${RANGE}&nocache=1`)],
    ['a form', request('POST /api/v1/query', [HOST, FORM], `query=up%7Binstance%3D~%22.*1%22%7D&time=${NOW}`)],
    [
      'a form, with more in the URL',
      request(`POST /api/v1/query?query=1&time=${NOW}`, [HOST, `${FORM}; charset=UTF-8`], 'query=up+*+2'),
    ],
    ['a body that is no form', request(`POST ${UP}`, [HOST, 'Content-Type: text/plain'], 'query=1')],
    ['compressed', request(`GET ${UP}`, [HOST, 'Accept-Encoding: br, gzip;q=0.5'])],
    ['deflated', request(`GET ${RANGE}`, [HOST, 'accept-encoding: deflate'])],
    ['for a page that may read it', request(`GET ${UP}`, [HOST, 'Origin: https://grafana.example'])],
    ['for one that may not', request(`GET ${UP}`, [HOST, 'Origin: https://other.example'])],
    ['with a limit and statistics', request('GET /api/v1/query?query=vector(1)&limit=3')],
    ['with characters that are not escaped', request(`GET /api/v1/query?query="a+b"[^|&time=${NOW}`)],
    ['nothing asked', request('GET /api/v1/query')],
    ['a bad time', request('GET /api/v1/query?query=up&time=soon')],
    ['a bad timeout', request('GET /api/v1/query?query=up&timeout=-1')],
    ['a parse error', request('GET /api/v1/query?query=up%20%2B')],
    ['too many points', request('GET /api/v1/query_range?query=up&start=0&end=1000000&step=1')],
    ['alerts', posted('/alerts', [{ labels: { alertname: 'é' }, startsAt: '2026-11-24T09:00:00Z' }])],
    ['no alerts', posted('/alerts', [])],
    ['an alert without labels', posted('/alerts', [{ labels: {} }])],
    ['an alert of another shape', posted('/alerts', [{ labels: { a: 1 } }])],
    ['alerts that are no JSON', request(`POST ${ALERTS}`, [HOST, JSON_BODY], '[{')],
    ['alerts without a type', request(`POST ${ALERTS}`, [HOST], '[]')],
    [
      'alerts of a page that may read',
      request(`POST ${ALERTS}`, [HOST, JSON_BODY, 'Origin: https://grafana.example'], '[]'),
    ],
  ])('%s: the same as the long way', async (_, bytes) => {
    const [short, long] = [await received(servers.short, bytes), await received(servers.long, bytes)];
    expect(parts(short)).toEqual(parts(long));
    expect(taken.length).toBe(1);
    expect(world.observed[0]).toBe(world.observed[1]);
  });

  it('takes alerts', async () => {
    const answer = await received(servers.short, posted('/alerts', [{ labels: { alertname: 'é' } }]));
    expect(parts(answer).headers).toContain('cache-control: no-store');
    const listed = parts(await received(servers.short, request(`GET ${ALERTS}`)));
    const alerts = JSON.parse(Buffer.from(listed.body, 'latin1').toString());
    expect(alerts).toMatchObject([{ labels: { alertname: 'é' } }]);
    expect(taken).toEqual([`POST ${ALERTS}`]);
  });

  it('refuses a body that is too long, and ends the connection', async () => {
    const bytes = request('POST /api/v1/query', [HOST, FORM, 'Content-Length: 10485761']);
    const [short, long] = [await received(servers.short, bytes), await received(servers.long, bytes)];
    expect(parts(short)).toEqual(parts(long));
    expect(parts(short).status).toBe('HTTP/1.1 413 Payload Too Large');
    const chunk = `${(11 << 20).toString(16)}\r\n${'a'.repeat(11 << 20)}\r\n0\r\n\r\n`;
    const chunked = request('POST /api/v1/query', [HOST, FORM, 'Transfer-Encoding: chunked']) + chunk;
    expect(parts(await received(servers.short, chunked)).status).toBe('HTTP/1.1 413 Payload Too Large');
  });

  it.each([
    ['HEAD', request(`HEAD ${UP}`)],
    ['a preflight', request(`OPTIONS ${UP}`, [HOST, 'Origin: https://grafana.example'])],
    ['another method', request(`DELETE ${UP}`)],
    ['an escaped path', request(`GET /api/v1/quer%79?query=1&time=${NOW}`)],
    ['a path with more', request(`GET /api/v1/query/?query=1&time=${NOW}`)],
    ['an absolute target', request(`GET http://localhost${UP}`)],
    ['a fragment', request(`GET ${UP}#x`)],
    ['a host with a path', request(`GET ${UP}`, ['Host: local/host'])],
    ['an IPv6 host', request(`GET ${UP}`, ['Host: [::1]:9090'])],
    ['a header that comes twice', request(`GET ${UP}`, [HOST, 'Accept-Encoding: br', 'Accept-Encoding: gzip'])],
  ])('is not for %s', async (_, bytes) => {
    const [short, long] = [await received(servers.short, bytes), await received(servers.long, bytes)];
    expect(parts(short)).toEqual(parts(long));
    expect(taken).toEqual([]);
  });

  it('keeps the connection for the next request', async () => {
    const first = request(`GET ${UP}`).replace('Connection: close', 'Connection: keep-alive');
    const unread = request(`POST ${UP}`, [HOST, 'Content-Type: text/plain'], 'not read').replace('close', 'keep-alive');
    const answers = await received(servers.short, first + unread + request(`GET ${RANGE}`));
    expect(answers.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3);
    expect(taken).toHaveLength(3);
  });

  it('ends the query of a client that goes away', async () => {
    const ended = new Promise<void>((resolve) => {
      world.answers = () => {
        const { signal } = world.jobs.at(-1)!.options;
        signal?.addEventListener('abort', () => resolve());
        socket.destroy();
        return new Promise(() => {});
      };
    });
    const socket = connect(servers.short.port, '127.0.0.1', () => socket.write(request(`GET ${UP}`)));
    await ended;
    expect(taken).toHaveLength(1);
  });

  it('tells who asks', async () => {
    const headers = [HOST, 'User-Agent: grafana', 'X-Dashboard-Uid: abc'];
    for (const server of [servers.short, servers.long]) await received(server, request(`GET ${UP}`, headers));
    const client = { address: '127.0.0.1', userAgent: 'grafana', dashboard: 'abc' };
    const origin = { kind: 'http', client, method: 'GET', path: '/api/v1/query' };
    expect(world.jobs.map(({ options }) => options.origin)).toEqual([origin, origin]);
  });

  it('lies below the prefix of all paths', async () => {
    await world.open({ pages: { assets: new Map(), prefix: '/prometheus' } });
    expect(world.api.short('GET', '/api/v1/query')).toBe(null);
    expect(world.api.short('GET', '/prometheus/api/v1/query')).not.toBe(null);
    expect((await world.json('/prometheus/api/v1/query?query=1')).status).toBe(200);
    expect(world.observed).toEqual(['/prometheus/api/v1/query 200']);
  });
});
