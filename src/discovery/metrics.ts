import type { Counter, MetricFamily, MetricRegistry } from '#lib/metrics';
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

/** Registers the metrics. `status` tells of the discoveries when it is asked. */
export function createDiscoveryMetrics(
  registry: MetricRegistry,
  status: () => readonly DiscoveryStatus[],
): DiscoveryMetrics {
  const counter = (name: string, help: string) => registry.counter({ name: `prometheus_sd_${name}`, help });
  const metrics = {
    received: counter('received_updates_total', 'Updates that mechanisms gave.'),
    updates: counter('updates_total', 'Updates that were passed on to their jobs.'),
    delayed: counter('updates_delayed_total', 'Updates that had to wait for the job to be ready for them.'),
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
  registry.collector(() => [...refreshes.families(), ...statusFamilies(status())]);
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

function statusFamilies(status: readonly DiscoveryStatus[]): MetricFamily[] {
  const targets = new Map<string, number>();
  for (const { job, targets: found } of status) targets.set(job, (targets.get(job) ?? 0) + found);
  return [
    {
      name: 'prometheus_sd_discovered_targets',
      help: 'Targets that are known now.',
      type: 'gauge',
      samples: [...targets].map(([job, value]) => ({ suffix: '', labels: ['name', 'scrape', 'config', job], value })),
    },
    {
      name: 'prometheus_sd_failed_configs',
      help: 'Discoveries that fail right now.',
      type: 'gauge',
      samples: [{ suffix: '', labels: ['name', 'scrape'], value: status.filter(({ error }) => error !== null).length }],
    },
  ];
}
