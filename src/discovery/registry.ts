import type { DiscoveryConfigs } from './config.ts';
import type { Discoverer, DiscoveryReport } from './discoverer.ts';
import type { MechanismParts } from './registry-parts.ts';
import { consulDiscoverer } from './sd/consul.ts';
import { dnsDiscoverer } from './sd/dns.ts';
import { dockerDiscoverer } from './sd/docker.ts';
import { ec2Discoverer } from './sd/ec2.ts';
import { fileDiscoverer } from './sd/file.ts';
import { httpDiscoverer } from './sd/http.ts';
import { kubernetesDiscoverer } from './sd/kubernetes.ts';
import { staticDiscoverer } from './sd/static.ts';

/** One discovery of a job, ready to run. */
export interface ConfiguredDiscovery {
  /** As in the key: `static`, `file`, `kubernetes`, … */
  readonly mechanism: string;
  create(report: DiscoveryReport): Discoverer;
}

/** The mechanisms that exist: each block of a job's list runs on its own, static blocks run together. */
const MECHANISMS: {
  readonly [K in keyof DiscoveryConfigs]?: (
    blocks: DiscoveryConfigs[K],
    parts: MechanismParts,
  ) => readonly ((report: DiscoveryReport) => Discoverer)[];
} = {
  staticConfigs: (blocks) => (blocks.length === 0 ? [] : [() => staticDiscoverer(blocks)]),
  fileSdConfigs: (blocks, parts) => blocks.map((block) => (report) => fileDiscoverer(block, parts, report)),
  consulSdConfigs: (blocks, parts) => blocks.map((block) => (report) => consulDiscoverer(block, parts, report)),
  dockerSdConfigs: (blocks, parts) => blocks.map((block) => (report) => dockerDiscoverer(block, parts, report)),
  ec2SdConfigs: (blocks, parts) => blocks.map((block) => (report) => ec2Discoverer(block, parts, report)),
  httpSdConfigs: (blocks, parts) => blocks.map((block) => (report) => httpDiscoverer(block, parts, report)),
  dnsSdConfigs: (blocks, parts) => blocks.map((block) => (report) => dnsDiscoverer(block, parts, report)),
  kubernetesSdConfigs: (blocks, parts) => blocks.map((block) => (report) => kubernetesDiscoverer(block, parts, report)),
};

/** All discoveries of a job. A mechanism that does not exist here is there too: it finds nothing and says why. */
export function configuredDiscoveries(configs: DiscoveryConfigs, parts: MechanismParts): ConfiguredDiscovery[] {
  return (Object.keys(configs) as (keyof DiscoveryConfigs)[]).flatMap((key) => discoveriesOf(key, configs, parts));
}

/** Whether the mechanism finds targets here; others are read and checked only. */
export function isSupported(mechanism: string): boolean {
  return SUPPORTED.has(mechanism);
}

const SUPPORTED: ReadonlySet<string> = new Set(Object.keys(MECHANISMS).map(mechanismOf));

function mechanismOf(key: string): string {
  return key.replace(/(Sd)?Configs$/, '');
}

function discoveriesOf<K extends keyof DiscoveryConfigs>(
  key: K,
  configs: DiscoveryConfigs,
  parts: MechanismParts,
): ConfiguredDiscovery[] {
  const mechanism = mechanismOf(key);
  const create = MECHANISMS[key]?.(configs[key], parts) ?? configs[key].map(() => unsupported(mechanism));
  return create.map((make) => ({ mechanism, create: make }));
}

function unsupported(mechanism: string): (report: DiscoveryReport) => Discoverer {
  return (report) => ({
    async *run() {
      report(
        `${mechanism}_sd_configs is not supported yet: its targets are not found; http_sd_configs or file_sd_configs can stand in`,
      );
      yield [];
    },
  });
}
