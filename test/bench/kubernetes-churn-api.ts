// The API server of kubernetes-churn.ts, a process of its own so that its work is not counted as discovery's. Prints its
// address, then replaces pods until it is ended. Arguments: services, pods, pods replaced in a minute.
import { FakeKubernetes, type FakeObject } from '#test/fake-kubernetes';

const [services = 50, pods = 2000, replaced = 400] = process.argv.slice(2).map(Number);
const NAMESPACE = 'shop';
const PODS = '/api/v1/pods';
const FILLER = 'x'.repeat(3500);

const api = await FakeKubernetes.start();
const members = Array.from({ length: services }, () => new Set<string>());
let created = 0;
let writes = 0;

function podObject(service: number, name: string, status: object): FakeObject {
  return {
    metadata: {
      name,
      namespace: NAMESPACE,
      uid: name,
      labels: {
        app: `service-${service}`,
        'pod-template-hash': 'abcdef',
        version: '1.2.3',
        team: `team-${service % 7}`,
      },
      annotations: {
        'prometheus.io/scrape': 'true',
        'prometheus.io/port': '8080',
        'prometheus.io/path': '/metrics',
        written: String(Date.now()),
        write: String(writes++),
      },
      ownerReferences: [{ kind: 'ReplicaSet', name: `service-${service}-abcdef`, controller: true }],
      managedFields: [{ fieldsV1: FILLER }],
    },
    spec: {
      nodeName: `node-${created % 40}`,
      containers: [
        { name: 'app', image: 'registry/app:1', ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }] },
      ],
    },
    status,
  };
}

function running(index: number, ready: boolean): object {
  return {
    phase: 'Running',
    podIP: `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`,
    hostIP: '10.200.0.1',
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    containerStatuses: [{ name: 'app', containerID: `containerd://${index}` }],
  };
}

function putEndpoints(service: number): void {
  const addresses = [...members[service]!].map((name) => ({
    ip: name.split('-').at(-1)!,
    nodeName: 'node-1',
    targetRef: { kind: 'Pod', namespace: NAMESPACE, name },
  }));
  const annotations = { 'endpoints.kubernetes.io/last-change-trigger-time': new Date().toISOString() };
  const metadata = {
    ...{ name: `service-${service}`, namespace: NAMESPACE, labels: { app: `service-${service}` } },
    annotations,
  };
  api.put('/api/v1/endpoints', {
    metadata,
    subsets: [{ addresses, ports: [{ name: 'http', port: 8080, protocol: 'TCP' }] }],
  });
}

function addPod(service: number): { readonly name: string; readonly index: number } {
  const index = created++;
  const name = `service-${service}-${index}`;
  members[service]!.add(name);
  return { name, index };
}

/** As a rolling update does: the new pod in the steps that a kubelet reports, then the old one's end. */
function replaceOne(): void {
  const service = created % services;
  const { name, index } = addPod(service);
  const steps = [
    () => api.put(PODS, podObject(service, name, { phase: 'Pending' })),
    () =>
      api.put(PODS, podObject(service, name, { phase: 'Pending', conditions: [{ type: 'Ready', status: 'False' }] })),
    () => api.put(PODS, podObject(service, name, running(index, false))),
    () => {
      api.put(PODS, podObject(service, name, running(index, true)));
      putEndpoints(service);
    },
    () => {
      const [old] = members[service]!;
      members[service]!.delete(old!);
      api.put(PODS, podObject(service, old!, running(Number(old!.split('-').at(-1)), false)));
      putEndpoints(service);
      setTimeout(() => api.remove(PODS, NAMESPACE, old!), 300);
    },
  ];
  for (const [i, step] of steps.entries()) setTimeout(step, i * 300);
}

for (let i = 0; i < pods; i++) {
  const service = i % services;
  const { name, index } = addPod(service);
  api.put(PODS, podObject(service, name, running(index, true)));
}
for (let service = 0; service < services; service++) {
  const metadata = { name: `service-${service}`, namespace: NAMESPACE, labels: { app: `service-${service}` } };
  api.put('/api/v1/services', { metadata, spec: { type: 'ClusterIP', clusterIP: '10.9.9.9', ports: [{ port: 80 }] } });
  putEndpoints(service);
}
setInterval(replaceOne, 60_000 / replaced);
process.stdout.write(`${api.url}\n`);
