import type { TargetGroup } from '#model/target';
import type { ConsulSdConfig } from '../configs/registries.ts';
import { ConsulApi } from '../consul/api.ts';
import { ConsulWatches } from '../consul/watches.ts';
import type { Discoverer, DiscoveryReport } from '../discoverer.ts';
import type { MechanismParts } from '../registry-parts.ts';
import { Wakeup } from '../wakeup.ts';

/**
 * Targets in Consul's catalog: one group for each service. Consul is asked with blocking queries, which answer when
 * something changes, but no more often than the refresh interval. What was found stands while it does not answer.
 */
export function consulDiscoverer(config: ConsulSdConfig, parts: MechanismParts, report: DiscoveryReport): Discoverer {
  return {
    async *run(signal): AsyncGenerator<readonly TargetGroup[]> {
      const { clock, metrics } = parts;
      const api = new ConsulApi(config, parts);
      const wakeup = new Wakeup(signal);
      const watches = new ConsulWatches({ config, api, clock, metrics, signal, onChange: () => wakeup.wake() });
      void watches.run();
      let given = false;
      try {
        while (!signal.aborted) {
          report(watches.error);
          const first = !given && watches.complete && (watches.pending || watches.error === null);
          if (!first && !(given && watches.pending)) {
            await wakeup.next();
            continue;
          }
          given = true;
          yield watches.take();
        }
      } finally {
        await api.close();
      }
    },
  };
}
