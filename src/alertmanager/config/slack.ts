import type { HttpClientConfig } from '#lib/http-config';
import { defaulted, list, type ObjectOf, type ObjectSchema, object, optional } from '#lib/schema';
import { type Report, withOrigin } from '#lib/schema-decode';
import { bool, filePath, goDuration, secret, string } from '#lib/schema-scalars';
import { httpUrl, secretHttpUrl } from '#lib/schema-url';
import { Secret } from '#lib/secret';
import type { AlertmanagerGlobalConfig } from './global.ts';
import { atMostOne, type Filled, isGiven, notifierFields } from './values.ts';

const POST_MESSAGE = 'https://slack.com/api/chat.postMessage';

const confirmFields = {
  text: defaulted(string(), ''),
  title: defaulted(string(), ''),
  okText: defaulted(string(), ''),
  dismissText: defaulted(string(), ''),
};

const confirmSchema = object('config.plain', confirmFields, {
  check(confirm, report) {
    if (confirm.text === '') report('missing text in Slack confirmation configuration', 'text');
  },
});

const actionFields = {
  type: defaulted(string(), ''),
  text: defaulted(string(), ''),
  url: defaulted(string(), ''),
  style: defaulted(string(), ''),
  name: defaulted(string(), ''),
  value: defaulted(string(), ''),
  confirm: optional(confirmSchema),
};

/** A button under a message: a link when `url` is set, else a message action with a name. */
export interface SlackAction extends ObjectOf<typeof actionFields> {}
const actionSchema: ObjectSchema<SlackAction> = object('config.plain', actionFields, {
  check: checkAction,
  normalize: (action: SlackAction): SlackAction => {
    if (action.url === '') return action;
    const { confirm: _, ...link } = action;
    return { ...link, name: '', value: '' };
  },
});

const fieldFields = {
  title: defaulted(string(), ''),
  value: defaulted(string(), ''),
  short: optional(bool(), { always: true }),
};

/** A titled value in a message; an absent `short` means `short_fields` decides. */
export interface TitledField extends ObjectOf<typeof fieldFields> {}

/** The schema of a titled value; `product` stands in its messages. */
export function titledFieldSchema(product: 'Slack' | 'Mattermost'): ObjectSchema<TitledField> {
  return object(product === 'Slack' ? 'config.plain' : 'mattermost.plain', fieldFields, {
    check(field: TitledField, report: Report) {
      if (field.title === '') report(`missing title in ${product} field configuration`, 'title');
      if (field.value === '') report(`missing value in ${product} field configuration`, 'value');
    },
  });
}

const fields = {
  ...notifierFields(false),
  apiUrl: optional(secretHttpUrl()),
  apiUrlFile: optional(filePath()),
  appToken: optional(secret()),
  appTokenFile: optional(filePath()),
  appUrl: optional(httpUrl()),
  channel: defaulted(string(), ''),
  username: defaulted(string(), '{{ template "slack.default.username" . }}'),
  color: defaulted(string(), '{{ template "slack.default.color" . }}'),
  title: defaulted(string(), '{{ template "slack.default.title" . }}'),
  titleLink: defaulted(string(), '{{ template "slack.default.titlelink" . }}'),
  pretext: defaulted(string(), '{{ template "slack.default.pretext" . }}'),
  text: defaulted(string(), '{{ template "slack.default.text" . }}'),
  messageText: defaulted(string(), ''),
  fields: defaulted(list(titledFieldSchema('Slack')), []),
  shortFields: defaulted(bool(), false, { always: true }),
  footer: defaulted(string(), '{{ template "slack.default.footer" . }}'),
  fallback: defaulted(string(), '{{ template "slack.default.fallback" . }}'),
  callbackId: defaulted(string(), '{{ template "slack.default.callbackid" . }}'),
  iconEmoji: defaulted(string(), '{{ template "slack.default.iconemoji" . }}'),
  iconUrl: defaulted(string(), '{{ template "slack.default.iconurl" . }}'),
  imageUrl: defaulted(string(), ''),
  thumbUrl: defaulted(string(), ''),
  linkNames: defaulted(bool(), false, { always: true }),
  mrkdwnIn: defaulted(list(string()), []),
  actions: defaulted(list(actionSchema), []),
  updateMessage: defaulted(bool(), false, { always: true }),
  timeout: defaulted(goDuration(), 0, { always: true }),
};

