import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiscoveryWorld } from '#test/discovery-world';
import { FakeTarget } from '#test/fake-target';

const NETWORK = {
  __meta_dockerswarm_network_id: 'n1',
  __meta_dockerswarm_network_name: 'front',
  __meta_dockerswarm_network_scope: 'swarm',
  __meta_dockerswarm_network_internal: 'false',
  __meta_dockerswarm_network_ingress: 'true',
  __meta_dockerswarm_network_label_a_b: 'c',
};
const NETWORKS = [
  { Id: 'n1', Name: 'front', Scope: 'swarm', Internal: false, Ingress: true, Labels: { 'a.b': 'c' } },
  { Id: 'n2', Name: 'back', Scope: 'swarm', Internal: true, Ingress: false },
];
const tcp = (port: number) => ({ Name: 'http', Protocol: 'tcp', PublishedPort: port, PublishMode: 'ingress' });
const udp = { Name: 'dns', Protocol: 'udp', PublishedPort: 53, PublishMode: 'ingress' };

const WEB = {
  ID: 's1',
  Spec: {
    Name: 'web',
    Labels: { 'com.team': 'shop' },
    TaskTemplate: { ContainerSpec: { Image: 'web:2', Hostname: 'web-host' } },
    Mode: { Replicated: { Replicas: 2 } },
  },
  Endpoint: { Ports: [tcp(8080), udp, tcp(8081)], VirtualIPs: [{ NetworkID: 'n1', Addr: '10.0.0.3/24' }] },
  UpdateStatus: { State: 'completed' },
};
const WEB_SHARED = {
  __meta_dockerswarm_service_id: 's1',
  __meta_dockerswarm_service_name: 'web',
  __meta_dockerswarm_service_mode: 'replicated',
  __meta_dockerswarm_service_label_com_team: 'shop',
};
const NODE = {
  ID: 'm1',
  Spec: { Role: 'manager', Availability: 'active', Labels: { 'disk.kind': 'ssd' } },
  Description: {
    Hostname: 'host-1',
    Platform: { Architecture: 'x86_64', OS: 'linux' },
    Engine: { EngineVersion: '27.1' },
  },
  Status: { State: 'ready', Addr: '192.0.2.1' },
  ManagerStatus: { Leader: true, Reachability: 'reachable', Addr: '192.0.2.1:2377' },
};
const NODE_SHARED = {
  __meta_dockerswarm_node_id: 'm1',
  __meta_dockerswarm_node_role: 'manager',
  __meta_dockerswarm_node_availability: 'active',
  __meta_dockerswarm_node_hostname: 'host-1',
  __meta_dockerswarm_node_platform_architecture: 'x86_64',
  __meta_dockerswarm_node_platform_os: 'linux',
  __meta_dockerswarm_node_status: 'ready',
  __meta_dockerswarm_node_address: '192.0.2.1',
  __meta_dockerswarm_node_label_disk_kind: 'ssd',
};
const TASK = {
  ID: 't1',
  ServiceID: 's1',
  NodeID: 'm1',
  Slot: 2,
  DesiredState: 'running',
  Spec: { ContainerSpec: { Labels: { 'my.app': 'x' } } },
  Status: {
    State: 'running',
    ContainerStatus: { ContainerID: 'c1' },
    PortStatus: { Ports: [{ ...tcp(30_000), PublishMode: 'host' }, udp] },
  },
  NetworksAttachments: [{ Network: { ID: 'n1' }, Addresses: ['10.0.0.7/24'] }],
};
const TASK_LABELS = {
  ...WEB_SHARED,
  ...NODE_SHARED,
  __meta_dockerswarm_task_id: 't1',
  __meta_dockerswarm_task_desired_state: 'running',
  __meta_dockerswarm_task_state: 'running',
  __meta_dockerswarm_task_slot: '2',
  __meta_dockerswarm_task_container_id: 'c1',
  __meta_dockerswarm_container_label_my_app: 'x',
};

let found: DiscoveryWorld;
let server: FakeTarget;
let lists: Map<string, unknown>;
let asked: string[];

beforeEach(async () => {
  found = new DiscoveryWorld();
  asked = [];
  lists = new Map<string, unknown>([
    ['/services', [WEB]],
    ['/nodes', [NODE]],
    ['/tasks', [TASK]],
    ['/networks', NETWORKS],
  ]);
  server = await FakeTarget.start(({ url = '' }, response) => {
    asked.push(decodeURIComponent(url));
    const list = lists.get(url.replace(/\?.*/, ''));
    if (list === undefined) response.writeHead(503).end('{"message":"This node is not a swarm manager."}');
    else response.end(JSON.stringify(list));
  });
});

afterEach(async () => {
  found.stop();
  await server.stop();
});

async function discover(more: string): Promise<Record<string, string>[]> {
  found.apply(`dockerswarm_sd_configs: [{host: "tcp://${server.address}", refresh_interval: 1s, ${more}}]`);
  await found.untilGroups('DockerSwarm');
  return found.labels('DockerSwarm');
}

