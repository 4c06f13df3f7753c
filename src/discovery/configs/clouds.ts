import { isSet, tlsConfigSchema } from '#lib/http-config';
import { defaulted, list, type ObjectOf, type ObjectSchema, object, optional } from '#lib/schema';
import type { Report } from '#lib/schema-decode';
import { bool, duration, filePath, int, oneOf, secret, string } from '#lib/schema-scalars';
import { urlText } from '#lib/schema-url';
import { checkSecretPair, demand, httpClient, refreshAndPort, splitOrReport } from './common.ts';

const AZURE_METHODS = ['OAuth', 'ManagedIdentity', 'SDK', 'WorkloadIdentity'] as const;

const azureFields = {
  environment: defaulted(string(), 'AzurePublicCloud'),
  subscriptionId: defaulted(string(), '', { always: true }),
  tenantId: optional(string()),
  clientId: optional(string()),
  clientSecret: optional(secret()),
  authenticationMethod: defaulted(oneOf(AZURE_METHODS, unknownAzureMethod), 'OAuth'),
  resourceGroup: optional(string()),
  ...refreshAndPort(),
  refreshInterval: defaulted(duration(), 300_000),
  ...httpClient(),
};

/** An `azure_sd_configs` entry. */
export interface AzureSdConfig extends ObjectOf<typeof azureFields> {}
export const azureSdConfigSchema: ObjectSchema<AzureSdConfig> = object('azure.plain', azureFields, {
  check: checkAzure,
});

const digitaloceanFields = {
  ...httpClient(),
  ...refreshAndPort(),
  role: defaulted(oneOf(['droplets', 'databases'], unknown('DigitalOcean SD role')), 'droplets'),
};

/** A `digitalocean_sd_configs` entry. */
export interface DigitaloceanSdConfig extends ObjectOf<typeof digitaloceanFields> {}
export const digitaloceanSdConfigSchema: ObjectSchema<DigitaloceanSdConfig> = object(
  'digitalocean.plain',
  digitaloceanFields,
);

const gceFields = {
  project: defaulted(string(), ''),
  zone: defaulted(string(), ''),
  filter: optional(string()),
  ...refreshAndPort(),
  tagSeparator: defaulted(string(), ','),
};

/** A `gce_sd_configs` entry. */
export interface GceSdConfig extends ObjectOf<typeof gceFields> {}
export const gceSdConfigSchema: ObjectSchema<GceSdConfig> = object('gce.plain', gceFields, {
  check(config, report) {
    demand(config.project, 'GCE SD configuration requires a project', 'project', report);
    demand(config.zone, 'GCE SD configuration requires a zone', 'zone', report);
  },
});

const hetznerFields = {
  ...httpClient(),
  ...refreshAndPort(),
  role: optional(oneOf(['robot', 'hcloud'], unknown('role'))),
  labelSelector: optional(string()),
};

/** A `hetzner_sd_configs` entry. */
export interface HetznerSdConfig extends ObjectOf<typeof hetznerFields> {}
export const hetznerSdConfigSchema: ObjectSchema<HetznerSdConfig> = object('hetzner.plain', hetznerFields, {
  check: (config, report) => demand(config.role, 'role missing (one of: robot, hcloud)', 'role', report),
});

const ionosFields = { datacenterId: defaulted(string(), ''), ...httpClient(), ...refreshAndPort() };

/** An `ionos_sd_configs` entry. */
export interface IonosSdConfig extends ObjectOf<typeof ionosFields> {}
export const ionosSdConfigSchema: ObjectSchema<IonosSdConfig> = object('ionos.plain', ionosFields, {
  check: (config, report) => demand(config.datacenterId, "datacenter id can't be empty", 'datacenter_id', report),
});

const linodeFields = {
  ...httpClient(),
  ...refreshAndPort(),
  tagSeparator: defaulted(string(), ','),
  region: optional(string()),
};

