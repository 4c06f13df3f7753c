import { expect, it } from 'vitest';
import { familiesOf } from './job-metrics.ts';

const of = (name: string, labels: Readonly<Record<string, string>> = {}) => ({ __name__: name, job: 'web', ...labels });
const meta = (type: 'histogram' | 'counter' | 'gauge' | 'summary', help = '') => [{ type, help, unit: '' }];

it('series of a histogram are one family', () => {
  const series = [of('d_seconds_bucket', { le: '1', handler: '/' }), of('d_seconds_sum'), of('d_seconds_count')];
  expect(familiesOf(series, { d_seconds: meta('histogram', 'Durations.') })).toEqual([
    { name: 'd_seconds', type: 'histogram', help: 'Durations.', labels: ['handler', 'job'], quantiles: false },
  ]);
});

it('what nothing is known of is judged by its name', () => {
  const series = [of('x_total', { code: '200' }), of('y'), of('z_info'), of('h_bucket', { le: '1' })];
  expect(familiesOf(series, {}).map(({ name, type }) => [name, type])).toEqual([
    ['x_total', 'counter'],
    ['y', 'gauge'],
    ['z_info', 'info'],
    ['h', 'histogram'],
  ]);
});

it('counters of OpenMetrics have their metadata without _total', () => {
  expect(familiesOf([of('r_total')], { r: meta('counter', 'Requests.') })).toEqual([
    { name: 'r_total', type: 'counter', help: 'Requests.', labels: ['job'], quantiles: true },
  ]);
});
