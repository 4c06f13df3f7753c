import { invalidQuantile } from '../annotations.ts';
import { SortedWindow } from './sorted-window.ts';
import type { WindowFunction } from './windows.ts';

const sorted = new SortedWindow();

/** quantile_over_time, with one sorted window that samples enter and leave. */
export const quantileOverTime: WindowFunction = ({ v, from, to, args }, { columns, base }, { annotations, span }) => {
  const quantiles = args[0]!;
  sorted.clear();
  let first = from[0] ?? 0;
  let next = first;
  for (let i = 0; i < from.length; i++) {
    const start = from[i]!;
    const end = to[i]!;
    if (start >= next) {
      sorted.clear();
      first = start;
      next = start;
    }
    sorted.slide(v, { leave: first, stay: start, enter: next, end });
    first = start;
    next = Math.max(next, end);
    if (end <= start) continue;
    const quantile = quantiles[i]!;
    if (!(quantile >= 0 && quantile <= 1)) annotations.warn(invalidQuantile(quantile), span);
    columns.values[base + i] = sorted.quantile(quantile);
    columns.present[base + i] = 1;
  }
};
