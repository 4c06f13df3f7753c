import type { MetricFamily, MetricKind, MetricSample } from '#lib/metrics';
import type { GroupRunner } from './group.ts';
import { groupKey } from './rule.ts';

interface GroupMetric {
  readonly name: string;
  readonly help: string;
  readonly type: MetricKind;
  readonly read: (runner: GroupRunner) => number;
}

/** Per group, under Prometheus' names: its mixin's alerts and dashboards read them. */
const GROUP_METRICS: readonly GroupMetric[] = [
  {
    name: 'prometheus_rule_evaluations_total',
    help: 'The total number of rule evaluations.',
    type: 'counter',
    read: ({ counters }) => counters.evaluations,
  },
  {
    name: 'prometheus_rule_evaluation_failures_total',
    help: 'The total number of rule evaluation failures.',
    type: 'counter',
    read: ({ counters }) => counters.failures,
  },
  {
    name: 'prometheus_rule_group_iterations_total',
    help: 'Scheduled evaluations of the group, whether run or missed.',
    type: 'counter',
    read: ({ counters }) => counters.iterations,
  },
  {
    name: 'prometheus_rule_group_iterations_missed_total',
    help: 'Evaluations of the group missed because the one before took too long.',
    type: 'counter',
    read: ({ counters }) => counters.missed,
  },
  {
    name: 'prometheus_rule_group_interval_seconds',
    help: 'The interval of the group.',
    type: 'gauge',
    read: ({ group }) => group.interval / 1000,
  },
  {
    name: 'prometheus_rule_group_rules',
    help: 'The number of rules of the group.',
    type: 'gauge',
    read: ({ group }) => group.rules.length,
  },
  {
    name: 'prometheus_rule_group_last_evaluation_samples',
    help: 'Samples that the last evaluation of the group returned.',
    type: 'gauge',
    read: ({ lastSamples }) => lastSamples,
  },
  {
    name: 'prometheus_rule_group_last_evaluation_timestamp_seconds',
    help: 'When the group was last evaluated, as Unix time.',
    type: 'gauge',
    read: (runner) => (runner.status().lastEvaluation ?? 0) / 1000,
  },
  {
    name: 'prometheus_rule_group_last_duration_seconds',
    help: 'How long the last evaluation of the group took.',
    type: 'gauge',
    read: (runner) => runner.status().evaluationSeconds,
  },
  {
    name: 'prometheus_rule_group_last_rule_duration_sum_seconds',
    help: 'Sum of the durations of the rules in the last evaluation of the group.',
    type: 'gauge',
    read: ({ states }) => states.reduce((sum, { evaluationSeconds }) => sum + evaluationSeconds, 0),
  },
];

/** What each group counts. */
export function groupMetrics(runners: readonly GroupRunner[]): MetricFamily[] {
  return GROUP_METRICS.map(({ name, help, type, read }) => ({
    name,
    help,
    type,
    samples: runners.map(
      (runner): MetricSample => ({ suffix: '', labels: ['rule_group', groupKey(runner.group)], value: read(runner) }),
    ),
  }));
}
