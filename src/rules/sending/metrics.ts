import type { Clock } from '#lib/clock';
import type { Counter, MetricRegistry } from '#lib/metrics';
import { HIGH_QUANTILES } from '#lib/quantile-sketch';

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
  readonly clock: Clock;
  readonly capacity: number;
  readonly discovered: () => number;
  /** Of the Alertmanager for which most alerts wait; 0 when there is none. */
  readonly longestQueue: () => number;
}

const BUCKETS = [0.01, 0.1, 1, 10];
const LABEL = 'alertmanager';

/** Registers the metrics; once for each registry. */
export function senderMetrics(
  registry: MetricRegistry,
  { clock, capacity, discovered, longestQueue }: SenderState,
): SenderMetrics {
  const named = (name: string, help: string) => ({ name: `prometheus_notifications_${name}`, help });
  const counters = (name: string, help: string) => registry.counters({ ...named(name, help), labels: [LABEL] });
  const sent = counters('sent_total', 'Total number of alerts sent, also those that did not arrive.');
  const errors = counters('errors_total', 'Total number of sent alerts affected by errors.');
  const dropped = counters('dropped_total', 'Alerts that were not sent: they found no room, or did not arrive.');
  const latency = registry.histograms({
    ...named('latency_histogram_seconds', 'How long it takes to send a batch of alerts.'),
    labels: [LABEL],
    buckets: BUCKETS,
  });
  const quantiles = registry.summaries({
    ...named('latency_seconds', 'How long it took to send batches of alerts.'),
    ...{ labels: [LABEL], quantiles: HIGH_QUANTILES, now: () => clock.monotonic() },
  });
  registry.computed({ ...named('queue_capacity', 'Alerts that may wait.'), type: 'gauge' }, () => capacity);
  registry.computed(
    { ...named('alertmanagers_discovered', 'Alertmanagers that are told of alerts.'), type: 'gauge' },
    discovered,
  );
  // Without the label of the others, as the capacity is: the alerts of Prometheus' mixin compare the two.
  registry.computed(
    {
      ...named('queue_length', 'Alerts that wait to be sent to the Alertmanager for which most of them do.'),
      type: 'gauge',
    },
    longestQueue,
  );
  return {
    known(url) {
      const durations = [latency.labels(url), quantiles.labels(url)];
      return {
        sent: sent.labels(url),
        errors: errors.labels(url),
        dropped: dropped.labels(url),
        arrived(seconds) {
          for (const family of durations) family.observe(seconds);
        },
      };
    },
    forgotten(url) {
      for (const family of [sent, errors, dropped, latency, quantiles]) family.remove(url);
    },
  };
}
