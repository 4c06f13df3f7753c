import { writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { get as plainGet } from 'node:http';
import { Agent, get } from 'node:https';
import { join, resolve } from 'node:path';
import { hashSync } from 'bcryptjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LOOPBACK_CERTIFICATE, LOOPBACK_KEY, TEST_CA, TEST_CERTIFICATE, TEST_KEY } from '#test/certificates';
import { eventually, freePort, run, type Server, scratch, startAlertmanager, startServer } from '#test/process';

const program = resolve(import.meta.dirname, '../../bin/barograph.js');
const LOGIN = 'ann:open sesame';

let folder: ReturnType<typeof scratch>;
let server: Server | null = null;

beforeEach(() => {
  folder = scratch();
});

afterEach(async () => {
  await server?.stop('SIGKILL');
  server = null;
  folder.remove();
});

const loopback = new Agent({ ca: LOOPBACK_CERTIFICATE, keepAlive: false });

interface Asked {
  readonly login?: string;
  readonly agent?: Agent;
}

async function ask(port: number, path: string, { login, agent = loopback }: Asked = {}) {
  const headers = login === undefined ? {} : { authorization: `Basic ${Buffer.from(login).toString('base64')}` };
  const options = { host: '127.0.0.1', port, path, headers };
  const message = await new Promise<IncomingMessage>((done, fail) =>
    get({ ...options, agent }, done).on('error', fail),
  );
  let body = '';
  for await (const chunk of message) body += chunk;
  return { status: message.statusCode!, headers: message.headers, body };
}

/** The value of a query; rejects while there is none. */
async function numberOf(port: number, query: string): Promise<string> {
  const { body } = await ask(port, `/api/v1/query?query=${encodeURIComponent(query)}`, { login: LOGIN });
  const { data } = JSON.parse(body) as { data: { result: { value: [number, string] }[] } };
  if (data.result.length === 0) throw new Error(`${query} has no value yet`);
  return data.result[0]!.value[1];
}

const isReady = async (port: number) => (await ask(port, '/-/ready', { login: LOGIN })).status === 200;

function write(name: string, text: string): string {
  writeFileSync(join(folder.dir, name), text);
  return join(folder.dir, name);
}

function webConfig(more = ''): string {
  write('cert.pem', LOOPBACK_CERTIFICATE);
  write('key.pem', LOOPBACK_KEY);
  return write(
    'web.yml',
    `tls_server_config: { cert_file: cert.pem, key_file: key.pem${more} }
http_server_config: { headers: { X-Frame-Options: deny } }
basic_auth_users: { ann: '${hashSync('open sesame', 10)}' }
`,
  );
}

describe('a server with TLS and passwords', () => {
  it('answers nobody without a password, and watches itself as before', async () => {
    server = await startServer({ dir: folder.dir, flags: [`--web.config.file=${webConfig()}`], isReady });
    const { port } = server;
    for (const path of ['/', '/-/healthy', '/metrics', '/api/v1/query?query=up', '/api/v2/status', '/assets/x.js']) {
      const { status, headers } = await ask(port, path);
      expect([path, status, headers['www-authenticate'], headers['x-frame-options']]).toEqual([
        path,
        401,
        'Basic',
        'deny',
      ]);
    }
    expect((await ask(port, '/', { login: LOGIN })).status).toBe(200);
    expect(server.output()).toContain(`open https://127.0.0.1:${port}/ in a browser`);
    expect(
      await eventually(() => numberOf(port, 'count(up == 1)').then((up) => (up === '2' ? up : Promise.reject(up)))),
    ).toBe('2');
    const shown = await ask(port, '/api/v1/status/config', { login: LOGIN });
    expect(shown.body).toContain('credentials: <secret>');
    const plain = new Promise<number>((done, fail) =>
      plainGet({ port, host: '127.0.0.1', agent: false }, ({ statusCode }) => done(statusCode!)).on('error', fail),
    );
    await expect(plain).rejects.toThrow();
  });

  it('watches itself also where clients need certificates, if its own is one of those', async () => {
    write('ca.pem', TEST_CA);
    const config = webConfig(', client_auth_type: RequireAnyClientCert');
    const agent = new Agent({ ca: LOOPBACK_CERTIFICATE, cert: TEST_CERTIFICATE, key: TEST_KEY });
    const up = async (port: number) => (await ask(port, '/-/ready', { login: LOGIN, agent })).status === 200;
    server = await startServer({ dir: folder.dir, flags: [`--web.config.file=${config}`], isReady: up });
    const { port } = server;
    await eventually(async () => {
      const { body } = await ask(port, '/api/v1/query?query=count(up==1)', { login: LOGIN, agent });
      expect(body).toContain('"2"]');
    });
    await expect(ask(port, '/')).rejects.toThrow();
  });

  it('takes changed certificates and users, and stays with what it has when the file is wrong', async () => {
    const file = webConfig();
    server = await startServer({ dir: folder.dir, flags: [`--web.config.file=${file}`], isReady });
    const { port, output } = server;
    write('web.yml', 'tls_server_config: { cert_file: none.pem, key_file: key.pem }');
    await eventually(() => expect(output()).toContain('is not used; what it said before stays'));
    expect(output()).toContain('web.yml:1:33: tls_server_config.cert_file: ENOENT');
    const metric = async (login: string, agent: Agent) => (await ask(port, '/metrics', { login, agent })).body;
    expect(await metric(LOGIN, loopback)).toContain('barograph_web_config_last_reload_successful 0');
    write('cert.pem', TEST_CERTIFICATE);
    write('key.pem', TEST_KEY);
    write(
      'web.yml',
      `tls_server_config: { cert_file: cert.pem, key_file: key.pem }\nbasic_auth_users: { bob: '${hashSync('b', 4)}' }`,
    );
    await eventually(() => expect(output()).toContain('was read again'));
    const agent = new Agent({ ca: TEST_CA, servername: 'metrics.test' });
    expect(await metric('bob:b', agent)).toContain('barograph_web_config_last_reload_successful 1');
    expect((await ask(port, '/', { login: LOGIN, agent })).status).toBe(401);
    await expect(ask(port, '/')).rejects.toThrow();
  });

  it('does not start with a file that has mistakes', async () => {
    const file = write('web.yml', 'basic_auth_users:\n  ann: open sesame\n');
    const flags = [`--web.config.file=${file}`, `--web.listen-address=127.0.0.1:${await freePort()}`];
    const { code, output } = await run(process.execPath, [program, `--storage.tsdb.path=${folder.dir}`, ...flags]);
    expect(code).toBe(1);
    expect(output).toContain(
      `flag --web.config.file: ${file}:2:8: basic_auth_users.ann: this is no password hashed with bcrypt`,
    );
    const checked = await run(process.execPath, [program, 'promtool', 'check', 'web-config', file]);
    expect([checked.code, checked.output]).toEqual([1, expect.stringContaining('web.yml has 1 problem')]);
  });

  it('may be an Alertmanager alone', async () => {
    const flags = [`--web.config.file=${webConfig()}`, '--cluster.listen-address='];
    const alertmanager = 'route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n';
    server = await startAlertmanager({ dir: folder.dir, alertmanager, flags, isReady });
    expect((await ask(server.port, '/api/v2/alerts')).status).toBe(401);
    expect((await ask(server.port, '/api/v2/alerts', { login: LOGIN })).body).toBe('[]');
  });
});
