import { defaultHttpClientConfig, type HttpClientConfig } from '#lib/http-config';
import { defaulted, list, type ObjectOf, type ObjectSchema, object, optional } from '#lib/schema';
import type { Report } from '#lib/schema-decode';
import { bool, filePath, oneOf, string } from '#lib/schema-scalars';
import { anyUrl } from '#lib/schema-url';
import { httpClient } from './common.ts';
import { labelSelectorProblem } from './label-selector.ts';

const ROLES = ['node', 'pod', 'service', 'endpoints', 'endpointslice', 'ingress'] as const;

/** What a job discovers in a cluster. */
type KubernetesRole = (typeof ROLES)[number];

const ALLOWED_SELECTORS: Readonly<Record<KubernetesRole, readonly KubernetesRole[]>> = {
  pod: ['pod', 'node'],
  service: ['service'],
  endpointslice: ['pod', 'service', 'endpointslice'],
  endpoints: ['pod', 'service', 'endpoints'],
  node: ['node'],
  ingress: ['ingress'],
};

const selectorFields = {
  role: optional(role()),
  label: defaulted(string(), ''),
  field: defaulted(string(), ''),
};

/** Narrows what is listed of one kind of object. */
interface KubernetesSelector extends ObjectOf<typeof selectorFields> {}

const namespaceFields = {
  ownNamespace: defaulted(bool(), false, { always: true }),
  names: defaulted(list(string()), []),
};

const metadataFields = {
  node: defaulted(bool(), false, { always: true }),
  namespace: defaulted(bool(), false, { always: true }),
  deployment: defaulted(bool(), false, { always: true }),
  job: defaulted(bool(), false, { always: true }),
  cronjob: defaulted(bool(), false, { always: true }),
};

const fields = {
  apiServer: optional(anyUrl()),
  role: optional(role()),
  kubeconfigFile: defaulted(filePath(), '', { always: true }),
  ...httpClient(),
  namespaces: optional(object('kubernetes.plain', namespaceFields)),
  selectors: defaulted(list(object('kubernetes.SelectorConfig', selectorFields)), []),
  attachMetadata: optional(object('kubernetes.AttachMetadataConfig', metadataFields)),
};

/** A `kubernetes_sd_configs` entry. Without `apiServer` and `kubeconfigFile` the pod's own account is used. */
export interface KubernetesSdConfig extends ObjectOf<typeof fields> {}
export const kubernetesSdConfigSchema: ObjectSchema<KubernetesSdConfig> = object('kubernetes.plain', fields, { check });

function role() {
  return oneOf(ROLES, (word) => `unknown Kubernetes SD role ${JSON.stringify(word)}`);
}

function check(config: KubernetesSdConfig, report: Report): void {
  if (config.role === undefined) {
    report('role missing (one of: pod, service, endpoints, endpointslice, node, ingress)');
  } else {
    checkSelectors(config.role, config.selectors, report);
  }
  const ownNamespace = config.namespaces?.ownNamespace === true;
  const apiServer = config.apiServer !== undefined && config.apiServer !== '';
  const customClient = !isDefaultClient(config.httpClientConfig);
  const kubeconfig = config.kubeconfigFile !== '';
  if (apiServer && kubeconfig)
    report("cannot use 'kubeconfig_file' and 'api_server' simultaneously", 'kubeconfig_file');
  if (kubeconfig && customClient) {
    report("cannot use a custom HTTP client configuration together with 'kubeconfig_file'", 'kubeconfig_file');
  } else if (!apiServer && customClient) {
    report("to use custom HTTP client configuration please provide the 'api_server' URL explicitly");
  }
  const place = ['namespaces', 'own_namespace'];
  if (apiServer && ownNamespace) report("cannot use 'api_server' and 'namespaces.own_namespace' simultaneously", place);
  if (kubeconfig && ownNamespace) {
    report("cannot use 'kubeconfig_file' and 'namespaces.own_namespace' simultaneously", place);
  }
}

function isDefaultClient(client: HttpClientConfig): boolean {
  const { proxy, ...rest } = client;
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  const plain = given.every(([key]) => key === 'followRedirects' || key === 'enableHttp2');
  const { followRedirects, enableHttp2 } = defaultHttpClientConfig;
  const proxied = Object.values(proxy).some((value) => value !== undefined && value !== false && value !== '');
  return plain && !proxied && client.followRedirects === followRedirects && client.enableHttp2 === enableHttp2;
}

function checkSelectors(role: KubernetesRole, selectors: readonly KubernetesSelector[], report: Report): void {
  const seen = new Set<string>();
  const allowed = ALLOWED_SELECTORS[role];
  selectors.forEach((selector, index) => {
    const place = ['selectors', index, 'role'];
    const name = selector.role ?? '';
    if (seen.has(name)) report(`duplicated selector role: ${name}`, place);
    seen.add(name);
    if (selector.role === undefined || !allowed.includes(selector.role)) {
      report(`${role} role supports only ${allowed.join(', ')} selectors`, place);
    }
    const badField = badFieldSelector(selector.field);
    const badLabel = labelSelectorProblem(selector.label);
    if (badLabel !== undefined) report(badLabel, ['selectors', index, 'label']);
    if (badField !== undefined) report(`invalid selector: ${JSON.stringify(badField)}`, ['selectors', index, 'field']);
  });
}

/** The part of a field selector (`metadata.name=x,status.phase!=Running`) that has no operator. */
function badFieldSelector(text: string): string | undefined {
  return text.split(',').find((part) => part.trim() !== '' && !/[^!=]\s*(=|==|!=)/.test(part));
}
