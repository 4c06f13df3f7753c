import { Labels } from '#model/labels';
import { type LabelEntries, metaName, objectLabels } from './meta-labels.ts';
import type { Container, Pod } from './objects.ts';
import { keyOf, type ResourceName } from './resources.ts';
import type { AttachMetadata, Surroundings } from './role.ts';

/** What is said of a pod wherever one is found, its namespace left out. */
export function podLabels(pod: Pod, surroundings: Surroundings): LabelEntries {
  return [...ownLabels(pod), ...workloadLabels(pod, surroundings)];
}

const known = new WeakMap<Pod, Map<string, Labels>>();
const MOST_KNOWN = 100;

/**
 * The labels of a target that is a pod: those of the pod and `more`, which follow from the pod and `key`. Made once for
 * each of them: of the many pods behind a service few change at a time.
 */
export function podTarget(
  pod: Pod,
  { key, more }: { readonly key: string; readonly more: () => LabelEntries },
  surroundings: Surroundings,
): Labels {
  const workload = workloadLabels(pod, surroundings);
  const whole = workload.length === 0 ? key : keyFrom([key, ...workload.flat()]);
  let made = known.get(pod);
  if (made === undefined || made.size === MOST_KNOWN) {
    made = new Map();
    known.set(pod, made);
  }
  let labels = made.get(whole);
  if (labels === undefined) {
    labels = Labels.fromEntries([...more(), ...workload, ...ownLabels(pod)]);
    made.set(whole, labels);
  }
  return labels;
}

/** One text for several values: the same only for the same values, as no text of the API has a NUL. */
export function keyFrom(values: readonly (string | number | boolean | null)[]): string {
  return values.join('\0');
}

/** Owners of pods that are looked up for their own owners. */
export function joinedOwners({ deployment, cronjob }: AttachMetadata): readonly ResourceName[] {
  return [...(deployment ? (['replicasets'] as const) : []), ...(cronjob ? (['jobs'] as const) : [])];
}

function ownLabels(pod: Pod): LabelEntries {
  return [
    [metaName('pod_ip'), pod.ip],
    [metaName('pod_ready'), pod.ready.toLowerCase()],
    [metaName('pod_phase'), pod.phase],
    [metaName('pod_node_name'), pod.nodeName],
    [metaName('pod_host_ip'), pod.hostIp],
    [metaName('pod_uid'), pod.meta.uid],
    ...objectLabels(pod, 'pod'),
    [metaName('pod_controller_kind'), pod.meta.controller?.kind ?? ''],
    [metaName('pod_controller_name'), pod.meta.controller?.name ?? ''],
  ];
}

function workloadLabels({ meta }: Pod, { attach, find }: Surroundings): LabelEntries {
  const { controller, namespace } = meta;
  if (controller === null) return [];
  const ownerOf = (resource: 'replicasets' | 'jobs', kind: string) => {
    const owner = find(resource, keyOf(namespace, controller.name))?.meta.controller;
    return owner?.kind === kind ? owner.name : '';
  };
  if (controller.kind === 'ReplicaSet' && attach.deployment) {
    return [[metaName('pod_deployment_name'), ownerOf('replicasets', 'Deployment')]];
  }
  if (controller.kind !== 'Job') return [];
  return [
    [metaName('pod_job_name'), attach.job ? controller.name : ''],
    [metaName('pod_cronjob_name'), attach.cronjob ? ownerOf('jobs', 'CronJob') : ''],
  ];
}

/** A port of a container as an endpoint has it: without the container's id. */
export function containerPortLabels(
  container: Container,
  port: { readonly name: string; readonly number: number; readonly protocol: string },
): LabelEntries {
  return [
    [metaName('pod_container_name'), container.name],
    [metaName('pod_container_image'), container.image],
    [metaName('pod_container_init'), String(container.init)],
    [metaName('pod_container_port_name'), port.name],
    [metaName('pod_container_port_number'), String(port.number)],
    [metaName('pod_container_port_protocol'), port.protocol],
  ];
}
