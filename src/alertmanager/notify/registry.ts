import type { ReceiverConfig } from '../config/receiver.ts';
import { discord } from './discord.ts';
import { email } from './email.ts';
import { incidentio } from './incidentio.ts';
import { jira } from './jira.ts';
import { mattermost } from './mattermost.ts';
import { msteams } from './msteams.ts';
import { msteamsv2 } from './msteamsv2.ts';
import type { Notifier, NotifierParts } from './notifier.ts';
import { opsgenie } from './opsgenie.ts';
import { pagerduty } from './pagerduty.ts';
import { pushover } from './pushover.ts';
import { hiding } from './redact.ts';
import { rocketchat } from './rocketchat.ts';
import { slack } from './slack.ts';
import { sns } from './sns.ts';
import { telegram } from './telegram.ts';
import { victorops } from './victorops.ts';
import { webex } from './webex.ts';
import { webhook } from './webhook.ts';
import { wechat } from './wechat.ts';

type Channel = { readonly [K in keyof ReceiverConfig]: K extends `${string}Configs` ? K : never }[keyof ReceiverConfig];

interface Entry<C> {
  /** The integration's name in metrics, the notification log and the history. */
  readonly name: string;
  create(config: C, parts: NotifierParts): Notifier;
}

/** Every channel, by its key in a receiver. A new one is a file and a line here. */
const CHANNELS: { readonly [K in Channel]: Entry<ReceiverConfig[K][number]> } = {
  webhookConfigs: { name: 'webhook', create: webhook },
  slackConfigs: { name: 'slack', create: slack },
  pagerdutyConfigs: { name: 'pagerduty', create: pagerduty },
  emailConfigs: { name: 'email', create: email },
  opsgenieConfigs: { name: 'opsgenie', create: opsgenie },
  wechatConfigs: { name: 'wechat', create: wechat },
  victoropsConfigs: { name: 'victorops', create: victorops },
  pushoverConfigs: { name: 'pushover', create: pushover },
  snsConfigs: { name: 'sns', create: sns },
  telegramConfigs: { name: 'telegram', create: telegram },
  discordConfigs: { name: 'discord', create: discord },
  webexConfigs: { name: 'webex', create: webex },
  msteamsConfigs: { name: 'msteams', create: msteams },
  msteamsv2Configs: { name: 'msteamsv2', create: msteamsv2 },
  incidentioConfigs: { name: 'incidentio', create: incidentio },
  jiraConfigs: { name: 'jira', create: jira },
  rocketchatConfigs: { name: 'rocketchat', create: rocketchat },
  mattermostConfigs: { name: 'mattermost', create: mattermost },
};

/** One configured way of telling people, part of a receiver. */
export interface Integration {
  readonly receiver: string;
  readonly name: string;
  /** Position among the receiver's integrations of this name. */
  readonly index: number;
  readonly sendResolved: boolean;
  readonly notifier: Notifier;
}

/** How an integration is named to people: `webhook[0]`. */
export function integrationLabel({ name, index }: Pick<Integration, 'name' | 'index'>): string {
  return `${name}[${index}]`;
}

/** The integrations of a receiver, in the order of the table and the file. */
export function createIntegrations(receiver: ReceiverConfig, parts: NotifierParts): Integration[] {
  const of = <K extends Channel>(channel: K): Integration[] => {
    const entry: Entry<ReceiverConfig[K][number]> = CHANNELS[channel];
    const configs: readonly ReceiverConfig[K][number][] = receiver[channel];
    return configs.map((config, index) => ({
      receiver: receiver.name,
      name: entry.name,
      index,
      sendResolved: config.sendResolved,
      notifier: hiding(entry.create(config, parts), config),
    }));
  };
  return (Object.keys(CHANNELS) as Channel[]).flatMap(of);
}
