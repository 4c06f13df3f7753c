import type { Counter, Labelled, MetricRegistry } from '#lib/metrics';
import type { FailureReason } from '../notify/notifier.ts';
import type { Integration } from '../notify/registry.ts';

/** Why a flush keeps alerts back. */
export type SuppressedReason = 'silence' | 'inhibition' | 'mute_time_interval' | 'active_time_interval';

/** Counts notifications, under the names that Alertmanager's mixin uses. */
export interface NotificationMetrics {
  /** A notification is about to be sent. */
  started(integration: Integration): void;
  /** One attempt is over: `seconds` is how long it took. */
  attempted(integration: Integration, ok: boolean, seconds: number): void;
  /** The last attempt failed. */
  failed(integration: Integration, reason: FailureReason): void;
  /** A flush keeps so many alerts back. */
  suppressed(reason: SuppressedReason, alerts: number): void;
  /** Makes the integration's series exist at zero, so that rates have a beginning. */
  known(integration: Integration): void;
}

const LATENCY_BUCKETS = [1, 5, 10, 15, 20];
const REASONS: readonly FailureReason[] = [
  'clientError',
  'serverError',
  'contextCanceled',
  'contextDeadlineExceeded',
  'other',
];

const SUPPRESSED_REASONS: readonly SuppressedReason[] = [
  'silence',
  'inhibition',
  'mute_time_interval',
  'active_time_interval',
];

/** Registers the notification metrics; once for each registry. */
export function notificationMetrics(registry: MetricRegistry): NotificationMetrics {
  const labels = ['integration', 'receiver_name'];
  const counters = (name: string, help: string, extra: readonly string[] = []) =>
    registry.counters({ name: `alertmanager_${name}`, help, labels: [...labels, ...extra] });
  const total = counters('notifications_total', 'The total number of attempted notifications.');
  const failed = counters('notifications_failed_total', 'The total number of failed notifications.', ['reason']);
  const requests = counters('notification_requests_total', 'The total number of attempted notification requests.');
  const refused = counters('notification_requests_failed_total', 'The total number of failed notification requests.');
  const suppressed = suppressedCounters(registry);
  const latency = registry.histograms({
    name: 'alertmanager_notification_latency_seconds',
    help: 'The latency of notifications in seconds.',
    labels,
    buckets: LATENCY_BUCKETS,
  });
  return {
    started: ({ name, receiver }) => total.labels(name, receiver).inc(),
    attempted({ name, receiver }, ok, seconds) {
      requests.labels(name, receiver).inc();
      if (!ok) refused.labels(name, receiver).inc();
      latency.labels(name, receiver).observe(seconds);
    },
    failed: ({ name, receiver }, reason) => failed.labels(name, receiver, reason).inc(),
    suppressed: (reason, alerts) => suppressed.labels(reason).inc(alerts),
    known({ name, receiver }) {
      for (const counter of [total, requests, refused]) counter.labels(name, receiver).inc(0);
      for (const reason of REASONS) failed.labels(name, receiver, reason).inc(0);
    },
  };
}

function suppressedCounters(registry: MetricRegistry): Labelled<Counter> {
  const counters = registry.counters({
    name: 'alertmanager_notifications_suppressed_total',
    help: 'The total number of notifications suppressed for being silenced, inhibited, outside of active time intervals or within muted time intervals.',
    labels: ['reason'],
  });
  for (const reason of SUPPRESSED_REASONS) counters.labels(reason).inc(0);
  return counters;
}
