import { afterEach, describe, expect, it } from 'vitest';
import { DiscoveryWorld } from '#test/discovery-world';
import { FakeConsul } from '#test/fake-consul';

const open: { stop(): unknown }[] = [];

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.stop();
});

async function setUp() {
  const consul = await FakeConsul.start();
  const found = new DiscoveryWorld();
  open.push(consul, found);
  const apply = (more = '') =>
    found.apply(`consul_sd_configs: [{server: "${consul.address}", refresh_interval: 100ms${more}}]`);
  return { consul, found, apply };
}

const instance = (address: string, port = 80) => ({ Node: { Address: address }, Service: { Port: port } });

describe('targets in Consul', () => {
  it('are the instances of services, with everything that is said of them', async () => {
    const { consul, found, apply } = await setUp();
    const full = {
      Node: {
        Node: 'n1',
        Address: '10.0.0.1',
        Meta: { 'rack.no': '7' },
        TaggedAddresses: { lan: '10.0.0.1', wan: '9.9.9.9' },
      },
      Service: {
        ID: 'web-1',
        Service: 'web',
        Address: '10.1.0.1',
        Port: 8080,
        Tags: ['a', 'b'],
        Meta: { version: '2' },
        Namespace: 'ns',
        Partition: 'p',
      },
      Checks: [
        { CheckID: 'x', Status: 'passing' },
        { CheckID: 'y', Status: 'warning' },
      ],
    };
    consul.put('web', ['a', 'b'], [full, instance('10.0.0.2')]);
    apply();
    await found.untilGroups('web');
    const common = { __meta_consul_service: 'web', __meta_consul_dc: 'dc1' };
    expect(found.labels('web')).toEqual([
      {
        ...common,
        __address__: '10.1.0.1:8080',
        __meta_consul_address: '10.0.0.1',
        __meta_consul_node: 'n1',
        __meta_consul_namespace: 'ns',
        __meta_consul_partition: 'p',
        __meta_consul_tags: ',a,b,',
        __meta_consul_service_address: '10.1.0.1',
        __meta_consul_service_port: '8080',
        __meta_consul_service_id: 'web-1',
        __meta_consul_health: 'warning',
        __meta_consul_metadata_rack_no: '7',
        __meta_consul_service_metadata_version: '2',
        __meta_consul_tagged_address_lan: '10.0.0.1',
        __meta_consul_tagged_address_wan: '9.9.9.9',
      },
      {
        ...common,
        __address__: '10.0.0.2:80',
        __meta_consul_address: '10.0.0.2',
        __meta_consul_service_port: '80',
        __meta_consul_tags: ',,',
        __meta_consul_health: 'passing',
      },
    ]);
  });

  it('have the worst health of their checks', async () => {
    const { consul, found, apply } = await setUp();
    const health = (...checks: readonly (readonly [id: string, status: string])[]) => ({
      ...instance('10.0.0.1'),
      Checks: checks.map(([CheckID, Status]) => ({ CheckID, Status })),
    });
    consul.put(
      'web',
      [],
      [
        health(['a', 'warning'], ['b', 'critical'], ['c', 'passing']),
        health(['a', 'critical'], ['_node_maintenance', 'critical']),
        health(['_service_maintenance:web', 'critical']),
        health(['a', 'odd']),
      ],
    );
    apply();
    await found.untilGroups('web');
    expect(found.labels('web').map((each) => each['__meta_consul_health'])).toEqual([
      'critical',
      'maintenance',
      'maintenance',
      undefined,
    ]);
  });

  it('are followed by queries that wait for changes', async () => {
    const { consul, found, apply } = await setUp();
    consul.put('web', [], [instance('10.0.0.1')]);
    apply();
    await found.untilGroups('web');
    await found.until('it waits', () => consul.blocked === 2);
    const asked = consul.requests.length;
    await found.clock.advance(60_000);
    expect(consul.requests.length).toBe(asked);
    consul.put('web', [], [instance('10.0.0.2')]);
    await found.until('the change', () => found.addresses()[0] === '10.0.0.2:80');
    consul.put('db', [], [instance('10.0.0.3')]);
    await found.untilGroups('db', 'web');
    consul.remove('web');
    await found.untilGroups('db');
  });

  it('are asked for with the filters, and not filtered by them again', async () => {
    const { consul, found, apply } = await setUp();
    consul.put('web', ['a', 'b'], [instance('10.0.0.1')]);
    consul.put('db', ['a'], [instance('10.0.0.2')]);
    apply(
      ', tags: [a, b], datacenter: dc9, namespace: n, partition: p, node_meta: {rack: "7"}, token: t, ' +
        'filter: "F == 1", health_filter: "H == 1"',
    );
    await found.untilGroups('web');
    const common = 'dc=dc9&ns=n&partition=p&stale=&node-meta=rack%3A7';
    expect(consul.requests.slice(0, 2)).toEqual([
      `/v1/catalog/services?${common}&filter=F%20%3D%3D%201&wait=120000ms`,
      `/v1/health/service/web?${common}&tag=a&tag=b&filter=H%20%3D%3D%201&wait=120000ms`,
    ]);
    expect(consul.headers[0]).toMatchObject({ 'x-consul-token': 't' });
  });

  it('of services that are named need no catalog', async () => {
    const { consul, found, apply } = await setUp();
    consul.put('web', [], [instance('10.0.0.1')]);
    consul.put('db', [], [instance('10.0.0.2')]);
    apply(', services: [web], allow_stale: false, path_prefix: /c, username: u, password: p');
    await found.until('it asks', () => consul.requests.length > 0);
    expect(consul.requests[0]).toBe('/c/v1/agent/self');
    expect(consul.headers[0]!.authorization).toBe(`Basic ${Buffer.from('u:p').toString('base64')}`);
  });

  it('stand while it fails, and are found again after its index was reset', async () => {
    const { consul, found, apply } = await setUp();
    consul.put('web', [], [instance('10.0.0.1')]);
    apply(', services: [web]');
    await found.untilGroups('web');
    await found.until('it waits', () => consul.blocked === 1);
    for (const [failing, error] of [
      [
        { status: 500, body: 'No cluster leader' },
        'consul: /v1/health/service/web: 500 Internal Server Error No cluster leader',
      ],
      [{ status: 200, body: '<html>' }, 'consul: /v1/health/service/web: the answer is not JSON'],
    ] as const) {
      consul.failing = failing;
      consul.wake(true);
      await found.until(error, () => found.error === error);
      expect(found.sources()).toEqual(['web']);
    }
    expect(found.metric('prometheus_sd_consul_rpc_failures_total')).toBeGreaterThanOrEqual(2);
    expect(found.metric('prometheus_sd_consul_rpc_duration_seconds', 'catalog', 'service', '0.99')).toBeTypeOf(
      'number',
    );
    consul.failing = null;
    await found.until('it is well again', () => found.error === null && consul.blocked === 1);
    const asked = consul.requests.length;
    consul.resetIndex();
    await found.until('it waits again', () => consul.requests.length >= asked + 2 && consul.blocked === 1);
    expect(consul.requests[asked]).not.toContain('index=');
    consul.put('web', [], [instance('10.0.0.2')]);
    await found.until('the change', () => found.addresses()[0] === '10.0.0.2:80');
  });

  it('end with their job', async () => {
    const { consul, found, apply } = await setUp();
    consul.put('web', [], [instance('10.0.0.1')]);
    apply();
    await found.until('it waits', () => consul.blocked === 2);
    found.manager.stop();
    await found.until('nothing waits', () => consul.blocked === 0);
    expect(found.clock.pending).toBe(0);
  });
});
