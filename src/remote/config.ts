import { http1ClientConfigSchema, httpClientConfigSchema, RESERVED_HEADERS } from '#lib/http-config';
import {
  defaulted,
  inline,
  list,
  mapOfValues,
  type ObjectOf,
  type ObjectSchema,
  object,
  optional,
  required,
  type Schema,
} from '#lib/schema';
import type { Report } from '#lib/schema-decode';
import { bool, duration, filePath, int, oneOf, string } from '#lib/schema-scalars';
import { anyUrl } from '#lib/schema-url';
import { sigv4ConfigSchema } from '#lib/sigv4-config';
import { relabelConfigs } from '#model/relabel-config';
import { azureAdConfigSchema } from './config/azuread.ts';
import { WRITE_MESSAGES } from './write-message.ts';

const queueFields = {
  capacity: defaulted(int(), 10_000),
  maxShards: defaulted(int(), 50),
  minShards: defaulted(int(), 1),
  maxSamplesPerSend: defaulted(int(), 2000),
  batchSendDeadline: defaulted(duration(), 5000),
  minBackoff: defaulted(duration(), 30),
  maxBackoff: defaulted(duration(), 5000),
  retryOnHttp429: defaulted(bool(), false, { key: 'retry_on_http_429' }),
  sampleAgeLimit: defaulted(duration(), 0),
};

/** `queue_config`: how samples wait for a remote and how many connections send them. */
interface QueueConfig extends ObjectOf<typeof queueFields> {}
const queueSchema: ObjectSchema<QueueConfig> = object('config.QueueConfig', queueFields, { check: checkQueue });

const DEFAULT_QUEUE: QueueConfig = {
  capacity: 10_000,
  maxShards: 50,
  minShards: 1,
  maxSamplesPerSend: 2000,
  batchSendDeadline: 5000,
  minBackoff: 30,
  maxBackoff: 5000,
  retryOnHttp429: false,
  sampleAgeLimit: 0,
};

const metadataFields = {
  send: defaulted(bool(), true, { always: true }),
  sendInterval: defaulted(duration(), 60_000, { always: true }),
  maxSamplesPerSend: defaulted(int(), 2000),
};

const DEFAULT_METADATA = { send: true, sendInterval: 60_000, maxSamplesPerSend: 2000 };

const writeFields = {
  url: required(anyUrl(), 'url for remote_write is empty'),
  remoteTimeout: defaulted(duration(), 30_000),
  headers: defaulted(mapOfValues(string()), {}),
  writeRelabelConfigs: defaulted(relabelConfigs('empty or null relabeling rule in remote write config'), []),
  name: defaulted(string(), ''),
  sendExemplars: defaulted(bool(), false),
  sendNativeHistograms: defaulted(bool(), false),
  roundRobinDns: defaulted(bool(), false),
  protobufMessage: defaulted(oneOf(WRITE_MESSAGES, unknownMessage), 'prometheus.WriteRequest'),
  failedRequestLogging: defaulted(bool(), false),
  httpClientConfig: inline(http1ClientConfigSchema),
  queueConfig: defaulted(queueSchema, DEFAULT_QUEUE),
  metadataConfig: defaulted(object('config.MetadataConfig', metadataFields), DEFAULT_METADATA),
  sigv4: optional(sigv4ConfigSchema),
  azuread: optional(azureAdConfigSchema),
  googleIam: optional(object('googleiam.Config', { credentialsFile: optional(filePath()) })),
};

/** A `remote_write` entry. An empty name means: made from the content. */
export interface RemoteWriteConfig extends ObjectOf<typeof writeFields> {}
const remoteWriteSchema: ObjectSchema<RemoteWriteConfig> = object('config.plain', writeFields, {
  check: checkWrite,
});

const readFields = {
  url: required(anyUrl(), 'url for remote_read is empty'),
  remoteTimeout: defaulted(duration(), 60_000),
  chunkedReadLimitBytes: defaulted(int({ min: 0 }), 50_000_000, { key: 'chunked_read_limit' }),
  headers: defaulted(mapOfValues(string()), {}),
  readRecent: defaulted(bool(), false),
  name: defaulted(string(), ''),
  httpClientConfig: inline(httpClientConfigSchema),
  requiredMatchers: defaulted(mapOfValues(string()), {}),
  filterExternalLabels: defaulted(bool(), true),
};

/** A `remote_read` entry. */
export interface RemoteReadConfig extends ObjectOf<typeof readFields> {}
const remoteReadSchema: ObjectSchema<RemoteReadConfig> = object('config.plain', readFields, {
  check: (config, report) => checkHeaders(config.headers, report),
});

/** The list under `remote_write`. */
export function remoteWriteList(): Schema<readonly RemoteWriteConfig[]> {
  return list(remoteWriteSchema, { nullItem: 'empty or null remote write config section' });
}

/** The list under `remote_read`. */
export function remoteReadList(): Schema<readonly RemoteReadConfig[]> {
  return list(remoteReadSchema, { nullItem: 'empty or null remote read config section' });
}

const STRATEGIES = [
  'UnderscoreEscapingWithSuffixes',
  'UnderscoreEscapingWithoutSuffixes',
  'NoUTF8EscapingWithSuffixes',
  'NoTranslation',
] as const;

