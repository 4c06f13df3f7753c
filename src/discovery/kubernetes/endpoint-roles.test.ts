import { describe, expect, it } from 'vitest';
import { type Json, META, metaLabels, POD, POD_LABELS, roleTargets } from '#test/kubernetes-roles';

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
    expect(roleTargets('endpoints', object, { others: JOINED })).toEqual([
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
    expect(roleTargets('endpoints', { metadata: META, subsets }, { others: JOINED })).toEqual([
      { ...shared, __address__: '10.9.0.1:80', endpoint_ready: 'true' },
      { ...shared, __address__: '10.9.0.2:80', endpoint_ready: 'false', endpoint_hostname: 'h' },
    ]);
  });

  it('attaches the node of the address', () => {
    const others = { 'nodes n1': { metadata: { name: 'n1', labels: { zone: 'a' } } } };
    const node = { node_name: 'n1', node_label_zone: 'a', node_labelpresent_zone: 'true' };
    const of = (address: Json) => {
      const object = { metadata: META, subsets: [{ addresses: [address], ports }] };
      return roleTargets('endpoints', object, { others, attach: { node: true } })[0];
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
    expect(roleTargets('endpointslice', { ...slice, endpoints: [endpoint] }, { others: JOINED })).toEqual([
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
    expect(roleTargets('endpointslice', object, { others: JOINED })).toEqual([
      { ...common, __address__: '10.9.0.1' },
      { ...common, __address__: '10.9.0.2' },
    ]);
  });

  it('leaves out the second slice of a dual-stack service', () => {
    const spec = { ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv4', 'IPv6'] };
    const others = { 'services shop/web-1': { ...SERVICE, spec } };
    const endpoints = [{ addresses: ['10.9.0.1'] }];
    expect(roleTargets('endpointslice', { ...slice, endpoints }, { others })).toHaveLength(1);
    expect(roleTargets('endpointslice', { ...slice, endpoints, addressType: 'IPv6' }, { others })).toEqual([]);
  });
});
