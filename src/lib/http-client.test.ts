import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { TEST_CA, TEST_CERTIFICATE, TEST_KEY } from '#test/certificates';
import { type Answer, FakeTarget } from '#test/fake-target';
import { createHttpClient, type HttpClient, type HttpClientOptions, type HttpRequest } from './http-client.ts';
import { defaultHttpClientConfig, type HttpClientConfig } from './http-config.ts';
import { Secret } from './secret.ts';

const open: { stop(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.stop();
});

async function serve(answer: Answer): Promise<FakeTarget> {
  const target = await FakeTarget.start(answer);
  open.push(target);
  return target;
}

function client(config: Partial<HttpClientConfig> = {}, options: HttpClientOptions = {}): HttpClient {
  const made = createHttpClient({ ...defaultHttpClientConfig, ...config }, options);
  open.push({ stop: () => made.close() });
  return made;
}

const get = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  url,
  signal: new AbortController().signal,
  ...more,
});

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe('the HTTP client', () => {
  it('gives status, headers and body of any answer', async () => {
    const target = await serve((_, response) => {
      response.writeHead(404, { 'X-Twice': ['a', 'b'] });
      response.end('nothing here');
    });
    const { status, statusLine, headers, body } = await client().request(get(target.url));
    expect([status, statusLine, headers.get('x-twice'), text(body)]).toEqual([
      404,
      '404 Not Found',
      'a, b',
      'nothing here',
    ]);
  });

  it('sends a body and uses one connection for requests that follow each other', async () => {
    const ports = new Set<number>();
    const target = await serve((request, response) => {
      ports.add(request.socket.remotePort!);
      request.pipe(response);
    });
    const http = client();
    for (const word of ['one', 'two', 'three']) {
      const { body } = await http.request(get(target.url, { method: 'POST', body: word }));
      expect(text(body)).toBe(word);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(ports.size).toBe(1);
  });

  it('asks again when an idle connection was closed under it', async () => {
    const target = await serve((request, response) => {
      if (target.requests.length === 1) request.socket.destroy();
      else response.end('ok');
    });
    expect(text((await client().request(get(target.url))).body)).toBe('ok');
  });
});

describe('a body', () => {
  const page = 'a 1\n'.repeat(1000);
  const zipped: Answer = (_, response) => {
    response.setHeader('content-encoding', 'gzip');
    response.end(gzipSync(page));
  };

  it('is decompressed', async () => {
    const target = await serve(zipped);
    expect(text((await client().request(get(target.url))).body)).toBe(page);
  });

  it('is refused when it is too long, plain or decompressed', async () => {
    const target = await serve(zipped);
    const tooLong = client().request(get(target.url, { maxBodyBytes: page.length - 1 }));
    await expect(tooLong).rejects.toMatchObject({ kind: 'unavailable', code: 'body-too-large' });
    expect((await client().request(get(target.url, { maxBodyBytes: page.length }))).body.length).toBe(page.length);
    target.answers(page);
    const plain = client().request(get(target.url, { maxBodyBytes: page.length - 1 }));
    await expect(plain).rejects.toMatchObject({ code: 'body-too-large' });
  });

  it('is refused when it is cut short or is not what its encoding says', async () => {
    const target = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('only this', () => response.destroy());
    });
    await expect(client().request(get(target.url))).rejects.toThrow(/^unexpected EOF$/);
    target.answers((_, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end('not gzip at all');
    });
    await expect(client().request(get(target.url))).rejects.toThrow(/^gzip: invalid header$/);
    target.answers((_, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end(gzipSync(page).subarray(0, 30));
    });
    await expect(client().request(get(target.url))).rejects.toThrow('unexpected EOF');
    target.answers((_, response) => {
      response.setHeader('content-encoding', 'br');
      response.end('x');
    });
    await expect(client().request(get(target.url))).rejects.toThrow('encoded as "br"');
  });
});

