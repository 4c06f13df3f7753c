import type { Counter, MetricFamily, MetricRegistry, MetricSample } from '#lib/metrics';
import type { DiscoveryStatus } from './discoverer.ts';

/** What discovery counts, under the names that Prometheus has for it. */
export interface DiscoveryMetrics {
  /** Groups came from a mechanism. */
  readonly received: Counter;
  /** Groups were passed on. */
  readonly updates: Counter;
  /** Groups had to wait because others had just been passed on. */
  readonly delayed: Counter;
  /** A mechanism that asks again and again asked: how long it took, and whether that failed. */
  refreshed(mechanism: string, job: string, seconds: number, failed: boolean): void;
  readonly kubernetesFailures: Counter;
  readonly dnsLookups: Counter;
  readonly dnsLookupFailures: Counter;
  readonly consulFailures: Counter;
  readonly fileErrors: Counter;
  kubernetesEvent(resource: string, event: 'add' | 'update' | 'delete'): void;
}

const KUBERNETES_ROLES: Readonly<Record<string, string>> = {
  endpointslices: 'endpointslice',
  endpoints: 'endpoints',
  nodes: 'node',
  pods: 'pod',
  services: 'service',
  ingresses: 'ingress',
};

export interface DiscoveryMetricsOptions {
  /** Whose discoveries they are. */
  readonly manager: string;
  /** Tells of them when it is asked. */
  readonly status: () => readonly DiscoveryStatus[];
  /** Whether a mechanism finds targets here. */
  readonly isSupported: (mechanism: string) => boolean;
}

/** Registers the metrics. */
export function createDiscoveryMetrics(
  registry: MetricRegistry,
  { manager, status, isSupported }: DiscoveryMetricsOptions,
): DiscoveryMetrics {
  const counter = (name: string, help: string) => registry.counter({ name: `prometheus_sd_${name}`, help });
  const ofManager = (name: string, help: string) =>
    registry.counters({ name: `prometheus_sd_${name}`, help, labels: ['name'] }).labels(manager);
  const metrics = {
    received: ofManager('received_updates_total', 'Updates that mechanisms gave.'),
    updates: ofManager('updates_total', 'Updates that were passed on to their jobs.'),
    delayed: ofManager(
      'updates_delayed_total',
      'Updates that had to wait because the last one was passed on just before.',
    ),
    fileErrors: counter('file_read_errors_total', 'Files with targets that could not be read or are wrong.'),
    kubernetesFailures: counter('kubernetes_failures_total', 'Lists and watches of Kubernetes that failed.'),
    dnsLookups: counter('dns_lookups_total', 'Lookups of names by DNS discovery.'),
    dnsLookupFailures: counter('dns_lookup_failures_total', 'Lookups of names by DNS discovery that failed.'),
    consulFailures: counter('consul_rpc_failures_total', 'Requests to Consul that failed.'),
  };
  const httpFailures = counter('http_failures_total', 'Refreshes of HTTP discovery that failed.');
  const events = registry.counters({
    name: 'prometheus_sd_kubernetes_events_total',
    help: 'Objects of Kubernetes that came, changed or went.',
    labels: ['role', 'event'],
  });
  for (const role of Object.values(KUBERNETES_ROLES)) {
    for (const event of ['add', 'update', 'delete']) events.labels(role, event);
  }
  const refreshes = new Refreshes();
  registry.collector(() => [...refreshes.families(), ...statusFamilies(manager, status(), isSupported)]);
  return {
    ...metrics,
    refreshed: (mechanism, job, seconds, failed) => {
      refreshes.add(mechanism, job, seconds, failed);
      if (mechanism === 'http' && failed) httpFailures.inc();
    },
    kubernetesEvent: (resource, event) => {
      const role = KUBERNETES_ROLES[resource];
      if (role !== undefined) events.labels(role, event).inc();
    },
  };
}

interface Refresh {
  readonly labels: readonly string[];
  seconds: number;
  count: number;
  failures: number;
}

class Refreshes {
  private readonly byLabels = new Map<string, Refresh>();

  add(mechanism: string, config: string, seconds: number, failed: boolean): void {
    const key = `${mechanism} ${config}`;
    const labels = ['mechanism', mechanism, 'config', config];
    const refresh = this.byLabels.get(key) ?? { labels, seconds: 0, count: 0, failures: 0 };
    this.byLabels.set(key, refresh);
    refresh.seconds += seconds;
    refresh.count++;
    if (failed) refresh.failures++;
  }

  families(): MetricFamily[] {
    const all = [...this.byLabels.values()];
    return [
      {
        name: 'prometheus_sd_refresh_failures_total',
        help: 'Refreshes of a mechanism that failed.',
        type: 'counter',
        samples: all.map(({ labels, failures }) => ({ suffix: '', labels, value: failures })),
      },
      {
        name: 'prometheus_sd_refresh_duration_seconds',
        help: 'How long refreshes of a mechanism take.',
        type: 'summary',
        samples: all.flatMap(({ labels, seconds, count }) => [
          { suffix: '_sum', labels, value: seconds },
          { suffix: '_count', labels, value: count },
        ]),
      },
    ];
  }
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
