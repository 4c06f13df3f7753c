import { defaulted, list, mapOfValues, type ObjectOf, type ObjectSchema, object, type Schema } from '#lib/schema';
import { type Decoded, decodeText, emptyDocument, type Report } from '#lib/schema-decode';
import { duration, filePath, string } from '#lib/schema-scalars';
import {
  awsClusterSdConfigSchema,
  awsSdConfigSchema,
  ec2SdConfigSchema,
  lightsailSdConfigSchema,
  rdsSdConfigSchema,
} from './configs/aws.ts';
import * as clouds from './configs/clouds.ts';
import { dockerSdConfigSchema, dockerSwarmSdConfigSchema } from './configs/containers.ts';
import { kubernetesSdConfigSchema } from './configs/kubernetes.ts';
import * as registries from './configs/registries.ts';

const staticFields = {
  targets: defaulted(list(string()), [], { always: true }),
  labels: defaulted(mapOfValues(string()), {}),
};

/** A group of targets written down: addresses and the labels they share. Also one group of a file or http discovery. */
export interface StaticConfig extends ObjectOf<typeof staticFields> {}
const staticConfigSchema: ObjectSchema<StaticConfig> = object('targetgroup.Group', staticFields, {
  check: ({ labels }, report) => {
    if ('' in labels) report('"" is not a valid label name', ['labels', '']);
  },
});

const FILE_HINT = 'the name must end in .json, .yml or .yaml, and * may only stand in its last part';

const fileSdFields = {
  files: defaulted(list(filePath(checkFileName, FILE_HINT)), [], { always: true }),
  refreshInterval: defaulted(duration(), 300_000),
};

/** A `file_sd_configs` entry: absolute paths, the last element may hold one `*`. */
export interface FileSdConfig extends ObjectOf<typeof fileSdFields> {}
const fileSdConfigSchema: ObjectSchema<FileSdConfig> = object('file.plain', fileSdFields, { check: checkFiles });

const discoveryFields = {
  awsSdConfigs: entries('aws_sd_configs', awsSdConfigSchema),
  azureSdConfigs: entries('azure_sd_configs', clouds.azureSdConfigSchema),
  consulSdConfigs: entries('consul_sd_configs', registries.consulSdConfigSchema),
  digitaloceanSdConfigs: entries('digitalocean_sd_configs', clouds.digitaloceanSdConfigSchema),
  dnsSdConfigs: entries('dns_sd_configs', registries.dnsSdConfigSchema),
  dockerSdConfigs: entries('docker_sd_configs', dockerSdConfigSchema),
  dockerswarmSdConfigs: entries('dockerswarm_sd_configs', dockerSwarmSdConfigSchema),
  ec2SdConfigs: entries('ec2_sd_configs', ec2SdConfigSchema),
  ecsSdConfigs: entries('ecs_sd_configs', awsClusterSdConfigSchema),
  elasticacheSdConfigs: entries('elasticache_sd_configs', awsClusterSdConfigSchema),
  eurekaSdConfigs: entries('eureka_sd_configs', registries.eurekaSdConfigSchema),
  fileSdConfigs: entries('file_sd_configs', fileSdConfigSchema),
  gceSdConfigs: entries('gce_sd_configs', clouds.gceSdConfigSchema),
  hetznerSdConfigs: entries('hetzner_sd_configs', clouds.hetznerSdConfigSchema),
  httpSdConfigs: entries('http_sd_configs', registries.httpSdConfigSchema),
  ionosSdConfigs: entries('ionos_sd_configs', clouds.ionosSdConfigSchema),
  kubernetesSdConfigs: entries('kubernetes_sd_configs', kubernetesSdConfigSchema),
  kumaSdConfigs: entries('kuma_sd_configs', registries.kumaSdConfigSchema),
  lightsailSdConfigs: entries('lightsail_sd_configs', lightsailSdConfigSchema),
  linodeSdConfigs: entries('linode_sd_configs', clouds.linodeSdConfigSchema),
  marathonSdConfigs: entries('marathon_sd_configs', registries.marathonSdConfigSchema),
  mskSdConfigs: entries('msk_sd_configs', awsClusterSdConfigSchema),
  nerveSdConfigs: entries('nerve_sd_configs', registries.nerveSdConfigSchema),
  nomadSdConfigs: entries('nomad_sd_configs', registries.nomadSdConfigSchema),
  ociSdConfigs: entries('oci_sd_configs', clouds.ociSdConfigSchema),
  openstackSdConfigs: entries('openstack_sd_configs', clouds.openstackSdConfigSchema),
  outscaleSdConfigs: entries('outscale_sd_configs', clouds.outscaleSdConfigSchema),
  ovhcloudSdConfigs: entries('ovhcloud_sd_configs', clouds.ovhcloudSdConfigSchema),
  puppetdbSdConfigs: entries('puppetdb_sd_configs', registries.puppetdbSdConfigSchema),
  rdsSdConfigs: entries('rds_sd_configs', rdsSdConfigSchema),
  scalewaySdConfigs: entries('scaleway_sd_configs', clouds.scalewaySdConfigSchema),
  serversetSdConfigs: entries('serverset_sd_configs', registries.serversetSdConfigSchema),
  stackitSdConfigs: entries('stackit_sd_configs', clouds.stackitSdConfigSchema),
  staticConfigs: entries('static_configs', staticConfigSchema),
  tritonSdConfigs: entries('triton_sd_configs', clouds.tritonSdConfigSchema),
  uyuniSdConfigs: entries('uyuni_sd_configs', registries.uyuniSdConfigSchema),
  vultrSdConfigs: entries('vultr_sd_configs', clouds.vultrSdConfigSchema),
};

/** Where targets come from: one list for each mechanism, empty when it is not used. Stands inline in its block. */
export interface DiscoveryConfigs extends ObjectOf<typeof discoveryFields> {}
export const discoveryConfigsSchema: ObjectSchema<DiscoveryConfigs> = object('discovery.Configs', discoveryFields);

/**
 * Reads the target groups of a file for file discovery, or of an answer to http discovery: a list of static configs in
 * JSON or YAML. Never throws for bad input.
 */
export function parseTargetGroups(text: string, file?: string): Decoded<readonly StaticConfig[]> {
  const groups = list(staticConfigSchema, { nullItem: 'nil target group item found (index 0)' });
  return decodeText(text, { file }, (document, decoding) => groups.decode(document ?? emptyDocument(file), decoding));
}

/**
 * Reports static targets that are URLs: without relabeling a target must be an address. Paths are relative to the block
 * that holds `static_configs`.
 */
export function reportInvalidTarget(discovery: DiscoveryConfigs, report: Report): void {
  discovery.staticConfigs.forEach(({ targets }, group) => {
    targets.forEach((address, target) => {
      if (!address.includes('/')) return;
      const hint = 'write host:port; scheme and path are keys of the job';
      report(`${JSON.stringify(address)} is not a valid hostname`, ['static_configs', group, 'targets', target], hint);
    });
  });
}

function entries<T>(key: string, schema: Schema<T>) {
  return defaulted(list(schema, { nullItem: `empty or null section in ${key}` }), [], { key });
}

function checkFileName(name: string): string | undefined {
  const valid = /^[^*]*(\*[^/]*)?\.(json|yml|yaml|JSON|YML|YAML)$/.test(name);
  return valid ? undefined : `path name ${JSON.stringify(name)} is not valid for file discovery`;
}

function checkFiles(config: FileSdConfig, report: Report): void {
  if (config.files.length === 0) report('file service discovery config must contain at least one path name', 'files');
}