/** A `linode_sd_configs` entry. */
export interface LinodeSdConfig extends ObjectOf<typeof linodeFields> {}
export const linodeSdConfigSchema: ObjectSchema<LinodeSdConfig> = object('linode.plain', linodeFields);

const ociFields = {
  auth: defaulted(string(), 'api_key'),
  tenancy: optional(string()),
  user: optional(string()),
  fingerprint: optional(string()),
  keyFile: optional(filePath()),
  keyPassphrase: optional(secret()),
  keyPassphraseFile: optional(filePath()),
  region: defaulted(string(), ''),
  compartments: defaulted(list(string()), []),
  ...httpClient(),
  ...refreshAndPort(),
};

/** An `oci_sd_configs` entry. */
export interface OciSdConfig extends ObjectOf<typeof ociFields> {}
export const ociSdConfigSchema: ObjectSchema<OciSdConfig> = object('oci.plain', ociFields, { check: checkOci });

const openstackFields = {
  identityEndpoint: defaulted(urlText(), '', { always: true }),
  username: defaulted(string(), '', { always: true }),
  userid: defaulted(string(), '', { always: true }),
  password: optional(secret()),
  projectName: defaulted(string(), '', { always: true }),
  projectId: defaulted(string(), '', { always: true }),
  domainName: defaulted(string(), '', { always: true }),
  domainId: defaulted(string(), '', { always: true }),
  applicationCredentialName: defaulted(string(), '', { always: true }),
  applicationCredentialId: defaulted(string(), '', { always: true }),
  applicationCredentialSecret: optional(secret()),
  role: optional(oneOf(['hypervisor', 'instance', 'loadbalancer'], unknown('OpenStack SD role'))),
  region: defaulted(string(), ''),
  ...refreshAndPort(),
  allTenants: defaulted(bool(), false),
  tlsConfig: optional(tlsConfigSchema),
  availability: defaulted(oneOf(['public', 'internal', 'admin'], unknownAvailability), 'public'),
};

/** An `openstack_sd_configs` entry. */
export interface OpenstackSdConfig extends ObjectOf<typeof openstackFields> {}
export const openstackSdConfigSchema: ObjectSchema<OpenstackSdConfig> = object('openstack.plain', openstackFields, {
  check(config, report) {
    demand(config.role, 'role missing (one of: instance, hypervisor, loadbalancer)', 'role', report);
    demand(config.region, 'openstack SD configuration requires a region', 'region', report);
  },
});

const outscaleFields = {
  endpoint: defaulted(urlText(), ''),
  region: defaulted(string(), 'eu-west-2', { emptyWhenNull: true }),
  accessKey: defaulted(string(), ''),
  secretKey: optional(secret()),
  secretKeyFile: defaulted(filePath(), '', { always: true }),
  ...refreshAndPort(),
  ...httpClient(),
};

/** An `outscale_sd_configs` entry. */
export interface OutscaleSdConfig extends ObjectOf<typeof outscaleFields> {}
export const outscaleSdConfigSchema: ObjectSchema<OutscaleSdConfig> = object('outscale.plain', outscaleFields, {
  check: checkOutscale,
  normalize: (config: OutscaleSdConfig) =>
    config.endpoint === '' ? { ...config, endpoint: `https://api.${config.region}.outscale.com/api/v1` } : config,
});

const ovhcloudFields = {
  endpoint: defaulted(string(), 'ovh-eu'),
  applicationKey: defaulted(string(), ''),
  applicationSecret: optional(secret()),
  consumerKey: optional(secret()),
  refreshInterval: defaulted(duration(), 60_000),
  service: defaulted(string(), ''),
};

/** An `ovhcloud_sd_configs` entry. */
export interface OvhcloudSdConfig extends ObjectOf<typeof ovhcloudFields> {}
export const ovhcloudSdConfigSchema: ObjectSchema<OvhcloudSdConfig> = object('ovhcloud.plain', ovhcloudFields, {
  check: checkOvhcloud,
});

