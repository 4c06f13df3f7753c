import { Labels } from '#model/labels';
import { type Entries, labelEntries, networkEntries } from './docker-labels.ts';
import { flagAt, listAt, numberAt, textAt, textListAt, valueAt } from './json.ts';
import { joinHostPort } from './label-names.ts';

const PREFIX = '__meta_dockerswarm_';
const SERVICE = `${PREFIX}service_`;
const TASK = `${PREFIX}task_`;
const NODE = `${PREFIX}node_`;

/** A target for each TCP port of a service at each of its virtual addresses, or one with the given port without any. */
export function serviceTargets(
  services: readonly unknown[],
  networks: readonly unknown[],
  port: number,
): readonly Labels[] {
  const networkLabels = byId(networks, (network) => networkEntries(network, PREFIX), 'Id');
  return services.flatMap((service) => {
    const common = [...sharedServiceEntries(service), ...ownServiceEntries(service)];
    return listAt(service, 'Endpoint', 'VirtualIPs').flatMap((virtual) => {
      const place = networkLabels.get(textAt(virtual, 'NetworkID')) ?? [];
      return portTargets(textAt(virtual, 'Addr'), tcpPorts(listAt(service, 'Endpoint', 'Ports')), {
        labels: [...common, ...place],
        port,
        portLabels: (each) => [
          [`${SERVICE}endpoint_port_name`, textAt(each, 'Name')],
          [`${SERVICE}endpoint_port_publish_mode`, textAt(each, 'PublishMode')],
        ],
      });
    });
  });
}

/** What tasks are joined with. */
interface Swarm {
  readonly services: readonly unknown[];
  readonly nodes: readonly unknown[];
  readonly networks: readonly unknown[];
}

/**
 * A target for each TCP port that a task publishes on its node; then, at each of its own addresses, for each TCP port of its
 * service, or one with the given port without any.
 */
export function taskTargets(
  tasks: readonly unknown[],
  { services, nodes, networks }: Swarm,
  port: number,
): readonly Labels[] {
  const serviceLabels = byId(services, sharedServiceEntries);
  const servicePorts = byId(services, (service) => tcpPorts(listAt(service, 'Endpoint', 'Ports')));
  const nodeLabels = byId(nodes, sharedNodeEntries);
  const nodeAddresses = byId(nodes, (node) => textAt(node, 'Status', 'Addr'));
  const networkLabels = byId(networks, (network) => networkEntries(network, PREFIX), 'Id');
  return tasks.flatMap((task) => {
    const service = textAt(task, 'ServiceID');
    const node = textAt(task, 'NodeID');
    const common = [...taskEntries(task), ...(serviceLabels.get(service) ?? []), ...(nodeLabels.get(node) ?? [])];
    const published = tcpPorts(listAt(task, 'Status', 'PortStatus', 'Ports')).map((each) =>
      targetAt(nodeAddresses.get(node) ?? '', publishedPort(each), [...common, publishMode(each)]),
    );
    const attached = listAt(task, 'NetworksAttachments').flatMap((attachment) => {
      const place = networkLabels.get(textAt(attachment, 'Network', 'ID')) ?? [];
      const how = { labels: [...common, ...place], port, portLabels: (each: unknown) => [publishMode(each)] };
      return textListAt(attachment, 'Addresses').flatMap((address) =>
        portTargets(address, servicePorts.get(service) ?? [], how),
      );
    });
    return [...published, ...attached];
  });
}

/** A target for each node, with the given port. */
export function nodeTargets(nodes: readonly unknown[], port: number): readonly Labels[] {
  return nodes.map((node) =>
    targetAt(textAt(node, 'Status', 'Addr'), port, [...sharedNodeEntries(node), ...ownNodeEntries(node)]),
  );
}

interface PortTargets {
  readonly labels: Entries;
  /** Where there are no ports. */
  readonly port: number;
  readonly portLabels: (port: unknown) => Entries;
}

