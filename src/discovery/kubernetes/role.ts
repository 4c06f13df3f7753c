import type { Labels } from '#model/labels';
import { type LabelEntries, labelsAndAnnotations, metaName, objectLabels } from './meta-labels.ts';
import type { KubernetesObject } from './objects.ts';
import type { ResourceName, Resources } from './resources.ts';

/** What `attach_metadata` asks for. */
export interface AttachMetadata {
  readonly node: boolean;
  readonly namespace: boolean;
  readonly deployment: boolean;
  readonly job: boolean;
  readonly cronjob: boolean;
}

/** Looks up other objects. What was looked up is remembered, so that the targets are made again when it changes. */
export interface Surroundings {
  readonly attach: AttachMetadata;
  find<K extends ResourceName>(name: K, key: string): Resources[K] | undefined;
}

/** What one object comes to. No targets: it has none. */
export interface ObjectTargets {
  readonly labels: LabelEntries;
  readonly targets: readonly Labels[];
}

/** How one role makes targets of objects. */
export interface Role<K extends ResourceName> {
  readonly resource: K;
  /** The part of a group's source before its key. */
  readonly source: string;
  /** What may be looked up, depending on `attach_metadata`. */
  readonly joins: (attach: AttachMetadata) => readonly ResourceName[];
  readonly targets: (object: Resources[K], surroundings: Surroundings) => ObjectTargets;
}

/** Any of them. */
export type AnyRole = { [K in ResourceName]: Role<K> }[ResourceName];

export const NO_TARGETS: ObjectTargets = { labels: [], targets: [] };

/** The namespace of an object, with the labels of the namespace when they are to be attached. */
export function namespaceLabels({ meta }: KubernetesObject, { attach, find }: Surroundings): LabelEntries {
  const attached = attach.namespace ? find('namespaces', meta.namespace) : undefined;
  const labels = attached === undefined ? [] : labelsAndAnnotations(attached, 'namespace');
  return [[metaName('namespace'), meta.namespace], ...labels];
}

/** The labels of a node when they are to be attached and the node is known. */
export function nodeLabels(name: string, { attach, find }: Surroundings): LabelEntries {
  const node = attach.node && name !== '' ? find('nodes', name) : undefined;
  return node === undefined ? [] : objectLabels(node, 'node');
}

/** Tells apart what `nodeLabels` gives. */
export function nodeKey(name: string, { attach, find }: Surroundings): string {
  const node = attach.node && name !== '' ? find('nodes', name) : undefined;
  return node === undefined ? '' : `${node.meta.uid} ${node.meta.resourceVersion}`;
}

/** The namespaces, for roles whose objects live in one. */
export function joinedNamespaces(attach: AttachMetadata): readonly ResourceName[] {
  return attach.namespace ? ['namespaces'] : [];
}
