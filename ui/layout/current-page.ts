import type { PageEntry } from '../pages/registry.ts';

/** Whether a location is a page's own or within it. */
export function isCurrent({ path, within = [] }: PageEntry, location: string): boolean {
  return [path, ...within].some((one) => isBelow(one, location));
}

/** The page whose name a location goes by: its own, before the one that it is within. */
export function currentPage(pages: readonly PageEntry[], location: string): PageEntry | undefined {
  return pages.find(({ path }) => isBelow(path, location)) ?? pages.find((page) => isCurrent(page, location));
}

function isBelow(path: string, location: string): boolean {
  return location === path || (path !== '/' && location.startsWith(`${path}/`));
}
