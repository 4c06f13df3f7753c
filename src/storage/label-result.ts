import { compareUtf8 } from '#lib/utf8';
import type { LabelResult } from './queryable.ts';

/** Names or values in any order, sorted by UTF-8 bytes and made unique; at most `limit` of them unless it is 0. */
export function sortedUnique(values: readonly string[], limit: number): LabelResult {
  return limited([...new Set(values)].sort(compareUtf8), limit);
}

/** The first `limit` of sorted values, with Prometheus' warning when some were left out. 0 = no limit. */
export function limited(sorted: readonly string[], limit: number): LabelResult {
  if (limit <= 0 || sorted.length <= limit) return { values: sorted, warnings: [] };
  return { values: sorted.slice(0, limit), warnings: ['results truncated due to limit'] };
}
