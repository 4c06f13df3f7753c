import type { ReceiverConfig } from '../config/receiver.ts';
import { email } from './email.ts';
import type { Notifier, NotifierParts } from './notifier.ts';
import { pagerduty } from './pagerduty.ts';
import { slack } from './slack.ts';
import { webhook } from './webhook.ts';

type Channel = { readonly [K in keyof ReceiverConfig]: K extends `${string}Configs` ? K : never }[keyof ReceiverConfig];

interface Entry<C> {
  /** The integration's name in metrics, the notification log and the history. */
  readonly name: string;
  create(config: C, parts: NotifierParts): Notifier;
}

/** Every channel that works, by its key in a receiver. A new one is a file and a line here. */
const CHANNELS: { readonly [K in Channel]?: Entry<ReceiverConfig[K][number]> } = {
  webhookConfigs: { name: 'webhook', create: webhook },
  slackConfigs: { name: 'slack', create: slack },
  pagerdutyConfigs: { name: 'pagerduty', create: pagerduty },
  emailConfigs: { name: 'email', create: email },
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
  const of = <K extends Channel>(channel: K, entry: Entry<ReceiverConfig[K][number]> | undefined): Integration[] => {
    if (!entry) return [];
    const configs: readonly ReceiverConfig[K][number][] = receiver[channel];
    return configs.map((config, index) => ({
      receiver: receiver.name,
      name: entry.name,
      index,
      sendResolved: config.sendResolved,
      notifier: entry.create(config, parts),
    }));
  };
  return channelsOf(CHANNELS).flatMap((channel) => of(channel, CHANNELS[channel]));
}

/** The keys of a receiver under which integrations stand that have no notifier here. */
export function unservedChannels(receiver: ReceiverConfig): Channel[] {
  return channelsOf(receiver).filter((channel) => CHANNELS[channel] === undefined);
}

function channelsOf(holder: object): Channel[] {
  return Object.keys(holder).filter((key): key is Channel => key.endsWith('Configs'));
}
