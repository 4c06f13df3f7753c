import { afterEach, describe, expect, it } from 'vitest';
import { DiscoveryWorld } from '#test/discovery-world';
import { FakeTarget } from '#test/fake-target';

const open: { stop(): unknown }[] = [];

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.stop();
});

/** A server that sends everybody on to another host, which must not hear from anybody. */
async function strayed(what: (host: string, url: string) => string, env: (url: string) => Record<string, string>) {
  const other = await FakeTarget.start((_, response) => response.end('{}'));
  const location = other.url.replace('127.0.0.1', 'localhost');
  const first = await FakeTarget.start((_, response) => response.writeHead(307, { location }).end());
  const url = `http://${first.address}`;
  const found = new DiscoveryWorld({ env: { HOME: '/home/x', ...env(url) } });
  open.push(other, first, found);
  found.apply(what(first.address, url));
  await found.until('it is refused', () => found.error !== null);
  expect(other.requests).toEqual([]);
  expect(first.requests.length).toBeGreaterThan(0);
  return found.error;
}

const REFUSED = /redirects to http:\/\/localhost:\d+, and the request holds a secret/;

describe('a redirect to another host does not take along', () => {
  it('the token for Consul', async () => {
    const config = (host: string) => `consul_sd_configs: [{server: "${host}", token: secret}]`;
    expect(await strayed(config, () => ({}))).toMatch(REFUSED);
  });

  it('a signature for AWS', async () => {
    const config = (_: string, url: string) =>
      `ec2_sd_configs: [{endpoint: "${url}", region: eu-1, access_key: AK, secret_key: SK}]`;
    expect(await strayed(config, () => ({}))).toMatch(REFUSED);
  });

  it('the token of a container', async () => {
    const env = (url: string) => ({
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'container',
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/creds`,
    });
    const config = (_: string, url: string) => `ec2_sd_configs: [{endpoint: "${url}", region: eu-1}]`;
    expect(await strayed(config, env)).toMatch(REFUSED);
  });
});
