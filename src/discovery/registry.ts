import type { DiscoveryConfigs } from './config.ts';
import type { Discoverer, DiscoveryReport } from './discoverer.ts';
import type { MechanismParts } from './registry-parts.ts';
import { consulDiscoverer } from './sd/consul.ts';
import { dnsDiscoverer } from './sd/dns.ts';
import { dockerDiscoverer } from './sd/docker.ts';
import { dockerSwarmDiscoverer } from './sd/dockerswarm.ts';
import { ec2Discoverer } from './sd/ec2.ts';
import { fileDiscoverer } from './sd/file.ts';
import { httpDiscoverer } from './sd/http.ts';
import { kubernetesDiscoverer } from './sd/kubernetes.ts';
import { staticDiscoverer } from './sd/static.ts';

/** One discovery of a job, ready to run. */
export interface ConfiguredDiscovery {
  /** As in the key: `static`, `file`, `kubernetes`, … */
  readonly mechanism: string;
  /** What is written in the configuration for it. */
  readonly config: unknown;
  create(report: DiscoveryReport): Discoverer;
}

/** The mechanisms that exist: each block of a job's list runs on its own, static blocks run together. */
const MECHANISMS: {
  readonly [K in keyof DiscoveryConfigs]?: (blocks: DiscoveryConfigs[K], parts: MechanismParts) => readonly Made[];
} = {
  staticConfigs: (blocks) => (blocks.length === 0 ? [] : [{ config: blocks, create: () => staticDiscoverer(blocks) }]),
  consulSdConfigs: eachBlock(consulDiscoverer),
  dnsSdConfigs: eachBlock(dnsDiscoverer),
  dockerSdConfigs: eachBlock(dockerDiscoverer),
  dockerswarmSdConfigs: eachBlock(dockerSwarmDiscoverer),
  ec2SdConfigs: eachBlock(ec2Discoverer),
  fileSdConfigs: eachBlock(fileDiscoverer),
  httpSdConfigs: eachBlock(httpDiscoverer),
  kubernetesSdConfigs: eachBlock(kubernetesDiscoverer),
};

type Made = Omit<ConfiguredDiscovery, 'mechanism'>;

function eachBlock<Block>(make: (block: Block, parts: MechanismParts, report: DiscoveryReport) => Discoverer) {
  return (blocks: readonly Block[], parts: MechanismParts): readonly Made[] =>
    blocks.map((block) => ({ config: block, create: (report) => make(block, parts, report) }));
}

/** All discoveries of a job. A mechanism that does not exist here is there too: it finds nothing and says why. */
export function configuredDiscoveries(configs: DiscoveryConfigs, parts: MechanismParts): ConfiguredDiscovery[] {
  return (Object.keys(configs) as (keyof DiscoveryConfigs)[]).flatMap((key) => discoveriesOf(key, configs, parts));
}

/** Whether the mechanism finds targets here; others are read and checked only. */
export function isSupported(mechanism: string): boolean {
  return SUPPORTED.has(mechanism);
}

const SUPPORTED: ReadonlySet<string> = new Set(Object.keys(MECHANISMS).map(mechanismOf));

/** The mechanism of a key of `DiscoveryConfigs`: `file` of `fileSdConfigs`. */
export function mechanismOf(key: string): string {
  return key.replace(/(Sd)?Configs$/, '');
}

function discoveriesOf<K extends keyof DiscoveryConfigs>(
  key: K,
  configs: DiscoveryConfigs,
  parts: MechanismParts,
): ConfiguredDiscovery[] {
  const mechanism = mechanismOf(key);
  const made = MECHANISMS[key]?.(configs[key], parts) ?? configs[key].map((block) => unsupported(mechanism, block));
  return made.map((discovery) => ({ mechanism, ...discovery }));
}

function unsupported(mechanism: string, config: unknown): Made {
  const problem = `${mechanism}_sd_configs is not supported yet: its targets are not found; http_sd_configs or file_sd_configs can stand in`;
  return {
    config,
    create: (report) => ({
      async *run() {
        report(problem);
        yield [];
      },
    }),
  };
}
