import { RESOURCES, type ResourceName } from '#discovery/kubernetes/resources';
import type { AttachMetadata } from '#discovery/kubernetes/role';
import { ROLES } from '#discovery/kubernetes/roles';
import { Labels } from '#model/labels';

/** An object as the API has it. */
export type Json = Readonly<Record<string, unknown>>;

const NOTHING: AttachMetadata = { node: false, namespace: false, deployment: false, job: false, cronjob: false };

/** The labels of all targets that a role makes of an object, without the prefix that all have. */
export function roleTargets(
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

/** Metadata with labels and annotations. */
export const META = {
  name: 'web-1',
  namespace: 'shop',
  uid: 'u1',
  labels: { app: 'web', 'app.kubernetes.io/name': 'web' },
  annotations: { 'prometheus.io/scrape': 'true', empty: '' },
};

/** The labels of an object with that metadata. */
export const metaLabels = (word: string) => ({
  [`${word}_name`]: 'web-1',
  [`${word}_label_app`]: 'web',
  [`${word}_labelpresent_app`]: 'true',
  [`${word}_label_app_kubernetes_io_name`]: 'web',
  [`${word}_labelpresent_app_kubernetes_io_name`]: 'true',
  [`${word}_annotation_prometheus_io_scrape`]: 'true',
  [`${word}_annotationpresent_prometheus_io_scrape`]: 'true',
  [`${word}_annotationpresent_empty`]: 'true',
});

/** A pod with that metadata, several containers and an init container. */
export const POD = {
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

/** The labels of that pod, its namespace and containers left out. */
export const POD_LABELS = {
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
