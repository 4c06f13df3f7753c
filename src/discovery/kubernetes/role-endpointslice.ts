import { joinHostPort } from '../label-names.ts';
import { type Endpoint, endpointTargets, joinedWithEndpoints } from './endpoint-targets.ts';
import { type LabelEntries, metaName, objectLabels } from './meta-labels.ts';
import type { EndpointSlice, Service, SliceEndpoint, SlicePort } from './objects.ts';
import { keyFrom } from './pod-labels.ts';
import { keyOf } from './resources.ts';
import { namespaceLabels, nodeKey, nodeLabels, type ObjectTargets, type Role, type Surroundings } from './role.ts';

/** One target for each address and port of an EndpointSlice, with what is known of its service and its pods. */
export const endpointSliceRole: Role<'endpointslices'> = {
  resource: 'endpointslices',
  source: 'endpointslice',
  joins: joinedWithEndpoints,
  targets: targetsOf,
};

function targetsOf(slice: EndpointSlice, surroundings: Surroundings): ObjectTargets {
  const service = serviceOf(slice, surroundings);
  const endpoints = isSecondary(slice, service) ? [] : endpointsOf(slice, surroundings);
  return {
    labels: [
      [metaName('endpointslice_address_type'), slice.addressType],
      ...objectLabels(slice, 'endpointslice'),
      ...(service === undefined ? [] : objectLabels(service, 'service')),
      ...namespaceLabels(slice, surroundings),
    ],
    targets: endpointTargets(endpoints, surroundings),
  };
}

function serviceOf({ meta }: EndpointSlice, { find }: Surroundings): Service | undefined {
  const name = meta.labels.find(([label]) => label === 'kubernetes.io/service-name')?.[1];
  return name === undefined ? undefined : find('services', keyOf(meta.namespace, name));
}

/** A dual-stack service has a slice for each address family: the second would give each pod twice. */
function isSecondary({ addressType }: EndpointSlice, service: Service | undefined): boolean {
  if (service === undefined || service.ipFamilies.length === 0) return false;
  const { ipFamilyPolicy, ipFamilies } = service;
  const dual = ipFamilyPolicy === 'PreferDualStack' || ipFamilyPolicy === 'RequireDualStack';
  return dual && ipFamilies[0] !== addressType;
}

function endpointsOf({ endpoints, ports }: EndpointSlice, surroundings: Surroundings): Endpoint[] {
  return endpoints.flatMap((endpoint) => {
    const node = endpoint.target?.kind === 'Node' ? endpoint.target.name : endpoint.nodeName;
    const shared = () => [...conditionLabels(endpoint), ...placeLabels(endpoint), ...nodeLabels(node, surroundings)];
    const sharedKey = keyFrom([placeKey(endpoint), nodeKey(node, surroundings)]);
    return ports.flatMap((port) =>
      endpoint.addresses.map((address) => ({
        key: keyFrom(['slice', address, port.number, port.name, port.protocol, port.appProtocol, sharedKey]),
        labels: () => [...portLabels(address, port), ...shared()],
        port: port.number,
        target: endpoint.target,
        protocol: null,
      })),
    );
  });
}

/** Tells apart conditions and places. */
function placeKey({ ready, serving, terminating, hostname, nodeName, zone, topology, target }: SliceEndpoint): string {
  const place = [hostname, nodeName, zone, target?.name ?? '', ...topology.flat()];
  return keyFrom([String(ready), String(serving), String(terminating), ...place]);
}

function portLabels(address: string, { name, protocol, number, appProtocol }: SlicePort): LabelEntries {
  return [
    ['__address__', number === null ? address : joinHostPort(address, number)],
    [metaName('endpointslice_port_name'), name],
    [metaName('endpointslice_port_protocol'), protocol],
    [metaName('endpointslice_port'), number === null ? '' : String(number)],
    [metaName('endpointslice_port_app_protocol'), appProtocol],
  ];
}

function conditionLabels({ ready, serving, terminating }: SliceEndpoint): LabelEntries {
  return Object.entries({ ready, serving, terminating }).map(([name, value]) => [
    metaName(`endpointslice_endpoint_conditions_${name}`),
    value === null ? '' : String(value),
  ]);
}

function placeLabels({ target, nodeName, zone, hostname, topology }: SliceEndpoint): LabelEntries {
  return [
    [metaName('endpointslice_address_target_kind'), target?.kind ?? ''],
    [metaName('endpointslice_address_target_name'), target?.name ?? ''],
    [metaName('endpointslice_endpoint_node_name'), nodeName],
    [metaName('endpointslice_endpoint_zone'), zone],
    [metaName('endpointslice_endpoint_hostname'), hostname],
    ...topology.flatMap(([name, value]) => [
      [metaName(`endpointslice_endpoint_topology_${name}`), value] as const,
      [metaName(`endpointslice_endpoint_topology_present_${name}`), 'true'] as const,
    ]),
  ];
}
