import { expect, it } from 'vitest';
import { MetricUses } from './metric-uses.ts';

it('a metric is used when a text names it, or has a pattern for it', () => {
  const uses = new MetricUses();
  uses.add('rate(http_requests_total{job="$job"}[$__rate_interval]) / on() job:up:sum');
  uses.add('{"expr": "{__name__=~\\"node_(cpu|memory)_.+\\", job=\\"x\\"}"}');
  uses.add('count by (__name__) ({__name__=~".+"})');
  uses.add('{__name__=~"($metric"}');
  const used = [
    'http_requests_total',
    'job:up:sum',
    'node_cpu_seconds_total',
    'node_memory_free',
    'go_gc',
    'http_requests',
  ];
  expect(used.filter((name) => uses.uses(name))).toEqual([
    'http_requests_total',
    'job:up:sum',
    'node_cpu_seconds_total',
    'node_memory_free',
  ]);
});
