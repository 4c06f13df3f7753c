import { expect, it } from 'vitest';
import { PAGES } from '../pages/registry.ts';
import { currentPage, isCurrent } from './current-page.ts';

it.each([
  ['/', 'Home', ['Home']],
  ['/d/host', 'Dashboards', ['Dashboards']],
  ['/dashboards', 'Dashboards', ['Dashboards']],
  ['/silences', 'Silences', ['Alerts', 'Silences']],
  ['/queries', 'Queries', ['Status', 'Queries']],
])('%s is called %s', (location, title, lit) => {
  expect(currentPage(PAGES, location)?.title).toBe(title);
  expect(PAGES.filter((page) => isCurrent(page, location)).map((page) => page.title)).toEqual(lit);
});
