import { bench, describe } from 'vitest';
import { parse } from '#promql/parse';

describe('parsing PromQL', () => {
  bench('a selector', () => void parse('up{job="node"}'));
  bench('an aggregated rate', () => {
    parse('sum by (job, instance) (rate(http_requests_total{status=~"5..", job="api"}[5m])) > 0.05');
  });
  bench('a quantile over buckets', () => {
    parse('histogram_quantile(0.99, sum by (le, service) (rate(http_request_duration_seconds_bucket[5m])))');
  });
});
