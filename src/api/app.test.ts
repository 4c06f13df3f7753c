import { gunzipSync, inflateSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '#lib/log';
import { ApiWorld, assets, lifecycle } from '#test/api-world';
import { createStartingApi } from './app.ts';

let world: ApiWorld;
beforeEach(() => {
  world = new ApiWorld();
});
afterEach(() => world.dispose());

const NOBODY = { address: '' };
const HTML = { headers: { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } };

async function answered(path: string, init: RequestInit = {}): Promise<readonly [number, string]> {
  const response = await world.request(path, init);
  return [response.status, await response.text()];
}

describe('the API of a server that names origins', () => {
  it('may be read by pages of these only', async () => {
    await world.open({ corsOrigin: 'https?://(grafana|mon)\\.example' });
    const allowed = async (origin: string) => {
      const { headers } = await world.request('/api/v1/labels', { headers: { Origin: origin } });
      return [headers.get('Access-Control-Allow-Origin'), headers.get('Vary')];
    };
    expect(await allowed('https://grafana.example')).toEqual(['https://grafana.example', 'Accept-Encoding, Origin']);
    expect(await allowed('https://grafana.example.evil.test')).toEqual([null, 'Accept-Encoding, Origin']);
  });
});

describe('every API answer', () => {
  beforeEach(() => world.open());

  it('may be read by any origin', async () => {
    const headers = { Origin: 'http://elsewhere.test' };
    for (const path of ['/api/v1/query?query=1', '/api/v1/query?query=', '/api/v2/alerts']) {
      const answer = await world.request(path, { headers });
      expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('*');
      expect(answer.headers.get('Access-Control-Allow-Methods')).toBe('GET, POST, OPTIONS');
    }
    expect((await world.request('/api/v1/labels')).headers.get('Access-Control-Allow-Origin')).toBe(null);
    const preflight = await world.request('/api/v1/nope', { method: 'OPTIONS', headers });
    expect([preflight.status, preflight.headers.get('Access-Control-Allow-Headers')]).toEqual([
      204,
      'Accept, Authorization, Content-Type, Origin',
    ]);
  });

  it('lets no page of a stranger post silences', async () => {
    const headers = { Origin: 'http://elsewhere.test' };
    const preflight = await world.request('/api/v2/silences', { method: 'OPTIONS', headers });
    expect(preflight.headers.get('Access-Control-Allow-Headers')).toBe('Accept, Authorization, Origin');
  });

  it('is compressed when it is long and the client can read it', async () => {
    const path = `/api/v1/format_query?query=${'x'.repeat(3000)}`;
    const plain = await (await world.request(path)).text();
    for (const [encoding, unpack] of [
      ['gzip', gunzipSync],
      ['deflate', inflateSync],
    ] as const) {
      const packed = await world.request(path, { headers: { 'Accept-Encoding': encoding } });
      expect(packed.headers.get('Content-Encoding')).toBe(encoding);
      expect(unpack(new Uint8Array(await packed.arrayBuffer())).toString()).toBe(plain);
    }
  });

  it('is sent as it is when it is short or the client takes no coding', async () => {
    const long = `/api/v1/format_query?query=${'x'.repeat(3000)}`;
    for (const [path, accepted] of [
      ['/api/v1/labels', 'gzip'],
      [long, 'gzip;q=0, deflate;q=0.0'],
      [long, 'br'],
      [long, '*;q=0'],
    ] as const) {
      const { headers } = await world.request(path, { headers: { 'Accept-Encoding': accepted } });
      expect([headers.get('Content-Encoding'), headers.get('Vary')]).toEqual([null, 'Accept-Encoding']);
    }
    const any = await world.request(long, { headers: { 'Accept-Encoding': 'br, *' } });
    expect(any.headers.get('Content-Encoding')).toBe('gzip');
  });

  it('is counted under its route, not its path', async () => {
    await world.request('/api/v1/label/job/values');
    await world.request('/api/v1/query');
    await world.request('/api/v1/anything');
    await world.request('/some/page', HTML);
    expect(world.observed).toEqual(['/api/v1/label/:name/values 200', '/api/v1/query 400', '/api/v1/* 404', '/* 200']);
  });
});

describe('paths and methods that are not there', () => {
  beforeEach(() => world.open());

  it.each(['/api/v1/nope', '/api/v1/label//values', '/-/nope', '/metrics/nope', '/federate/x', '/assets/nope.js'])(
    '%s is a plain 404',
    async (path) => {
      expect(await answered(path, HTML)).toEqual([404, '404 page not found\n']);
    },
  );

  it.each([
    ['DELETE', '/api/v1/query', 'GET, OPTIONS, POST'],
    ['PUT', '/api/v1/labels', 'GET, OPTIONS, POST'],
    ['POST', '/api/v1/label/job/values', 'GET, OPTIONS'],
    ['POST', '/api/v1/rules', 'GET, OPTIONS'],
    ['POST', '/api/v1/targets', 'GET, OPTIONS'],
    ['GET', '/api/v1/write', 'OPTIONS, POST'],
    ['POST', '/metrics', 'GET, OPTIONS'],
    ['POST', '/-/healthy', 'GET, HEAD, OPTIONS'],
    ['POST', '/', 'GET, OPTIONS'],
    ['POST', '/api/health', 'GET, OPTIONS'],
  ])('%s %s is refused', async (method, path, allow) => {
    const answer = await world.request(path, { method });
    expect([answer.status, answer.headers.get('Allow'), await answer.text()]).toEqual([
      405,
      allow,
      'Method Not Allowed\n',
    ]);
  });

  it('HEAD is answered without a body', async () => {
    for (const path of ['/-/healthy', '/-/ready', '/metrics', '/']) {
      expect(await answered(path, { method: 'HEAD' })).toEqual([200, '']);
    }
  });

  it('the admin endpoints say that they are off', async () => {
    expect(await world.json('/api/v1/admin/tsdb/snapshot', { method: 'POST' })).toEqual({
      status: 500,
      body: { status: 'error', errorType: 'unavailable', error: 'admin APIs disabled' },
    });
  });
});

describe('a failure that nobody expected', () => {
  it('is answered in the form of the endpoint', async () => {
    const fail = () => {
      throw new Error('boom');
    };
    await world.open({ queries: { run: fail }, rules: { groups: fail, alerts: fail } });
    const envelope = { status: 500, body: { status: 'error', errorType: 'internal', error: 'boom' } };
    expect(await world.json('/api/v1/query?query=1')).toEqual(envelope);
    expect(await world.json('/api/v1/rules')).toEqual(envelope);
  });
});

describe('lifecycle endpoints', () => {
  it('are off unless they were enabled', async () => {
    await world.open();
    for (const path of ['/-/reload', '/-/quit']) {
      expect(await answered(path, { method: 'POST' })).toEqual([403, 'Lifecycle API is not enabled.']);
      expect(await answered(path)).toEqual([405, 'Only POST or PUT requests allowed']);
    }
    expect(await answered('/-/healthy')).toEqual([200, 'Barograph is Healthy.\n']);
    expect(await answered('/-/ready')).toEqual([200, 'Barograph is Ready.\n']);
  });

  it('reload and quit, and say why a reload failed', async () => {
    const calls: string[] = [];
    const reloads = [() => {}, () => Promise.reject(new Error('prometheus.yml:3:5: unknown field "jobs"'))];
    await world.open({
      lifecycle: {
        ...lifecycle(),
        enabled: true,
        reload: async () => reloads.shift()?.(),
        quit: () => calls.push('quit'),
      },
    });
    expect(await answered('/-/reload', { method: 'POST' })).toEqual([200, '']);
    expect(await answered('/-/reload', { method: 'PUT' })).toEqual([
      500,
      'failed to reload config: prometheus.yml:3:5: unknown field "jobs"\n',
    ]);
    expect(await answered('/-/quit')).toEqual([405, 'Only POST or PUT requests allowed']);
    expect(calls).toEqual([]);
    expect(await answered('/-/quit', { method: 'POST' })).toEqual([200, 'Requesting termination... Goodbye!\n']);
    expect(calls).toEqual(['quit']);
  });
});

describe('an Alertmanager alone', () => {
  const alone = () => ({
    lifecycle: { ...lifecycle(), enabled: true, isAlertmanager: true },
    pages: { assets: assets(), prefix: '/am', role: 'alertmanager' as const },
  });

  it('is healthy and ready in its own words, can be reloaded, and has no /-/quit', async () => {
    await world.open(alone());
    expect([await answered('/am/-/healthy'), await answered('/am/-/ready')]).toEqual([
      [200, 'OK'],
      [200, 'OK'],
    ]);
    expect(await answered('/am/-/reload', { method: 'POST' })).toEqual([200, '']);
    expect((await answered('/am/-/quit', { method: 'POST' }))[0]).toBe(405);
  });

  it('begins with the page of alerts, and tells its pages what they are part of', async () => {
    await world.open(alone());
    const start = await world.request('/am/', HTML);
    expect([start.status, start.headers.get('Location')]).toEqual([302, '/am/alerts']);
    const page = await world.request('/am/alerts', HTML);
    expect([page.status, await page.text()]).toEqual([
      200,
      expect.stringContaining('<meta name="barograph-role" content="alertmanager">'),
    ]);
  });
});

describe('a server that is not ready', () => {
  const starting = (stopping: boolean) =>
    createStartingApi({
      lifecycle: { ...lifecycle(), ready: () => false, stopping: () => stopping },
      pages: { assets: assets(), prefix: '' },
      log: silentLog,
      observe: () => {},
    });

  it.each([true, false])('answers 503 and whether it is stopping (%s)', async (stopping) => {
    for (const path of ['/api/v1/query?query=1', '/api/v2/alerts', '/metrics', '/federate', '/-/ready']) {
      const answer = await starting(stopping).fetch(new Request(`http://barograph.test${path}`), NOBODY);
      expect([answer.status, answer.headers.get('X-Prometheus-Stopping'), await answer.text()]).toEqual([
        503,
        String(stopping),
        'Service Unavailable\n',
      ]);
    }
  });

  it('is healthy and shows its pages', async () => {
    const get = (path: string) => starting(false).fetch(new Request(`http://barograph.test${path}`, HTML), NOBODY);
    expect((await get('/-/healthy')).status).toBe(200);
    expect((await get('/')).headers.get('Content-Type')).toBe('text/html; charset=utf-8');
  });
});

describe('pages', () => {
  beforeEach(() => world.open());

  it('are the same HTML for every path of the UI, which nothing foreign can run in', async () => {
    for (const path of ['/', '/query', '/dashboards/d/abc', '/index.html', '/alerts?filter=%3Cscript%3E']) {
      const page = await world.request(path, HTML);
      expect(page.status).toBe(200);
      expect(await page.text()).toBe(new TextDecoder().decode(assets().get('index.html')?.body));
      expect(page.headers.get('Content-Security-Policy')).toContain("default-src 'self'");
      expect(page.headers.get('X-Content-Type-Options')).toBe('nosniff');
      expect(page.headers.get('Cache-Control')).toBe('no-cache');
    }
  });

  it('of dashboards name their code, in which nothing foreign can stand', async () => {
    const file = { type: '', etag: '', body: new Uint8Array(), gzip: null, immutable: true };
    const names = [
      'panel-1a2b3c4d.js',
      'panel-1a2b3c4d.css',
      'chart-2b_3c-4d.js',
      'query-3c4d5e6f.js',
      'chart-tooltip-4d5e6f7a.js',
    ].map((name) => `assets/${name}`);
    const all = new Map([...assets(), ...names.map((name) => [name, file] as const)]);
    await world.open({ pages: { assets: all, prefix: '' } });
    const linksOf = async (path: string) => (await answered(path, HTML))[1]!.match(/<link [^>]*>/g);
    expect(await linksOf('/d/ab%22%3E%3Cscript%3Ec/title?x="')).toEqual([
      '<link rel="modulepreload" href="./assets/panel-1a2b3c4d.js">',
      '<link rel="preload" as="style" crossorigin="anonymous" href="./assets/panel-1a2b3c4d.css">',
      '<link rel="modulepreload" href="./assets/chart-2b_3c-4d.js">',
    ]);
    expect(await linksOf('/query')).toBe(null);
  });

  it('of dashboards hold the answers that they would ask for first, in which nothing can end the element', async () => {
    const title = '</script><!--<script>$&';
    const json = { dashboard: { uid: 'held', title, panels: [] } };
    expect(
      (
        await world.json('/api/dashboards/db', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify(json),
        })
      ).status,
    ).toBe(200);
    const page = await world.request('/d/held/title', HTML);
    expect(page.headers.get('Cache-Control')).toBe('no-store');
    const texts = /<script type="application\/json" id="barograph-answers">([^<]*)<\/script><\/body>/.exec(
      await page.text(),
    )?.[1];
    expect(JSON.parse(texts!)).toEqual({
      '/api/dashboards/uid/held': (await answered('/api/dashboards/uid/held'))[1],
      '/api/datasources': (await answered('/api/datasources'))[1],
      '/api/v1/status/config': (await answered('/api/v1/status/config'))[1],
    });
    const [, absent] = await answered('/d/absent', HTML);
    expect(absent).toContain('"/api/datasources"');
    expect(absent).not.toContain('"/api/dashboards/uid/absent"');
  });

  it('sends the page of a dashboard compressed to those who take it', async () => {
    await world.request('/api/dashboards/db', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ dashboard: { uid: 'long', title: 'Long', panels: [], description: 'x'.repeat(1024) } }),
    });
    const headers = { ...HTML.headers, 'Accept-Encoding': 'gzip' };
    const page = await world.request('/d/long', { headers });
    expect(page.headers.get('Content-Encoding')).toBe('gzip');
    const text = gunzipSync(await page.arrayBuffer()).toString();
    expect(text).toBe(await (await world.request('/d/long', HTML)).text());
  });

  it('are not sent to who asks for something else', async () => {
    expect((await answered('/query', { headers: { Accept: 'application/json' } }))[0]).toBe(404);
    expect((await answered('/missing.png', { headers: { Accept: '*/*' } }))[0]).toBe(404);
    expect((await answered('/query', { headers: { Accept: '*/*' } }))[0]).toBe(200);
  });

  it('have files that are cached for ever when their name says what is inside', async () => {
    const path = '/assets/index-12345678.js';
    const file = await world.request(path, HTML);
    expect(Object.fromEntries(file.headers)).toMatchObject({
      'content-type': 'text/javascript',
      'cache-control': 'public, max-age=31536000, immutable',
      etag: '"script"',
      vary: 'Accept-Encoding',
    });
    expect(await file.text()).toBe('run()');
    expect((await world.request('/favicon.svg')).headers.get('Cache-Control')).toBe('no-cache');
    for (const [known, status] of [
      ['"script"', 304],
      ['"old", W/"script"', 304],
      ['*', 304],
      ['"old"', 200],
    ] as const) {
      expect((await world.request(path, { headers: { 'If-None-Match': known } })).status).toBe(status);
    }
  });

  it('send a compressed file only to who wants it', async () => {
    const sent = async (accepted: string) => {
      const headers = { 'Accept-Encoding': accepted };
      const file = await world.request('/assets/index-12345678.js', { headers });
      return [file.headers.get('Content-Encoding'), await file.text()];
    };
    expect(await sent('br, gzip;q=0.5')).toEqual(['gzip', 'zipped']);
    expect(await sent('gzip;q=0')).toEqual([null, 'run()']);
    expect(await sent('identity')).toEqual([null, 'run()']);
  });

  it.each([
    '/../package.json',
    '/assets/../index.html',
    '/assets/%2e%2e/%2e%2e/etc/passwd',
    '/assets/..%2f..%2fetc%2fpasswd',
    '/%2fetc%2fpasswd',
    '/assets/index-12345678.js%00.html',
    '/__proto__',
    '/%',
  ])('never lead out of the files: %s', async (path) => {
    const page = new TextDecoder().decode(assets().get('index.html')?.body);
    expect(['404 page not found\n', page]).toContain((await answered(path, HTML))[1]);
  });
});

