import { Labels } from '#model/labels';
import { joinHostPort } from '../label-names.ts';
import { metaName } from './meta-labels.ts';
import type { Container, Pod } from './objects.ts';
import { containerPortLabels, joinedOwners, podLabels } from './pod-labels.ts';
import {
  joinedNamespaces,
  NO_TARGETS,
  namespaceLabels,
  nodeLabels,
  type ObjectTargets,
  type Role,
  type Surroundings,
} from './role.ts';

/** One target for each declared port of each container; one without a port for a container that declares none. */
export const podRole: Role<'pods'> = {
  resource: 'pods',
  source: 'pod',
  joins: (attach) => [
    ...(attach.node ? (['nodes'] as const) : []),
    ...joinedNamespaces(attach),
    ...joinedOwners(attach),
  ],
  targets: podTargets,
};

function podTargets(pod: Pod, surroundings: Surroundings): ObjectTargets {
  // It has no address while it starts and after it was evicted.
  if (pod.ip === '') return NO_TARGETS;
  // A node that is not there was left out by the selector for nodes.
  if (surroundings.attach.node && surroundings.find('nodes', pod.nodeName) === undefined) return NO_TARGETS;
  return {
    labels: [
      ...podLabels(pod, surroundings),
      ...namespaceLabels(pod, surroundings),
      ...nodeLabels(pod.nodeName, surroundings),
    ],
    targets: pod.containers.flatMap((container) => containerTargets(pod, container)),
  };
}

function containerTargets({ ip }: Pod, container: Container): Labels[] {
  const id = [metaName('pod_container_id'), container.id] as const;
  if (container.ports.length === 0) {
    return [
      Labels.fromEntries([
        ['__address__', ip],
        id,
        [metaName('pod_container_name'), container.name],
        [metaName('pod_container_image'), container.image],
        [metaName('pod_container_init'), String(container.init)],
      ]),
    ];
  }
  return container.ports.map((port) =>
    Labels.fromEntries([['__address__', joinHostPort(ip, port.number)], id, ...containerPortLabels(container, port)]),
  );
}
