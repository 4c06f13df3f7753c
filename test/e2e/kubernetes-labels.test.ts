import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { DiscoveryWorld } from '#test/discovery-world';
import { FakeKubernetes } from '#test/fake-kubernetes';
import { eventually, find, freePort, query, run, scratch, start } from '#test/process';

const prometheus = await findPrometheus();
if (prometheus === null) {
  console.log('skipped: comparing the labels of Kubernetes discovery needs a prometheus and promtool that have it');
}

/** Packages of Debian leave the mechanism out. */
async function findPrometheus(): Promise<string | null> {
  const promtool = find('promtool');
  if (promtool === null) return null;
  const folder = scratch();
  const file = join(folder.dir, 'p.yml');
  writeFileSync(file, 'scrape_configs: [{job_name: a, kubernetes_sd_configs: [{role: pod}]}]');
  const { code } = await run(promtool, ['check', 'config', file]);
  folder.remove();
  return code === 0 ? find('prometheus') : null;
}

const open: { stop(): unknown }[] = [];

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.stop();
});

const ROLES = ['pod', 'service', 'endpoints', 'endpointslice', 'node', 'ingress'];

const meta = (name: string, more = {}) => ({
  ...{ name, namespace: 'shop', uid: `uid-${name}` },
  labels: { app: 'web', 'app.kubernetes.io/name': 'wéb' },
  annotations: { 'prometheus.io/scrape': 'true', empty: '' },
  ...more,
});

const pod = (name: string, ip: string) => ({
  metadata: meta(name, {
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'rs', uid: 'u', controller: true }],
  }),
  spec: {
    nodeName: 'n1',
    containers: [
      {
        name: 'app',
        image: 'web:2',
        ports: [
          { name: 'http', containerPort: 80, protocol: 'TCP' },
          { containerPort: 81, protocol: 'UDP' },
        ],
      },
      { name: 'side', image: 'side:1' },
    ],
    initContainers: [{ name: 'init', image: 'init:1' }],
  },
  status: {
    podIP: ip,
    hostIP: '10.1.0.1',
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'True' }],
    containerStatuses: [{ name: 'app', containerID: 'containerd://1' }],
  },
});

function fill(api: FakeKubernetes): void {
  const target = (name: string) => ({ kind: 'Pod', namespace: 'shop', name });
  const ports = [{ name: 'http', port: 80, protocol: 'TCP' }];
  api.put('/api/v1/nodes', {
    metadata: { name: 'n1', labels: { zone: 'a' }, annotations: { rack: '7' } },
    status: {
      addresses: [
        { type: 'Hostname', address: 'n1' },
        { type: 'InternalIP', address: '10.1.0.1' },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: 10_250 } },
    },
  });
  for (const [name, ip] of Object.entries({ 'web-1': '10.0.0.1', 'web-2': 'fd00::2', 'web-3': '' })) {
    api.put('/api/v1/pods', pod(name, ip));
  }
  api.put('/api/v1/services', { metadata: meta('web'), spec: { type: 'ClusterIP', clusterIP: '10.2.0.1', ports } });
  api.put('/api/v1/endpoints', {
    metadata: meta('web'),
    subsets: [
      {
        addresses: [
          { ip: '10.0.0.1', nodeName: 'n1', targetRef: target('web-1') },
          { ip: '10.9.0.1', hostname: 'h' },
        ],
        notReadyAddresses: [{ ip: 'fd00::2', nodeName: 'n1', targetRef: target('web-2') }],
        ports,
      },
    ],
  });
  const conditions = { ready: true, serving: true, terminating: false };
  api.put('/apis/discovery.k8s.io/v1/endpointslices', {
    metadata: meta('web-s', { labels: { 'kubernetes.io/service-name': 'web' } }),
    addressType: 'IPv4',
    ports: [{ ...ports[0], appProtocol: 'h2' }],
    endpoints: [
      { addresses: ['10.0.0.1'], conditions, nodeName: 'n1', hostname: 'h', targetRef: target('web-1') },
      { addresses: ['10.9.0.2', '10.9.0.3'], conditions: {} },
    ],
  });
  api.put('/apis/networking.k8s.io/v1/ingresses', {
    metadata: meta('in'),
    spec: {
      ingressClassName: 'nginx',
      tls: [{ hosts: ['*.x.test'] }],
      rules: [{ host: 'a.x.test', http: { paths: [{ path: '/p', pathType: 'Prefix' }] } }, { host: 'b.test' }],
    },
  });
}

type LabelSet = Readonly<Record<string, string>>;

/** What the real Prometheus discovers, by job. Nothing is scraped: relabelling drops all of it. */
async function discoveredByPrometheus(blocks: Readonly<Record<string, string>>): Promise<Map<string, LabelSet[]>> {
  const folder = scratch();
  const drop = 'relabel_configs: [{source_labels: [__nothing], regex: x, action: keep}]';
  const jobs = Object.entries(blocks).map(([name, block]) => `- {job_name: ${name}, ${block}, ${drop}}\n`);
  writeFileSync(join(folder.dir, 'p.yml'), `scrape_configs:\n${jobs.join('')}`);
  const port = await freePort();
  const running = start(prometheus!, [
    `--config.file=${join(folder.dir, 'p.yml')}`,
    `--storage.tsdb.path=${join(folder.dir, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  open.push({ stop: () => running.stop().then(folder.remove) });
  return eventually(async () => {
    const { droppedTargets } = await query<{ droppedTargets: { discoveredLabels: LabelSet }[] }>(
      { url: `http://127.0.0.1:${port}` },
      'targets?state=dropped',
    );
    const byJob = new Map<string, LabelSet[]>();
    for (const { discoveredLabels: labels } of droppedTargets) {
      byJob.set(labels['job']!, [...(byJob.get(labels['job']!) ?? []), labels]);
    }
    if (byJob.size < jobs.length) throw new Error(`only ${[...byJob.keys()]}\n${running.output()}`);
    return byJob;
  }, 60_000);
}

/** The labels that a mechanism makes; the rest comes from the job. */
function discovered(labels: LabelSet): LabelSet {
  return Object.fromEntries(
    Object.entries(labels).filter(
      ([name]) => name.startsWith('__meta_') || name === '__address__' || name === 'instance',
    ),
  );
}

describe.skipIf(prometheus === null)('the labels of Kubernetes discovery', () => {
  it('are those of the real Prometheus in every role, and those that newer ones have', async () => {
    const api = await FakeKubernetes.start();
    open.push(api);
    fill(api);
    const block = (role: string) => `kubernetes_sd_configs: [{role: ${role}, api_server: "${api.url}"}]`;
    const theirs = await discoveredByPrometheus(Object.fromEntries(ROLES.map((role) => [role, block(role)])));
    for (const role of ROLES) {
      const world = new DiscoveryWorld();
      open.push(world);
      world.apply(block(role));
      await world.until(role, () => world.groups.size > 0);
      const ours = world.sources().flatMap((source) => world.labels(source));
      const expected = (theirs.get(role) ?? []).map(discovered);
      expect(ours.length, role).toBe(expected.length);
      expect(ours, role).toEqual(expect.arrayContaining(expected.map((labels) => expect.objectContaining(labels))));
    }
  });
});
