import { wellFormed } from '#lib/utf8';
import { Labels } from '#model/labels';
import type { TargetGroup } from '#model/target';
import type { StaticConfig } from '../config.ts';
import type { Discoverer } from '../discoverer.ts';

/** The targets that are written in the configuration: one group for each entry, once. */
export function staticDiscoverer(configs: readonly StaticConfig[]): Discoverer {
  return {
    async *run() {
      yield configs.map((config, index) => staticGroup(config, String(index)));
    },
  };
}

/** A written group under a source of its own, in text that UTF-8 can hold. `extra` wins over the written labels. */
export function staticGroup(
  { targets, labels }: StaticConfig,
  source: string,
  extra: Readonly<Record<string, string>> = {},
): TargetGroup {
  return {
    source,
    targets: targets.map((address) => Labels.from({ __address__: wellFormed(address) })),
    labels: Labels.from(
      Object.fromEntries(Object.entries({ ...labels, ...extra }).map((pair) => pair.map(wellFormed))),
    ),
  };
}