/** An address comes with the length of its network: `10.0.0.3/24`. None: nothing is there. */
function portTargets(address: string, ports: readonly unknown[], how: PortTargets): readonly Labels[] {
  const ip = address.replace(/\/.*$/, '');
  if (ip === '') return [];
  if (ports.length === 0) return [targetAt(ip, how.port, how.labels)];
  return ports.map((each) => targetAt(ip, publishedPort(each), [...how.labels, ...how.portLabels(each)]));
}

function targetAt(host: string, port: number, labels: Entries): Labels {
  return Labels.fromEntries([...labels, ['__address__', joinHostPort(host, port)]]);
}

function tcpPorts(ports: readonly unknown[]): readonly unknown[] {
  return ports.filter((port) => textAt(port, 'Protocol') === 'tcp');
}

function publishedPort(port: unknown): number {
  return numberAt(port, 'PublishedPort');
}

function publishMode(port: unknown): Entries[number] {
  return [`${TASK}port_publish_mode`, textAt(port, 'PublishMode')];
}

/** What is said of a service at its tasks, too. */
function sharedServiceEntries(service: unknown): Entries {
  const mode = ['Global', 'Replicated'].find((each) => valueAt(service, 'Spec', 'Mode', each) != null) ?? '';
  return [
    [`${SERVICE}id`, textAt(service, 'ID')],
    [`${SERVICE}name`, textAt(service, 'Spec', 'Name')],
    [`${SERVICE}mode`, mode.toLowerCase()],
    ...labelEntries(valueAt(service, 'Spec'), `${SERVICE}label_`),
  ];
}

function ownServiceEntries(service: unknown): Entries {
  const container = valueAt(service, 'Spec', 'TaskTemplate', 'ContainerSpec');
  return [
    [`${SERVICE}task_container_hostname`, textAt(container, 'Hostname')],
    [`${SERVICE}task_container_image`, textAt(container, 'Image')],
    [`${SERVICE}updating_status`, textAt(service, 'UpdateStatus', 'State')],
  ];
}

function taskEntries(task: unknown): Entries {
  return [
    [`${TASK}id`, textAt(task, 'ID')],
    [`${TASK}desired_state`, textAt(task, 'DesiredState')],
    [`${TASK}state`, textAt(task, 'Status', 'State')],
    [`${TASK}slot`, String(numberAt(task, 'Slot'))],
    [`${TASK}container_id`, textAt(task, 'Status', 'ContainerStatus', 'ContainerID')],
    ...labelEntries(valueAt(task, 'Spec', 'ContainerSpec'), `${PREFIX}container_label_`),
  ];
}

/** What is said of a node at its tasks, too. */
function sharedNodeEntries(node: unknown): Entries {
  return [
    [`${NODE}id`, textAt(node, 'ID')],
    [`${NODE}role`, textAt(node, 'Spec', 'Role')],
    [`${NODE}availability`, textAt(node, 'Spec', 'Availability')],
    [`${NODE}hostname`, textAt(node, 'Description', 'Hostname')],
    [`${NODE}platform_architecture`, textAt(node, 'Description', 'Platform', 'Architecture')],
    [`${NODE}platform_os`, textAt(node, 'Description', 'Platform', 'OS')],
    [`${NODE}status`, textAt(node, 'Status', 'State')],
    [`${NODE}address`, textAt(node, 'Status', 'Addr')],
    ...labelEntries(valueAt(node, 'Spec'), `${NODE}label_`),
  ];
}

function ownNodeEntries(node: unknown): Entries {
  const engine = [`${NODE}engine_version`, textAt(node, 'Description', 'Engine', 'EngineVersion')] as const;
  const manager = valueAt(node, 'ManagerStatus');
  if (manager == null) return [engine];
  return [
    engine,
    [`${NODE}manager_leader`, String(flagAt(manager, 'Leader') === true)],
    [`${NODE}manager_reachability`, textAt(manager, 'Reachability')],
    [`${NODE}manager_address`, textAt(manager, 'Addr')],
  ];
}

function byId<T>(
  items: readonly unknown[],
  read: (item: unknown) => T,
  key: 'ID' | 'Id' = 'ID',
): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [textAt(item, key), read(item)]));
}
