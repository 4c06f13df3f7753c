import { describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import { RESOURCES, type ResourceName } from './resources.ts';
import type { AttachMetadata } from './role.ts';
import { ROLES } from './roles.ts';

type Json = Readonly<Record<string, unknown>>;

const NOTHING: AttachMetadata = { node: false, namespace: false, deployment: false, job: false, cronjob: false };

/** The labels of all targets of an object, without the prefix that all have. */
function targets(
  roleName: keyof typeof ROLES,
  json: unknown,
  { attach = {}, others = {} }: { readonly attach?: Partial<AttachMetadata>; readonly others?: Json } = {},
): Record<string, string>[] {
  const role = ROLES[roleName];
  const find = (resource: ResourceName, key: string) => {
    const other = others[`${resource} ${key}`];
    return other === undefined ? undefined : RESOURCES[resource].read(other);
  };
  const object = RESOURCES[role.resource].read(json);
  const made = role.targets(object as never, { attach: { ...NOTHING, ...attach }, find: find as never });
  const common = Labels.fromEntries(made.labels).toRecord();
  return made.targets.map((target) => short({ ...common, ...target.toRecord() }));
}

function short(labels: Record<string, string>): Record<string, string> {
  const entries = Object.entries(labels).map(([name, value]) => [name.replace('__meta_kubernetes_', ''), value]);
  return Object.fromEntries(entries);
}

const META = {
  name: 'web-1',
  namespace: 'shop',
  uid: 'u1',
  labels: { app: 'web', 'app.kubernetes.io/name': 'web' },
  annotations: { 'prometheus.io/scrape': 'true', empty: '' },
};

const metaLabels = (word: string) => ({
  [`${word}_name`]: 'web-1',
  [`${word}_label_app`]: 'web',
  [`${word}_labelpresent_app`]: 'true',
  [`${word}_label_app_kubernetes_io_name`]: 'web',
  [`${word}_labelpresent_app_kubernetes_io_name`]: 'true',
  [`${word}_annotation_prometheus_io_scrape`]: 'true',
  [`${word}_annotationpresent_prometheus_io_scrape`]: 'true',
  [`${word}_annotationpresent_empty`]: 'true',
});

const POD = {
  metadata: { ...META, ownerReferences: [{ kind: 'ReplicaSet', name: 'web', controller: true }] },
  spec: {
    nodeName: 'n1',
    containers: [
      {
        name: 'app',
        image: 'web:2',
        ports: [{ name: 'http', containerPort: 80, protocol: 'TCP' }, { containerPort: 81 }],
      },
      { name: 'side', image: 'side:1' },
    ],
    initContainers: [{ name: 'init', image: 'init:1', ports: [{ containerPort: 82 }] }],
  },
  status: {
    podIP: '10.0.0.1',
    hostIP: '10.1.0.1',
    phase: 'Running',
    conditions: [
      { type: 'Initialized', status: 'True' },
      { type: 'Ready', status: 'False' },
    ],
    containerStatuses: [{ name: 'app', containerID: 'containerd://1' }],
    initContainerStatuses: [{ name: 'init', containerID: 'containerd://3' }],
  },
};

const POD_LABELS = {
  ...metaLabels('pod'),
  pod_ip: '10.0.0.1',
  pod_host_ip: '10.1.0.1',
  pod_ready: 'false',
  pod_phase: 'Running',
  pod_node_name: 'n1',
  pod_uid: 'u1',
  pod_controller_kind: 'ReplicaSet',
  pod_controller_name: 'web',
};

describe('role pod', () => {
  it('gives a target for each port, one without port for a container that declares none, and init containers', () => {
    const common = { ...POD_LABELS, namespace: 'shop' };
    expect(targets('pod', POD)).toEqual([
      {
        ...common,
        __address__: '10.0.0.1:80',
        pod_container_name: 'app',
        pod_container_image: 'web:2',
        pod_container_id: 'containerd://1',
        pod_container_init: 'false',
        pod_container_port_name: 'http',
        pod_container_port_number: '80',
        pod_container_port_protocol: 'TCP',
      },
      {
        ...common,
        __address__: '10.0.0.1:81',
        pod_container_name: 'app',
        pod_container_image: 'web:2',
        pod_container_id: 'containerd://1',
        pod_container_init: 'false',
        pod_container_port_number: '81',
      },
      {
        ...common,
        __address__: '10.0.0.1',
        pod_container_name: 'side',
        pod_container_image: 'side:1',
        pod_container_init: 'false',
      },
      {
        ...common,
        __address__: '10.0.0.1:82',
        pod_container_name: 'init',
        pod_container_image: 'init:1',
        pod_container_id: 'containerd://3',
        pod_container_init: 'true',
        pod_container_port_number: '82',
      },
    ]);
  });

  it('gives nothing for a pod without address, and brackets around IPv6', () => {
    expect(targets('pod', { ...POD, status: { phase: 'Pending' } })).toEqual([]);
    const addresses = targets('pod', { ...POD, status: { podIP: 'fd00::1' } }).map((each) => each['__address__']);
    expect(addresses).toEqual(['[fd00::1]:80', '[fd00::1]:81', 'fd00::1', '[fd00::1]:82']);
  });

  it('says unknown of a pod that does not say whether it is ready', () => {
    expect(targets('pod', { ...POD, status: { podIP: '10.0.0.1' } })[0]).toMatchObject({ pod_ready: 'unknown' });
  });

  it('attaches node, namespace and deployment', () => {
    const others = {
      'nodes n1': { metadata: { name: 'n1', labels: { zone: 'a' }, annotations: { rack: '7' } } },
      'namespaces shop': { metadata: { name: 'shop', labels: { team: 'x' }, annotations: { owner: 'y' } } },
      'replicasets shop/web': {
        metadata: { ownerReferences: [{ kind: 'Deployment', name: 'frontend', controller: true }] },
      },
    };
    const attach = { node: true, namespace: true, deployment: true };
    expect(targets('pod', POD, { attach, others })[2]).toEqual({
      ...POD_LABELS,
      namespace: 'shop',
      __address__: '10.0.0.1',
      pod_container_name: 'side',
      pod_container_image: 'side:1',
      pod_container_init: 'false',
      pod_deployment_name: 'frontend',
      node_name: 'n1',
      node_label_zone: 'a',
      node_labelpresent_zone: 'true',
      node_annotation_rack: '7',
      node_annotationpresent_rack: 'true',
      namespace_label_team: 'x',
      namespace_labelpresent_team: 'true',
      namespace_annotation_owner: 'y',
      namespace_annotationpresent_owner: 'true',
    });
  });

  it('leaves out pods of nodes that the selector left out', () => {
    expect(targets('pod', POD, { attach: { node: true } })).toEqual([]);
  });

  it('attaches job and cron job', () => {
    const metadata = { ...META, ownerReferences: [{ kind: 'Job', name: 'sync-1', controller: true }] };
    const owner = { metadata: { ownerReferences: [{ kind: 'CronJob', name: 'sync', controller: true }] } };
    const others = { 'jobs shop/sync-1': owner };
    const of = (attach: Partial<AttachMetadata>) => targets('pod', { ...POD, metadata }, { attach, others })[0];
    expect(of({ job: true, cronjob: true })).toMatchObject({ pod_job_name: 'sync-1', pod_cronjob_name: 'sync' });
    expect(of({ job: true })).not.toHaveProperty('pod_cronjob_name');
    expect(of({})).not.toHaveProperty('pod_job_name');
  });
});

describe('role service', () => {
  const service = (spec: Json, status: Json = {}) => targets('service', { metadata: META, spec, status });

  it('gives a target for each port', () => {
    const ports = [{ name: 'http', port: 80, protocol: 'TCP' }, { port: 443 }];
    const common = { ...metaLabels('service'), namespace: 'shop', service_type: 'ClusterIP' };
    expect(service({ type: 'ClusterIP', clusterIP: '10.2.0.1', ports })).toEqual([
      {
        ...common,
        __address__: 'web-1.shop.svc:80',
        service_cluster_ip: '10.2.0.1',
        service_port_name: 'http',
        service_port_number: '80',
        service_port_protocol: 'TCP',
      },
      {
        ...common,
        __address__: 'web-1.shop.svc:443',
        service_cluster_ip: '10.2.0.1',
        service_port_number: '443',
      },
    ]);
  });

  it('knows external names and load balancers', () => {
    const ports = [{ port: 80 }];
    const [external] = service({ type: 'ExternalName', externalName: 'x.test', clusterIP: 'None', ports });
    expect(external).toMatchObject({ service_external_name: 'x.test' });
    expect(external).not.toHaveProperty('service_cluster_ip');
    const balancer = { type: 'LoadBalancer', clusterIP: '10.2.0.1', loadBalancerIP: '9.9.9.9', ports };
    expect(service(balancer)[0]).toMatchObject({ service_loadbalancer_ip: '9.9.9.9', service_cluster_ip: '10.2.0.1' });
    const ingress = [{ ip: '8.8.8.8' }, { hostname: 'h' }, { ip: '8.8.4.4' }];
    expect(service(balancer, { loadBalancer: { ingress } })[0]).toMatchObject({
      service_loadbalancer_ip: '8.8.8.8,8.8.4.4',
    });
  });
});

describe('role node', () => {
  const node = (addresses: readonly Json[]) =>
    targets('node', {
      metadata: { ...META, namespace: undefined },
      spec: { providerID: 'aws:///i-1' },
      status: {
        addresses,
        conditions: [{ type: 'MemoryPressure', status: 'False' }],
        daemonEndpoints: { kubeletEndpoint: { Port: 10_250 } },
      },
    });

  it('gives the kubelet, with all addresses', () => {
    const addresses = [
      { type: 'Hostname', address: 'n1' },
      { type: 'InternalIP', address: '10.1.0.1' },
      { type: 'InternalIP', address: 'fd00::1' },
    ];
    expect(node(addresses)).toEqual([
      {
        ...metaLabels('node'),
        __address__: '10.1.0.1:10250',
        instance: 'web-1',
        node_provider_id: 'aws:///i-1',
        node_condition_memorypressure: 'false',
        node_address_Hostname: 'n1',
        node_address_InternalIP: '10.1.0.1',
      },
    ]);
  });

  it('prefers internal to external addresses and those to the host name', () => {
    const address = (...types: readonly string[]) =>
      node(types.map((type) => ({ type, address: type.toLowerCase() })))[0]?.['__address__'];
    expect(address('Hostname', 'ExternalIP', 'InternalDNS')).toBe('internaldns:10250');
    expect(address('Hostname', 'ExternalDNS', 'ExternalIP')).toBe('externalip:10250');
    expect(address('Hostname', 'LegacyHostIP')).toBe('legacyhostip:10250');
    expect(address('Hostname')).toBe('hostname:10250');
    expect(address('Odd')).toBeUndefined();
  });
});

describe('role ingress', () => {
  it('gives a target for each path, with https where a TLS host matches', () => {
    const spec = {
      ingressClassName: 'nginx',
      tls: [{ hosts: ['*.x.test', 'y.test'] }, {}],
      rules: [
        { host: 'a.x.test', http: { paths: [{ path: '/p' }, {}] } },
        { host: 'a.b.x.test' },
        { host: 'y.test', http: { paths: [] } },
        { http: { paths: [{ path: '/all' }] } },
      ],
    };
    const common = { ...metaLabels('ingress'), namespace: 'shop', ingress_class_name: 'nginx' };
    const target = (host: string, scheme: string, path: string) => ({
      ...common,
      __address__: host,
      ingress_host: host,
      ingress_scheme: scheme,
      ingress_path: path,
    });
    expect(targets('ingress', { metadata: META, spec })).toEqual([
      target('a.x.test', 'https', '/p'),
      target('a.x.test', 'https', '/'),
      target('a.b.x.test', 'http', '/'),
      { ...common, ingress_scheme: 'http', ingress_path: '/all' },
    ]);
  });
});

const SERVICE = { metadata: { name: 'web-1', namespace: 'shop', labels: { tier: 'front' } } };
const SERVICE_LABELS = { service_name: 'web-1', service_label_tier: 'front', service_labelpresent_tier: 'true' };
const TARGET = { kind: 'Pod', namespace: 'shop', name: 'web-1' };
const JOINED = { 'services shop/web-1': SERVICE, 'pods shop/web-1': POD };

/** The container port that an endpoint of port 80 finds, and the ports that no endpoint has. */
const PORT_80 = {
  pod_container_name: 'app',
  pod_container_image: 'web:2',
  pod_container_init: 'false',
  pod_container_port_name: 'http',
  pod_container_port_number: '80',
  pod_container_port_protocol: 'TCP',
};
const otherPorts = (common: Record<string, string>) => [
  {
    ...common,
    ...POD_LABELS,
    __address__: '10.0.0.1:81',
    pod_container_name: 'app',
    pod_container_image: 'web:2',
    pod_container_init: 'false',
    pod_container_port_number: '81',
  },
  {
    ...common,
    ...POD_LABELS,
    __address__: '10.0.0.1:82',
    pod_container_name: 'init',
    pod_container_image: 'init:1',
    pod_container_init: 'true',
    pod_container_port_number: '82',
  },
];

describe('role endpoints', () => {
  const common = { ...metaLabels('endpoints'), ...SERVICE_LABELS, namespace: 'shop' };
  const ports = [{ name: 'http', port: 80, protocol: 'TCP' }];

  it('joins service and pods, and gives the other ports of the pods', () => {
    const addresses = [{ ip: '10.0.0.1', nodeName: 'n1', targetRef: TARGET }];
    const object = { metadata: META, subsets: [{ addresses, ports }] };
    expect(targets('endpoints', object, { others: JOINED })).toEqual([
      {
        ...common,
        ...POD_LABELS,
        ...PORT_80,
        __address__: '10.0.0.1:80',
        endpoint_node_name: 'n1',
        endpoint_ready: 'true',
        endpoint_port_name: 'http',
        endpoint_port_protocol: 'TCP',
        endpoint_address_target_kind: 'Pod',
        endpoint_address_target_name: 'web-1',
      },
      ...otherPorts(common),
    ]);
  });

  it('gives addresses that are no pods or not ready', () => {
    const subsets = [
      { addresses: [{ ip: '10.9.0.1' }], notReadyAddresses: [{ ip: '10.9.0.2', hostname: 'h' }], ports },
    ];
    const shared = { ...common, endpoint_port_name: 'http', endpoint_port_protocol: 'TCP' };
    expect(targets('endpoints', { metadata: META, subsets }, { others: JOINED })).toEqual([
      { ...shared, __address__: '10.9.0.1:80', endpoint_ready: 'true' },
      { ...shared, __address__: '10.9.0.2:80', endpoint_ready: 'false', endpoint_hostname: 'h' },
    ]);
  });

  it('attaches the node of the address', () => {
    const others = { 'nodes n1': { metadata: { name: 'n1', labels: { zone: 'a' } } } };
    const node = { node_name: 'n1', node_label_zone: 'a', node_labelpresent_zone: 'true' };
    const of = (address: Json) => {
      const object = { metadata: META, subsets: [{ addresses: [address], ports }] };
      return targets('endpoints', object, { others, attach: { node: true } })[0];
    };
    expect(of({ ip: '10.9.0.1', nodeName: 'n1' })).toMatchObject(node);
    expect(of({ ip: '10.9.0.1', targetRef: { kind: 'Node', name: 'n1' } })).toMatchObject(node);
  });
});

describe('role endpointslice', () => {
  const metadata = { ...META, labels: { ...META.labels, 'kubernetes.io/service-name': 'web-1' } };
  const common = {
    ...metaLabels('endpointslice'),
    ...SERVICE_LABELS,
    namespace: 'shop',
    endpointslice_address_type: 'IPv4',
    endpointslice_label_kubernetes_io_service_name: 'web-1',
    endpointslice_labelpresent_kubernetes_io_service_name: 'true',
  };
  const slice = {
    metadata,
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 80, protocol: 'TCP', appProtocol: 'h2' }],
  };
  const port = {
    endpointslice_port: '80',
    endpointslice_port_name: 'http',
    endpointslice_port_protocol: 'TCP',
    endpointslice_port_app_protocol: 'h2',
  };

  it('joins service and pods, and gives the other ports of the pods', () => {
    const endpoint = {
      addresses: ['10.0.0.1'],
      conditions: { ready: true, serving: true, terminating: false },
      nodeName: 'n1',
      zone: 'z',
      hostname: 'h',
      deprecatedTopology: { 'kubernetes.io/hostname': 'n1' },
      targetRef: TARGET,
    };
    expect(targets('endpointslice', { ...slice, endpoints: [endpoint] }, { others: JOINED })).toEqual([
      {
        ...common,
        ...POD_LABELS,
        ...PORT_80,
        ...port,
        __address__: '10.0.0.1:80',
        endpointslice_address_target_kind: 'Pod',
        endpointslice_address_target_name: 'web-1',
        endpointslice_endpoint_conditions_ready: 'true',
        endpointslice_endpoint_conditions_serving: 'true',
        endpointslice_endpoint_conditions_terminating: 'false',
        endpointslice_endpoint_node_name: 'n1',
        endpointslice_endpoint_zone: 'z',
        endpointslice_endpoint_hostname: 'h',
        endpointslice_endpoint_topology_kubernetes_io_hostname: 'n1',
        endpointslice_endpoint_topology_present_kubernetes_io_hostname: 'true',
      },
      ...otherPorts(common),
    ]);
  });

  it('gives addresses without port and without anything else', () => {
    const object = { ...slice, ports: [{}], endpoints: [{ addresses: ['10.9.0.1', '10.9.0.2'] }, {}] };
    expect(targets('endpointslice', object, { others: JOINED })).toEqual([
      { ...common, __address__: '10.9.0.1' },
      { ...common, __address__: '10.9.0.2' },
    ]);
  });

  it('leaves out the second slice of a dual-stack service', () => {
    const spec = { ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv4', 'IPv6'] };
    const others = { 'services shop/web-1': { ...SERVICE, spec } };
    const endpoints = [{ addresses: ['10.9.0.1'] }];
    expect(targets('endpointslice', { ...slice, endpoints }, { others })).toHaveLength(1);
    expect(targets('endpointslice', { ...slice, endpoints, addressType: 'IPv6' }, { others })).toEqual([]);
  });
});

describe('an object that lacks everything', () => {
  it('does no harm in any role', () => {
    for (const name of Object.keys(ROLES) as (keyof typeof ROLES)[]) {
      for (const json of [
        null,
        {},
        { metadata: null, spec: null, status: null },
        { spec: 1, status: [], subsets: [null] },
      ]) {
        expect(targets(name, json)).toEqual([]);
      }
    }
  });
});
