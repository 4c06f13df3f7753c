import type { TooltipOptions } from './tooltip.ts';

/** What has values in the order that a tooltip lists it in; without an order as it comes. */
export function inTooltipOrder<T>(
  items: readonly T[],
  { sort, hideZeros }: Pick<TooltipOptions, 'sort' | 'hideZeros'>,
  numberOf: (item: T) => number,
): readonly T[] {
  const listed = hideZeros ? items.filter((item) => numberOf(item) !== 0) : items;
  if (sort === 'none') return listed;
  const sign = sort === 'asc' ? 1 : -1;
  return [...listed].sort((a, b) => sign * (numberOf(a) - numberOf(b)));
}
