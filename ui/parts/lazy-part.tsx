import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

/**
 * A part of a page whose code is fetched when it is shown first. When it cannot be had, `instead` stands in its place and the
 * rest of the page stays; `layout/page-watch` says so at the top of the page.
 */
export function lazyPart<Props>(
  load: () => Promise<ComponentType<Props>>,
  instead: ComponentType = nothing,
): LazyExoticComponent<ComponentType<Props>> {
  return lazy(async () => ({ default: await load().catch(() => instead as ComponentType<Props>) }));
}

function nothing(): null {
  return null;
}
