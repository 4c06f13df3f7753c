import { defaulted, list, mapOfValues, type ObjectOf, type ObjectSchema, object, optional } from '#lib/schema';
import { type Report, withOrigin } from '#lib/schema-decode';
import { type AnyValue, anyValue, bool, filePath, goDuration, secret, string } from '#lib/schema-scalars';
import { httpUrl } from '#lib/schema-url';
import { type Sigv4Config, sigv4ConfigSchema } from '#lib/sigv4-config';
import type { AlertmanagerGlobalConfig } from './global.ts';
import { atMostOne, type Filled, isGiven, notifierFields, oneOfTwo } from './values.ts';
import { resolveHttpConfig } from './webhook.ts';

/** What PagerDuty is told beside the description, unless `details` says otherwise. */
const PAGERDUTY_DETAILS: Readonly<Record<string, AnyValue>> = {
  firing: '{{ .Alerts.Firing | toJson }}',
  resolved: '{{ .Alerts.Resolved | toJson }}',
  num_firing: '{{ .Alerts.Firing | len }}',
  num_resolved: '{{ .Alerts.Resolved | len }}',
};

const imageFields = { src: defaulted(string(), ''), alt: defaulted(string(), ''), href: defaulted(string(), '') };
const linkFields = { href: defaulted(string(), ''), text: defaulted(string(), '') };

const pagerdutyFields = {
  ...notifierFields(true),
  serviceKey: optional(secret()),
  serviceKeyFile: optional(filePath()),
  routingKey: optional(secret()),
  routingKeyFile: optional(filePath()),
  url: optional(httpUrl()),
  client: defaulted(string(), '{{ template "pagerduty.default.client" . }}'),
  clientUrl: defaulted(string(), '{{ template "pagerduty.default.clientURL" . }}'),
  description: defaulted(string(), '{{ template "pagerduty.default.description" .}}'),
  details: defaulted(mapOfValues(anyValue()), {}),
  images: defaulted(list(object('pagerduty.PagerdutyImage', imageFields)), []),
  links: defaulted(list(object('pagerduty.PagerdutyLink', linkFields)), []),
  source: defaulted(string(), ''),
  severity: defaulted(string(), ''),
  class: defaulted(string(), ''),
  component: defaulted(string(), ''),
  group: defaulted(string(), ''),
  timeout: defaulted(goDuration(), 0, { always: true }),
};

interface WrittenPagerdutyConfig extends ObjectOf<typeof pagerdutyFields> {}
export const pagerdutySchema: ObjectSchema<WrittenPagerdutyConfig> = object('pagerduty.plain', pagerdutyFields, {
  check: checkPagerduty,
  normalize: (config: WrittenPagerdutyConfig) => ({
    ...config,
    source: config.source || config.client,
    details: { ...PAGERDUTY_DETAILS, ...config.details },
  }),
});

/** A `pagerduty_configs` entry: events v2 with a routing key, v1 with a service key. */
export interface PagerdutyConfig extends Filled<WrittenPagerdutyConfig, 'httpConfig' | 'url'> {}

export function resolvePagerduty(own: WrittenPagerdutyConfig, global: AlertmanagerGlobalConfig): PagerdutyConfig {
  return withOrigin({ ...resolveHttpConfig(own, global), url: own.url ?? global.pagerdutyUrl }, own);
}

const responderFields = {
  id: defaulted(string(), ''),
  name: defaulted(string(), ''),
  username: defaulted(string(), ''),
  type: defaulted(string(), ''),
};

const opsgenieFields = {
  ...notifierFields(true),
  apiKey: optional(secret()),
  apiKeyFile: optional(filePath()),
  apiUrl: optional(httpUrl()),
  message: defaulted(string(), '{{ template "opsgenie.default.message" . }}'),
  description: defaulted(string(), '{{ template "opsgenie.default.description" . }}'),
  source: defaulted(string(), '{{ template "opsgenie.default.source" . }}'),
  details: defaulted(mapOfValues(string()), {}),
  entity: defaulted(string(), ''),
  responders: defaulted(
    list(object('opsgenie.OpsGenieConfigResponder', responderFields, { check: checkResponder })),
    [],
  ),
  actions: defaulted(string(), ''),
  tags: defaulted(string(), ''),
  note: defaulted(string(), ''),
  priority: defaulted(string(), ''),
  updateAlerts: defaulted(bool(), false),
};

