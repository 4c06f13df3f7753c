import { type XmlElement, xmlAt, xmlChildren, xmlText } from '#lib/xml';
import { Labels } from '#model/labels';
import { joinHostPort, sanitizeLabelName } from './label-names.ts';

type Entries = readonly (readonly [name: string, value: string])[];

const PREFIX = '__meta_ec2_';

/** The targets of one page of DescribeInstances. Instances without any address have none. */
export function instanceTargets(
  page: XmlElement,
  {
    region,
    port,
    zoneIds,
  }: { readonly region: string; readonly port: number; readonly zoneIds: ReadonlyMap<string, string> },
): Labels[] {
  return items(page, 'reservationSet').flatMap((reservation) =>
    items(reservation, 'instancesSet').flatMap((instance) => {
      const addresses = readAddresses(instance);
      const address = xmlText(instance, 'privateIpAddress') || addresses.preferred;
      if (address === '') return [];
      return [
        Labels.fromEntries([
          ['__address__', joinHostPort(address, port)],
          [`${PREFIX}region`, region],
          [`${PREFIX}owner_id`, xmlText(reservation, 'ownerId')],
          [`${PREFIX}availability_zone_id`, zoneIds.get(xmlText(instance, 'placement', 'availabilityZone')) ?? ''],
          ...plainEntries(instance),
          ...publicEntries(instance),
          ...addressEntries(addresses),
          ...networkEntries(instance),
          ...tagEntries(instance),
        ]),
      ];
    }),
  );
}

/** Names of zones to the ids that are the same in all accounts, from DescribeAvailabilityZones. */
export function zoneIdsOf(answer: XmlElement): Map<string, string> {
  return new Map(
    items(answer, 'availabilityZoneInfo').map((zone) => [xmlText(zone, 'zoneName'), xmlText(zone, 'zoneId')]),
  );
}

function items(element: XmlElement | undefined, set: string): readonly XmlElement[] {
  return xmlChildren(xmlAt(element, set), 'item');
}

const PLAIN: Readonly<Record<string, readonly string[]>> = {
  instance_id: ['instanceId'],
  private_ip: ['privateIpAddress'],
  private_dns_name: ['privateDnsName'],
  platform: ['platform'],
  ami: ['imageId'],
  availability_zone: ['placement', 'availabilityZone'],
  instance_state: ['instanceState', 'name'],
  instance_type: ['instanceType'],
  instance_lifecycle: ['instanceLifecycle'],
  architecture: ['architecture'],
};

function plainEntries(instance: XmlElement): Entries {
  return Object.entries(PLAIN).map(([label, path]) => [PREFIX + label, xmlText(instance, ...path)]);
}

function publicEntries(instance: XmlElement): Entries {
  const ip = xmlText(instance, 'ipAddress');
  if (ip === '') return [];
  return [
    [`${PREFIX}public_ip`, ip],
    [`${PREFIX}public_dns_name`, xmlText(instance, 'dnsName')],
  ];
}

interface Ipv6Addresses {
  readonly all: readonly string[];
  /** By the index of the network device; '' where one has none. */
  readonly primary: readonly string[];
  /** '' without any. */
  readonly preferred: string;
}

function readAddresses(instance: XmlElement): Ipv6Addresses {
  const all: string[] = [];
  const primary: string[] = [];
  if (xmlText(instance, 'vpcId') !== '') {
    for (const device of items(instance, 'networkInterfaceSet')) {
      if (xmlText(device, 'subnetId') === '') continue;
      const index = Number(xmlText(device, 'attachment', 'deviceIndex')) || 0;
      for (const item of items(device, 'ipv6AddressesSet')) {
        const address = xmlText(item, 'ipv6Address');
        all.push(address);
        if (xmlText(item, 'isPrimaryIpv6') !== 'true') continue;
        while (primary.length <= index) primary.push('');
        primary[index] = address;
      }
    }
  }
  return { all, primary, preferred: [...primary, ...all].find((address) => address !== '') ?? '' };
}

function addressEntries({ all, primary, preferred }: Ipv6Addresses): Entries {
  return [
    [`${PREFIX}default_ipv6_address`, preferred],
    [`${PREFIX}primary_ipv6_addresses`, surrounded(primary)],
    [`${PREFIX}ipv6_addresses`, surrounded(all)],
  ];
}

function networkEntries(instance: XmlElement): Entries {
  const vpc = xmlText(instance, 'vpcId');
  if (vpc === '') return [];
  const subnets = items(instance, 'networkInterfaceSet').map((device) => xmlText(device, 'subnetId'));
  const distinct = [...new Set(subnets.filter((subnet) => subnet !== ''))];
  return [
    [`${PREFIX}vpc_id`, vpc],
    [`${PREFIX}primary_subnet_id`, xmlText(instance, 'subnetId')],
    [`${PREFIX}subnet_id`, distinct.length === 0 ? ',,' : surrounded(distinct)],
  ];
}

function tagEntries(instance: XmlElement): Entries {
  return items(instance, 'tagSet').map((tag) => [
    `${PREFIX}tag_${sanitizeLabelName(xmlText(tag, 'key'))}`,
    xmlText(tag, 'value'),
  ]);
}

/** Commas around the list too: a pattern need not care what is first. */
function surrounded(values: readonly string[]): string {
  return values.length === 0 ? '' : `,${values.join(',')},`;
}
