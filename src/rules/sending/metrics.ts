import type { Counter, MetricRegistry } from '#lib/metrics';

/** What is counted of one Alertmanager. */
export interface EndpointMetrics {
  readonly sent: Counter;
  readonly errors: Counter;
  readonly dropped: Counter;
  arrived(seconds: number): void;
}

/** Counts under Prometheus' names. */
export interface SenderMetrics {
  /** The series of an Alertmanager, at zero. */
  known(url: string): EndpointMetrics;
  /** They end at once; what still comes is not shown. */
  forgotten(url: string): void;
}

export interface SenderState {
  readonly capacity: number;
  readonly discovered: () => number;
  readonly queues: () => Iterable<readonly [url: string, length: number]>;
}

const BUCKETS = [0.01, 0.1, 1, 10];
const LABEL = 'alertmanager';

/** Registers the metrics; once for each registry. */
export function senderMetrics(registry: MetricRegistry, { capacity, discovered, queues }: SenderState): SenderMetrics {
  const named = (name: string, help: string) => ({ name: `prometheus_notifications_${name}`, help });
  const counters = (name: string, help: string) => registry.counters({ ...named(name, help), labels: [LABEL] });
  const sent = counters('sent_total', 'Total number of alerts sent.');
  const errors = counters('errors_total', 'Total number of sent alerts affected by errors.');
  const dropped = counters('dropped_total', 'Alerts that were not sent: they found no room, or did not arrive.');
  const latency = registry.histograms({
    ...named('latency_histogram_seconds', 'How long it takes to send a batch of alerts.'),
    labels: [LABEL],
    buckets: BUCKETS,
  });
  const totals = new Map<string, { seconds: number; count: number }>();
  registry.computed({ ...named('queue_capacity', 'Alerts that may wait.'), type: 'gauge' }, () => capacity);
  registry.computed(
    { ...named('alertmanagers_discovered', 'Alertmanagers that are told of alerts.'), type: 'gauge' },
    discovered,
  );
  registry.collector(() => [
    {
      ...named('queue_length', 'Alerts that wait to be sent.'),
      type: 'gauge',
      samples: [...queues()].map(([url, value]) => ({ suffix: '', labels: [LABEL, url], value })),
    },
    {
      ...named('latency_seconds', 'How long it took to send batches of alerts.'),
      type: 'summary',
      samples: [...totals].flatMap(([url, { seconds, count }]) => [
        { suffix: '_sum', labels: [LABEL, url], value: seconds },
        { suffix: '_count', labels: [LABEL, url], value: count },
      ]),
    },
  ]);
  return {
    known(url) {
      const total = { seconds: 0, count: 0 };
      totals.set(url, total);
      const durations = latency.labels(url);
      return {
        sent: sent.labels(url),
        errors: errors.labels(url),
        dropped: dropped.labels(url),
        arrived(seconds) {
          total.seconds += seconds;
          total.count++;
          durations.observe(seconds);
        },
      };
    },
    forgotten(url) {
      totals.delete(url);
      for (const family of [sent, errors, dropped, latency]) family.remove(url);
    },
  };
}
