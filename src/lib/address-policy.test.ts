import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeTarget } from '#test/fake-target';
import { noLocalServices } from './address-policy.ts';
import { createHttpClient } from './http-client.ts';
import { defaultHttpClientConfig } from './http-config.ts';

describe('addresses that clients of others may make the server connect to', () => {
  it.each([
    ['127.0.0.1', true],
    ['10.0.0.1', true],
    ['::1', true],
    ['2001:db8::1', true],
    ['169.254.169.254', false],
    ['169.254.0.1', false],
    ['::ffff:169.254.169.254', false],
    ['fe80::1%eth0', false],
    ['[fe80::1]', false],
    ['fd00:ec2::254', false],
    ['100.100.100.200', false],
  ])('%s: %s', (address, allowed) => expect(noLocalServices(address)).toBe(allowed));
});

describe('a client with a policy', () => {
  let target: FakeTarget;
  beforeAll(async () => {
    target = await FakeTarget.start('ok 1\n');
  });
  afterAll(() => target.stop());
  const ask = async (url: string, allowed: (address: string) => boolean) => {
    const client = createHttpClient(defaultHttpClientConfig, { allowed });
    try {
      return await client.request({ url, signal: AbortSignal.timeout(5000) });
    } finally {
      await client.close();
    }
  };
  const named = () => target.url.replace('127.0.0.1', 'localhost');

  it('connects to what it allows, by address and by name', async () => {
    expect((await ask(target.url, noLocalServices)).status).toBe(200);
    expect((await ask(named(), (address) => address !== '::1')).status).toBe(200);
  });

  it('refuses an address, a name that leads to it, its other spellings, and a redirect to it', async () => {
    const refused = { code: 'address-refused' };
    await expect(ask('http://169.254.169.254/latest', noLocalServices)).rejects.toMatchObject(refused);
    await expect(ask('http://2852039166/', noLocalServices)).rejects.toMatchObject({ code: 'bad-url' });
    await expect(ask('http://[::ffff:169.254.169.254]/', noLocalServices)).rejects.toMatchObject(refused);
    await expect(ask(named(), () => false)).rejects.toMatchObject(refused);
    target.answers((_request, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end());
    await expect(ask(target.url, noLocalServices)).rejects.toMatchObject(refused);
  });
});
