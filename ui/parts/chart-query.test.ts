import { expect, it } from 'vitest';
import { withRateInterval } from './chart-query.ts';

it('a rate covers four scrapes, or a step and a scrape when that is longer', () => {
  expect(withRateInterval('rate(x[$__rate_interval])', 5000, 15_000)).toBe('rate(x[1m])');
  expect(withRateInterval('rate(x[$__rate_interval])', 300_000, 15_000)).toBe('rate(x[5m15s])');
  expect(withRateInterval('up', 5000, 15_000)).toBe('up');
});
