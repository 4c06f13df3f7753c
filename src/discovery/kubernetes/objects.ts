import {
  entriesAt,
  flagAt,
  listAt,
  numberAt,
  optionalNumberAt,
  textAt,
  textEntriesAt,
  textListAt,
  valueAt,
} from '../json.ts';

/** What discovery needs of an object of the Kubernetes API. Never changed: an update is a new value. */
export interface KubernetesObject {
  readonly meta: ObjectMeta;
}

interface ObjectMeta {
  /** '' for what belongs to no namespace. */
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly labels: readonly Entry[];
  readonly annotations: readonly Entry[];
  /** The owner that controls it. */
  readonly controller: Reference | null;
}

type Entry = readonly [name: string, value: string];

/** Another object, named. The namespace is '' where it is not said. */
interface Reference {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export interface Pod extends KubernetesObject {
  readonly ip: string;
  readonly hostIp: string;
  readonly phase: string;
  readonly nodeName: string;
  /** The status of the condition Ready, `Unknown` without one. */
  readonly ready: string;
  /** Init containers come last. */
  readonly containers: readonly Container[];
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly id: string;
  readonly init: boolean;
  readonly ports: readonly ContainerPort[];
}

export interface ContainerPort {
  readonly name: string;
  readonly number: number;
  readonly protocol: string;
}

export interface Service extends KubernetesObject {
  readonly type: string;
  readonly clusterIp: string;
  readonly externalName: string;
  /** Joined by commas. */
  readonly loadBalancerIp: string;
  readonly ipFamilyPolicy: string;
  readonly ipFamilies: readonly string[];
  readonly ports: readonly ContainerPort[];
}

export interface Node extends KubernetesObject {
  readonly providerId: string;
  readonly conditions: readonly Entry[];
  /** Type and address. */
  readonly addresses: readonly Entry[];
  readonly kubeletPort: number;
}

export interface Endpoints extends KubernetesObject {
  readonly subsets: readonly {
    readonly ports: readonly ContainerPort[];
    readonly addresses: readonly EndpointAddress[];
  }[];
}

export interface EndpointAddress {
  readonly ip: string;
  readonly hostname: string;
  readonly nodeName: string;
  readonly target: Reference | null;
  readonly ready: boolean;
}

export interface EndpointSlice extends KubernetesObject {
  readonly addressType: string;
  readonly endpoints: readonly SliceEndpoint[];
  readonly ports: readonly SlicePort[];
}

export interface SliceEndpoint {
  readonly addresses: readonly string[];
  readonly ready: boolean | null;
  readonly serving: boolean | null;
  readonly terminating: boolean | null;
  readonly hostname: string;
  readonly nodeName: string;
  readonly zone: string;
  readonly topology: readonly Entry[];
  readonly target: Reference | null;
}

export interface SlicePort {
  readonly name: string;
  readonly protocol: string;
  /** Null: all ports. */
  readonly number: number | null;
  readonly appProtocol: string;
}

export interface Ingress extends KubernetesObject {
  readonly className: string;
  readonly rules: readonly { readonly host: string; readonly paths: readonly string[] }[];
  readonly tlsHosts: readonly string[];
}

/** The part that every object has. */
export function readMeta(json: unknown): ObjectMeta {
  return {
    namespace: textAt(json, 'metadata', 'namespace'),
    name: textAt(json, 'metadata', 'name'),
    uid: textAt(json, 'metadata', 'uid'),
    resourceVersion: textAt(json, 'metadata', 'resourceVersion'),
    labels: textEntriesAt(json, 'metadata', 'labels'),
    annotations: textEntriesAt(json, 'metadata', 'annotations'),
    controller: readController(json),
  };
}

function readController(json: unknown): Reference | null {
  const owner = listAt(json, 'metadata', 'ownerReferences').find((each) => flagAt(each, 'controller') === true);
  return owner === undefined ? null : { kind: textAt(owner, 'kind'), namespace: '', name: textAt(owner, 'name') };
}

/** An object of which only the metadata counts. */
export function readObject(json: unknown): KubernetesObject {
  return { meta: readMeta(json) };
}

export function readPod(json: unknown): Pod {
  const conditions = listAt(json, 'status', 'conditions');
  const ready = conditions.find((condition) => textAt(condition, 'type') === 'Ready');
  return {
    meta: readMeta(json),
    ip: textAt(json, 'status', 'podIP'),
    hostIp: textAt(json, 'status', 'hostIP'),
    phase: textAt(json, 'status', 'phase'),
    nodeName: textAt(json, 'spec', 'nodeName'),
    ready: ready === undefined ? 'Unknown' : textAt(ready, 'status'),
    containers: [
      ...readContainers(listAt(json, 'spec', 'containers'), listAt(json, 'status', 'containerStatuses'), false),
      ...readContainers(listAt(json, 'spec', 'initContainers'), listAt(json, 'status', 'initContainerStatuses'), true),
    ],
  };
}

function readContainers(containers: readonly unknown[], statuses: readonly unknown[], init: boolean): Container[] {
  return containers.map((container) => {
    const name = textAt(container, 'name');
    const status = statuses.find((each) => textAt(each, 'name') === name);
    const id = textAt(status, 'containerID');
    return { name, image: textAt(container, 'image'), id, init, ports: readPorts(container, 'containerPort') };
  });
}

function readPorts(owner: unknown, numberKey: 'containerPort' | 'port'): ContainerPort[] {
  return listAt(owner, 'ports').map((port) => ({
    name: textAt(port, 'name'),
    number: numberAt(port, numberKey),
    protocol: textAt(port, 'protocol'),
  }));
}

export function readService(json: unknown): Service {
  const spec = valueAt(json, 'spec');
  const balancers = listAt(json, 'status', 'loadBalancer', 'ingress').map((each) => textAt(each, 'ip'));
  const balancerIps = balancers.filter((ip) => ip !== '').join(',');
  return {
    meta: readMeta(json),
    type: textAt(spec, 'type'),
    clusterIp: textAt(spec, 'clusterIP'),
    externalName: textAt(spec, 'externalName'),
    loadBalancerIp: balancerIps || textAt(spec, 'loadBalancerIP'),
    ipFamilyPolicy: textAt(spec, 'ipFamilyPolicy'),
    ipFamilies: textListAt(spec, 'ipFamilies'),
    ports: readPorts(spec, 'port'),
  };
}

export function readNode(json: unknown): Node {
  return {
    meta: readMeta(json),
    providerId: textAt(json, 'spec', 'providerID'),
    conditions: listAt(json, 'status', 'conditions').map((each) => [textAt(each, 'type'), textAt(each, 'status')]),
    addresses: listAt(json, 'status', 'addresses').map((each) => [textAt(each, 'type'), textAt(each, 'address')]),
    kubeletPort: numberAt(json, 'status', 'daemonEndpoints', 'kubeletEndpoint', 'Port'),
  };
}

export function readEndpoints(json: unknown): Endpoints {
  const subsets = listAt(json, 'subsets').map((subset) => ({
    ports: readPorts(subset, 'port'),
    addresses: [
      ...listAt(subset, 'addresses').map((address) => readAddress(address, true)),
      ...listAt(subset, 'notReadyAddresses').map((address) => readAddress(address, false)),
    ],
  }));
  return { meta: readMeta(json), subsets };
}

function readAddress(json: unknown, ready: boolean): EndpointAddress {
  return {
    ip: textAt(json, 'ip'),
    hostname: textAt(json, 'hostname'),
    nodeName: textAt(json, 'nodeName'),
    target: readTarget(json),
    ready,
  };
}

function readTarget(json: unknown): Reference | null {
  if (entriesAt(json, 'targetRef').length === 0) return null;
  const target = valueAt(json, 'targetRef');
  return { kind: textAt(target, 'kind'), namespace: textAt(target, 'namespace'), name: textAt(target, 'name') };
}

export function readEndpointSlice(json: unknown): EndpointSlice {
  return {
    meta: readMeta(json),
    addressType: textAt(json, 'addressType'),
    endpoints: listAt(json, 'endpoints').map(readSliceEndpoint),
    ports: listAt(json, 'ports').map((port) => ({
      name: textAt(port, 'name'),
      protocol: textAt(port, 'protocol'),
      number: optionalNumberAt(port, 'port'),
      appProtocol: textAt(port, 'appProtocol'),
    })),
  };
}

function readSliceEndpoint(json: unknown): SliceEndpoint {
  return {
    addresses: textListAt(json, 'addresses'),
    ready: flagAt(json, 'conditions', 'ready'),
    serving: flagAt(json, 'conditions', 'serving'),
    terminating: flagAt(json, 'conditions', 'terminating'),
    hostname: textAt(json, 'hostname'),
    nodeName: textAt(json, 'nodeName'),
    zone: textAt(json, 'zone'),
    topology: textEntriesAt(json, 'deprecatedTopology'),
    target: readTarget(json),
  };
}

export function readIngress(json: unknown): Ingress {
  return {
    meta: readMeta(json),
    className: textAt(json, 'spec', 'ingressClassName'),
    rules: listAt(json, 'spec', 'rules').map((rule) => ({ host: textAt(rule, 'host'), paths: readPaths(rule) })),
    tlsHosts: listAt(json, 'spec', 'tls').flatMap((tls) => textListAt(tls, 'hosts')),
  };
}

/** A rule without paths is for all of them. */
function readPaths(rule: unknown): string[] {
  if (typeof valueAt(rule, 'http') !== 'object') return ['/'];
  return listAt(rule, 'http', 'paths').map((path) => textAt(path, 'path') || '/');
}