interface WrittenOpsgenieConfig extends ObjectOf<typeof opsgenieFields> {}
export const opsgenieSchema: ObjectSchema<WrittenOpsgenieConfig> = object('opsgenie.plain', opsgenieFields, {
  check(config, report) {
    atMostOne({ key: 'api_key', value: config.apiKey }, { key: 'api_key_file', value: config.apiKeyFile }, report);
  },
});

/** An `opsgenie_configs` entry. The URL ends in a slash. */
export interface OpsgenieConfig extends Filled<WrittenOpsgenieConfig, 'httpConfig' | 'apiUrl'> {}

export function resolveOpsgenie(
  own: WrittenOpsgenieConfig,
  global: AlertmanagerGlobalConfig,
  report: Report,
): OpsgenieConfig {
  const apiKey = isGiven(own.apiKey) ? own.apiKey : global.opsgenieApiKey;
  const apiKeyFile = own.apiKeyFile || global.opsgenieApiKeyFile;
  if (!isGiven(apiKey) && !isGiven(apiKeyFile)) {
    report(
      'no global OpsGenie API Key set either inline or in a file',
      'api_key',
      'set api_key here or global.opsgenie_api_key',
    );
  }
  const apiUrl = withSlash(own.apiUrl ?? global.opsgenieApiUrl);
  return withOrigin({ ...resolveHttpConfig(own, global), apiKey, apiKeyFile, apiUrl }, own);
}

const victoropsFields = {
  ...notifierFields(true),
  apiKey: optional(secret()),
  apiKeyFile: optional(filePath()),
  apiUrl: optional(httpUrl()),
  routingKey: defaulted(string(), ''),
  messageType: defaulted(string(), 'CRITICAL'),
  stateMessage: defaulted(string(), '{{ template "victorops.default.state_message" . }}'),
  entityDisplayName: defaulted(string(), '{{ template "victorops.default.entity_display_name" . }}'),
  monitoringTool: defaulted(string(), '{{ template "victorops.default.monitoring_tool" . }}'),
  customFields: defaulted(mapOfValues(string()), {}),
};

interface WrittenVictoropsConfig extends ObjectOf<typeof victoropsFields> {}
export const victoropsSchema: ObjectSchema<WrittenVictoropsConfig> = object('config.plain', victoropsFields, {
  check: checkVictorops,
});

/** A `victorops_configs` entry. The URL ends in a slash. */
export interface VictoropsConfig extends Filled<WrittenVictoropsConfig, 'httpConfig' | 'apiUrl'> {}

export function resolveVictorops(
  own: WrittenVictoropsConfig,
  global: AlertmanagerGlobalConfig,
  report: Report,
): VictoropsConfig {
  const apiKey = isGiven(own.apiKey) ? own.apiKey : global.victoropsApiKey;
  const apiKeyFile = own.apiKeyFile || global.victoropsApiKeyFile;
  if (!isGiven(apiKey) && !isGiven(apiKeyFile)) {
    report('no global VictorOps API Key set', 'api_key', 'set api_key here or global.victorops_api_key');
  }
  const apiUrl = withSlash(own.apiUrl ?? global.victoropsApiUrl);
  return withOrigin({ ...resolveHttpConfig(own, global), apiKey, apiKeyFile, apiUrl }, own);
}

const pushoverFields = {
  ...notifierFields(true),
  userKey: optional(secret()),
  userKeyFile: optional(filePath()),
  token: optional(secret()),
  tokenFile: optional(filePath()),
  title: defaulted(string(), '{{ template "pushover.default.title" . }}'),
  message: defaulted(string(), '{{ template "pushover.default.message" . }}'),
  url: defaulted(string(), '{{ template "pushover.default.url" . }}'),
  urlTitle: defaulted(string(), ''),
  device: defaulted(string(), ''),
  sound: defaulted(string(), ''),
  priority: defaulted(string(), '{{ if eq .Status "firing" }}2{{ else }}0{{ end }}'),
  retry: defaulted(goDuration(), 60_000),
  expire: defaulted(goDuration(), 3_600_000),
  ttl: defaulted(goDuration(), 0),
  html: defaulted(bool(), false),
  monospace: defaulted(bool(), false),
};

interface WrittenPushoverConfig extends ObjectOf<typeof pushoverFields> {}
export const pushoverSchema: ObjectSchema<WrittenPushoverConfig> = object('pushover.plain', pushoverFields, {
  check: checkPushover,
});

/** A `pushover_configs` entry. */
export interface PushoverConfig extends Filled<WrittenPushoverConfig, 'httpConfig'> {}