describe('a request that gets no answer', () => {
  it('says who refused the connection', async () => {
    const target = await serve('');
    const { address, url } = target;
    await target.stop();
    await expect(client().request(get(url))).rejects.toThrow(`Get "${url}": connection refused by ${address}`);
    open.splice(0, 1);
  });

  it('says that the deadline passed, or that it was given up', async () => {
    const target = await serve(() => {});
    const late = client().request(get(target.url, { signal: AbortSignal.timeout(30) }));
    await expect(late).rejects.toThrow(`Get "${target.url}": context deadline exceeded`);
    const controller = new AbortController();
    const given = client().request(get(target.url, { signal: controller.signal }));
    controller.abort();
    await expect(given).rejects.toMatchObject({ code: 'canceled' });
  });

  it('says that the name is unknown, that it is not HTTP, and that it is not a URL', async () => {
    await expect(client().request(get('http://nowhere.invalid/'))).rejects.toThrow(
      /lookup nowhere\.invalid: (no such host|the name server does not answer)/,
    );
    const server = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end('SSH-2.0-x\r\n\r\n'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push({ stop: () => new Promise((resolve) => server.close(resolve)) });
    const { port } = server.address() as { port: number };
    await expect(client().request(get(`http://127.0.0.1:${port}/`))).rejects.toThrow('malformed HTTP response');
    await expect(client().request(get('ftp://x/'))).rejects.toThrow(
      /^Get "ftp:\/\/x\/": unsupported protocol scheme "ftp"$/,
    );
    const nonsense = client().request(get('nonsense'));
    await expect(nonsense).rejects.toMatchObject({ code: 'bad-url', message: 'Get "nonsense": it is not a URL' });
    const { url } = await serve((_, response) => response.writeHead(302, { location: 'ftp://u:pw@x/' }).end());
    await expect(client().request(get(url))).rejects.toThrow(
      `Get "${url}": redirected to "ftp://u:xxxxx@x/": unsupported protocol scheme "ftp"`,
    );
  });

  it('does not show the password in the URL', async () => {
    const failed = client().request(get('http://me:secret@127.0.0.1:1/'));
    await expect(failed).rejects.toThrow('Get "http://me:xxxxx@127.0.0.1:1/"');
  });

  it('says that a server talks no TLS', async () => {
    const target = await serve('');
    const failed = client().request(get(target.url.replace('http:', 'https:')));
    await expect(failed).rejects.toThrow('http: server gave HTTP response to HTTPS client');
  });
});

describe('credentials', () => {
  it('are sent as configured', async () => {
    const target = await serve('');
    const basicAuth = { username: 'u', password: new Secret('p') };
    await client({ basicAuth }).request(get(target.url));
    await client({ authorization: { type: 'Bearer', credentials: new Secret('tok') } }).request(get(target.url));
    await client({ httpHeaders: { 'X-Key': { values: ['v'], secrets: [new Secret('s')] } } }).request(get(target.url));
    expect(target.requests.map(({ authorization }) => authorization)).toEqual(['Basic dTpw', 'Bearer tok', undefined]);
    expect(target.requests[2]?.['x-key']).toBe('v, s');
  });

  it('are read from their files for each request', async () => {
    const target = await serve('');
    const directory = await mkdtemp(join(tmpdir(), 'http-client-'));
    open.push({ stop: () => rm(directory, { recursive: true }) });
    const credentialsFile = join(directory, 'token');
    const http = client({ authorization: { type: 'Bearer', credentialsFile } });
    await writeFile(credentialsFile, 'first\n');
    await http.request(get(target.url));
    await writeFile(credentialsFile, 'second\n');
    await http.request(get(target.url));
    expect(target.requests.map(({ authorization }) => authorization)).toEqual(['Bearer first', 'Bearer second']);
    await rm(credentialsFile);
    await expect(http.request(get(target.url))).rejects.toThrow(
      `unable to read authorization credentials file ${credentialsFile}`,
    );
  });

  it('come from the token endpoint with oauth2, and are kept while they are good', async () => {
    const forms: string[] = [];
    const endpoint = await serve((request, response) => {
      request.setEncoding('utf8').on('data', (form) => forms.push(form));
      request.on('end', () => response.end(`{"access_token":"t${forms.length}","expires_in":60}`));
    });
    const target = await serve('');
    const clock = { time: 0 };
    const oauth2 = {
      clientId: 'me',
      clientSecret: new Secret('shh'),
      scopes: ['read', 'write'],
      tokenUrl: endpoint.url,
      proxy: { proxyFromEnvironment: false },
    };
    const http = client({ oauth2 }, { now: () => clock.time });
    for (const time of [0, 40_000, 55_000]) {
      clock.time = time;
      await http.request(get(target.url));
    }
    expect(target.requests.map(({ authorization }) => authorization)).toEqual(['Bearer t1', 'Bearer t1', 'Bearer t2']);
    expect(forms[0]).toBe('scope=read+write&grant_type=client_credentials');
    expect(endpoint.requests[0]?.authorization).toBe(`Basic ${btoa('me:shh')}`);
    endpoint.answers((_, response) => response.writeHead(401).end('no'));
    clock.time = 1e6;
    await expect(http.request(get(target.url))).rejects.toThrow('the token endpoint answered with status 401: no');
  });
});

describe('TLS', () => {
  async function serveTls(): Promise<{ url: string; handshakes: () => number }> {
    let handshakes = 0;
    const server = createTlsServer({ cert: TEST_CERTIFICATE, key: TEST_KEY }, (_, response) => response.end('safe'));
    server.on('secureConnection', () => handshakes++);
    server.on('tlsClientError', () => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push({ stop: async () => server.close() && server.closeAllConnections() });
    return { url: `https://127.0.0.1:${(server.address() as { port: number }).port}/`, handshakes: () => handshakes };
  }

  const trusting = { ca: TEST_CA, serverName: 'metrics.test', insecureSkipVerify: false };

  it('accepts what its ca has signed for the name', async () => {
    const { url } = await serveTls();
    expect(text((await client({ tlsConfig: trusting }).request(get(url))).body)).toBe('safe');
  });

  it('refuses an unknown authority and another name, unless told not to look', async () => {
    const { url } = await serveTls();
    await expect(client().request(get(url))).rejects.toThrow('x509: certificate signed by unknown authority');
    const otherName = client({ tlsConfig: { ...trusting, serverName: 'other.test' } });
    await expect(otherName.request(get(url))).rejects.toThrow('x509: certificate is for another name');
    const careless = client({ tlsConfig: { insecureSkipVerify: true } });
    expect(text((await careless.request(get(url))).body)).toBe('safe');
  });

  it('reads its files again and connects anew when they changed', async () => {
    const { url, handshakes } = await serveTls();
    const directory = await mkdtemp(join(tmpdir(), 'http-client-'));
    open.push({ stop: () => rm(directory, { recursive: true }) });
    const caFile = join(directory, 'ca.pem');
    const http = client({ tlsConfig: { caFile, serverName: 'metrics.test', insecureSkipVerify: false } });
    await expect(http.request(get(url))).rejects.toThrow(`unable to read TLS CA file ${caFile}`);
    await writeFile(caFile, TEST_CA);
    await http.request(get(url));
    await new Promise((resolve) => setImmediate(resolve));
    await http.request(get(url));
    expect(handshakes()).toBe(1);
    await writeFile(caFile, `${TEST_CA}${TEST_CA}`);
    await http.request(get(url));
    expect(handshakes()).toBe(2);
    await writeFile(caFile, 'garbage');
    await expect(http.request(get(url))).rejects.toMatchObject({ code: 'tls' });
  });
});

describe('a redirect', () => {
  const to =
    (location: () => string, status = 302): Answer =>
    (request, response) => {
      if (request.url?.includes('arrived')) response.end(request.method);
      else response.writeHead(status, { location: location() }).end();
    };
  const basicAuth = { username: 'u', password: new Secret('p') };

  it('is followed, keeping credentials on the same host', async () => {
    const target = await serve(to(() => '/arrived'));
    const { url, body } = await client({ basicAuth }).request(get(target.url));
    expect([url, text(body)]).toEqual([`http://${target.address}/arrived`, 'GET']);
    expect(target.requests[1]?.authorization).toBe('Basic dTpw');
  });

  it('does not take credentials to another host', async () => {
    const other = await serve('');
    const target = await serve(to(() => other.url));
    const httpHeaders = { 'X-Key': { secrets: [new Secret('s')] } };
    await client({ basicAuth, httpHeaders }).request(get(target.url));
    expect([other.requests[0]?.authorization, other.requests[0]?.['x-key']]).toEqual([undefined, undefined]);
  });

  it('keeps the method with 307 and becomes a GET with 302', async () => {
    const target = await serve(to(() => '/arrived', 307));
    const post = () => client().request(get(target.url, { method: 'POST', body: 'x' }));
    expect(text((await post()).body)).toBe('POST');
    target.answers(to(() => '/arrived', 302));
    expect(text((await post()).body)).toBe('GET');
  });

  it('is given back when it is not to be followed, and ends after ten', async () => {
    const target = await serve(to(() => '/again'));
    const { statusLine } = await client({ followRedirects: false }).request(get(target.url));
    expect(statusLine).toBe('302 Found');
    await expect(client().request(get(target.url))).rejects.toThrow('stopped after 10 redirects');
    expect(target.requests.length).toBe(1 + 11);
  });
});

describe('a proxy', () => {
  const proxy = (target: FakeTarget, more = {}) => ({
    proxyFromEnvironment: false,
    proxyUrl: `http://${target.address}`,
    ...more,
  });

  it('gets the whole URL of plain requests', async () => {
    const seen: (string | undefined)[] = [];
    const relay = await serve((request, response) => {
      seen.push(request.url);
      response.end('by proxy');
    });
    const { body } = await client({ proxy: proxy(relay) }).request(get('http://example.invalid/metrics'));
    expect([seen, text(body)]).toEqual([['http://example.invalid/metrics'], 'by proxy']);
  });

  it('comes from the environment, with its exceptions', async () => {
    const relay = await serve('by proxy');
    const target = await serve('direct');
    const env = { http_proxy: relay.address, no_proxy: 'internal.invalid, 10.0.0.0/8' };
    const http = client({ proxy: { proxyFromEnvironment: true } }, { env });
    expect(text((await http.request(get('http://example.invalid/'))).body)).toBe('by proxy');
    expect(text((await http.request(get(target.url))).body)).toBe('direct');
    await expect(http.request(get('http://a.internal.invalid/'))).rejects.toThrow('lookup a.internal.invalid');
  });
});

describe('an answer read while it comes', () => {
  async function firstChunk(chunks: AsyncIterable<Uint8Array>): Promise<string> {
    for await (const chunk of chunks) return text(chunk);
    return '';
  }

  it('is given in pieces, and ended by leaving the loop', async () => {
    let closed: () => void = () => {};
    const gone = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const target = await serve((_, response) => {
      response.on('close', closed);
      response.write('one\n');
    });
    const { status, chunks } = await client().stream(get(target.url));
    expect([status, await firstChunk(chunks)]).toEqual([200, 'one\n']);
    await gone;
  });

  it('says when the connection breaks and when it is given up', async () => {
    const target = await serve((_, response) => {
      response.write('one\n', () => response.destroy());
    });
    const broken = async (signal = new AbortController().signal) => {
      const { chunks } = await client().stream(get(target.url, { signal }));
      for await (const _ of chunks);
    };
    await expect(broken()).rejects.toMatchObject({ kind: 'unavailable', code: 'connection' });
    target.answers((_, response) => void response.write('one\n'));
    await expect(broken(AbortSignal.timeout(30))).rejects.toThrow('context deadline exceeded');
  });

  it('follows redirects', async () => {
    const target = await serve((_, response) => void response.end('there'));
    const first = await serve((_, response) => {
      response.writeHead(302, { location: target.url });
      response.end('elsewhere');
    });
    const { chunks } = await client().stream(get(first.url));
    expect(await firstChunk(chunks)).toBe('there');
  });
});
