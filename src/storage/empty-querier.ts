import type { Querier } from './queryable.ts';

/** A querier that has nothing but a warning, which every answer carries. */
export function emptyQuerier(warning: string): Querier {
  const nothing = { values: [], warnings: [warning] };
  return {
    select: () => ({ next: () => Promise.resolve(null), warnings: [warning] }),
    labelNames: () => Promise.resolve(nothing),
    labelValues: () => Promise.resolve(nothing),
    close: () => {},
  };
}
