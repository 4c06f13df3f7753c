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
  for (const status of ['firing', 'resolved']) received.labels(status, 'v2').inc(0);
  invalid.labels('v2').inc(0);
  return {
    received: (status) => received.labels(status, 'v2').inc(),
    invalid: () => invalid.labels('v2').inc(),
  };
}
