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

/** A written group under a source of its own. `extra` wins over the written labels. */
export function staticGroup(
  { targets, labels }: StaticConfig,
  source: string,
  extra: Readonly<Record<string, string>> = {},
): TargetGroup {
  return {
    source,
    targets: targets.map((address) => Labels.from({ __address__: address })),
    labels: Labels.from({ ...labels, ...extra }),
  };
}