describe('services of a swarm', () => {
  const labels = {
    ...WEB_SHARED,
    ...NETWORK,
    __meta_dockerswarm_service_task_container_hostname: 'web-host',
    __meta_dockerswarm_service_task_container_image: 'web:2',
    __meta_dockerswarm_service_updating_status: 'completed',
  };

  it('are targets at their virtual addresses, one for each TCP port', async () => {
    const port = {
      __meta_dockerswarm_service_endpoint_port_name: 'http',
      __meta_dockerswarm_service_endpoint_port_publish_mode: 'ingress',
    };
    expect(await discover('role: services')).toEqual([
      { ...labels, ...port, __address__: '10.0.0.3:8080' },
      { ...labels, ...port, __address__: '10.0.0.3:8081' },
    ]);
  });

  it('without TCP ports are one target with the configured port; without an address none', async () => {
    const silent = { ...WEB, Endpoint: { ...WEB.Endpoint, Ports: [udp] } };
    const nowhere = { ...WEB, ID: 's2', Endpoint: { VirtualIPs: [{ NetworkID: 'n1' }] } };
    const six = { ...WEB, ID: 's3', Endpoint: { VirtualIPs: [{ NetworkID: 'n9', Addr: 'fd00::3/64' }] } };
    lists.set('/services', [silent, nowhere, six]);
    const all = await discover('role: services, port: 9000');
    expect(all[0]).toEqual({ ...labels, __address__: '10.0.0.3:9000' });
    expect(all.map((each) => each['__address__'])).toEqual(['10.0.0.3:9000', '[fd00::3]:9000']);
  });

  it('may be global, and lack everything', async () => {
    lists.set('/services', [
      { ID: 'g', Spec: { Mode: { Global: {} } }, Endpoint: { VirtualIPs: [{ Addr: '10.0.0.9/24' }] } },
      {},
      null,
    ]);
    expect(await discover('role: services')).toEqual([
      {
        __address__: '10.0.0.9:80',
        __meta_dockerswarm_service_id: 'g',
        __meta_dockerswarm_service_mode: 'global',
      },
    ]);
  });
});

describe('tasks of a swarm', () => {
  it('are targets at what they publish on their node, then at their own addresses', async () => {
    const own = { ...TASK_LABELS, ...NETWORK, __meta_dockerswarm_task_port_publish_mode: 'ingress' };
    expect(await discover('role: tasks')).toEqual([
      { ...TASK_LABELS, __meta_dockerswarm_task_port_publish_mode: 'host', __address__: '192.0.2.1:30000' },
      { ...own, __address__: '10.0.0.7:8080' },
      { ...own, __address__: '10.0.0.7:8081' },
    ]);
  });

  it('whose service has no ports have the configured one', async () => {
    lists.set('/services', []);
    lists.set('/tasks', [{ ...TASK, NodeID: 'gone', Status: { State: 'running' } }]);
    const all = await discover('role: tasks, port: 9000');
    expect(all).toEqual([
      {
        ...NETWORK,
        __address__: '10.0.0.7:9000',
        __meta_dockerswarm_task_id: 't1',
        __meta_dockerswarm_task_desired_state: 'running',
        __meta_dockerswarm_task_state: 'running',
        __meta_dockerswarm_task_slot: '2',
        __meta_dockerswarm_container_label_my_app: 'x',
      },
    ]);
  });
});

describe('nodes of a swarm', () => {
  it('are targets with the configured port', async () => {
    const { ManagerStatus: _, ...worker } = NODE;
    lists.set('/nodes', [NODE, worker]);
    const node = {
      ...NODE_SHARED,
      __address__: '192.0.2.1:9323',
      __meta_dockerswarm_node_engine_version: '27.1',
    };
    expect(await discover('role: nodes, port: 9323')).toEqual([
      {
        ...node,
        __meta_dockerswarm_node_manager_leader: 'true',
        __meta_dockerswarm_node_manager_reachability: 'reachable',
        __meta_dockerswarm_node_manager_address: '192.0.2.1:2377',
      },
      node,
    ]);
  });
});

describe('a swarm', () => {
  it('is asked with the filters for what gives the targets only', async () => {
    await discover('role: tasks, filters: [{name: name, values: [web, api]}, {name: name, values: [db]}]');
    expect([...new Set(asked)].sort()).toEqual([
      '/networks',
      '/nodes',
      '/services',
      '/tasks?filters={"name":{"web":true,"api":true,"db":true}}',
    ]);
  });

  it('that does not answer takes nothing away', async () => {
    await discover('role: nodes');
    lists.delete('/nodes');
    const said = 'docker: /nodes: 503 Service Unavailable {"message":"This node is not a swarm manager."}';
    await found.until(said, () => found.error === said);
    expect(found.addresses()).toEqual(['192.0.2.1:80']);
    lists.set('/nodes', []);
    await found.untilGroups();
    expect(found.error).toBeNull();
  });
});
