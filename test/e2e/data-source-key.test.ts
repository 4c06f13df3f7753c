import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FakeReceiver, startFakeReceiver } from '#test/fake-receiver';
import { type Server, scratch, startServer } from '#test/process';

const PASSWORD = 'open sesame, please';
const folder = scratch();
const data = join(folder.dir, 'data');
const key = join(data, 'datasources.key');
let peer: FakeReceiver;
let server: Server;

beforeAll(async () => {
  peer = await startFakeReceiver();
  server = await started();
});
afterAll(async () => {
  await server.stop('SIGKILL');
  await peer.close();
  folder.remove();
});

function started(...flags: string[]): Promise<Server> {
  return startServer({ dir: folder.dir, config: 'scrape_configs: []\n', flags: ['--threads=0', ...flags] });
}

async function restarted(...flags: string[]): Promise<void> {
  expect(await server.stop('SIGTERM')).toBe(0);
  server = await started(...flags);
}

async function call(method: string, path: string, body?: object) {
  const json =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const answer = await fetch(`${server.url}/api/datasources${path}`, { method, ...json });
  return { status: answer.status, text: await answer.text() };
}

/** User and password with which the data source is asked. */
async function askedAs(): Promise<string> {
  peer.requests.length = 0;
  peer.answers.push({ body: '{"status":"success","data":[]}' });
  await call('GET', '/proxy/uid/p/api/v1/labels');
  const [, encoded = ''] = peer.requests[0]?.headers.authorization?.split(' ') ?? [];
  return Buffer.from(encoded, 'base64').toString();
}

const onDisk = () =>
  readdirSync(data)
    .map((name) => join(data, name))
    .filter((path) => statSync(path).isFile() && path !== key)
    .map((path) => readFileSync(path, 'latin1'))
    .join('');

it('a password of a data source is encrypted in the data folder, with a key that is there or elsewhere', async () => {
  expect(existsSync(key)).toBe(false);
  const source = { name: 'P', uid: 'p', type: 'prometheus', access: 'proxy', url: peer.url };
  const basic = { basicAuth: true, basicAuthUser: 'me', secureJsonData: { basicAuthPassword: PASSWORD } };
  expect((await call('POST', '', { ...source, ...basic })).status).toBe(200);
  expect(statSync(key).mode & 0o777).toBe(0o600);
  expect(await askedAs()).toBe(`me:${PASSWORD}`);
  await restarted();
  expect(await askedAs()).toBe(`me:${PASSWORD}`);
  expect(onDisk()).toContain('basicAuthPassword');
  expect(onDisk()).not.toContain(PASSWORD);

  const elsewhere = join(folder.dir, 'key');
  writeFileSync(elsewhere, `${'0123456789abcdef'.repeat(4)}\n`);
  await restarted(`--datasources.key-file=${elsewhere}`);
  expect(server.output()).toContain('Passwords of data sources are encrypted now');
  rmSync(key);
  await restarted(`--datasources.key-file=${elsewhere}`);
  expect(await askedAs()).toBe(`me:${PASSWORD}`);
});

it('a lost key is said with what to enter again, and the old one brings everything back', async () => {
  const elsewhere = join(folder.dir, 'key');
  await restarted();
  expect(server.output()).toMatch(/cannot be decrypted: they were encrypted with another key.*P \(basicAuthPassword\)/);
  expect(await askedAs()).toBe('');
  expect(await call('GET', '/uid/p/health')).toMatchObject({
    status: 400,
    text: expect.stringContaining('basicAuthPassword was encrypted with another key'),
  });
  renameSync(elsewhere, key);
  await restarted();
  expect(await askedAs()).toBe(`me:${PASSWORD}`);
});
