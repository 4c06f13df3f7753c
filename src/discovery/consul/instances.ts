import { Labels } from '#model/labels';
import { entriesAt, listAt, numberAt, textAt, textEntriesAt, textListAt } from '../json.ts';
import { joinHostPort, sanitizeLabelName } from '../label-names.ts';

const PREFIX = '__meta_consul_';

/** The target of one instance of a service, as the health API lists it. */
export function instanceTarget(entry: unknown, tagSeparator: string): Labels {
  const nodeAddress = textAt(entry, 'Node', 'Address');
  const serviceAddress = textAt(entry, 'Service', 'Address');
  const port = numberAt(entry, 'Service', 'Port');
  const tags = textListAt(entry, 'Service', 'Tags');
  return Labels.fromEntries([
    // A service may be registered through a node that it does not run on.
    ['__address__', joinHostPort(serviceAddress || nodeAddress, port)],
    [`${PREFIX}address`, nodeAddress],
    [`${PREFIX}node`, textAt(entry, 'Node', 'Node')],
    [`${PREFIX}namespace`, textAt(entry, 'Service', 'Namespace')],
    [`${PREFIX}partition`, textAt(entry, 'Service', 'Partition')],
    // With separators around them all, a pattern need not care which tag is first.
    [`${PREFIX}tags`, tagSeparator + tags.join(tagSeparator) + tagSeparator],
    [`${PREFIX}service_address`, serviceAddress],
    [`${PREFIX}service_port`, String(port)],
    [`${PREFIX}service_id`, textAt(entry, 'Service', 'ID')],
    [`${PREFIX}health`, aggregatedStatus(listAt(entry, 'Checks'))],
    ...mapped(textEntriesAt(entry, 'Node', 'Meta'), 'metadata_'),
    ...mapped(textEntriesAt(entry, 'Service', 'Meta'), 'service_metadata_'),
    ...mapped(textEntriesAt(entry, 'Node', 'TaggedAddresses'), 'tagged_address_'),
  ]);
}

function mapped(entries: readonly [string, string][], prefix: string): [string, string][] {
  return entries.map(([name, value]) => [PREFIX + prefix + sanitizeLabelName(name), value]);
}

const WORST_FIRST = ['maintenance', 'critical', 'warning'];

/** The worst of the checks; passing without any. '' for a status that Consul does not have. */
function aggregatedStatus(checks: readonly unknown[]): string {
  const statuses = checks.map((check) => {
    const id = textAt(check, 'CheckID');
    return /^_node_maintenance$|^_service_maintenance:/.test(id) ? 'maintenance' : textAt(check, 'Status');
  });
  if (statuses.some((status) => status !== 'passing' && !WORST_FIRST.includes(status))) return '';
  return WORST_FIRST.find((status) => statuses.includes(status)) ?? 'passing';
}

/** The services of a catalog that are watched: those named, or all, that have all tags. */
export function selectServices(
  catalog: unknown,
  { services, tags }: { readonly services: readonly string[]; readonly tags: readonly string[] },
): string[] {
  return entriesAt(catalog)
    .filter(([name]) => services.length === 0 || services.includes(name))
    .filter(([, has]) => tags.every((tag) => Array.isArray(has) && has.includes(tag)))
    .map(([name]) => name);
}
