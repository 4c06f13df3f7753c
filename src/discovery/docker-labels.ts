import { flagAt, textAt, textEntriesAt } from './json.ts';
import { sanitizeLabelName } from './label-names.ts';

/** Labels in the making. */
export type Entries = readonly (readonly [name: string, value: string])[];

/** What Docker says of a network, under `<prefix>network_…`. */
export function networkEntries(network: unknown, prefix: string): Entries {
  const own = `${prefix}network_`;
  return [
    [`${own}id`, textAt(network, 'Id')],
    [`${own}name`, textAt(network, 'Name')],
    [`${own}scope`, textAt(network, 'Scope')],
    [`${own}internal`, String(flagAt(network, 'Internal') === true)],
    [`${own}ingress`, String(flagAt(network, 'Ingress') === true)],
    ...labelEntries(network, `${own}label_`),
  ];
}

/** The labels that Docker knows of something. */
export function labelEntries(owner: unknown, prefix: string): Entries {
  return textEntriesAt(owner, 'Labels').map(([name, value]) => [prefix + sanitizeLabelName(name), value]);
}
