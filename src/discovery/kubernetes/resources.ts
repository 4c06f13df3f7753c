import {
  type EndpointSlice,
  type Endpoints,
  type Ingress,
  type KubernetesObject,
  type Node,
  type Pod,
  readEndpointSlice,
  readEndpoints,
  readIngress,
  readNode,
  readObject,
  readPod,
  readService,
  type Service,
} from './objects.ts';

/** What is listed and watched, by the name it has in the paths of the API. */
export interface Resources {
  readonly pods: Pod;
  readonly services: Service;
  readonly endpoints: Endpoints;
  readonly endpointslices: EndpointSlice;
  readonly ingresses: Ingress;
  readonly nodes: Node;
  /** The rest gives more about the others, by its metadata alone. */
  readonly namespaces: KubernetesObject;
  readonly replicasets: KubernetesObject;
  readonly jobs: KubernetesObject;
}

export type ResourceName = keyof Resources;

/** How one kind of object is asked for. */
interface Resource<T> {
  /** Of the API group. */
  readonly path: string;
  readonly namespaced: boolean;
  /** The server need not send more than the metadata. */
  readonly metadataOnly: boolean;
  readonly read: (json: unknown) => T;
}

export const RESOURCES: { readonly [K in ResourceName]: Resource<Resources[K]> } = {
  pods: resource('/api/v1', readPod),
  services: resource('/api/v1', readService),
  endpoints: resource('/api/v1', readEndpoints),
  endpointslices: resource('/apis/discovery.k8s.io/v1', readEndpointSlice),
  ingresses: resource('/apis/networking.k8s.io/v1', readIngress),
  nodes: resource('/api/v1', readNode, { namespaced: false }),
  namespaces: resource('/api/v1', readObject, { namespaced: false, metadataOnly: true }),
  replicasets: resource('/apis/apps/v1', readObject, { metadataOnly: true }),
  jobs: resource('/apis/batch/v1', readObject, { metadataOnly: true }),
};

function resource<T>(path: string, read: (json: unknown) => T, more: Partial<Resource<T>> = {}): Resource<T> {
  return { path, read, namespaced: true, metadataOnly: false, ...more };
}

/** The path of all objects of a kind; of one namespace unless that is ''. */
export function resourcePath(name: ResourceName, namespace: string): string {
  const { path, namespaced } = RESOURCES[name];
  return namespaced && namespace !== ''
    ? `${path}/namespaces/${encodeURIComponent(namespace)}/${name}`
    : `${path}/${name}`;
}

/** `namespace/name`, or the name alone for what belongs to no namespace. */
export function objectKey({ meta }: KubernetesObject): string {
  return keyOf(meta.namespace, meta.name);
}

/** The same from its parts. */
export function keyOf(namespace: string, name: string): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}
