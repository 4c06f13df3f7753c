import {
  defaulted,
  list,
  mapOfValues,
  type ObjectOf,
  type ObjectSchema,
  object,
  optional,
  type Schema,
} from '#lib/schema';
import { type Report, withOrigin } from '#lib/schema-decode';
import { anyValue, bool, duration, filePath, secret, string } from '#lib/schema-scalars';
import { httpUrl } from '#lib/schema-url';
import type { AlertmanagerGlobalConfig } from './global.ts';
import { atMostOne, type Filled, isGiven, notifierFields } from './values.ts';
import { resolveHttpConfig } from './webhook.ts';

const fieldFields = {
  template: defaulted(string(), ''),
  enableUpdate: optional(bool(), { always: true }),
};

/** A field of a ticket: its template, and whether a later notification may change it (absent: it may). */
interface JiraField extends ObjectOf<typeof fieldFields> {}

const jiraFields = {
  ...notifierFields(true),
  apiUrl: optional(httpUrl()),
  apiType: defaulted(string(), 'auto'),
  project: defaulted(string(), ''),
  summary: defaulted(jiraField(), { template: '{{ template "jira.default.summary" . }}' }),
  description: defaulted(jiraField(), { template: '{{ template "jira.default.description" . }}' }),
  labels: defaulted(list(string()), []),
  priority: defaulted(string(), '{{ template "jira.default.priority" . }}'),
  issueType: defaulted(string(), ''),
  reopenTransition: defaulted(string(), ''),
  resolveTransition: defaulted(string(), ''),
  wontFixResolution: defaulted(string(), ''),
  reopenDuration: defaulted(duration(), 0),
  fields: defaulted(mapOfValues(anyValue()), {}),
};

interface WrittenJiraConfig extends ObjectOf<typeof jiraFields> {}
export const jiraSchema: ObjectSchema<WrittenJiraConfig> = object('jira.plain', jiraFields, { check: checkJira });

/** A `jira_configs` entry. `apiType` is auto, cloud or datacenter. */
export interface JiraConfig extends Filled<WrittenJiraConfig, 'httpConfig' | 'apiUrl'> {}

export function resolveJira(own: WrittenJiraConfig, global: AlertmanagerGlobalConfig, report: Report): JiraConfig {
  const apiUrl = own.apiUrl ?? global.jiraApiUrl ?? '';
  if (apiUrl === '') report('no global Jira Cloud URL set', 'api_url', 'set api_url here or global.jira_api_url');
  return withOrigin({ ...resolveHttpConfig(own, global), apiUrl }, own);
}

const wechatFields = {
  ...notifierFields(false),
  apiSecret: optional(secret()),
  apiSecretFile: optional(filePath()),
  corpId: defaulted(string(), ''),
  message: defaulted(string(), '{{ template "wechat.default.message" . }}'),
  apiUrl: optional(httpUrl()),
  toUser: defaulted(string(), '{{ template "wechat.default.to_user" . }}'),
  toParty: defaulted(string(), '{{ template "wechat.default.to_party" . }}'),
  toTag: defaulted(string(), '{{ template "wechat.default.to_tag" . }}'),
  agentId: defaulted(string(), '{{ template "wechat.default.agent_id" . }}'),
  messageType: defaulted(string(), 'text'),
};

interface WrittenWechatConfig extends ObjectOf<typeof wechatFields> {}
export const wechatSchema: ObjectSchema<WrittenWechatConfig> = object('config.plain', wechatFields, {
  check: checkWechat,
});

/** A `wechat_configs` entry. The URL ends in a slash. */
export interface WechatConfig extends Filled<WrittenWechatConfig, 'httpConfig' | 'apiUrl'> {}

export function resolveWechat(
  own: WrittenWechatConfig,
  global: AlertmanagerGlobalConfig,
  report: Report,
): WechatConfig {
  const open = !isGiven(own.apiSecret) && !isGiven(own.apiSecretFile);
  const apiSecret = open ? global.wechatApiSecret : own.apiSecret;
  const apiSecretFile = open ? global.wechatApiSecretFile : own.apiSecretFile;
  if (!isGiven(apiSecret) && !isGiven(apiSecretFile)) {
    report('no global Wechat Api Secret set either inline or in a file', 'api_secret', 'set it here or in global');
  }
  const corpId = own.corpId || global.wechatApiCorpId;
  if (corpId === '') report('no global Wechat CorpID set', 'corp_id', 'set corp_id here or global.wechat_api_corp_id');
  const url = own.apiUrl ?? global.wechatApiUrl;
  const apiUrl = url.endsWith('/') ? url : `${url}/`;
  return withOrigin({ ...resolveHttpConfig(own, global), apiSecret, apiSecretFile, corpId, apiUrl }, own);
}

/** A template alone, or a map with the template and the switch. */
function jiraField(): Schema<JiraField> {
  const full = object('jira.plain', fieldFields);
  const short = string();
  return {
    type: full.type,
    decode(node, decoding) {
      if (node.kind !== 'scalar') return full.decode(node, decoding);
      const template = short.decode(node, decoding);
      return typeof template === 'string' ? { template } : template;
    },
    encode: (field) => full.encode(field),
  };
}

function checkJira(config: WrittenJiraConfig, report: Report): void {
  if (config.project === '') report('missing project in jira_config', 'project', 'add project: <key>');
  if (config.issueType === '') report('missing issue_type in jira_config', 'issue_type', 'add issue_type: ...');
  if (!['auto', 'cloud', 'datacenter'].includes(config.apiType)) {
    report('unknown api_type on jira_config, must be auto, cloud or datacenter', 'api_type');
  }
}

function checkWechat(config: WrittenWechatConfig, report: Report): void {
  if (config.messageType !== 'text' && config.messageType !== 'markdown') {
    const message = `weChat message type ${JSON.stringify(config.messageType)} does not match valid options ^(text|markdown)$`;
    report(message, 'message_type');
  }
  atMostOne(
    { key: 'api_secret', value: config.apiSecret },
    { key: 'api_secret_file', value: config.apiSecretFile },
    report,
  );
}
