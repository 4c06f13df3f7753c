import { defaulted, list, type ObjectOf, type ObjectSchema, object, optional } from '#lib/schema';
import { type Report, withOrigin } from '#lib/schema-decode';
import { bool, filePath, int, secret, string } from '#lib/schema-scalars';
import { httpUrl, secretHttpUrl } from '#lib/schema-url';
import type { AlertmanagerGlobalConfig } from './global.ts';
import { titledFieldSchema } from './slack.ts';
import { atMostOne, type Filled, isGiven, notifierFields, oneOfTwo } from './values.ts';
import { resolveHttpConfig } from './webhook.ts';

const webhookUrlFields = {
  ...notifierFields(true),
  webhookUrl: optional(secretHttpUrl()),
  webhookUrlFile: optional(filePath()),
};

interface WebhookUrls extends ObjectOf<typeof webhookUrlFields> {}

const discordFields = {
  ...webhookUrlFields,
  content: defaulted(string(), ''),
  title: defaulted(string(), '{{ template "discord.default.title" . }}'),
  message: defaulted(string(), '{{ template "discord.default.message" . }}'),
  username: defaulted(string(), ''),
  avatarUrl: defaulted(string(), ''),
};

interface WrittenDiscordConfig extends ObjectOf<typeof discordFields> {}
export const discordSchema: ObjectSchema<WrittenDiscordConfig> = object('discord.plain', discordFields, {
  check: checkWebhookUrl,
});

/** A `discord_configs` entry. */
export interface DiscordConfig extends Filled<WrittenDiscordConfig, 'httpConfig'> {}

const msteamsFields = {
  ...webhookUrlFields,
  title: defaulted(string(), '{{ template "msteams.default.title" . }}'),
  summary: defaulted(string(), '{{ template "msteams.default.summary" . }}'),
  text: defaulted(string(), '{{ template "msteams.default.text" . }}'),
};

interface WrittenMsteamsConfig extends ObjectOf<typeof msteamsFields> {}
export const msteamsSchema: ObjectSchema<WrittenMsteamsConfig> = object('msteams.plain', msteamsFields, {
  check: checkWebhookUrl,
});

/** An `msteams_configs` entry: the old connectors. */
export interface MsteamsConfig extends Filled<WrittenMsteamsConfig, 'httpConfig'> {}

const msteamsv2Fields = {
  ...webhookUrlFields,
  title: defaulted(string(), '{{ template "msteamsv2.default.title" . }}'),
  text: defaulted(string(), '{{ template "msteamsv2.default.text" . }}'),
};

interface WrittenMsteamsv2Config extends ObjectOf<typeof msteamsv2Fields> {}
export const msteamsv2Schema: ObjectSchema<WrittenMsteamsv2Config> = object('msteamsv2.plain', msteamsv2Fields, {
  check: checkWebhookUrl,
});

/** An `msteamsv2_configs` entry: workflows. */
export interface Msteamsv2Config extends Filled<WrittenMsteamsv2Config, 'httpConfig'> {}

/** As the other chats, but an own `http_config` without a proxy still takes the proxy of `global`. */
export function resolveMsteamsv2(own: WrittenMsteamsv2Config, global: AlertmanagerGlobalConfig): Msteamsv2Config {
  const client = own.httpConfig ?? global.httpConfig;
  const proxyUrl = client.proxy.proxyUrl ?? global.httpConfig.proxy.proxyUrl;
  return withOrigin({ ...own, httpConfig: { ...client, proxy: { ...client.proxy, proxyUrl } } }, own);
}

const decorationFields = {
  authorName: defaulted(string(), ''),
  authorLink: defaulted(string(), ''),
  authorIcon: defaulted(string(), ''),
  title: defaulted(string(), ''),
  titleLink: defaulted(string(), ''),
  fields: defaulted(list(titledFieldSchema('Mattermost')), []),
  thumbUrl: defaulted(string(), ''),
  footer: defaulted(string(), ''),
  footerIcon: defaulted(string(), ''),
  imageUrl: defaulted(string(), ''),
};

const attachmentFields = {
  fallback: defaulted(string(), ''),
  color: defaulted(string(), ''),
  pretext: defaulted(string(), ''),
  text: defaulted(string(), ''),
  ...decorationFields,
};

const priorityFields = {
  priority: defaulted(string(), ''),
  requestedAck: defaulted(bool(), false),
  persistentNotifications: defaulted(bool(), false),
};