const scalewayFields = {
  projectId: defaulted(string(), ''),
  apiUrl: defaulted(urlText(), 'https://api.scaleway.com'),
  zone: defaulted(string(), 'fr-par-1'),
  accessKey: defaulted(string(), ''),
  secretKey: optional(secret()),
  secretKeyFile: defaulted(filePath(), '', { always: true }),
  nameFilter: optional(string()),
  tagsFilter: defaulted(list(string()), []),
  ...httpClient(),
  ...refreshAndPort(),
  role: optional(oneOf(['instance', 'baremetal'], unknown('role'))),
};

/** A `scaleway_sd_configs` entry. */
export interface ScalewaySdConfig extends ObjectOf<typeof scalewayFields> {}
export const scalewaySdConfigSchema: ObjectSchema<ScalewaySdConfig> = object('scaleway.plain', scalewayFields, {
  check: checkScaleway,
});

const stackitFields = {
  ...httpClient(),
  project: defaulted(string(), ''),
  ...refreshAndPort(),
  region: defaulted(string(), 'eu01', { emptyWhenNull: true }),
  endpoint: defaulted(urlText(), ''),
  serviceAccountKey: optional(secret()),
  privateKey: optional(secret()),
  serviceAccountKeyPath: optional(string()),
  privateKeyPath: optional(string()),
  credentialsFilePath: optional(string()),
};

/** A `stackit_sd_configs` entry. */
export interface StackitSdConfig extends ObjectOf<typeof stackitFields> {}
export const stackitSdConfigSchema: ObjectSchema<StackitSdConfig> = object('stackit.plain', stackitFields, {
  check: checkStackit,
});

const tritonFields = {
  account: defaulted(string(), ''),
  role: defaulted(string(), 'container'),
  dnsSuffix: defaulted(string(), ''),
  endpoint: defaulted(urlText(), ''),
  groups: defaulted(list(string()), []),
  port: defaulted(int({ min: 0, max: 65_535 }), 9163),
  refreshInterval: defaulted(duration(), 60_000),
  tlsConfig: optional(tlsConfigSchema),
  version: defaulted(int(), 1),
};

/** A `triton_sd_configs` entry. */
export interface TritonSdConfig extends ObjectOf<typeof tritonFields> {}
export const tritonSdConfigSchema: ObjectSchema<TritonSdConfig> = object('triton.plain', tritonFields, {
  check: checkTriton,
});

const vultrFields = { ...httpClient(), ...refreshAndPort() };

/** A `vultr_sd_configs` entry. */
export interface VultrSdConfig extends ObjectOf<typeof vultrFields> {}
export const vultrSdConfigSchema: ObjectSchema<VultrSdConfig> = object('vultr.plain', vultrFields);

function unknown(what: string): (word: string) => string {
  return (word) => `unknown ${what} ${JSON.stringify(word)}`;
}

function unknownAzureMethod(word: string): string {
  const [first, second, third, last] = AZURE_METHODS.map((method) => JSON.stringify(method));
  return `unknown authentication_type ${JSON.stringify(word)}. Supported types are ${first}, ${second}, ${third} or ${last}`;
}

function unknownAvailability(word: string): string {
  return `unknown availability ${word}, must be one of admin, internal or public`;
}

function checkAzure(config: AzureSdConfig, report: Report): void {
  const wants = (key: string) => `azure SD configuration requires a ${key}`;
  demand(config.subscriptionId, wants('subscription_id'), 'subscription_id', report);
  if (config.authenticationMethod !== 'OAuth') return;
  demand(config.tenantId, wants('tenant_id'), 'tenant_id', report);
  demand(config.clientId, wants('client_id'), 'client_id', report);
  demand(config.clientSecret, wants('client_secret'), 'client_secret', report);
}

