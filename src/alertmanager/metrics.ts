import type { MetricRegistry } from '#lib/metrics';
import type { AlertStateName, SilenceState } from './view.ts';

/** What is read when metrics are collected. */
export interface AlertmanagerGauges {
  alertStates(): Readonly<Record<AlertStateName, number>>;
  silenceStates(): Readonly<Record<SilenceState, number>>;
  groupCount(): number;
}

/** Counts what comes in. */
export interface IntakeMetrics {
  received(status: 'firing' | 'resolved'): void;
  invalid(): void;
}

/** Registers the metrics of state and intake, under Alertmanager's names; once for each registry. */
export function alertmanagerMetrics(registry: MetricRegistry, gauges: AlertmanagerGauges): IntakeMetrics {
  const byState = (name: string, help: string, read: () => Readonly<Record<string, number>>) =>
    registry.collector(() => {
      const samples = Object.entries(read()).map(([state, value]) => ({ suffix: '', labels: ['state', state], value }));
      return [{ name, help, type: 'gauge', samples }];
    });
  byState('alertmanager_alerts', 'How many alerts by state.', () => gauges.alertStates());
  byState('alertmanager_silences', 'How many silences by state.', () => gauges.silenceStates());
  registry.computed(
    { name: 'alertmanager_dispatcher_aggregation_groups', help: 'Number of active aggregation groups.', type: 'gauge' },
    () => gauges.groupCount(),
  );
  const received = registry.counters({
    name: 'alertmanager_alerts_received_total',
    help: 'The total number of received alerts.',
    labels: ['status', 'version'],
  });
  const invalid = registry.counters({
    name: 'alertmanager_alerts_invalid_total',
    help: 'The total number of received alerts that were invalid.',
    labels: ['version'],
  });
  const counters = { firing: received.labels('firing', 'v2'), resolved: received.labels('resolved', 'v2') };
  const wrong = invalid.labels('v2');
  return { received: (status) => counters[status].inc(), invalid: () => wrong.inc() };
}