const mattermostFields = {
  ...webhookUrlFields,
  channel: defaulted(string(), ''),
  username: defaulted(string(), '{{ template "mattermost.default.username" . }}'),
  text: defaulted(string(), '{{ template "mattermost.default.text" . }}'),
  fallback: defaulted(string(), '{{ template "mattermost.default.fallback" . }}'),
  color: defaulted(string(), '{{ template "mattermost.default.color" . }}'),
  pretext: defaulted(string(), ''),
  ...decorationFields,
  title: defaulted(string(), '{{ template "mattermost.default.title" . }}'),
  titleLink: defaulted(string(), '{{ template "mattermost.default.titlelink" . }}'),
  iconUrl: defaulted(string(), ''),
  iconEmoji: defaulted(string(), ''),
  attachments: defaulted(list(object('mattermost.MattermostAttachment', attachmentFields)), []),
  type: defaulted(string(), ''),
  props: optional(object('mattermost.MattermostProps', { card: defaulted(string(), '') })),
  priority: optional(object('mattermost.MattermostPriority', priorityFields)),
};

interface WrittenMattermostConfig extends ObjectOf<typeof mattermostFields> {}
export const mattermostSchema: ObjectSchema<WrittenMattermostConfig> = object('mattermost.plain', mattermostFields, {
  check: checkBothUrls,
});

/** A `mattermost_configs` entry. */
export interface MattermostConfig extends Filled<WrittenMattermostConfig, 'httpConfig'> {}

export function resolveMattermost(
  own: WrittenMattermostConfig,
  global: AlertmanagerGlobalConfig,
  report: Report,
): MattermostConfig {
  const open = own.webhookUrl === undefined && !isGiven(own.webhookUrlFile);
  const webhookUrl = open ? global.mattermostWebhookUrl : own.webhookUrl;
  const webhookUrlFile = open ? global.mattermostWebhookUrlFile : own.webhookUrlFile;
  if (webhookUrl === undefined && !isGiven(webhookUrlFile)) {
    const hint = 'set webhook_url here or global.mattermost_webhook_url';
    report('missing webhook_url or webhook_url_file on mattermost_config', 'webhook_url', hint);
  }
  return withOrigin({ ...resolveHttpConfig(own, global), webhookUrl, webhookUrlFile }, own);
}

const rocketFieldFields = {
  short: optional(bool(), { always: true }),
  title: defaulted(string(), ''),
  value: defaulted(string(), ''),
};

/** Upstream names these keys without underscores. */
const rocketActionFields = {
  type: defaulted(string(), ''),
  text: defaulted(string(), ''),
  url: defaulted(string(), ''),
  imageUrl: defaulted(string(), '', { key: 'imageurl' }),
  isWebView: defaulted(bool(), false, { key: 'iswebview' }),
  webviewHeightRatio: defaulted(string(), '', { key: 'webviewheightratio' }),
  msg: defaulted(string(), ''),
  msgInChatWindow: defaulted(bool(), false, { key: 'msginchatwindow' }),
  msgProcessingType: defaulted(string(), '', { key: 'msgprocessingtype' }),
};

const rocketchatFields = {
  ...notifierFields(false),
  apiUrl: optional(httpUrl()),
  tokenId: optional(secret()),
  tokenIdFile: optional(filePath()),
  token: optional(secret()),
  tokenFile: optional(filePath()),
  channel: defaulted(string(), ''),
  color: defaulted(string(), '{{ if eq .Status "firing" }}red{{ else }}green{{ end }}'),
  title: defaulted(string(), '{{ template "rocketchat.default.title" . }}'),
  titleLink: defaulted(string(), '{{ template "rocketchat.default.titlelink" . }}'),
  text: defaulted(string(), '{{ template "rocketchat.default.text" . }}'),
  fields: defaulted(list(object('rocketchat.RocketchatAttachmentField', rocketFieldFields)), []),
  shortFields: defaulted(bool(), false, { always: true }),
  emoji: defaulted(string(), '{{ template "rocketchat.default.emoji" . }}'),
  iconUrl: defaulted(string(), '{{ template "rocketchat.default.iconurl" . }}'),
  imageUrl: defaulted(string(), ''),
  thumbUrl: defaulted(string(), ''),
  linkNames: defaulted(bool(), false, { always: true }),
  actions: defaulted(list(object('rocketchat.RocketchatAttachmentAction', rocketActionFields)), []),
};

interface WrittenRocketchatConfig extends ObjectOf<typeof rocketchatFields> {}
export const rocketchatSchema: ObjectSchema<WrittenRocketchatConfig> = object('rocketchat.plain', rocketchatFields, {
  check(config, report) {
    atMostOne({ key: 'token', value: config.token }, { key: 'token_file', value: config.tokenFile }, report);
    atMostOne({ key: 'token_id', value: config.tokenId }, { key: 'token_id_file', value: config.tokenIdFile }, report);
  },
});

/** A `rocketchat_configs` entry. */
export interface RocketchatConfig extends Filled<WrittenRocketchatConfig, 'httpConfig' | 'apiUrl'> {}

