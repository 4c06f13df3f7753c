import type { Clock } from '#lib/clock';
import type { MetricRegistry, Summary } from '#lib/metrics';
import { HIGH_QUANTILES, LOW_AND_HIGH_QUANTILES, type QuantileTarget } from '#lib/quantile-sketch';

/** How long evaluations took, of all rules and of all groups. */
export interface RuleDurations {
  readonly rule: Summary;
  readonly group: Summary;
}

/** Registers them. */
export function createRuleDurations(registry: MetricRegistry, clock: Clock): RuleDurations {
  const summary = (name: string, help: string, quantiles: readonly QuantileTarget[]) =>
    registry.summaries({ name, help, labels: [], quantiles, now: () => clock.monotonic() }).labels();
  return {
    rule: summary('prometheus_rule_evaluation_duration_seconds', 'The duration for a rule to execute.', HIGH_QUANTILES),
    group: summary(
      'prometheus_rule_group_duration_seconds',
      'The duration of rule group evaluations.',
      LOW_AND_HIGH_QUANTILES,
    ),
  };
}
