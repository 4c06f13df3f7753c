import { Labels } from '#model/labels';
import { joinHostPort } from '../label-names.ts';
import { metaName, objectLabels } from './meta-labels.ts';
import type { Node } from './objects.ts';
import { NO_TARGETS, type ObjectTargets, type Role } from './role.ts';

/** One target for each node: its kubelet. */
export const nodeRole: Role<'nodes'> = {
  resource: 'nodes',
  source: 'node',
  joins: () => [],
  targets: nodeTargets,
};

const PREFERRED = ['InternalIP', 'InternalDNS', 'ExternalIP', 'ExternalDNS', 'LegacyHostIP', 'Hostname'];

function nodeTargets(node: Node): ObjectTargets {
  // Of several addresses of a type the first counts.
  const addresses = new Map([...node.addresses].reverse());
  const type = PREFERRED.find((each) => addresses.has(each));
  if (type === undefined) return NO_TARGETS;
  const target = Labels.fromEntries([
    ...[...addresses].map(([each, address]) => [metaName(`node_address_${each}`), address] as const),
    ['__address__', joinHostPort(addresses.get(type)!, node.kubeletPort)],
    ['instance', node.meta.name],
  ]);
  return { labels: labelsOf(node), targets: [target] };
}

function labelsOf(node: Node): ObjectTargets['labels'] {
  return [
    [metaName('node_provider_id'), node.providerId],
    ...node.conditions.map(
      ([type, status]) => [metaName(`node_condition_${type.toLowerCase()}`), status.toLowerCase()] as const,
    ),
    ...objectLabels(node, 'node'),
  ];
}