const NO_SIGV4: Sigv4Config = { useFipsStsEndpoint: false };

const snsFields = {
  ...notifierFields(true),
  apiUrl: defaulted(string(), ''),
  sigv4: defaulted(sigv4ConfigSchema, NO_SIGV4),
  topicArn: defaulted(string(), ''),
  phoneNumber: defaulted(string(), ''),
  targetArn: defaulted(string(), ''),
  subject: defaulted(string(), '{{ template "sns.default.subject" . }}'),
  message: defaulted(string(), '{{ template "sns.default.message" . }}'),
  attributes: defaulted(mapOfValues(string()), {}),
  useAwsHttpClient: defaulted(bool(), false),
};

interface WrittenSnsConfig extends ObjectOf<typeof snsFields> {}
export const snsSchema: ObjectSchema<WrittenSnsConfig> = object('sns.plain', snsFields, { check: checkSns });

/** An `sns_configs` entry: exactly one of topic, target and phone number. */
export interface SnsConfig extends Filled<WrittenSnsConfig, 'httpConfig'> {}

function withSlash(url: string): string {
  const [, path = '', query = ''] = /^([^?#]*)(.*)$/s.exec(url) ?? [];
  return path.endsWith('/') ? url : `${path}/${query}`;
}

function checkPagerduty(config: WrittenPagerdutyConfig, report: Report): void {
  const keys = [config.routingKey, config.serviceKey, config.routingKeyFile, config.serviceKeyFile];
  if (!keys.some(isGiven)) {
    report('missing service or routing key in PagerDuty config', [], 'add routing_key: <integration key>');
  }
  atMostOne(
    { key: 'routing_key', value: config.routingKey },
    { key: 'routing_key_file', value: config.routingKeyFile },
    report,
  );
  atMostOne(
    { key: 'service_key', value: config.serviceKey },
    { key: 'service_key_file', value: config.serviceKeyFile },
    report,
  );
}

const RESPONDER_TYPES = ['team', 'teams', 'user', 'escalation', 'schedule'];

function checkResponder(responder: ObjectOf<typeof responderFields>, report: Report): void {
  const shown = `{${responder.id} ${responder.name} ${responder.username} ${responder.type}}`;
  if (responder.id === '' && responder.username === '' && responder.name === '') {
    report(`opsGenieConfig responder ${shown} has to have at least one of id, username or name specified`);
  }
  if (responder.type.includes('{{') || RESPONDER_TYPES.includes(responder.type.toLowerCase())) return;
  const valid = `^(${RESPONDER_TYPES.join('|')})$`;
  report(`opsGenieConfig responder ${shown} type does not match valid options ${valid}`, 'type');
}

const VICTOROPS_FIXED = [
  'routing_key',
  'message_type',
  'state_message',
  'entity_display_name',
  'monitoring_tool',
  'entity_id',
  'entity_state',
];

function checkVictorops(config: WrittenVictoropsConfig, report: Report): void {
  if (config.routingKey === '')
    report('missing Routing key in VictorOps config', 'routing_key', 'add routing_key: ...');
  atMostOne({ key: 'api_key', value: config.apiKey }, { key: 'api_key_file', value: config.apiKeyFile }, report);
  for (const name of VICTOROPS_FIXED) {
    if (!Object.hasOwn(config.customFields, name)) continue;
    report(
      `victorOps config contains custom field ${name} which cannot be used as it conflicts with the fixed/static fields`,
      ['custom_fields', name],
    );
  }
}

function checkPushover(config: WrittenPushoverConfig, report: Report): void {
  const user = { key: 'user_key', value: config.userKey };
  const userFile = { key: 'user_key_file', value: config.userKeyFile };
  const token = { key: 'token', value: config.token };
  const tokenFile = { key: 'token_file', value: config.tokenFile };
  oneOfTwo(user, userFile, report);
  atMostOne(user, userFile, report);
  oneOfTwo(token, tokenFile, report);
  atMostOne(token, tokenFile, report);
  if (config.html && config.monospace) report('at most one of monospace & html must be configured', 'monospace');
}

function checkSns(config: WrittenSnsConfig, report: Report): void {
  const given = [config.topicArn, config.targetArn, config.phoneNumber].filter(isGiven).length;
  if (given !== 1) {
    report(
      'must provide either a Target ARN, Topic ARN, or Phone Number for SNS config',
      [],
      'write exactly one of the three',
    );
  }
}
