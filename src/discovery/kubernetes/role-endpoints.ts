import { joinHostPort } from '../label-names.ts';
import { type Endpoint, endpointTargets, joinedWithEndpoints } from './endpoint-targets.ts';
import { type LabelEntries, metaName, objectLabels } from './meta-labels.ts';
import type { ContainerPort, EndpointAddress, Endpoints } from './objects.ts';
import { keyFrom } from './pod-labels.ts';
import { objectKey } from './resources.ts';
import { namespaceLabels, nodeKey, nodeLabels, type ObjectTargets, type Role, type Surroundings } from './role.ts';

/** One target for each address and port of an Endpoints object, with what is known of its service and its pods. */
export const endpointsRole: Role<'endpoints'> = {
  resource: 'endpoints',
  source: 'endpoints',
  joins: joinedWithEndpoints,
  targets: targetsOf,
};

function targetsOf(object: Endpoints, surroundings: Surroundings): ObjectTargets {
  const service = surroundings.find('services', objectKey(object));
  const endpoints = object.subsets.flatMap(({ ports, addresses }) =>
    ports.flatMap((port) => addresses.map((address) => endpoint(address, port, surroundings))),
  );
  return {
    labels: [
      ...(service === undefined ? [] : objectLabels(service, 'service')),
      ...objectLabels(object, 'endpoints'),
      ...namespaceLabels(object, surroundings),
    ],
    targets: endpointTargets(endpoints, surroundings),
  };
}

function endpoint(address: EndpointAddress, port: ContainerPort, surroundings: Surroundings): Endpoint {
  const { ip, target, ready, nodeName, hostname } = address;
  const node = nodeKey(nodeOf(address), surroundings);
  return {
    key: keyFrom([
      'endpoints',
      ip,
      port.number,
      port.name,
      port.protocol,
      ready,
      nodeName,
      hostname,
      target?.name ?? '',
      node,
    ]),
    labels: () => [...addressLabels(address, port), ...nodeLabels(nodeOf(address), surroundings)],
    port: port.number,
    target,
    protocol: port.protocol,
  };
}

function nodeOf({ nodeName, target }: EndpointAddress): string {
  return nodeName || (target?.kind === 'Node' ? target.name : '');
}

function addressLabels({ ip, target, ready, nodeName, hostname }: EndpointAddress, port: ContainerPort): LabelEntries {
  return [
    ['__address__', joinHostPort(ip, port.number)],
    [metaName('endpoint_port_name'), port.name],
    [metaName('endpoint_port_protocol'), port.protocol],
    [metaName('endpoint_ready'), String(ready)],
    [metaName('endpoint_address_target_kind'), target?.kind ?? ''],
    [metaName('endpoint_address_target_name'), target?.name ?? ''],
    [metaName('endpoint_node_name'), nodeName],
    [metaName('endpoint_hostname'), hostname],
  ];
}
