import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { DiscoveryWorld } from '#test/discovery-world';

const open: { stop(): unknown }[] = [];

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.stop();
});

/** A daemon with lists that a test may change. */
async function daemon(listen: (server: Server, done: () => void) => void) {
  const state = {
    requests: [] as string[],
    containers: [] as unknown[],
    networks: [] as unknown[],
    failing: null as { readonly status: number; readonly body: string } | null,
  };
  const server = createServer((request, response) => {
    state.requests.push(decodeURIComponent(request.url ?? ''));
    if (state.failing !== null) return response.writeHead(state.failing.status).end(state.failing.body);
    const all = request.url?.startsWith('/containers/json') ? state.containers : state.networks;
    return response.end(JSON.stringify(all));
  });
  await new Promise<void>((resolve) => listen(server, resolve));
  open.push({
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  });
  return { state, port: () => (server.address() as AddressInfo).port };
}

async function setUp(more = '') {
  const { state, port } = await daemon((server, done) => server.listen(0, '127.0.0.1', done));
  const found = new DiscoveryWorld();
  open.push(found);
  const apply = () =>
    found.apply(`docker_sd_configs: [{host: "tcp://127.0.0.1:${port()}", refresh_interval: 1s${more}}]`);
  return { state, found, apply };
}

const NETWORKS = [
  { Id: 'n1', Name: 'front', Scope: 'local', Internal: false, Ingress: false, Labels: { 'a.b': 'c' } },
  { Id: 'n2', Name: 'back', Scope: 'local', Internal: true, Ingress: false },
];
const FRONT = {
  __meta_docker_network_id: 'n1',
  __meta_docker_network_name: 'front',
  __meta_docker_network_scope: 'local',
  __meta_docker_network_internal: 'false',
  __meta_docker_network_ingress: 'false',
  __meta_docker_network_label_a_b: 'c',
};
const WEB = {
  Id: 'c1',
  Names: ['/web'],
  Image: 'web:2',
  ImageID: 'sha256:1',
  Labels: { 'com.docker.x': 'y' },
  HostConfig: { NetworkMode: 'front' },
  NetworkSettings: { Networks: { front: { IPAddress: '172.0.0.2', NetworkID: 'n1' } } },
  Ports: [
    { PrivatePort: 80, PublicPort: 8080, IP: '0.0.0.0', Type: 'tcp' },
    { PrivatePort: 53, Type: 'udp' },
    { PrivatePort: 81, Type: 'tcp' },
  ],
};
const WEB_LABELS = {
  __meta_docker_container_id: 'c1',
  __meta_docker_container_name: '/web',
  __meta_docker_container_image: 'web:2',
  __meta_docker_container_image_id: 'sha256:1',
  __meta_docker_container_label_com_docker_x: 'y',
  __meta_docker_container_network_mode: 'front',
};

