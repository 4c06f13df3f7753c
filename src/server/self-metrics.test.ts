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

it('a configuration that is in force, or could not be loaded, is told under the names of both programs', () => {
  const metrics = createSelfMetrics('1', new FakeClock(), silentLog);
  const values = () =>
    metrics.registry
      .collect()
      .filter(({ name }) => name.includes('_config_'))
      .map(({ name, samples }) => `${name} ${samples[0]!.value}`);
  const told = (ok: number, seconds: number, hash: number) => [
    `prometheus_config_last_reload_successful ${ok}`,
    `prometheus_config_last_reload_success_timestamp_seconds ${seconds}`,
    `alertmanager_config_last_reload_successful ${ok}`,
    `alertmanager_config_last_reload_success_timestamp_seconds ${seconds}`,
    `alertmanager_config_hash ${hash}`,
  ];
  metrics.loaded('route: {receiver: a}', 5000);
  // Its MD5 begins with 10 de 25 35 75 94.
  expect(values()).toEqual(told(1, 5, 0x94_75_35_25_de_10));
  metrics.refused();
  expect(values()).toEqual(told(0, 5, 0x94_75_35_25_de_10));
  metrics.loaded('', 7000);
  // The MD5 of nothing begins with d4 1d 8c d9 8f 00.
  expect(values()).toEqual(told(1, 7, 0x00_8f_d9_8c_1d_d4));
});
