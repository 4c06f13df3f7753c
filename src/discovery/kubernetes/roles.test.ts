import { describe, expect, it } from 'vitest';
import { type Json, META, metaLabels, POD, POD_LABELS, roleTargets } from '#test/kubernetes-roles';
import type { AttachMetadata } from './role.ts';
import { ROLES } from './roles.ts';

describe('role pod', () => {
  it('gives a target for each port, one without port for a container that declares none, and init containers', () => {
    const common = { ...POD_LABELS, namespace: 'shop' };
    expect(roleTargets('pod', POD)).toEqual([
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
    expect(roleTargets('pod', { ...POD, status: { phase: 'Pending' } })).toEqual([]);
    const addresses = roleTargets('pod', { ...POD, status: { podIP: 'fd00::1' } }).map((each) => each['__address__']);
    expect(addresses).toEqual(['[fd00::1]:80', '[fd00::1]:81', 'fd00::1', '[fd00::1]:82']);
  });

  it('says unknown of a pod that does not say whether it is ready', () => {
    expect(roleTargets('pod', { ...POD, status: { podIP: '10.0.0.1' } })[0]).toMatchObject({ pod_ready: 'unknown' });
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
    expect(roleTargets('pod', POD, { attach, others })[2]).toEqual({
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
    expect(roleTargets('pod', POD, { attach: { node: true } })).toEqual([]);
  });

  it('attaches job and cron job', () => {
    const metadata = { ...META, ownerReferences: [{ kind: 'Job', name: 'sync-1', controller: true }] };
    const owner = { metadata: { ownerReferences: [{ kind: 'CronJob', name: 'sync', controller: true }] } };
    const others = { 'jobs shop/sync-1': owner };
    const of = (attach: Partial<AttachMetadata>) => roleTargets('pod', { ...POD, metadata }, { attach, others })[0];
    expect(of({ job: true, cronjob: true })).toMatchObject({ pod_job_name: 'sync-1', pod_cronjob_name: 'sync' });
    expect(of({ job: true })).not.toHaveProperty('pod_cronjob_name');
    expect(of({})).not.toHaveProperty('pod_job_name');
  });
});

describe('role service', () => {
  const service = (spec: Json, status: Json = {}) => roleTargets('service', { metadata: META, spec, status });

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
    roleTargets('node', {
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
    expect(roleTargets('ingress', { metadata: META, spec })).toEqual([
      target('a.x.test', 'https', '/p'),
      target('a.x.test', 'https', '/'),
      target('a.b.x.test', 'http', '/'),
      { ...common, ingress_scheme: 'http', ingress_path: '/all' },
    ]);
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
        expect(roleTargets(name, json)).toEqual([]);
      }
    }
  });
});
