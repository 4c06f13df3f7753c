import type { Clock } from '#lib/clock';
import { watchEventLoop } from '#lib/event-loop';
import type { Log } from '#lib/log';
import { machineFacts, processUsage } from '#lib/machine';
import { md5 } from '#lib/md5';
import { type Gauge, MetricRegistry } from '#lib/metrics';
import { HIGH_QUANTILES } from '#lib/quantile-sketch';
import type { QueryActivity } from '#promql/query-activity';
import { ALERTMANAGER_VERSION } from './alertmanager-version.ts';
import { logTwins } from './metric-twins.ts';

/** The metrics that the main thread keeps itself. Names are Prometheus' where the thing is the same. */
export interface SelfMetrics {
  readonly registry: MetricRegistry;
  /** A configuration, Prometheus' and Alertmanager's together, is in force since `now`; the text is alertmanager.yml. */
  loaded(alertmanagerYaml: string, now: number): void;
  /** A configuration could not be loaded: the one before stays in force. */
  refused(): void;
  /** `queue_time`: how long a query waited for a thread; `inner_eval`: how long it ran. */
  querySeconds(slice: 'queue_time' | 'inner_eval', seconds: number): void;
  readonly ready: Gauge;
}

const QUERY_BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60];

export function createSelfMetrics(version: string, clock: Clock, log: Log): SelfMetrics {
  const registry = new MetricRegistry(logTwins(log));
  processMetrics(registry);
  const { nodeVersion } = machineFacts();
  // Karma asks the second one what it may expect of the API.
  for (const [program, shown] of [
    ['prometheus', version],
    ['alertmanager', ALERTMANAGER_VERSION],
  ] as const) {
    registry
      .gauges({
        name: `${program}_build_info`,
        help: 'What is running; always 1.',
        labels: ['version', 'revision', 'branch', 'goversion', 'goos', 'goarch', 'tags'],
      })
      .labels(shown, '', '', nodeVersion, '', '', 'barograph')
      .set(1);
  }
  registry.computed(
    { name: 'time_seconds', help: 'This machine’s time, Unix time.', type: 'gauge' },
    () => clock.now() / 1000,
  );
  return {
    registry,
    ready: registry.gauge({ name: 'prometheus_ready', help: '1 when the server answers queries.' }),
    ...reloadMetrics(registry),
    querySeconds: queryTimes(registry, clock),
  };
}

function reloadMetrics(registry: MetricRegistry): Pick<SelfMetrics, 'loaded' | 'refused'> {
  const gauges = ['prometheus', 'alertmanager'].map((program) => ({
    successful: registry.gauge({
      name: `${program}_config_last_reload_successful`,
      help: '1 when the last attempt to load the configuration succeeded.',
    }),
    time: registry.gauge({
      name: `${program}_config_last_reload_success_timestamp_seconds`,
      help: 'When the configuration was last loaded, Unix time.',
    }),
  }));
  const hash = registry.gauge({
    name: 'alertmanager_config_hash',
    help: 'A number that differs when alertmanager.yml does: instances of one cluster should agree.',
  });
  return {
    loaded: (alertmanagerYaml, now) => {
      for (const { successful, time } of gauges) {
        successful.set(1);
        time.set(now / 1000);
      }
      hash.set(configHash(alertmanagerYaml));
    },
    refused: () => {
      for (const { successful } of gauges) successful.set(0);
    },
  };
}

/** Alertmanager's number for a text: 48 bits of its MD5, which a float holds exactly. */
function configHash(text: string): number {
  return Buffer.from(md5(text)).readUIntLE(0, 6);
}

/** What queries do now, under Prometheus' names. */
export function queryMetrics(
  registry: MetricRegistry,
  parts: {
    readonly watch: Pick<QueryActivity, 'running'>;
    readonly log: { readonly enabled: boolean; readonly failures: number };
    readonly maxConcurrency: number;
  },
): void {
  const { watch, log, maxConcurrency } = parts;
  registry.computed(
    { name: 'prometheus_engine_queries', help: 'Queries that run or wait.', type: 'gauge' },
    () => watch.running().length,
  );
  registry.computed(
    { name: 'prometheus_engine_queries_concurrent_max', help: 'Most queries that run at a time.', type: 'gauge' },
    () => maxConcurrency,
  );
  registry.computed(
    { name: 'prometheus_engine_query_log_enabled', help: '1 when there is a query log.', type: 'gauge' },
    () => (log.enabled ? 1 : 0),
  );
  registry.computed(
    {
      name: 'prometheus_engine_query_log_failures_total',
      help: 'Queries that could not be written to the query log.',
      type: 'counter',
    },
    () => log.failures,
  );
}

function queryTimes(registry: MetricRegistry, clock: Clock): SelfMetrics['querySeconds'] {
  const meta = { help: 'Time that queries waited for a thread (queue_time) and ran (inner_eval).', labels: ['slice'] };
  const summaries = registry.summaries({
    ...{ ...meta, name: 'prometheus_engine_query_duration_seconds' },
    ...{ quantiles: HIGH_QUANTILES, now: () => clock.monotonic() },
  });
  const histograms = registry.histograms({
    ...{ ...meta, name: 'prometheus_engine_query_duration_histogram_seconds', buckets: QUERY_BUCKETS },
  });
  const observers = (slice: string) => [summaries.labels(slice), histograms.labels(slice)] as const;
  const bySlice = { queue_time: observers('queue_time'), inner_eval: observers('inner_eval') };
  return (slice, seconds) => {
    const [summary, histogram] = bySlice[slice];
    summary.observe(seconds);
    histogram.observe(seconds);
  };
}

function processMetrics(registry: MetricRegistry): void {
  const eventLoop = watchEventLoop();
  registry.collector(() => {
    const { cpuSeconds, residentBytes, heapBytes, externalBytes, startTimeSeconds, kernel } = processUsage();
    const { mean, p99, max } = eventLoop.read();
    const one = (name: string, type: 'counter' | 'gauge', help: string, value: number) => ({
      ...{ name, type, help },
      samples: [{ suffix: '', labels: [], value }],
    });
    const known = (name: string, help: string, value: number | null) =>
      value === null ? [] : [one(name, 'gauge', help, value)];
    return [
      ...known('process_virtual_memory_bytes', 'Address space of the process.', kernel.virtualBytes),
      ...known('process_open_fds', 'Open files and sockets.', kernel.openFiles),
      ...known('process_max_fds', 'Most files and sockets that may be open.', kernel.maxFiles),
      one('process_cpu_seconds_total', 'counter', 'CPU time that the process used, all threads.', cpuSeconds),
      one('process_resident_memory_bytes', 'gauge', 'Memory of the process.', residentBytes),
      one('process_start_time_seconds', 'gauge', 'When the process began, Unix time.', startTimeSeconds),
      one('nodejs_heap_size_used_bytes', 'gauge', 'JavaScript heap of the main thread.', heapBytes),
      one('nodejs_external_memory_bytes', 'gauge', 'Memory of the main thread outside the heap.', externalBytes),
      one('nodejs_eventloop_lag_mean_seconds', 'gauge', 'Mean delay of the main thread since the last scrape.', mean),
      one('nodejs_eventloop_lag_p99_seconds', 'gauge', '99th percentile of the same.', p99),
      one('nodejs_eventloop_lag_max_seconds', 'gauge', 'Longest of the same.', max),
    ];
  });
}
