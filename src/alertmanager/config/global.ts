import { defaultHttpClientConfig, httpClientConfigSchema, tlsConfigSchema } from '#lib/http-config';
import { defaulted, type ObjectOf, type ObjectSchema, object, optional } from '#lib/schema';
import type { Report } from '#lib/schema-decode';
import { bool, duration, filePath, secret, string } from '#lib/schema-scalars';
import { httpUrl, secretHttpUrl } from '#lib/schema-url';
import type { Secret } from '#lib/secret';
import { atMostOne, hostPort, isGiven } from './values.ts';

const EMPTY_ADDRESS = { host: '', port: '' };

const fields = {
  resolveTimeout: defaulted(duration(), 300_000, { always: true }),
  httpConfig: defaulted(httpClientConfigSchema, defaultHttpClientConfig),
  jiraApiUrl: optional(httpUrl()),
  smtpFrom: defaulted(string(), ''),
  smtpHello: defaulted(string(), 'localhost'),
  smtpSmarthost: defaulted(hostPort(), EMPTY_ADDRESS),
  smtpAuthUsername: defaulted(string(), ''),
  smtpAuthPassword: optional(secret()),
  smtpAuthPasswordFile: optional(filePath()),
  smtpAuthSecret: optional(secret()),
  smtpAuthSecretFile: optional(filePath()),
  smtpAuthIdentity: defaulted(string(), ''),
  smtpRequireTls: defaulted(bool(), true, { always: true }),
  smtpTlsConfig: defaulted(tlsConfigSchema, { insecureSkipVerify: false }),
  smtpForceImplicitTls: optional(bool(), { always: true }),
  slackApiUrl: optional(secretHttpUrl()),
  slackApiUrlFile: optional(filePath()),
  slackAppToken: optional(secret()),
  slackAppTokenFile: optional(filePath()),
  slackAppUrl: defaulted(httpUrl(), 'https://slack.com/api/chat.postMessage'),
  pagerdutyUrl: defaulted(httpUrl(), 'https://events.pagerduty.com/v2/enqueue'),
  opsgenieApiUrl: defaulted(httpUrl(), 'https://api.opsgenie.com/'),
  opsgenieApiKey: optional(secret()),
  opsgenieApiKeyFile: optional(filePath()),
  wechatApiUrl: defaulted(httpUrl(), 'https://qyapi.weixin.qq.com/cgi-bin/'),
  wechatApiSecret: optional(secret()),
  wechatApiSecretFile: optional(filePath()),
  wechatApiCorpId: defaulted(string(), ''),
  victoropsApiUrl: defaulted(httpUrl(), 'https://alert.victorops.com/integrations/generic/20131114/alert/'),
  victoropsApiKey: optional(secret()),
  victoropsApiKeyFile: optional(filePath()),
  telegramApiUrl: defaulted(httpUrl(), 'https://api.telegram.org'),
  telegramBotToken: optional(secret()),
  telegramBotTokenFile: optional(filePath()),
  webexApiUrl: defaulted(httpUrl(), 'https://webexapis.com/v1/messages'),
  rocketchatApiUrl: defaulted(httpUrl(), 'https://open.rocket.chat/'),
  rocketchatToken: optional(secret()),
  rocketchatTokenFile: optional(filePath()),
  rocketchatTokenId: optional(secret()),
  rocketchatTokenIdFile: optional(filePath()),
  mattermostWebhookUrl: optional(secretHttpUrl()),
  mattermostWebhookUrlFile: optional(filePath()),
};

/** `global` of alertmanager.yml: what receivers use where they say nothing. */
export interface AlertmanagerGlobalConfig extends ObjectOf<typeof fields> {}
export const globalSchema: ObjectSchema<AlertmanagerGlobalConfig> = object('config.plain', fields, { check });

type GlobalKey = keyof typeof fields & string;

/** Pairs of a value and its file variant, by their keys in the file. */
const PAIRS: readonly (readonly [GlobalKey, GlobalKey, string])[] = [
  ['slackAppToken', 'slackAppTokenFile', 'slack_app_token'],
  ['slackApiUrl', 'slackApiUrlFile', 'slack_api_url'],
  ['opsgenieApiKey', 'opsgenieApiKeyFile', 'opsgenie_api_key'],
  ['victoropsApiKey', 'victoropsApiKeyFile', 'victorops_api_key'],
  ['telegramBotToken', 'telegramBotTokenFile', 'telegram_bot_token'],
  ['smtpAuthPassword', 'smtpAuthPasswordFile', 'smtp_auth_password'],
  ['smtpAuthSecret', 'smtpAuthSecretFile', 'smtp_auth_secret'],
  ['rocketchatToken', 'rocketchatTokenFile', 'rocketchat_token'],
  ['rocketchatTokenId', 'rocketchatTokenIdFile', 'rocketchat_token_id'],
  ['wechatApiSecret', 'wechatApiSecretFile', 'wechat_api_secret'],
  ['mattermostWebhookUrl', 'mattermostWebhookUrlFile', 'mattermost_webhook_url'],
];

function check(global: AlertmanagerGlobalConfig, report: Report): void {
  for (const [inline, file, key] of PAIRS) {
    const value = global[inline] as Secret | undefined;
    const path = global[file] as string | undefined;
    atMostOne({ key, value }, { key: `${key}_file`, value: path }, report);
  }
  const token = isGiven(global.slackAppToken) || isGiven(global.slackAppTokenFile);
  const url = isGiven(global.slackApiUrl) || isGiven(global.slackApiUrlFile);
  if (token && url && global.slackApiUrl?.reveal() !== global.slackAppUrl) {
    report(
      'at most one of slack_app_token/slack_app_token_file & slack_api_url/slack_api_url_file must be configured',
      'slack_api_url',
    );
  }
}
