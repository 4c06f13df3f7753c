import type { Clock } from '#lib/clock';
import type { Counter, MetricFamily, MetricRegistry, MetricSample } from '#lib/metrics';
import type { DiscoveryStatus } from './discoverer.ts';
import { createMechanismMetrics, type MechanismMetrics } from './mechanism-metrics.ts';

/** What discovery counts, under the names that Prometheus has for it: one set, which all managers share. */
export interface DiscoveryMetrics {
  readonly mechanisms: MechanismMetrics;
  /** Those of one manager; each has a name of its own. */
  manager(options: ManagerMetricsOptions): ManagerMetrics;
}

/** What one manager counts. */
export interface ManagerMetrics {
  /** Groups came from a mechanism. */
  readonly received: Counter;
  /** Groups were passed on. */
  readonly updates: Counter;
  /** Groups had to wait because others had just been passed on. */
  readonly delayed: Counter;
}

interface ManagerMetricsOptions {
  /** Whose discoveries they are. */
  readonly name: string;
  /** Tells of them when it is asked. */
  readonly status: () => readonly DiscoveryStatus[];
  /** Whether a mechanism finds targets here. */
  readonly isSupported: (mechanism: string) => boolean;
}

/** Registers the metrics, once for the whole program. */
export function createDiscoveryMetrics(registry: MetricRegistry, clock: Clock): DiscoveryMetrics {
  const counters = (name: string, help: string) =>
    registry.counters({ name: `prometheus_sd_${name}`, help, labels: ['name'] });
  const received = counters('received_updates_total', 'Updates that mechanisms gave.');
  const updates = counters('updates_total', 'Updates that were passed on to their jobs.');
  const delayed = counters(
    'updates_delayed_total',
    'Updates that had to wait because the last one was passed on just before.',
  );
  return {
    mechanisms: createMechanismMetrics(registry, clock),
    manager: ({ name, status, isSupported }) => {
      registry.collector(() => statusFamilies(name, status(), isSupported));
      return { received: received.labels(name), updates: updates.labels(name), delayed: delayed.labels(name) };
    },
  };
}

function statusFamilies(
  manager: string,
  status: readonly DiscoveryStatus[],
  isSupported: (mechanism: string) => boolean,
): MetricFamily[] {
  const targets = new Map<string, number>();
  const updated = new Map<string, number>();
  for (const { job, targets: found, lastUpdate } of status) {
    targets.set(job, (targets.get(job) ?? 0) + found);
    if (lastUpdate !== null) updated.set(job, Math.max(lastUpdate / 1000, updated.get(job) ?? 0));
  }
  return [
    {
      name: 'prometheus_sd_discovered_targets',
      help: 'Targets that are known now.',
      type: 'gauge',
      samples: perJob(manager, targets),
    },
    {
      name: 'prometheus_sd_last_update_timestamp_seconds',
      help: 'When targets were last found or said to be gone.',
      type: 'gauge',
      samples: perJob(manager, updated),
    },
    {
      name: 'prometheus_sd_failed_configs',
      help: 'Discoveries that fail right now.',
      type: 'gauge',
      samples: [{ suffix: '', labels: ['name', manager], value: status.filter(({ error }) => error !== null).length }],
    },
    {
      name: 'barograph_sd_unsupported_configs',
      help: 'Discoveries whose mechanism is not supported yet: their targets are not found.',
      type: 'gauge',
      samples: counted(
        status
          .filter(({ mechanism }) => !isSupported(mechanism))
          .map(({ job, mechanism }) => ['name', manager, 'config', job, 'mechanism', mechanism]),
      ),
    },
  ];
}

function perJob(manager: string, values: ReadonlyMap<string, number>): MetricSample[] {
  return [...values].map(([job, value]) => ({ suffix: '', labels: ['name', manager, 'config', job], value }));
}

/** How often each list of labels is there. */
function counted(all: readonly (readonly string[])[]): MetricSample[] {
  const samples = new Map<string, MetricSample>();
  for (const labels of all) {
    const key = JSON.stringify(labels);
    samples.set(key, { suffix: '', labels, value: (samples.get(key)?.value ?? 0) + 1 });
  }
  return [...samples.values()];
}