function checkOci(config: OciSdConfig, report: Report): void {
  demand(config.region, 'oci_sd: region is required', 'region', report);
  const given = [
    config.tenancy,
    config.user,
    config.fingerprint,
    config.keyFile,
    config.keyPassphrase,
    config.keyPassphraseFile,
  ];
  if (config.auth === 'api_key') {
    demand(config.tenancy, 'oci_sd: api_key auth requires tenancy', 'tenancy', report);
    demand(config.user, 'oci_sd: api_key auth requires user', 'user', report);
    demand(config.fingerprint, 'oci_sd: api_key auth requires fingerprint', 'fingerprint', report);
    demand(config.keyFile, 'oci_sd: api_key auth requires key_file', 'key_file', report);
    if (isSet(config.keyPassphrase) && isSet(config.keyPassphraseFile)) {
      report('oci_sd: at most one of key_passphrase and key_passphrase_file must be configured', 'key_passphrase');
    }
  } else if (config.auth === 'instance_principal') {
    if (given.some(isSet)) {
      report(
        'oci_sd: instance_principal auth must not have tenancy, user, fingerprint, key_file, key_passphrase, or key_passphrase_file set',
        'auth',
      );
    }
  } else {
    report(
      `oci_sd: unknown auth method ${JSON.stringify(config.auth)}, expected "api_key" or "instance_principal"`,
      'auth',
    );
  }
  config.compartments.forEach((id, index) => {
    if (id === '') report(`oci_sd: compartments[${index}] must not be empty`, ['compartments', index]);
  });
  if (config.refreshInterval <= 0) report('oci_sd: refresh_interval must be positive, got 0s', 'refresh_interval');
}

function checkOutscale(config: OutscaleSdConfig, report: Report): void {
  demand(config.region, 'outscale SD configuration requires a region', 'region', report);
  demand(config.accessKey, 'outscale SD configuration requires access_key', 'access_key', report);
  checkSecretKey(config, report);
}

function checkSecretKey(config: OutscaleSdConfig | ScalewaySdConfig, report: Report): void {
  const pair = {
    inline: isSet(config.secretKey),
    file: isSet(config.secretKeyFile),
    key: 'secret_key',
    mandatory: true,
  };
  checkSecretPair(pair, report);
}

function checkOvhcloud(config: OvhcloudSdConfig, report: Report): void {
  demand(config.endpoint, 'endpoint can not be empty', 'endpoint', report);
  demand(config.applicationKey, 'application key can not be empty', 'application_key', report);
  demand(config.applicationSecret, 'application secret can not be empty', 'application_secret', report);
  demand(config.consumerKey, 'consumer key can not be empty', 'consumer_key', report);
  if (config.service !== 'dedicated_server' && config.service !== 'vps') {
    report(`unknown service: ${config.service}`, 'service', 'write dedicated_server or vps');
  }
}

function checkScaleway(config: ScalewaySdConfig, report: Report): void {
  demand(config.role, 'role missing (one of: instance, baremetal)', 'role', report);
  demand(config.projectId, 'project_id is mandatory', 'project_id', report);
  checkSecretKey(config, report);
  demand(config.accessKey, 'access_key is mandatory', 'access_key', report);
}

function checkStackit(config: StackitSdConfig, report: Report): void {
  if (config.endpoint === '' && config.region === '') report('stackit_sd: endpoint and region missing');
  const prefix = `stackit_sd: invalid endpoint ${JSON.stringify(config.endpoint)}: `;
  if (config.endpoint !== '') splitOrReport(config.endpoint, 'endpoint', report, prefix);
}

function checkTriton(config: TritonSdConfig, report: Report): void {
  if (config.role !== 'container' && config.role !== 'cn') {
    report("triton SD configuration requires role to be 'container' or 'cn'", 'role');
  }
  demand(config.account, 'triton SD configuration requires an account', 'account', report);
  demand(config.dnsSuffix, 'triton SD configuration requires a dns_suffix', 'dns_suffix', report);
  demand(config.endpoint, 'triton SD configuration requires an endpoint', 'endpoint', report);
  if (config.refreshInterval <= 0) {
    report('triton SD configuration requires RefreshInterval to be a positive integer', 'refresh_interval');
  }
}