const otlpFields = {
  promoteAllResourceAttributes: defaulted(bool(), false),
  promoteResourceAttributes: defaulted(list(trimmed()), []),
  ignoreResourceAttributes: defaulted(list(trimmed()), []),
  translationStrategy: defaulted(oneOf(STRATEGIES, unknownStrategy), 'UnderscoreEscapingWithSuffixes'),
  keepIdentifyingResourceAttributes: defaulted(bool(), false),
  convertHistogramsToNhcb: defaulted(bool(), false),
  promoteScopeMetadata: defaulted(bool(), false),
  labelNameUnderscoreSanitization: defaulted(bool(), true),
  labelNamePreserveMultipleUnderscores: defaulted(bool(), true),
};

/** `otlp`: how received OpenTelemetry metrics become series. */
export interface OtlpConfig extends ObjectOf<typeof otlpFields> {}
export const otlpConfigSchema: ObjectSchema<OtlpConfig> = object('config.plain', otlpFields, { check: checkOtlp });

/** `otlp` when it is not written. */
export const defaultOtlpConfig: OtlpConfig = {
  promoteAllResourceAttributes: false,
  promoteResourceAttributes: [],
  ignoreResourceAttributes: [],
  translationStrategy: 'UnderscoreEscapingWithSuffixes',
  keepIdentifyingResourceAttributes: false,
  convertHistogramsToNhcb: false,
  promoteScopeMetadata: false,
  labelNameUnderscoreSanitization: true,
  labelNamePreserveMultipleUnderscores: true,
};

/** True when a strategy leaves UTF-8 in names, which the legacy validation scheme forbids. */
export function keepsUtf8(strategy: OtlpConfig['translationStrategy']): boolean {
  return strategy === 'NoTranslation' || strategy === 'NoUTF8EscapingWithSuffixes';
}

function unknownMessage(word: string): string {
  const supported = WRITE_MESSAGES.join(', ');
  return `invalid protobuf_message value: unknown type for remote write protobuf message ${word}, supported: ${supported}`;
}

function unknownStrategy(word: string): string {
  return `unsupported OTLP translation strategy ${JSON.stringify(word)}`;
}

function trimmed(): Schema<string> {
  const base = string();
  return {
    ...base,
    decode(node, decoding) {
      const text = base.decode(node, decoding);
      return typeof text === 'string' ? text.trim() : text;
    },
  };
}

function checkQueue(queue: QueueConfig, report: Report): void {
  const positive = {
    max_shards: queue.maxShards,
    min_shards: queue.minShards,
    max_samples_per_send: queue.maxSamplesPerSend,
    capacity: queue.capacity,
  };
  for (const [key, value] of Object.entries(positive)) {
    if (value <= 0) report(`remote write queue ${key} must be positive`, key);
  }
  if (queue.minShards > queue.maxShards) {
    report('remote write queue min_shards must not be greater than max_shards', 'min_shards');
  }
  if (queue.maxBackoff < queue.minBackoff) {
    report('remote write queue max_backoff must not be less than min_backoff', 'max_backoff');
  }
}

function checkHeaders(headers: Readonly<Record<string, string>>, report: Report): void {
  for (const header of Object.keys(headers)) {
    const name = header.toLowerCase();
    if (name === 'authorization') {
      report(
        'authorization header must be changed via the basic_auth, authorization, oauth2, sigv4, azuread or google_iam parameter',
        ['headers', header],
      );
    } else if (RESERVED_HEADERS.has(name)) {
      report(`${header} is a reserved header. It must not be changed`, ['headers', header]);
    }
  }
}

function checkWrite(config: RemoteWriteConfig, report: Report): void {
  checkHeaders(config.headers, report);
  const { basicAuth, authorization, oauth2 } = config.httpClientConfig;
  const kinds = {
    basic_auth: basicAuth,
    authorization,
    oauth2,
    sigv4: config.sigv4,
    azuread: config.azuread,
    google_iam: config.googleIam,
  };
  const used = Object.entries(kinds).flatMap(([key, value]) => (value === undefined ? [] : [key]));
  if (used.length > 1) {
    report(
      'at most one of basic_auth, authorization, oauth2, sigv4, azuread or google_iam must be configured. ' +
        `Currently configured: [${used.join(' ')}]`,
      used[1],
    );
  }
}

function checkOtlp(otlp: OtlpConfig, report: Report): void {
  const { promoteResourceAttributes: promoted, ignoreResourceAttributes: ignored } = otlp;
  if (otlp.promoteAllResourceAttributes) {
    if (promoted.length > 0) {
      report(
        "'promote_all_resource_attributes' and 'promote_resource_attributes' cannot be configured simultaneously",
        'promote_resource_attributes',
      );
    }
    checkAttributes(ignored, { key: 'ignore_resource_attributes', adjective: 'ignored' }, report);
    return;
  }
  if (ignored.length > 0) {
    report(
      "'ignore_resource_attributes' cannot be configured unless 'promote_all_resource_attributes' is true",
      'ignore_resource_attributes',
    );
  }
  checkAttributes(promoted, { key: 'promote_resource_attributes', adjective: 'promoted' }, report);
}

function checkAttributes(
  names: readonly string[],
  of: { readonly key: string; readonly adjective: string },
  report: Report,
): void {
  const seen = new Set<string>();
  names.forEach((name, index) => {
    const place = [of.key, index];
    if (name === '') report(`invalid '${of.key}': empty ${of.adjective} OTel resource attribute`, place);
    else if (seen.has(name)) {
      report(`invalid '${of.key}': duplicated ${of.adjective} OTel resource attribute ${JSON.stringify(name)}`, place);
    }
    seen.add(name);
  });
}
