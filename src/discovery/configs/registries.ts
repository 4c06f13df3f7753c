import { isSet } from '#lib/http-config';
import { defaulted, list, mapOfValues, type ObjectOf, type ObjectSchema, object, optional } from '#lib/schema';
import type { Report } from '#lib/schema-decode';
import { bool, duration, filePath, int, secret, string } from '#lib/schema-scalars';
import { queryUrlText, urlText } from '#lib/schema-url';
import { checkHttpUrl, demand, httpClient, port, refreshInterval, splitOrReport } from './common.ts';

const SECOND = 1000;

const httpFields = {
  ...httpClient(),
  refreshInterval: defaulted(duration(), 60 * SECOND),
  url: defaulted(queryUrlText(), ''),
};

/** An `http_sd_configs` entry. */
export interface HttpSdConfig extends ObjectOf<typeof httpFields> {}
export const httpSdConfigSchema: ObjectSchema<HttpSdConfig> = object('http.plain', httpFields, {
  check: (config, report) => checkHttpUrl(config.url, report),
});

const dnsFields = {
  names: defaulted(list(string()), []),
  refreshInterval: defaulted(duration(), 30 * SECOND),
  type: defaulted(string(), 'SRV'),
  port: defaulted(int({ min: 0, max: 65_535 }), 0, { always: true }),
};

/** A `dns_sd_configs` entry. The port is not used for SRV records. */
export interface DnsSdConfig extends ObjectOf<typeof dnsFields> {}
export const dnsSdConfigSchema: ObjectSchema<DnsSdConfig> = object('dns.plain', dnsFields, { check: checkDns });

const consulFields = {
  server: defaulted(urlText(), 'localhost:8500'),
  pathPrefix: optional(string()),
  token: optional(secret()),
  datacenter: optional(string()),
  namespace: optional(string()),
  partition: optional(string()),
  tagSeparator: defaulted(string(), ','),
  scheme: defaulted(string(), 'http'),
  username: optional(string()),
  password: optional(secret()),
  allowStale: defaulted(bool(), true, { always: true }),
  refreshInterval: defaulted(duration(), 30 * SECOND),
  services: defaulted(list(string()), []),
  tags: defaulted(list(string()), []),
  nodeMeta: defaulted(mapOfValues(string()), {}),
  filter: optional(string()),
  healthFilter: optional(string()),
  ...httpClient(),
};

/** A `consul_sd_configs` entry. */
export interface ConsulSdConfig extends ObjectOf<typeof consulFields> {}
export const consulSdConfigSchema: ObjectSchema<ConsulSdConfig> = object('consul.plain', consulFields, {
  check: checkConsul,
});

const nomadFields = {
  allowStale: defaulted(bool(), true, { always: true }),
  ...httpClient(),
  namespace: defaulted(string(), 'default'),
  refreshInterval: defaulted(duration(), 60 * SECOND),
  region: defaulted(string(), 'global'),
  server: defaulted(urlText(), 'http://localhost:4646', { emptyWhenNull: true }),
  tagSeparator: defaulted(string(), ','),
};

/** A `nomad_sd_configs` entry. */
export interface NomadSdConfig extends ObjectOf<typeof nomadFields> {}
export const nomadSdConfigSchema: ObjectSchema<NomadSdConfig> = object('nomad.plain', nomadFields, {
  check(config, report) {
    demand(config.server.trim(), 'nomad SD configuration requires a server address', 'server', report);
  },
});

const eurekaFields = {
  server: defaulted(urlText(), ''),
  ...httpClient(),
  refreshInterval: defaulted(duration(), 30 * SECOND),
};

/** A `eureka_sd_configs` entry. */
export interface EurekaSdConfig extends ObjectOf<typeof eurekaFields> {}
export const eurekaSdConfigSchema: ObjectSchema<EurekaSdConfig> = object('eureka.plain', eurekaFields, {
  check: checkEureka,
});

const marathonFields = {
  servers: defaulted(list(urlText()), []),
  refreshInterval: defaulted(duration(), 30 * SECOND),
  authToken: optional(secret()),
  authTokenFile: optional(filePath()),
  ...httpClient(),
};

/** A `marathon_sd_configs` entry. */
export interface MarathonSdConfig extends ObjectOf<typeof marathonFields> {}
export const marathonSdConfigSchema: ObjectSchema<MarathonSdConfig> = object('marathon.plain', marathonFields, {
  check: checkMarathon,
});

const kumaFields = {
  ...httpClient(),
  refreshInterval: defaulted(duration(), 15 * SECOND),
  fetchTimeout: defaulted(duration(), 120 * SECOND),
  server: defaulted(urlText(), ''),
  clientId: optional(string()),
};

/** A `kuma_sd_configs` entry. */
export interface KumaSdConfig extends ObjectOf<typeof kumaFields> {}
export const kumaSdConfigSchema: ObjectSchema<KumaSdConfig> = object('xds.plainKumaConf', kumaFields, {
  check: checkKuma,
});

const zookeeperFields = {
  servers: defaulted(list(urlText()), []),
  paths: defaulted(list(string()), []),
  timeout: defaulted(duration(), 10 * SECOND),
};

