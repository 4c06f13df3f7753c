import { expect, it } from 'vitest';
import { pageOf } from './pager.ts';

it('a page has its lines, the last one what is left', () => {
  expect(pageOf(45, 20, 0)).toEqual({ page: 0, pages: 3, first: 0, last: 20, count: 45 });
  expect(pageOf(45, 20, 2)).toEqual({ page: 2, pages: 3, first: 40, last: 45, count: 45 });
  expect(pageOf(40, 20, 1)).toMatchObject({ pages: 2, first: 20, last: 40 });
});

it('where a list has become shorter, the last page is shown', () => {
  expect(pageOf(45, 20, 7)).toMatchObject({ page: 2, first: 40, last: 45 });
  expect(pageOf(0, 20, 7)).toEqual({ page: 0, pages: 1, first: 0, last: 0, count: 0 });
});