export function resolveRocketchat(
  own: WrittenRocketchatConfig,
  global: AlertmanagerGlobalConfig,
  report: Report,
): RocketchatConfig {
  const resolved: RocketchatConfig = {
    ...resolveHttpConfig(own, global),
    apiUrl: own.apiUrl ?? global.rocketchatApiUrl,
    token: own.token ?? global.rocketchatToken,
    tokenFile: own.tokenFile || global.rocketchatTokenFile,
    tokenId: own.tokenId ?? global.rocketchatTokenId,
    tokenIdFile: own.tokenIdFile || global.rocketchatTokenIdFile,
  };
  if (resolved.tokenId === undefined && !isGiven(resolved.tokenIdFile)) {
    report('no global Rocketchat TokenID set either inline or in a file', 'token_id', 'set token_id here or in global');
  }
  if (resolved.token === undefined && !isGiven(resolved.tokenFile)) {
    report('no global Rocketchat Token set either inline or in a file', 'token', 'set token here or in global');
  }
  return withOrigin(resolved, own);
}

const telegramFields = {
  ...notifierFields(true),
  apiUrl: optional(httpUrl()),
  botToken: optional(secret()),
  botTokenFile: optional(filePath()),
  chatId: defaulted(int(), 0),
  chatIdFile: optional(filePath()),
  messageThreadId: defaulted(int(), 0),
  message: defaulted(string(), '{{ template "telegram.default.message" . }}'),
  disableNotifications: defaulted(bool(), false),
  parseMode: defaulted(string(), 'HTML', { emptyWhenNull: true }),
};

interface WrittenTelegramConfig extends ObjectOf<typeof telegramFields> {}
export const telegramSchema: ObjectSchema<WrittenTelegramConfig> = object('telegram.plain', telegramFields, {
  check: checkTelegram,
});

/** A `telegram_configs` entry. `parseMode` is Markdown, MarkdownV2, HTML or empty. */
export interface TelegramConfig extends Filled<WrittenTelegramConfig, 'httpConfig' | 'apiUrl'> {}

export function resolveTelegram(
  own: WrittenTelegramConfig,
  global: AlertmanagerGlobalConfig,
  report: Report,
): TelegramConfig {
  const open = !isGiven(own.botToken) && !isGiven(own.botTokenFile);
  const botToken = open ? global.telegramBotToken : own.botToken;
  const botTokenFile = open ? global.telegramBotTokenFile : own.botTokenFile;
  if (!isGiven(botToken) && !isGiven(botTokenFile)) {
    const hint = 'set bot_token here or global.telegram_bot_token';
    report('missing bot_token or bot_token_file on telegram_config', 'bot_token', hint);
  }
  const apiUrl = own.apiUrl ?? global.telegramApiUrl;
  return withOrigin({ ...resolveHttpConfig(own, global), apiUrl, botToken, botTokenFile }, own);
}

const webexFields = {
  ...notifierFields(true),
  apiUrl: optional(httpUrl()),
  message: defaulted(string(), '{{ template "webex.default.message" . }}'),
  roomId: defaulted(string(), ''),
};

interface WrittenWebexConfig extends ObjectOf<typeof webexFields> {}
export const webexSchema: ObjectSchema<WrittenWebexConfig> = object('config.plain', webexFields, {
  check(config, report) {
    if (config.roomId === '') report('missing room_id on webex_config', 'room_id', 'add room_id: ...');
    if (config.httpConfig?.authorization === undefined) {
      report('missing webex_configs.http_config.authorization', 'http_config', 'add the bot token as credentials');
    }
  },
});

/** A `webex_configs` entry. */
export interface WebexConfig extends Filled<WrittenWebexConfig, 'httpConfig' | 'apiUrl'> {}

export function resolveWebex(own: WrittenWebexConfig, global: AlertmanagerGlobalConfig): WebexConfig {
  return withOrigin({ ...resolveHttpConfig(own, global), apiUrl: own.apiUrl ?? global.webexApiUrl }, own);
}

function checkWebhookUrl(config: WebhookUrls, report: Report): void {
  oneOfTwo(...urlChoices(config), report);
  checkBothUrls(config, report);
}

function checkBothUrls(config: WebhookUrls, report: Report): void {
  atMostOne(...urlChoices(config), report);
}

function urlChoices(config: WebhookUrls) {
  return [
    { key: 'webhook_url', value: config.webhookUrl },
    { key: 'webhook_url_file', value: config.webhookUrlFile },
  ] as const;
}

function checkTelegram(config: WrittenTelegramConfig, report: Report): void {
  atMostOne(
    { key: 'bot_token', value: config.botToken },
    { key: 'bot_token_file', value: config.botTokenFile },
    report,
  );
  if (config.chatId === 0 && !isGiven(config.chatIdFile)) {
    report('missing chat_id or chat_id_file on telegram_config', 'chat_id', 'add chat_id: <number>');
  }
  if (config.chatId !== 0 && isGiven(config.chatIdFile)) {
    report('at most one of chat_id & chat_id_file must be configured', 'chat_id');
  }
  if (!['', 'Markdown', 'MarkdownV2', 'HTML'].includes(config.parseMode)) {
    report('unknown parse_mode on telegram_config, must be Markdown, MarkdownV2, HTML or empty string', 'parse_mode');
  }
}
