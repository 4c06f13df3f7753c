import { Labels } from '#model/labels';
import type { DockerSdConfig } from '../configs/containers.ts';
import { createDeadline } from '../deadline.ts';
import type { Discoverer, DiscoveryReport } from '../discoverer.ts';
import { openDockerDaemon } from '../docker-daemon.ts';
import { containerTargets } from '../docker-targets.ts';
import { type Refreshing, refreshingDiscoverer } from '../refresh.ts';
import type { MechanismParts } from '../registry-parts.ts';

/** Containers that run on one Docker host: one group for all. */
export function dockerDiscoverer(config: DockerSdConfig, parts: MechanismParts, report: DiscoveryReport): Discoverer {
  return refreshingDiscoverer(() => dockerRefreshing(config, parts), parts, report);
}

function dockerRefreshing(config: DockerSdConfig, parts: MechanismParts): Refreshing {
  const daemon = openDockerDaemon(config, parts);
  const { refreshInterval } = config;
  return {
    mechanism: 'docker',
    interval: refreshInterval,
    refresh: async (signal) => {
      const deadline = createDeadline(parts.clock, refreshInterval, signal);
      try {
        const [containers, networks] = await Promise.all([
          daemon.list('/containers/json', config.filters, deadline.signal),
          daemon.list('/networks', [], deadline.signal),
        ]);
        const targets = containerTargets(containers, networks, config);
        return { groups: [{ source: 'Docker', targets, labels: Labels.EMPTY }] };
      } finally {
        deadline.clear();
      }
    },
    close: () => daemon.close(),
  };
}