describe('what the flags say of pages', () => {
  it('is their title', async () => {
    const body = new TextEncoder().encode('<head><title>Barograph</title></head>');
    const files = new Map([...assets(), ['index.html', { ...assets().get('index.html')!, body }]]);
    const title = 'Us & <them> $&';
    await world.open({ pages: { assets: files, prefix: '', title } });
    expect((await answered('/', HTML))[1]).toBe('<head><title>Us &#38; &#60;them&#62; $&#38;</title></head>');
    await world.open({ pages: { assets: files, prefix: '' } });
    expect((await answered('/', HTML))[1]).toBe('<head><title>Barograph</title></head>');
  });

  it('are files of their own below /user', async () => {
    const file = {
      type: 'text/x-poem',
      etag: '"1"',
      body: new TextEncoder().encode('so'),
      gzip: null,
      immutable: false,
    };
    const asked: string[] = [];
    const userAsset = (path: string) => {
      asked.push(path);
      return path === 'a b.txt' ? file : null;
    };
    await world.open({ pages: { assets: assets(), prefix: '/p', userAsset } });
    const reply = await world.request('/p/user/a%20b.txt');
    expect([reply.status, await reply.text(), reply.headers.get('Content-Type')]).toEqual([200, 'so', 'text/x-poem']);
    const known = await world.request('/p/user/a%20b.txt', { headers: { 'If-None-Match': '"1"' } });
    expect(known.status).toBe(304);
    expect(await answered('/p/user/none', HTML)).toEqual([404, '404 page not found\n']);
    expect((await world.request('/p/user/a%20b.txt', { method: 'POST' })).status).toBe(405);
    expect(new Set(asked)).toEqual(new Set(['a b.txt', 'none']));
  });
});

