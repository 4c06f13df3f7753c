import type { MetricRegistry } from '#lib/metrics';
import type { AlertStateName, SilenceState } from './view.ts';

/** What is read when metrics are collected. */
export interface AlertmanagerGauges {
  alertStates(): Readonly<Record<AlertStateName, number>>;
  silenceStates(): Readonly<Record<SilenceState, number>>;
  groupCount(): number;
  /** What the configuration in force has: receivers that routes lead to, their integrations, and inhibition rules. */
  configured(): Readonly<Record<'receivers' | 'integrations' | 'inhibitionRules', number>>;
  /** Most alerts of one name; 0 for any number. */
  readonly alertsPerName: number;
}

/** Counts what comes in. */
export interface IntakeMetrics {
  /** There was no place for so many alerts of a name. */
  limited(count: number): void;
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
  registry
    .gauge({
      name: 'alertmanager_alerts_per_alert_limit',
      help: 'Current limit on number of alerts per alert name',
    })
    .set(gauges.alertsPerName);
  const configured = (name: string, help: string, read: () => number) =>
    registry.computed({ name: `alertmanager_${name}`, help: `Number of configured ${help}.`, type: 'gauge' }, read);
  configured('receivers', 'receivers', () => gauges.configured().receivers);
  configured('integrations', 'integrations', () => gauges.configured().integrations);
  configured('inhibition_rules', 'inhibition rules', () => gauges.configured().inhibitionRules);
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
  const limited = registry.counter({
    name: 'alertmanager_alerts_limited_total',
    help: 'Total number of alerts that were dropped due to per alert name limit',
  });
  const counters = { firing: received.labels('firing', 'v2'), resolved: received.labels('resolved', 'v2') };
  const wrong = invalid.labels('v2');
  return {
    limited: (count) => limited.inc(count),
    received: (status) => counters[status].inc(),
    invalid: () => wrong.inc(),
  };
}
