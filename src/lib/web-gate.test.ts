import { get as httpGet, type IncomingMessage } from 'node:http';
import { Agent, type AgentOptions, get as httpsGet } from 'node:https';
import { hashSync, compare as slowCompare } from 'bcryptjs';
import { afterEach, describe, expect, it } from 'vitest';
import { LOOPBACK_CERTIFICATE, LOOPBACK_KEY, TEST_CA, TEST_CERTIFICATE, TEST_KEY } from '#test/certificates';
import { type HttpServer, listen } from './http-server.ts';
import { PasswordCheck } from './password-check.ts';
import type { ServerTls } from './server-tls.ts';
import type { WebConfig } from './web-config.ts';
import { WebGate } from './web-gate.ts';
import { WholeResponse } from './whole-response.ts';

const open: { stop(): unknown }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.stop();
});

const NOTHING = { headers: {}, users: new Map<string, string>(), rateLimit: null };
const USERS = new Map([['ann', hashSync('right', 4)]]);
const TOKEN = 'own-token';
const TLS: ServerTls = { cert: LOOPBACK_CERTIFICATE, key: LOOPBACK_KEY, clientCa: null, clientAuth: 'NoClientCert' };

async function serve(config: Partial<Pick<WebConfig, 'headers' | 'users' | 'rateLimit' | 'tls'>>) {
  let [now, compared, answered] = [0, 0, 0];
  const compare = (password: string, hash: string) => {
    compared++;
    return slowCompare(password, hash);
  };
  const passwords = new PasswordCheck({ compare });
  const gate = new WebGate({ clock: { monotonic: () => now }, passwords, ownToken: TOKEN });
  gate.use({ ...NOTHING, ...config });
  const body = new TextEncoder().encode('in');
  const server = await listen(
    { host: '127.0.0.1', port: 0 },
    (request) => {
      answered++;
      const path = new URL(request.url).pathname;
      if (path === '/stream') return new Response('in', { headers: { 'X-Frame-Options': 'sameorigin' } });
      return new WholeResponse([body], { headers: { 'Content-Security-Policy': 'own' } });
    },
    {
      ...{ gate: gate.admit, tls: config.tls ?? undefined },
      short: (_, path) =>
        path === '/short' ? async () => ({ status: 200, headers: {}, pieces: [body], owned: null }) : null,
    },
  );
  open.push({ stop: () => server.close(0) });
  return { server, gate, compared: () => compared, answered: () => answered, pass: (ms: number) => (now += ms) };
}

interface Asked {
  readonly path?: string;
  readonly login?: string;
  readonly authorization?: string;
  readonly tls?: AgentOptions | Agent;
}

/** `status body`, and the headers. */
async function ask({ port }: HttpServer, { path = '/', login, authorization, tls }: Asked = {}) {
  const basic = login === undefined ? undefined : `Basic ${Buffer.from(login).toString('base64')}`;
  const headers = { ...((authorization ?? basic) ? { authorization: authorization ?? basic } : {}) };
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, headers };
    const agent = tls instanceof Agent ? tls : new Agent({ ca: LOOPBACK_CERTIFICATE, ...tls });
    const request =
      tls === undefined ? httpGet({ ...options, agent: false }, resolve) : httpsGet({ ...options, agent }, resolve);
    request.on('error', reject);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return { said: `${message.statusCode} ${Buffer.concat(chunks)}`, headers: message.headers };
}

describe('passwords', () => {
  it('are asked for on every way to an answer', async () => {
    const { server } = await serve({ users: USERS });
    for (const path of ['/', '/short', '/stream', '/-/healthy']) {
      const { said, headers } = await ask(server, { path });
      expect([said, headers['www-authenticate']]).toEqual(['401 Unauthorized\n', 'Basic']);
      expect((await ask(server, { path, login: 'ann:right' })).said).toBe('200 in');
    }
  });

  it('are compared once when they are right', async () => {
    const { server, compared } = await serve({ users: USERS });
    for (let i = 0; i < 3; i++) expect((await ask(server, { login: 'ann:right' })).said).toBe('200 in');
    expect(compared()).toBe(1);
  });

  it('keep out who has none, a wrong one, or one of somebody else', async () => {
    const { server } = await serve({ users: USERS });
    for (const login of ['ann:wrong', 'eve:right', 'ann', ':', 'ann:'])
      expect([login, (await ask(server, { login })).said]).toEqual([login, '401 Unauthorized\n']);
    for (const authorization of ['Basic', 'Basic !', 'Bearer right', 'Bearer own-toke', `Bearer ${TOKEN}x`])
      expect((await ask(server, { authorization })).said).toBe('401 Unauthorized\n');
    expect((await ask(server, { authorization: `Bearer ${TOKEN}` })).said).toBe('200 in');
  });

  it('can be changed and taken away while the server runs', async () => {
    const { server, gate } = await serve({ users: USERS });
    expect((await ask(server, { login: 'ann:right' })).said).toBe('200 in');
    gate.use({ ...NOTHING, users: new Map([['bob', hashSync('b', 4)]]) });
    expect((await ask(server, { login: 'ann:right' })).said).toBe('401 Unauthorized\n');
    expect((await ask(server, { login: 'bob:b' })).said).toBe('200 in');
    gate.use(NOTHING);
    expect((await ask(server)).said).toBe('200 in');
  });
});

