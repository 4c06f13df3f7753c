import { Labels } from '#model/labels';
import type { DockerSwarmSdConfig } from '../configs/containers.ts';
import { createDeadline } from '../deadline.ts';
import type { Discoverer, DiscoveryReport } from '../discoverer.ts';
import { type DockerDaemon, openDockerDaemon } from '../docker-daemon.ts';
import { type Refreshing, refreshingDiscoverer } from '../refresh.ts';
import type { MechanismParts } from '../registry-parts.ts';
import { nodeTargets, serviceTargets, taskTargets } from '../swarm-targets.ts';

/** Services, tasks or nodes of a Docker Swarm, as one of its managers lists them: one group for all. */
export function dockerSwarmDiscoverer(
  config: DockerSwarmSdConfig,
  parts: MechanismParts,
  report: DiscoveryReport,
): Discoverer {
  return refreshingDiscoverer(() => swarmRefreshing(config, parts), parts, report);
}

function swarmRefreshing(config: DockerSwarmSdConfig, parts: MechanismParts): Refreshing {
  const daemon = openDockerDaemon(config, parts);
  const { refreshInterval } = config;
  return {
    mechanism: 'dockerswarm',
    interval: refreshInterval,
    refresh: async (signal) => {
      const deadline = createDeadline(parts.clock, refreshInterval, signal);
      try {
        const targets = await targetsOf(config, daemon, deadline.signal);
        return { groups: [{ source: 'DockerSwarm', targets, labels: Labels.EMPTY }] };
      } finally {
        deadline.clear();
      }
    },
    close: () => daemon.close(),
  };
}

/** The filters are for what gives the targets; what these are joined with is there whole. */
async function targetsOf(
  { role, port, filters }: DockerSwarmSdConfig,
  daemon: DockerDaemon,
  signal: AbortSignal,
): Promise<readonly Labels[]> {
  const all = (path: string) => daemon.list(path, [], signal);
  const wanted = daemon.list(`/${role}`, filters, signal);
  if (role === 'nodes') return nodeTargets(await wanted, port);
  if (role === 'services') {
    const [services, networks] = await Promise.all([wanted, all('/networks')]);
    return serviceTargets(services, networks, port);
  }
  const [tasks, services, nodes, networks] = await Promise.all([
    wanted,
    all('/services'),
    all('/nodes'),
    all('/networks'),
  ]);
  return taskTargets(tasks, { services, nodes, networks }, port);
}
