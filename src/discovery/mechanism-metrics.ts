import type { Counter, MetricFamily, MetricRegistry } from '#lib/metrics';

/** What mechanisms count, whoever's targets they find, under the names that Prometheus has for it. */
export interface MechanismMetrics {
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

/** Registers them, once for the whole program. */
export function createMechanismMetrics(registry: MetricRegistry): MechanismMetrics {
  const counter = (name: string, help: string) => registry.counter({ name: `prometheus_sd_${name}`, help });
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
  registry.collector(() => refreshes.families());
  return {
    fileErrors: counter('file_read_errors_total', 'Files with targets that could not be read or are wrong.'),
    kubernetesFailures: counter('kubernetes_failures_total', 'Lists and watches of Kubernetes that failed.'),
    dnsLookups: counter('dns_lookups_total', 'Lookups of names by DNS discovery.'),
    dnsLookupFailures: counter('dns_lookup_failures_total', 'Lookups of names by DNS discovery that failed.'),
    consulFailures: counter('consul_rpc_failures_total', 'Requests to Consul that failed.'),
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
