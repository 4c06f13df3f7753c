import type { Clock } from '#lib/clock';
import type { Counter, Labelled, MetricFamily, MetricRegistry, Summary } from '#lib/metrics';
import { HIGH_QUANTILES } from '#lib/quantile-sketch';
import type { Millis } from '#model/time';

/** What mechanisms count, whoever's targets they find, under the names that Prometheus has for it. */
export interface MechanismMetrics {
  /** A mechanism that asks again and again asked: how long it took, and whether that failed. */
  refreshed(mechanism: string, job: string, seconds: number, failed: boolean): void;
  /** A job has no discoveries of this mechanism any more: what was counted of them goes. */
  removed(mechanism: string, job: string): void;
  readonly kubernetesFailures: Counter;
  readonly dnsLookups: Counter;
  readonly dnsLookupFailures: Counter;
  readonly consulFailures: Counter;
  /** A call that may wait for a change: of all services or of one. */
  consulCalled(call: 'services' | 'service', seconds: number): void;
  readonly fileErrors: Counter;
  /** A directory with such files cannot be watched. */
  readonly fileWatchErrors: Counter;
  /** All files of one discovery were read. */
  filesScanned(seconds: number): void;
  /** When the files of a discovery were last changed, by path; null when it ended. */
  fileTimes(discovery: object, times: ReadonlyMap<string, Millis> | null): void;
  /** The status of an answer to a request for a path; null: none came. */
  kubernetesAnswered(path: string, status: number | null, seconds: number): void;
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
export function createMechanismMetrics(registry: MetricRegistry, clock: Clock): MechanismMetrics {
  const counter = (name: string, help: string) => registry.counter({ name: `prometheus_sd_${name}`, help });
  return {
    ...refreshMetrics(registry, clock),
    ...fileMetrics(registry, clock),
    ...kubernetesMetrics(registry, clock),
    dnsLookups: counter('dns_lookups_total', 'Lookups of names by DNS discovery.'),
    dnsLookupFailures: counter('dns_lookup_failures_total', 'Lookups of names by DNS discovery that failed.'),
    ...consulMetrics(registry, clock),
  };
}

function refreshMetrics(registry: MetricRegistry, clock: Clock): Pick<MechanismMetrics, 'refreshed' | 'removed'> {
  const labels = ['mechanism', 'config'];
  const failures = registry.counters({
    name: 'prometheus_sd_refresh_failures_total',
    help: 'Refreshes of a mechanism that failed.',
    labels,
  });
  const durations = summaries(registry, clock, {
    name: 'prometheus_sd_refresh_duration_seconds',
    help: 'How long refreshes of a mechanism take.',
    labels,
  });
  const httpFailures = registry.counter({
    name: 'prometheus_sd_http_failures_total',
    help: 'Refreshes of HTTP discovery that failed.',
  });
  return {
    refreshed: (mechanism, job, seconds, failed) => {
      durations.labels(mechanism, job).observe(seconds);
      failures.labels(mechanism, job).inc(failed ? 1 : 0);
      if (mechanism === 'http' && failed) httpFailures.inc();
    },
    removed: (mechanism, job) => {
      for (const family of [failures, durations]) family.remove(mechanism, job);
    },
  };
}

type FileMetrics = Pick<MechanismMetrics, 'fileErrors' | 'fileWatchErrors' | 'filesScanned' | 'fileTimes'>;

function fileMetrics(registry: MetricRegistry, clock: Clock): FileMetrics {
  const counter = (name: string, help: string) => registry.counter({ name: `prometheus_sd_file_${name}`, help });
  const scans = summaries(registry, clock, {
    name: 'prometheus_sd_file_scan_duration_seconds',
    help: 'How long it takes to read the files of a discovery.',
    labels: [],
  }).labels();
  const times = new Map<object, ReadonlyMap<string, Millis>>();
  registry.collector(() => [modificationTimes(times.values())]);
  return {
    fileErrors: counter('read_errors_total', 'Files with targets that could not be read or are wrong.'),
    fileWatchErrors: counter(
      'watcher_errors_total',
      'Directories with such files that could not be watched: changes are seen at the refresh interval only.',
    ),
    filesScanned: (seconds) => scans.observe(seconds),
    fileTimes: (discovery, files) => {
      if (files === null) times.delete(discovery);
      else times.set(discovery, files);
    },
  };
}

/** Several discoveries may read the same file. */
function modificationTimes(all: Iterable<ReadonlyMap<string, Millis>>): MetricFamily {
  const joined = new Map([...all].flatMap((files) => [...files]));
  const samples = [...joined].map(([path, time]) => ({ suffix: '', labels: ['filename', path], value: time / 1000 }));
  const help = 'When a file with targets was last changed, as of when it was last read.';
  return { name: 'prometheus_sd_file_mtime_seconds', help, type: 'gauge', samples };
}

type KubernetesMetrics = Pick<MechanismMetrics, 'kubernetesFailures' | 'kubernetesEvent' | 'kubernetesAnswered'>;

function kubernetesMetrics(registry: MetricRegistry, clock: Clock): KubernetesMetrics {
  const name = (rest: string) => `prometheus_sd_kubernetes_${rest}`;
  const events = registry.counters({
    name: name('events_total'),
    help: 'Objects of Kubernetes that came, changed or went.',
    labels: ['role', 'event'],
  });
  for (const role of Object.values(KUBERNETES_ROLES)) {
    for (const event of ['add', 'update', 'delete']) events.labels(role, event);
  }
  const answers = registry.counters({
    name: name('http_request_total'),
    help: 'Requests to the Kubernetes API.',
    labels: ['status_code'],
  });
  const durations = registry.summaries({
    name: name('http_request_duration_seconds'),
    help: 'How long it took until the Kubernetes API began to answer.',
    labels: ['endpoint'],
    quantiles: [],
    now: () => clock.monotonic(),
  });
  return {
    kubernetesFailures: registry.counter({
      name: name('failures_total'),
      help: 'Lists and watches of Kubernetes that failed.',
    }),
    kubernetesEvent: (resource, event) => {
      const role = KUBERNETES_ROLES[resource];
      if (role !== undefined) events.labels(role, event).inc();
    },
    kubernetesAnswered: (path, status, seconds) => {
      answers.labels(status === null ? '<error>' : String(status)).inc();
      durations.labels(path).observe(seconds);
    },
  };
}

function consulMetrics(
  registry: MetricRegistry,
  clock: Clock,
): Pick<MechanismMetrics, 'consulFailures' | 'consulCalled'> {
  const durations = summaries(registry, clock, {
    name: 'prometheus_sd_consul_rpc_duration_seconds',
    help: 'How long Consul takes to answer, waiting for changes included.',
    labels: ['endpoint', 'call'],
  });
  return {
    consulFailures: registry.counter({
      name: 'prometheus_sd_consul_rpc_failures_total',
      help: 'Requests to Consul that failed.',
    }),
    consulCalled: (call, seconds) => durations.labels('catalog', call).observe(seconds),
  };
}

function summaries(
  registry: MetricRegistry,
  clock: Clock,
  meta: { readonly name: string; readonly help: string; readonly labels: readonly string[] },
): Labelled<Summary> {
  return registry.summaries({ ...meta, quantiles: HIGH_QUANTILES, now: () => clock.monotonic() });
}
