import { expect, it } from 'vitest';
import { filterText, parseFilters } from './adhoc.ts';

it('filters go to URLs and back, pipes among them', () => {
  const filters = [
    { key: 'job', operator: '=', value: 'node' },
    { key: 'env', operator: '=~', value: 'a|b' },
  ] as const;
  const texts = filters.map(filterText);
  expect(texts).toEqual(['job|=|node', 'env|=~|a__gfp__b']);
  expect(parseFilters(texts)).toEqual(filters);
});

it('what is no filter is left out', () => {
  expect(parseFilters(['', 'job', 'job|like|x', '|=|x', 'job|=|'])).toEqual([{ key: 'job', operator: '=', value: '' }]);
});
