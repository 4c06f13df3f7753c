import { describe, expect, it } from 'vitest';
import { cardinalityReport, dropRule } from './cardinality.ts';
import { MetricUses } from './queries/metric-uses.ts';

const metric = (name: string, series: number, newPerHour = 0) => ({ name, series, newPerHour });
describe('the report on cardinality', () => {
  it('says who uses each metric, and gives the rule that drops those that nobody does', () => {
    const queries = new MetricUses();
    queries.add('in_query');
    const metrics = [
      metric('large', 50),
      metric('in_query', 40, 2),
      metric('in_rule', 30, 7),
      metric('in_dashboard', 20),
      metric("odd.'name", 10),
    ];
    const rule = { query: 'sum(in_rule)' };
    const sources = {
      dashboards: () => ['{"panels": [{"targets": [{"expr": "rate(in_dashboard[5m])"}]}]}'],
      rules: () => [{ rules: [rule] }] as never,
      ...{ queries, since: 1_700_000_000_000 },
    };
    const report = cardinalityReport({ series: 150, metrics, labels: [], pairs: [] }, sources, 3);
    expect(report).toEqual({
      ...{ series: 150, labels: [], pairs: [], usesSince: '2023-11-14T22:13:20.000Z' },
      metrics: [
        { ...metric('large', 50), usedBy: [] },
        { ...metric('in_query', 40, 2), usedBy: ['queries'] },
        { ...metric('in_rule', 30, 7), usedBy: ['rules'] },
      ],
      churn: [
        { ...metric('in_rule', 30, 7), usedBy: ['rules'] },
        { ...metric('in_query', 40, 2), usedBy: ['queries'] },
      ],
      unused: {
        ...{ metrics: 2, series: 60 },
        top: [metric('large', 50), metric("odd.'name", 10)],
        rule: "- source_labels: [__name__]\n  regex: 'large|odd\\.\\''name'\n  action: drop\n",
      },
    });
  });

  it('has no rule when there is nothing to drop', () => {
    expect(dropRule([])).toBe('');
  });
});