describe('headers', () => {
  it('are on every answer, in place of those that it has', async () => {
    const headers = { 'X-Frame-Options': 'deny', 'Content-Security-Policy': 'ours' };
    const { server } = await serve({ headers, users: USERS });
    for (const asked of [{}, { path: '/short' }, { path: '/stream' }].flatMap((one) => [
      one,
      { ...one, login: 'ann:right' },
    ]))
      expect((await ask(server, asked)).headers).toMatchObject({
        ...{ 'x-frame-options': 'deny', 'content-security-policy': 'ours' },
      });
    expect((await ask(server, { login: 'ann:right' })).headers['content-length']).toBe('2');
  });
});

describe('a limit of requests', () => {
  it('refuses what is too much until time has passed', async () => {
    const { server, pass } = await serve({ rateLimit: { interval: 1000, burst: 2 } });
    const said = async () => (await ask(server)).said;
    expect([await said(), await said(), await said()]).toEqual(['200 in', '200 in', '429 Too Many Requests\n']);
    pass(1000);
    expect([await said(), await said()]).toEqual(['200 in', '429 Too Many Requests\n']);
    expect((await ask(server, { authorization: `Bearer ${TOKEN}` })).said).toBe('200 in');
  });
});

describe('TLS', () => {
  const known = { cert: TEST_CERTIFICATE, key: TEST_KEY };
  const stranger = { cert: LOOPBACK_CERTIFICATE, key: LOOPBACK_KEY };
  const comesIn = async (server: HttpServer, tls: AgentOptions) =>
    ask(server, { tls }).then(
      ({ said }) => said,
      () => 'cut',
    );

  it('is spoken', async () => {
    const { server } = await serve({ tls: TLS, users: USERS });
    expect((await ask(server, { tls: {}, login: 'ann:right' })).said).toBe('200 in');
    expect((await ask(server, { tls: {} })).said).toBe('401 Unauthorized\n');
  });

  it.each([
    ['RequestClientCert', ['200 in', '200 in', '200 in']],
    ['RequireAnyClientCert', ['cut', '200 in', '200 in']],
    ['VerifyClientCertIfGiven', ['200 in', 'cut', '200 in']],
    ['RequireAndVerifyClientCert', ['cut', 'cut', '200 in']],
  ] as const)('lets in nobody, a stranger and a friend with %s', async (clientAuth, said) => {
    const { server, answered } = await serve({ tls: { ...TLS, clientCa: TEST_CA, clientAuth } });
    expect([await comesIn(server, {}), await comesIn(server, stranger), await comesIn(server, known)]).toEqual(said);
    expect(answered()).toBe(said.filter((one) => one === '200 in').length);
  });

  it('lets in names of a list', async () => {
    const tls: ServerTls = { ...TLS, clientCa: TEST_CA, clientAuth: 'RequireAndVerifyClientCert' };
    const { server } = await serve({ tls: { ...tls, allowedSans: ['metrics.test'] } });
    expect(await comesIn(server, known)).toBe('200 in');
    server.renewTls({ ...tls, allowedSans: ['other.test'] });
    expect(await comesIn(server, known)).toBe('cut');
  });

  it('has the versions that were asked for, also old ones', async () => {
    const { server } = await serve({ tls: { ...TLS, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' } });
    const old = { minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const;
    expect([await comesIn(server, old), await comesIn(server, { minVersion: 'TLSv1.2' })]).toEqual(['200 in', 'cut']);
  });

  it('takes other certificates for new connections and keeps those that are open', async () => {
    const { server } = await serve({ tls: TLS });
    const kept = new Agent({ ca: LOOPBACK_CERTIFICATE, keepAlive: true, maxSockets: 1 });
    open.push({ stop: () => kept.destroy() });
    expect((await ask(server, { tls: kept })).said).toBe('200 in');
    server.renewTls({ ...TLS, ...known });
    expect((await ask(server, { tls: kept })).said).toBe('200 in');
    expect(await comesIn(server, {})).toBe('cut');
    expect(await comesIn(server, { ca: TEST_CA, servername: 'metrics.test' })).toBe('200 in');
  });
});
