import { describe, expect, it } from 'vitest';
import { parse } from './parse.ts';
import { adviseRecordingRule, recordingSaving } from './recording-rule.ts';

const named = (expr: string) => adviseRecordingRule(parse(expr))?.record ?? null;

describe('a recording rule', () => {
  it.each([
    ['sum by (job) (rate(http_requests_total[5m]))', 'job:http_requests:rate5m'],
    ['sum by (path, job) (increase(http_requests_total{code="500"}[1h30m]))', 'job_path:http_requests:increase1h30m'],
    ['avg by (instance) (avg_over_time(temperature_total[10m]))', 'instance:temperature_total:avg_avg_over_time10m'],
    ['sum without (cpu) (rate(cpu_seconds_total[1m]))', 'without_cpu:cpu_seconds:rate1m'],
    ['max(sum by (job) ((rate(x_total[5m]))))', ':x:max_rate5m'],
    ['topk(5, sum by (job) (rate(x[5m])))', 'job:x:rate5m'],
  ])('for %s is called %s', (expr, name) => {
    expect(named(expr)).toBe(name);
  });

  it.each([
    'rate(x[5m])',
    'sum(x)',
    'sum(rate(x[5m] offset 1h))',
    'sum(rate(x[5m] @ end()))',
    'sum(rate(x[step()]))',
    'sum(max_over_time(rate(x[5m])[1h:]))',
    'max_over_time(sum(rate(x[5m]))[1h:1m])',
    'sum(rate({job="a"}[5m]))',
    'quantile(0.9, rate(x[5m]))',
    'sum(rate(x[5m]) + rate(y[5m]))',
  ])('makes no sense for %s', (expr) => {
    expect(named(expr)).toBeNull();
  });

  it('takes the costly part and leaves the rest to the query', () => {
    const expr = '1 - histogram_quantile(0.9, sum by (le) (rate(x_bucket{job="a\\"b"}[5m]))) > 0.5';
    expect(adviseRecordingRule(parse(expr))).toEqual({
      record: 'le:x_bucket:rate5m',
      expr: 'sum by (le) (rate(x_bucket{job="a\\"b"}[5m]))',
      query: '1 - histogram_quantile(0.9, le:x_bucket:rate5m) > 0.5',
      yaml: `groups:
  - name: "le:x_bucket:rate5m"
    rules:
      - record: "le:x_bucket:rate5m"
        expr: "sum by (le) (rate(x_bucket{job=\\"a\\\\\\"b\\"}[5m]))"
`,
      window: 300_000,
    });
  });
});

describe('the estimated saving', () => {
  const minutes = (count: number) => count * 60_000;
  const common = { lookbackDelta: minutes(5), interval: minutes(1), window: minutes(5) };

  it('of an instant query is the window of each series against the lookback of the recorded ones', () => {
    expect(recordingSaving({ ...common, samplesRead: 2000, series: 3, queryRange: 0 })).toEqual({
      now: 2000,
      recorded: 15,
      perEvaluation: 2000,
    });
  });

  it('of a range query counts what one evaluation of the rule reads of it', () => {
    expect(recordingSaving({ ...common, samplesRead: 13_000, series: 2, queryRange: minutes(60) })).toEqual({
      now: 13_000,
      recorded: 130,
      perEvaluation: 1000,
    });
  });
});
