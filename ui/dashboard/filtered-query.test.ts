import { expect, it } from 'vitest';
import { withFilters } from './filtered-query.ts';

const filters = [
  { key: 'job', operator: '=', value: 'a"b' },
  { key: 'env', operator: '!~', value: 'dev|test' },
] as const;

it.each([
  ['up', 'up{env!~"dev|test",job="a\\"b"}'],
  ['rate(x{a="1"}[5m])', 'rate(x{a="1",env!~"dev|test",job="a\\"b"}[5m])'],
  ['1 + 2', '1 + 2'],
])('%s asks with filters for %s', (expr, expected) => {
  expect(withFilters(expr, filters)).toBe(expected);
});

it('filters every selector, wherever it stands', () => {
  const [one] = filters;
  const both = withFilters('topk(scalar(n), -(a offset 5m) / on (job) max_over_time(b[1h:1m]))', [
    { ...one, value: 'x' },
  ]);
  expect(both).toBe('topk(scalar(n{job="x"}), -(a{job="x"} offset 5m) / on (job) max_over_time(b{job="x"}[1h:1m]))');
});

it('refuses what is no expression', () => {
  expect(() => withFilters('rate(', filters)).toThrow();
});
