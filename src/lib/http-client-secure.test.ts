import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { LOOPBACK_CERTIFICATE, LOOPBACK_KEY, TEST_CA, TEST_CERTIFICATE, TEST_KEY } from '#test/certificates';
import { createHttpClient, type HttpClient, type HttpRequest } from './http-client.ts';
import { defaultHttpClientConfig, type HttpClientConfig } from './http-config.ts';
import { Secret } from './secret.ts';

const open: { stop(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.stop();
});

async function portOf(server: Server & { closeAllConnections?: () => void }): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({ stop: async () => server.close() && server.closeAllConnections?.() });
  return (server.address() as AddressInfo).port;
}

function client(config: Partial<HttpClientConfig>): HttpClient {
  const made = createHttpClient({ ...defaultHttpClientConfig, ...config });
  open.push({ stop: () => made.close() });
  return made;
}

const get = (url: string): HttpRequest => ({ url, signal: new AbortController().signal });
const text = async (http: HttpClient, url: string) => new TextDecoder().decode((await http.request(get(url))).body);
const trusting = { ca: TEST_CA, serverName: 'metrics.test', insecureSkipVerify: false };

describe('a client certificate', () => {
  async function pickyServer(): Promise<string> {
    const server = createTlsServer(
      { cert: TEST_CERTIFICATE, key: TEST_KEY, ca: TEST_CA, requestCert: true },
      (request, response) => {
        const { subject } = (request.socket as TLSSocket).getPeerCertificate();
        response.end(`hello ${subject?.CN}`);
      },
    );
    server.on('tlsClientError', () => {});
    return `https://127.0.0.1:${await portOf(server)}/`;
  }

  it('is asked for, and read again when its files change', async () => {
    const url = await pickyServer();
    const directory = await mkdtemp(join(tmpdir(), 'http-client-'));
    open.push({ stop: () => rm(directory, { recursive: true }) });
    const [certFile, keyFile] = [join(directory, 'client.pem'), join(directory, 'client.key')];
    await expect(client({ tlsConfig: trusting }).request(get(url))).rejects.toMatchObject({ kind: 'unavailable' });
    const http = client({ tlsConfig: { ...trusting, certFile, keyFile } });
    await writeFile(certFile, LOOPBACK_CERTIFICATE);
    await writeFile(keyFile, LOOPBACK_KEY);
    await expect(http.request(get(url))).rejects.toMatchObject({ kind: 'unavailable' });
    await writeFile(certFile, TEST_CERTIFICATE);
    await writeFile(keyFile, TEST_KEY);
    expect(await text(http, url)).toBe('hello metrics.test');
  });
});

describe('HTTP/2', () => {
  it('is spoken where both can, unless it is switched off', async () => {
    const server = createSecureServer(
      { cert: TEST_CERTIFICATE, key: TEST_KEY, allowHTTP1: true },
      (request, response) => response.end(`${request.httpVersion} ${request.headers.authorization}`),
    );
    const sessions = new Set<{ destroy(): void }>();
    server.on('session', (session) => sessions.add(session));
    const url = `https://127.0.0.1:${await portOf(server as unknown as Server)}/`;
    const endSessions = async () => {
      for (const session of sessions) session.destroy();
    };
    open.push({ stop: endSessions });
    const basicAuth = { username: 'u', password: new Secret('p') };
    expect(await text(client({ tlsConfig: trusting, basicAuth }), url)).toBe('2.0 Basic dTpw');
    const old = client({ tlsConfig: trusting, basicAuth, enableHttp2: false });
    expect(await text(old, url)).toBe('1.1 Basic dTpw');
  });
});

describe('a tunnel', () => {
  it('is asked of the proxy for https, with its own headers; what goes through it stays secret', async () => {
    const target = createTlsServer({ cert: TEST_CERTIFICATE, key: TEST_KEY }, (request, response) =>
      response.end(`through with ${request.headers.authorization}`),
    );
    const port = await portOf(target);
    const seen: { url: string | undefined; headers: IncomingHttpHeaders }[] = [];
    const relay = createServer();
    relay.on('connect', ({ url, headers }, socket) => {
      seen.push({ url, headers });
      const upstream = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      for (const one of [socket, upstream]) one.on('error', () => {});
    });
    const http = client({
      tlsConfig: trusting,
      authorization: { type: 'Bearer', credentials: new Secret('t') },
      proxy: {
        proxyFromEnvironment: false,
        proxyUrl: `http://127.0.0.1:${await portOf(relay)}`,
        proxyConnectHeader: { 'Proxy-Team': [new Secret('blue')] },
      },
    });
    expect(await text(http, 'https://metrics.invalid/')).toBe('through with Bearer t');
    expect(seen.map(({ url }) => url)).toEqual(['metrics.invalid:443']);
    expect(seen[0]?.headers['proxy-team']).toBe('blue');
    expect(JSON.stringify(seen)).not.toContain('Bearer');
  });
});
