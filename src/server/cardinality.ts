import type { Millis } from '#model/time';
import type { RuleGroup } from '#rules/rule';
import type { Cardinality, MetricCardinality } from '#tsdb/cardinality';
import { MetricUses } from './queries/metric-uses.ts';

/** What says which metrics are used. */
export interface UseSources {
  /** The JSON of all dashboards. */
  readonly dashboards: () => readonly string[];
  readonly rules: () => readonly RuleGroup[];
  /** What was asked since `since`, by people and programs. */
  readonly queries: MetricUses;
  readonly since: Millis;
}

type UsedBy = 'dashboards' | 'rules' | 'queries';

interface ReportedMetric extends MetricCardinality {
  readonly usedBy: readonly UsedBy[];
}

/** Metrics that nothing asks for, and the rule for `metric_relabel_configs` that drops those that are listed. */
interface UnusedMetrics {
  readonly metrics: number;
  readonly series: number;
  readonly top: readonly MetricCardinality[];
  readonly rule: string;
}

/** The answer of /api/v1/status/cardinality; lists have at most as many entries as were asked for. */
export interface CardinalityReport extends Omit<Cardinality, 'metrics'> {
  /** Largest first. */
  readonly metrics: readonly ReportedMetric[];
  /** Those with the most new series within the last hour. */
  readonly churn: readonly ReportedMetric[];
  readonly unused: UnusedMetrics;
  /** Queries are known since then. */
  readonly usesSince: string;
}

export function cardinalityReport(found: Cardinality, sources: UseSources, limit: number): CardinalityReport {
  const judge = usesOf(sources);
  const metrics = found.metrics.map((metric) => ({ ...metric, usedBy: judge(metric.name) }));
  const churning = metrics.filter(({ newPerHour }) => newPerHour > 0).sort((a, b) => b.newPerHour - a.newPerHour);
  const unused = metrics.filter(({ usedBy }) => usedBy.length === 0);
  const top = unused.slice(0, limit).map(({ usedBy: _, ...metric }) => metric);
  return {
    ...found,
    metrics: metrics.slice(0, limit),
    churn: churning.slice(0, limit),
    unused: {
      metrics: unused.length,
      series: unused.reduce((sum, { series }) => sum + series, 0),
      top,
      rule: dropRule(top.map(({ name }) => name)),
    },
    usesSince: new Date(sources.since).toISOString(),
  };
}

function usesOf({ dashboards, rules, queries }: UseSources): (metric: string) => UsedBy[] {
  const inDashboards = new MetricUses();
  for (const text of dashboards()) inDashboards.add(text);
  const inRules = new MetricUses();
  for (const { rules: own } of rules()) for (const { query } of own) inRules.add(query);
  const all: readonly (readonly [UsedBy, MetricUses])[] = [
    ['dashboards', inDashboards],
    ['rules', inRules],
    ['queries', queries],
  ];
  return (metric) => all.filter(([, uses]) => uses.uses(metric)).map(([name]) => name);
}

/** A rule for `metric_relabel_configs` that drops these metrics; '' for none. */
export function dropRule(metrics: readonly string[]): string {
  if (metrics.length === 0) return '';
  const pattern = metrics.map((name) => name.replace(/[^a-zA-Z0-9_:]/g, '\\$&')).join('|');
  return `- source_labels: [__name__]\n  regex: '${pattern.replaceAll("'", "''")}'\n  action: drop\n`;
}