describe('a path prefix', () => {
  it('is in front of everything, and the root leads to it', async () => {
    await world.open({ pages: { assets: assets(), prefix: '/prometheus' } });
    expect((await world.json('/prometheus/api/v1/query?query=1')).status).toBe(200);
    expect((await world.json('/prometheus/api/v2/alerts')).status).toBe(200);
    expect((await answered('/prometheus/-/healthy'))[0]).toBe(200);
    expect((await answered('/prometheus/metrics'))[0]).toBe(200);
    expect((await answered('/prometheus/favicon.svg'))[0]).toBe(200);
    for (const path of ['/api/v1/query?query=1', '/metrics', '/prometheusx', '/query']) {
      expect((await answered(path, HTML))[0]).toBe(404);
    }
    const root = await world.request('/');
    expect([root.status, root.headers.get('Location')]).toEqual([302, '/prometheus/']);
    for (const path of ['/prometheus', '/prometheus/', '/prometheus/query']) {
      const [status, html] = await answered(path, HTML);
      expect(status).toBe(200);
      expect(html).toContain('<base href="/prometheus/">');
      expect(html).toContain('<meta name="barograph-prefix" content="/prometheus">');
    }
  });

  it('cannot break out of the page or the header', async () => {
    const prefix = `/"><script>$&$'\r\nSet-Cookie: a=b`;
    await world.open({ pages: { assets: assets(), prefix } });
    const root = await world.request('/');
    expect(root.headers.get('Set-Cookie')).toBe(null);
    const start = createStartingApi({
      lifecycle: lifecycle(),
      pages: { assets: assets(), prefix: '/a"><script>$&' },
      log: silentLog,
      observe: () => {},
    });
    const page = await start.fetch(new Request('http://barograph.test/a%22%3E%3Cscript%3E$&/x', HTML), NOBODY);
    const html = await page.text();
    expect(html).toContain('<base href="/a&#34;&#62;&#60;script&#62;$&#38;/">');
    expect(html).not.toContain('<script>');
  });
});
