import { expect, it } from 'vitest';
import { listedMetrics } from './metric-list.ts';

const metric = (name: string, series: number, usedBy: readonly string[] = ['rules']) => ({
  ...{ name, series, newPerHour: 0, usedBy },
});
const data = {
  series: 200,
  metrics: [metric('node_cpu', 100), metric('node_disk', 60), metric('up', 40, [])],
  churn: [metric('node_disk', 60)],
  unused: { metrics: 1, series: 40, top: [{ name: 'up', series: 40, newPerHour: 0 }], rule: '' },
  usesSince: '',
};

it('metrics are listed in their order, with their share, as far as the words match', () => {
  const list = (words: string, order: 'series' | 'new' | 'unused', most = 10) => {
    const { rows, matching } = listedMetrics(data, { words, order, most });
    return [rows.map(({ name, share }) => `${name} ${share}`), matching];
  };
  expect(list('', 'series')).toEqual([['node_cpu 0.5', 'node_disk 0.3', 'up 0.2'], 3]);
  expect(list('node', 'series', 1)).toEqual([['node_cpu 0.5'], 2]);
  expect(list('', 'new')).toEqual([['node_disk 0.3'], 1]);
  expect(list('', 'unused')).toEqual([['up 0.2'], 1]);
});
