import type { SourcePosition } from '#lib/errors';
import { originOf } from '#lib/schema-decode';
import type { AlertmanagerConfig } from './config.ts';
import { unservedChannels } from './notify/registry.ts';

/** A part of the configuration that this program cannot serve. */
export interface UnsupportedReceiver {
  /** The path in the file: `receivers[2].telegram_configs[0]`. */
  readonly path: string;
  /** Where it stands; undefined for a configuration that was not read from a file. */
  readonly at: SourcePosition | undefined;
  readonly receiver: string;
  /** The integration's key in the file: `telegram_configs`. */
  readonly integration: string;
}

/** The integrations that have no notifier here. Not starting is better than telling nobody. */
export function unsupportedReceivers(config: AlertmanagerConfig): UnsupportedReceiver[] {
  return config.receivers.flatMap((receiver, position) =>
    unservedChannels(receiver).flatMap((channel) => {
      const integration = channel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      const configs: readonly object[] = receiver[channel];
      return configs.map((each, index) => {
        const origin = originOf(each);
        const path = origin?.path ?? `receivers[${position}].${integration}[${index}]`;
        return { path, at: origin?.at, receiver: receiver.name, integration };
      });
    }),
  );
}