describe('containers of Docker', () => {
  it('have a target for each TCP port', async () => {
    const { state, found, apply } = await setUp();
    state.containers = [WEB, { Id: 'nameless', Names: [] }, {}, null];
    state.networks = NETWORKS;
    apply();
    await found.untilGroups('Docker');
    expect(found.labels('Docker')).toEqual([
      {
        ...WEB_LABELS,
        ...FRONT,
        __address__: '172.0.0.2:80',
        __meta_docker_network_ip: '172.0.0.2',
        __meta_docker_port_private: '80',
        __meta_docker_port_public: '8080',
        __meta_docker_port_public_ip: '0.0.0.0',
      },
      {
        ...WEB_LABELS,
        ...FRONT,
        __address__: '172.0.0.2:81',
        __meta_docker_network_ip: '172.0.0.2',
        __meta_docker_port_private: '81',
      },
    ]);
  });

  it('without TCP ports have the configured one, in the network of the host its address', async () => {
    const { state, found, apply } = await setUp(', port: 9, host_networking_host: here');
    const network = (mode: string, IPAddress: string) => ({
      HostConfig: { NetworkMode: mode },
      NetworkSettings: { Networks: { [mode]: { IPAddress, GlobalIPv6Address: 'fd00::2' } } },
    });
    state.containers = [
      { Id: 'a', Names: ['/a'], ...network('front', '172.0.0.3') },
      { Id: 'b', Names: ['/b'], ...network('front', '') },
      { Id: 'c', Names: ['/c'], ...network('host', '') },
    ];
    apply();
    await found.untilGroups('Docker');
    expect(found.addresses()).toEqual(['172.0.0.3:9', '[fd00::2]:9', 'here']);
  });

  it('count in their first network, or in all', async () => {
    const Networks = { front: { IPAddress: '172.0.0.2' }, back: { IPAddress: '172.0.1.2' }, none: null };
    for (const [first, addresses] of [
      ['true', ['172.0.1.2:80']],
      ['false', ['172.0.0.2:80', '172.0.1.2:80']],
    ] as const) {
      const { state, found, apply } = await setUp(`, match_first_network: ${first}`);
      state.containers = [{ Id: 'c', Names: ['/c'], NetworkSettings: { Networks } }];
      apply();
      await found.untilGroups('Docker');
      expect(found.addresses()).toEqual(addresses);
    }
  });

  it('may share the network of others, in a circle too', async () => {
    const { state, found, apply } = await setUp();
    const sharing = (Id: string, other: string) => ({
      ...{ Id, Names: [`/${Id}`], HostConfig: { NetworkMode: `container:${other}` } },
      Ports: [{ PrivatePort: 90, Type: 'tcp' }],
    });
    state.containers = [WEB, sharing('c2', 'c1'), sharing('c3', 'c2'), sharing('c4', 'c5'), sharing('c5', 'c4')];
    apply();
    await found.untilGroups('Docker');
    expect(found.addresses()).toEqual(['172.0.0.2:80', '172.0.0.2:81', '172.0.0.2:90', '172.0.0.2:90']);
  });

  it('are filtered by the daemon, which may listen on a socket', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'docker-'));
    open.push({ stop: () => rm(directory, { recursive: true }) });
    const socket = join(directory, 'docker.sock');
    const { state } = await daemon((server, done) => server.listen(socket, done));
    state.containers = [WEB];
    const found = new DiscoveryWorld();
    open.push(found);
    const filters = '[{name: label, values: [a, b]}, {name: status, values: [running]}]';
    found.apply(`docker_sd_configs: [{host: "unix://${socket}", filters: ${filters}}]`);
    await found.untilGroups('Docker');
    expect(state.requests.sort()).toEqual([
      '/containers/json?filters={"label":{"a":true,"b":true},"status":{"running":true}}',
      '/networks',
    ]);
  });

  it('stand while the daemon fails', async () => {
    const { state, found, apply } = await setUp();
    state.containers = [WEB];
    apply();
    await found.untilGroups('Docker');
    for (const [failing, error] of [
      [
        { status: 500, body: 'no space' },
        /^docker: \/(containers\/json|networks): 500 Internal Server Error no space$/,
      ],
      [{ status: 200, body: '<html>' }, /the answer is not JSON$/],
      [{ status: 200, body: '{}' }, /the answer is not a list$/],
    ] as const) {
      state.failing = failing;
      await found.until(String(error), () => error.test(found.error ?? ''));
      expect(found.sources()).toEqual(['Docker']);
    }
    state.failing = null;
    state.containers = [];
    await found.untilGroups();
    expect(found.error).toBeNull();
  });

  it('of an address that is none are told so', async () => {
    const found = new DiscoveryWorld();
    open.push(found);
    found.apply('docker_sd_configs: [{host: "npipe:////./pipe/docker"}]');
    await found.until('the error', () => found.error === 'docker: "npipe:////./pipe/docker" is no address of a daemon');
  });
});
