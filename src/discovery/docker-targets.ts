import { Labels } from '#model/labels';
import { type Entries, labelEntries, networkEntries } from './docker-labels.ts';
import { entriesAt, listAt, numberAt, textAt, textListAt } from './json.ts';
import { joinHostPort } from './label-names.ts';

/** The settings that decide addresses. */
interface DockerAddressing {
  readonly port: number;
  readonly hostNetworkingHost: string;
  readonly matchFirstNetwork: boolean;
}

const PREFIX = '__meta_docker_';

/** A target for each TCP port of each container in each of its networks, or one with the configured port without any. */
export function containerTargets(
  containers: readonly unknown[],
  networks: readonly unknown[],
  addressing: DockerAddressing,
): Labels[] {
  const byId = new Map(containers.map((container) => [textAt(container, 'Id'), container]));
  const labelsOf = new Map(networks.map((network) => [textAt(network, 'Id'), networkEntries(network, PREFIX)]));
  return containers
    .filter((container) => textListAt(container, 'Names').length > 0)
    .flatMap((container) => {
      const common = containerLabels(container);
      const connected = usedNetworks(networksOf(container, byId), addressing);
      return connected.flatMap(([, network]) => {
        const shared = [...common, ...(labelsOf.get(textAt(network, 'NetworkID')) ?? [])];
        return networkTargets(container, network, addressing).map((own) => Labels.fromEntries([...shared, ...own]));
      });
    });
}

function containerLabels(container: unknown): Entries {
  const prefix = `${PREFIX}container_`;
  return [
    [`${prefix}id`, textAt(container, 'Id')],
    [`${prefix}name`, textListAt(container, 'Names')[0] ?? ''],
    [`${prefix}image`, textAt(container, 'Image')],
    [`${prefix}image_id`, textAt(container, 'ImageID')],
    [`${prefix}network_mode`, networkMode(container)],
    ...labelEntries(container, `${prefix}label_`),
  ];
}

function networkMode(container: unknown): string {
  return textAt(container, 'HostConfig', 'NetworkMode');
}

/** By name. A container may share the networks of another one, and that those of a third. */
function networksOf(container: unknown, byId: ReadonlyMap<string, unknown>): [string, unknown][] {
  const visited = new Set<unknown>();
  let current = container;
  while (current !== undefined && !visited.has(current)) {
    visited.add(current);
    const networks = entriesAt(current, 'NetworkSettings', 'Networks');
    if (networks.length > 0) return networks.sort(([a], [b]) => (a < b ? -1 : 1));
    const shared = /^container:(.*)$/.exec(networkMode(current));
    current = shared === null ? undefined : byId.get(shared[1]!);
  }
  return [];
}

function usedNetworks(networks: readonly [string, unknown][], { matchFirstNetwork }: DockerAddressing) {
  const there = networks.filter(([, network]) => network !== null);
  return matchFirstNetwork ? there.slice(0, 1) : there;
}

function networkTargets(
  container: unknown,
  network: unknown,
  { port, hostNetworkingHost }: DockerAddressing,
): Entries[] {
  const ip = textAt(network, 'IPAddress') || textAt(network, 'GlobalIPv6Address');
  const ports = listAt(container, 'Ports').filter((each) => textAt(each, 'Type') === 'tcp');
  const address = [`${PREFIX}network_ip`, ip] as const;
  if (ports.length > 0) return ports.map((each) => [address, ...portEntries(each, ip)]);
  // In the network of the host nothing is published, and the address is that of the host.
  const host = networkMode(container) === 'host' ? hostNetworkingHost : joinHostPort(ip, port);
  return [[address, ['__address__', host]]];
}

function portEntries(json: unknown, ip: string): Entries {
  const published = numberAt(json, 'PublicPort');
  const number = numberAt(json, 'PrivatePort');
  return [
    ['__address__', joinHostPort(ip, number)],
    [`${PREFIX}port_private`, String(number)],
    [`${PREFIX}port_public`, published > 0 ? String(published) : ''],
    [`${PREFIX}port_public_ip`, published > 0 ? textAt(json, 'IP') : ''],
  ];
}
