import type { WrittenHistogram } from './histogram-text.ts';

/** Whether counters that were at `before` must have begun anew to be at `after`. */
export function resetAfter(before: WrittenHistogram, after: WrittenHistogram): boolean {
  if (after.count < before.count || after.zeroCount < before.zeroCount) return true;
  if (after.schema !== before.schema) return true;
  return less(before.positive, after.positive) || less(before.negative, after.negative);
}

function less(before: WrittenHistogram['positive'], after: WrittenHistogram['positive']): boolean {
  return before.counts.some((count, i) => (after.counts[i + before.offset - after.offset] ?? 0) < count);
}
