import { defaulted, list, mapOfValues, type ObjectOf, type ObjectSchema, object, type Schema } from '#lib/schema';
import { type Decoding, type Report, withOrigin } from '#lib/schema-decode';
import { string } from '#lib/schema-scalars';
import * as chat from './chat.ts';
import { type EmailConfig, emailSchema, resolveEmail } from './email.ts';
import type { AlertmanagerGlobalConfig } from './global.ts';
import * as paging from './paging.ts';
import { resolveSlack, type SlackConfig, slackSchema } from './slack.ts';
import * as tickets from './tickets.ts';
import {
  type IncidentioConfig,
  incidentioSchema,
  resolveHttpConfig,
  type WebhookConfig,
  webhookSchema,
} from './webhook.ts';

const fields = {
  name: defaulted(string(), '', { always: true }),
  labels: defaulted(mapOfValues(string()), {}),
  discordConfigs: integrations('discord', chat.discordSchema),
  emailConfigs: integrations('email', emailSchema),
  incidentioConfigs: integrations('incidentio', incidentioSchema),
  pagerdutyConfigs: integrations('pagerduty', paging.pagerdutySchema),
  slackConfigs: integrations('slack', slackSchema),
  webhookConfigs: integrations('webhook', webhookSchema),
  opsgenieConfigs: integrations('opsgenie', paging.opsgenieSchema),
  wechatConfigs: integrations('wechat', tickets.wechatSchema),
  pushoverConfigs: integrations('pushover', paging.pushoverSchema),
  victoropsConfigs: integrations('victorops', paging.victoropsSchema),
  snsConfigs: integrations('sns', paging.snsSchema),
  telegramConfigs: integrations('telegram', chat.telegramSchema),
  webexConfigs: integrations('webex', chat.webexSchema),
  msteamsConfigs: integrations('msteams', chat.msteamsSchema),
  msteamsv2Configs: integrations('msteamsv2', chat.msteamsv2Schema),
  jiraConfigs: integrations('jira', tickets.jiraSchema),
  rocketchatConfigs: integrations('rocketchat', chat.rocketchatSchema),
  mattermostConfigs: integrations('mattermost', chat.mattermostSchema),
};

interface WrittenReceiver extends ObjectOf<typeof fields> {}
export const receiverSchema: ObjectSchema<WrittenReceiver> = object('config.plain', fields, {
  check(receiver, report) {
    if (receiver.name === '') report('missing name in receiver', 'name', 'add name: ...');
    const label = receiver.labels['name'] ?? receiver.name;
    if (label !== receiver.name) {
      const [wanted, got] = [JSON.stringify(receiver.name), JSON.stringify(label)];
      report(`receiver label "name" must match receiver name ${wanted}, got ${got}`, ['labels', 'name']);
    }
  },
});

/**
 * A receiver, its integrations with what they take from `global`. Its labels include `name`. One without any
 * integration is legal and notifies nobody.
 */
export interface ReceiverConfig {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly discordConfigs: readonly chat.DiscordConfig[];
  readonly emailConfigs: readonly EmailConfig[];
  readonly incidentioConfigs: readonly IncidentioConfig[];
  readonly pagerdutyConfigs: readonly paging.PagerdutyConfig[];
  readonly slackConfigs: readonly SlackConfig[];
  readonly webhookConfigs: readonly WebhookConfig[];
  readonly opsgenieConfigs: readonly paging.OpsgenieConfig[];
  readonly wechatConfigs: readonly tickets.WechatConfig[];
  readonly pushoverConfigs: readonly paging.PushoverConfig[];
  readonly victoropsConfigs: readonly paging.VictoropsConfig[];
  readonly snsConfigs: readonly paging.SnsConfig[];
  readonly telegramConfigs: readonly chat.TelegramConfig[];
  readonly webexConfigs: readonly chat.WebexConfig[];
  readonly msteamsConfigs: readonly chat.MsteamsConfig[];
  readonly msteamsv2Configs: readonly chat.Msteamsv2Config[];
  readonly jiraConfigs: readonly tickets.JiraConfig[];
  readonly rocketchatConfigs: readonly chat.RocketchatConfig[];
  readonly mattermostConfigs: readonly chat.MattermostConfig[];
}

/** Fills every integration's gaps from `global`, reporting what is missing in both places. */
export function resolveReceiver(
  written: WrittenReceiver,
  global: AlertmanagerGlobalConfig,
  decoding: Decoding,
): ReceiverConfig {
  const globalIsSound = !decoding.hasProblemsUnder('global');
  const each = <T extends object, R>(
    items: readonly T[],
    resolve: (own: T, global: AlertmanagerGlobalConfig, report: Report) => R,
  ): R[] => items.map((item) => resolve(item, global, globalIsSound ? decoding.reportOnSound(item) : () => {}));
  const resolved: ReceiverConfig = {
    name: written.name,
    labels: { ...written.labels, name: written.name },
    discordConfigs: each(written.discordConfigs, resolveHttpConfig),
    emailConfigs: each(written.emailConfigs, resolveEmail),
    incidentioConfigs: each(written.incidentioConfigs, resolveHttpConfig),
    pagerdutyConfigs: each(written.pagerdutyConfigs, paging.resolvePagerduty),
    slackConfigs: each(written.slackConfigs, resolveSlack),
    webhookConfigs: each(written.webhookConfigs, resolveHttpConfig),
    opsgenieConfigs: each(written.opsgenieConfigs, paging.resolveOpsgenie),
    wechatConfigs: each(written.wechatConfigs, tickets.resolveWechat),
    pushoverConfigs: each(written.pushoverConfigs, resolveHttpConfig),
    victoropsConfigs: each(written.victoropsConfigs, paging.resolveVictorops),
    snsConfigs: each(written.snsConfigs, resolveHttpConfig),
    telegramConfigs: each(written.telegramConfigs, chat.resolveTelegram),
    webexConfigs: each(written.webexConfigs, chat.resolveWebex),
    msteamsConfigs: each(written.msteamsConfigs, resolveHttpConfig),
    msteamsv2Configs: each(written.msteamsv2Configs, chat.resolveMsteamsv2),
    jiraConfigs: each(written.jiraConfigs, tickets.resolveJira),
    rocketchatConfigs: each(written.rocketchatConfigs, chat.resolveRocketchat),
    mattermostConfigs: each(written.mattermostConfigs, chat.resolveMattermost),
  };
  return withOrigin(resolved, written);
}

function integrations<T>(name: string, schema: Schema<T>) {
  return defaulted(list(schema, { nullItem: `missing ${name} config` }), [], { key: `${name}_configs` });
}
