import { Labels } from '#model/labels';
import { joinHostPort } from '../label-names.ts';
import type { LabelEntries } from './meta-labels.ts';
import type { Container, ContainerPort, Pod } from './objects.ts';
import { containerPortLabels, joinedOwners, keyFrom, podTarget } from './pod-labels.ts';
import { keyOf, type ResourceName } from './resources.ts';
import { type AttachMetadata, joinedNamespaces, type Surroundings } from './role.ts';

/** One address and port behind a service. */
export interface Endpoint {
  /** Of the endpoints of a pod, those with the same key have the same labels, port and protocol. */
  readonly key: string;
  readonly labels: () => LabelEntries;
  /** Null: it has none. */
  readonly port: number | null;
  readonly target: { readonly kind: string; readonly namespace: string; readonly name: string } | null;
  /** The protocol that is told of the container's port; null: the one the container says. */
  readonly protocol: string | null;
}

/** What endpoints are joined with. */
export function joinedWithEndpoints(attach: AttachMetadata): readonly ResourceName[] {
  const nodes = attach.node ? (['nodes'] as const) : [];
  return ['services', 'pods', ...nodes, ...joinedNamespaces(attach), ...joinedOwners(attach)];
}

/**
 * The endpoints with what is known of the pods behind them, then a target for each port of those pods that no endpoint
 * has.
 */
export function endpointTargets(endpoints: readonly Endpoint[], surroundings: Surroundings): Labels[] {
  const seen = new Map<Pod, Set<number>>();
  const targets = endpoints.map(({ key, labels, port, target, protocol }) => {
    const pod = podOf(target, surroundings);
    if (pod === undefined) return Labels.fromEntries(labels());
    const ports = seen.get(pod) ?? new Set();
    seen.set(pod, ports);
    if (port !== null) ports.add(port);
    const more = () => [...labels(), ...matchingPortLabels(pod, port, protocol)];
    return podTarget(pod, { key, more }, surroundings);
  });
  return [...targets, ...[...seen].flatMap(([pod, ports]) => otherPorts(pod, ports, surroundings))];
}

function podOf(target: Endpoint['target'], { find }: Surroundings): Pod | undefined {
  return target?.kind === 'Pod' ? find('pods', keyOf(target.namespace, target.name)) : undefined;
}

// Of several containers with this port the last counts.
function matchingPortLabels(pod: Pod, number: number | null, protocol: string | null): LabelEntries {
  return pod.containers.flatMap((container) => {
    const port = container.ports.find((each) => each.number === number);
    if (port === undefined) return [];
    return containerPortLabels(container, { ...port, protocol: protocol ?? port.protocol });
  });
}

function otherPorts(pod: Pod, seen: ReadonlySet<number>, surroundings: Surroundings): Labels[] {
  if (pod.ip === '') return [];
  return pod.containers.flatMap((container) =>
    container.ports
      .filter(({ number }) => !seen.has(number))
      .map((port) => {
        const address = ['__address__', joinHostPort(pod.ip, port.number)] as const;
        const more = () => [address, ...containerPortLabels(container, port)];
        return podTarget(pod, { key: otherPortKey(container, port), more }, surroundings);
      }),
  );
}

function otherPortKey({ name }: Container, port: ContainerPort): string {
  return keyFrom(['other', name, port.name, port.number, port.protocol]);
}
