import { expect, it } from 'vitest';
import { silentLog } from '#lib/log';
import { FakeClock } from '#test/clock';
import { createSelfMetrics } from './self-metrics.ts';

it('times of queries are there as quantiles and as a histogram, for each part, before the first query, too', () => {
  const metrics = createSelfMetrics('1', new FakeClock(), silentLog);
  const samples = (name: string) =>
    metrics.registry
      .collect()
      .find((family) => family.name === `prometheus_engine_query_duration_${name}`)
      ?.samples.filter(({ suffix }) => suffix !== '_bucket')
      .map(({ suffix, labels, value }) => `${suffix}{${labels.join(' ')}} ${value}`);
  metrics.querySeconds('inner_eval', 0.25);
  expect(samples('seconds')).toEqual([
    ...['0.5', '0.9', '0.99'].map((quantile) => `{slice queue_time quantile ${quantile}} NaN`),
    ...['_sum{slice queue_time} 0', '_count{slice queue_time} 0'],
    ...['0.5', '0.9', '0.99'].map((quantile) => `{slice inner_eval quantile ${quantile}} 0.25`),
    ...['_sum{slice inner_eval} 0.25', '_count{slice inner_eval} 1'],
  ]);
  expect(samples('histogram_seconds')).toEqual([
    ...['_sum{slice queue_time} 0', '_count{slice queue_time} 0'],
    ...['_sum{slice inner_eval} 0.25', '_count{slice inner_eval} 1'],
  ]);
});
