import { defaulted, list, type ObjectOf, type ObjectSchema, object } from '#lib/schema';
import type { Report } from '#lib/schema-decode';
import { bool, string } from '#lib/schema-scalars';
import { urlText } from '#lib/schema-url';
import { demand, discoveryFilterSchema, httpClient, port, refreshInterval, splitOrReport } from './common.ts';

const dockerFields = {
  ...httpClient(),
  host: defaulted(urlText(), ''),
  port: port(),
  filters: defaulted(list(discoveryFilterSchema), [], { always: true }),
  hostNetworkingHost: defaulted(string(), 'localhost'),
  refreshInterval: refreshInterval(),
  matchFirstNetwork: defaulted(bool(), true, { always: true }),
};

/** A `docker_sd_configs` entry. */
export interface DockerSdConfig extends ObjectOf<typeof dockerFields> {}
export const dockerSdConfigSchema: ObjectSchema<DockerSdConfig> = object('moby.plain', dockerFields, {
  check: (config, report) => checkHost(config.host, report),
});

const swarmFields = {
  ...httpClient(),
  host: defaulted(urlText(), ''),
  role: defaulted(string(), ''),
  port: port(),
  filters: defaulted(list(discoveryFilterSchema), [], { always: true }),
  refreshInterval: refreshInterval(),
};

/** A `dockerswarm_sd_configs` entry. */
export interface DockerSwarmSdConfig extends ObjectOf<typeof swarmFields> {}
export const dockerSwarmSdConfigSchema: ObjectSchema<DockerSwarmSdConfig> = object('moby.plain', swarmFields, {
  check: checkSwarm,
});

function checkHost(host: string, report: Report): void {
  demand(host, 'host missing', 'host', report);
  if (host !== '') splitOrReport(host, 'host', report);
}

function checkSwarm(config: DockerSwarmSdConfig, report: Report): void {
  checkHost(config.host, report);
  if (config.role === '') report('role missing (one of: tasks, services, nodes)');
  else if (!['services', 'nodes', 'tasks'].includes(config.role)) {
    report(`invalid role ${config.role}, expected tasks, services, or nodes`, 'role');
  }
}
