import { Labels } from '#model/labels';
import { joinHostPort } from '../label-names.ts';
import { type LabelEntries, metaName, objectLabels } from './meta-labels.ts';
import type { ContainerPort, Service } from './objects.ts';
import { joinedNamespaces, namespaceLabels, type Role } from './role.ts';

/** One target for each port of a service, by its name in the cluster's DNS. */
export const serviceRole: Role<'services'> = {
  resource: 'services',
  source: 'svc',
  joins: joinedNamespaces,
  targets: (service, surroundings) => ({
    labels: [...namespaceLabels(service, surroundings), ...objectLabels(service, 'service')],
    targets: service.ports.map((port) => Labels.fromEntries(portLabels(service, port))),
  }),
};

function portLabels(service: Service, port: ContainerPort): LabelEntries {
  const { meta, type } = service;
  const external = type === 'ExternalName';
  return [
    ['__address__', joinHostPort(`${meta.name}.${meta.namespace}.svc`, port.number)],
    [metaName('service_port_name'), port.name],
    [metaName('service_port_number'), String(port.number)],
    [metaName('service_port_protocol'), port.protocol],
    [metaName('service_type'), type],
    [metaName('service_external_name'), external ? service.externalName : ''],
    [metaName('service_cluster_ip'), external ? '' : service.clusterIp],
    [metaName('service_loadbalancer_ip'), type === 'LoadBalancer' ? service.loadBalancerIp : ''],
  ];
}