interface WrittenSlackConfig extends ObjectOf<typeof fields> {}
export const slackSchema: ObjectSchema<WrittenSlackConfig> = object('config.plain', fields, { check });

/**
 * A `slack_configs` entry. Messages go to `apiUrl` (or the URL in `apiUrlFile`); with an app token that is the app URL
 * and the token stands in `httpConfig.authorization`.
 */
export interface SlackConfig extends Filled<WrittenSlackConfig, 'httpConfig' | 'appUrl'> {}

/** Fills an entry's gaps from `global`: webhook URL or app token, whichever the entry leaves open. */
export function resolveSlack(own: WrittenSlackConfig, global: AlertmanagerGlobalConfig, report: Report): SlackConfig {
  const token = appToken(own, global);
  const url = webhookUrl(own, global);
  const appUrl = own.appUrl ?? global.slackAppUrl;
  const resolved: SlackConfig = { ...own, ...token, ...url, appUrl, httpConfig: own.httpConfig ?? global.httpConfig };
  if (isGiven(token.appToken) || isGiven(token.appTokenFile)) {
    if (resolved.httpConfig.authorization !== undefined) {
      report("http authorization can't be set when using Slack App tokens", ['http_config', 'authorization']);
    }
    const httpConfig = withBearer(resolved.httpConfig, token);
    return withOrigin({ ...resolved, httpConfig, apiUrl: new Secret(appUrl) }, own);
  }
  if (!isGiven(url.apiUrl) && !isGiven(url.apiUrlFile)) {
    const hint = 'set api_url here or global.slack_api_url';
    report('no Slack API URL nor App token set either inline or in a file', 'api_url', hint);
  }
  return withOrigin(resolved, own);
}

type Token = Pick<WrittenSlackConfig, 'appToken' | 'appTokenFile'>;

function appToken(own: WrittenSlackConfig, global: AlertmanagerGlobalConfig): Token {
  const open = !isGiven(own.appToken) && !isGiven(own.appTokenFile);
  const otherwise = own.httpConfig?.authorization !== undefined || own.apiUrl !== undefined;
  if (!open || otherwise) return { appToken: own.appToken, appTokenFile: own.appTokenFile };
  return { appToken: global.slackAppToken, appTokenFile: global.slackAppTokenFile };
}

function webhookUrl(own: WrittenSlackConfig, global: AlertmanagerGlobalConfig) {
  const open = own.apiUrl === undefined && !isGiven(own.apiUrlFile);
  return open
    ? { apiUrl: global.slackApiUrl, apiUrlFile: global.slackApiUrlFile }
    : { apiUrl: own.apiUrl, apiUrlFile: own.apiUrlFile };
}

function withBearer(client: HttpClientConfig, token: Token): HttpClientConfig {
  const authorization = { type: 'Bearer', credentials: token.appToken, credentialsFile: token.appTokenFile };
  return { ...client, authorization };
}

function check(config: WrittenSlackConfig, report: Report): void {
  atMostOne({ key: 'api_url', value: config.apiUrl }, { key: 'api_url_file', value: config.apiUrlFile }, report);
  atMostOne(
    { key: 'app_token', value: config.appToken },
    { key: 'app_token_file', value: config.appTokenFile },
    report,
  );
  const url = isGiven(config.apiUrl) || isGiven(config.apiUrlFile);
  const token = isGiven(config.appToken) || isGiven(config.appTokenFile);
  if (url && token) {
    report('at most one of api_url/api_url_file & app_token/app_token_file must be configured', 'api_url');
  }
  if (config.updateMessage && config.apiUrl?.reveal() !== POST_MESSAGE) {
    report(
      `update_message can only be used with bot tokens. api_url must be set to ${POST_MESSAGE}`,
      'update_message',
      'webhooks cannot change messages',
    );
  }
}

function checkAction(action: SlackAction, report: Report): void {
  if (action.type === '') report('missing type in Slack action configuration', 'type');
  if (action.text === '') report('missing text in Slack action configuration', 'text');
  if (action.url === '' && action.name === '') report('missing name or url in Slack action configuration');
}