/** An entry of `serverset_sd_configs` or `nerve_sd_configs`: paths to read in Zookeeper. */
export interface ZookeeperSdConfig extends ObjectOf<typeof zookeeperFields> {}
export const serversetSdConfigSchema = zookeeper('serverset', 'zookeeper.plain');
export const nerveSdConfigSchema = zookeeper('nerve', 'zookeeper.plain');

const puppetdbFields = {
  ...httpClient(),
  refreshInterval: refreshInterval(),
  url: defaulted(urlText(), ''),
  query: defaulted(string(), ''),
  includeParameters: defaulted(bool(), false, { always: true }),
  port: port(),
};

/** A `puppetdb_sd_configs` entry. */
export interface PuppetdbSdConfig extends ObjectOf<typeof puppetdbFields> {}
export const puppetdbSdConfigSchema: ObjectSchema<PuppetdbSdConfig> = object('puppetdb.plain', puppetdbFields, {
  check(config, report) {
    checkHttpUrl(config.url, report);
    demand(config.query, 'query missing', 'query', report);
  },
});

const uyuniFields = {
  server: defaulted(urlText(), ''),
  username: defaulted(string(), ''),
  password: optional(secret()),
  ...httpClient(),
  entitlement: defaulted(string(), 'monitoring_entitled'),
  separator: defaulted(string(), ','),
  refreshInterval: defaulted(duration(), 60 * SECOND),
};

/** A `uyuni_sd_configs` entry. */
export interface UyuniSdConfig extends ObjectOf<typeof uyuniFields> {}
export const uyuniSdConfigSchema: ObjectSchema<UyuniSdConfig> = object('uyuni.plain', uyuniFields, {
  check: checkUyuni,
});

function checkDns(config: DnsSdConfig, report: Report): void {
  demand(config.names, 'DNS-SD config must contain at least one SRV record name', 'names', report);
  const type = config.type.toUpperCase();
  if (type === 'SRV') return;
  if (!['A', 'AAAA', 'MX', 'NS'].includes(type)) {
    report(`invalid DNS-SD records type ${config.type}`, 'type', 'write one of SRV, A, AAAA, MX, NS');
  } else if (config.port === 0) {
    report('a port is required in DNS-SD configs for all record types except SRV', 'port', 'add port: ...');
  }
}

function checkConsul(config: ConsulSdConfig, report: Report): void {
  const { httpClientConfig: client } = config;
  demand(config.server.trim(), 'consul SD configuration requires a server address', 'server', report);
  if ((isSet(config.username) || isSet(config.password)) && client.basicAuth !== undefined) {
    report('at most one of consul SD configuration username and password and basic auth can be configured', 'username');
  }
  if (isSet(config.token) && (client.authorization !== undefined || client.oauth2 !== undefined)) {
    report('at most one of consul SD token, authorization, or oauth2 can be configured', 'token');
  }
}

function checkEureka(config: EurekaSdConfig, report: Report): void {
  if (config.server === '') {
    report('eureka_sd: empty or null eureka server', 'server');
    return;
  }
  const parts = splitOrReport(config.server, 'server', report);
  if (parts !== undefined && (parts.scheme === '' || parts.host === '')) {
    report('eureka_sd: invalid eureka server URL', 'server');
  }
}

function checkMarathon(config: MarathonSdConfig, report: Report): void {
  const { httpClientConfig: client } = config;
  demand(config.servers, 'marathon_sd: must contain at least one Marathon server', 'servers', report);
  const inline = isSet(config.authToken);
  const file = isSet(config.authTokenFile);
  if (inline && file)
    report('marathon_sd: at most one of auth_token & auth_token_file must be configured', 'auth_token');
  if (!inline && !file) return;
  if (client.basicAuth !== undefined) {
    report('marathon_sd: at most one of basic_auth, auth_token & auth_token_file must be configured', 'auth_token');
  }
  if (client.authorization !== undefined) {
    report('marathon_sd: at most one of auth_token, auth_token_file & authorization must be configured', 'auth_token');
  }
}

function checkKuma(config: KumaSdConfig, report: Report): void {
  if (config.server === '') {
    report('kuma SD server must not be empty: ', 'server');
    return;
  }
  const parts = splitOrReport(config.server, 'server', report);
  if (parts !== undefined && (parts.scheme === '' || parts.host === '')) {
    report(`kuma SD server must not be empty and have a scheme: ${config.server}`, 'server');
  }
}

function zookeeper(name: string, type: string): ObjectSchema<ZookeeperSdConfig> {
  return object(type, zookeeperFields, {
    check(config: ZookeeperSdConfig, report: Report) {
      demand(config.servers, `${name} SD config must contain at least one Zookeeper server`, 'servers', report);
      demand(config.paths, `${name} SD config must contain at least one path`, 'paths', report);
      config.paths.forEach((path, index) => {
        if (!path.startsWith('/')) report(`${name} SD config paths must begin with '/': ${path}`, ['paths', index]);
      });
    },
  });
}

function checkUyuni(config: UyuniSdConfig, report: Report): void {
  demand(config.server, 'Uyuni SD configuration requires server host', 'server', report);
  if (config.server !== '') splitOrReport(config.server, 'server', report, 'Uyuni Server URL is not valid: ');
  demand(config.username, 'Uyuni SD configuration requires a username', 'username', report);
  demand(config.password, 'Uyuni SD configuration requires a password', 'password', report);
}
