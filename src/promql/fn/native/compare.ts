import type { Histogram } from '#model/histogram';
import { boundAt } from './bounds.ts';
import { sameBounds, sorted, WorkHistogram } from './work-histogram.ts';

const NO_BOUNDS = new Float64Array(0);

/** Whether a counter was reset between two histograms: by the hint, or because anything became less or finer. */
export function isReset(current: Histogram, previous: Histogram): boolean {
  if (current.counterResetHint === 'reset') return true;
  if (current.counterResetHint === 'not-reset') return false;
  if (current.count < previous.count) return true;
  const now = new WorkHistogram(current);
  const before = new WorkHistogram(previous);
  if (now.hasCustomBounds) return !before.hasCustomBounds || isCustomReset(now, before);
  if (now.schema > before.schema || now.zeroThreshold < before.zeroThreshold) return true;
  const { zeroCount, reached } = before.zeroCountFor(now.zeroThreshold);
  if (reached !== now.zeroThreshold || now.zeroCount < zeroCount) return true;
  before.reduceTo(now.schema);
  const isInZero = (index: number) => boundAt(index, now.schema) <= now.zeroThreshold;
  return hasDecrease(now.positive, before.positive, isInZero) || hasDecrease(now.negative, before.negative, isInZero);
}

function isCustomReset(now: WorkHistogram, before: WorkHistogram): boolean {
  const [a, b] = [now.customBounds ?? NO_BOUNDS, before.customBounds ?? NO_BOUNDS];
  if (!sameBounds(a, b)) {
    const shared = a.filter((bound) => b.includes(bound));
    now.moveToBounds(shared);
    before.moveToBounds(shared);
  }
  return hasDecrease(now.positive, before.positive, () => false);
}

function hasDecrease(
  now: ReadonlyMap<number, number>,
  before: ReadonlyMap<number, number>,
  isInZero: (index: number) => boolean,
): boolean {
  for (const [index, count] of before) {
    if (count !== 0 && !isInZero(index) && !((now.get(index) ?? 0) >= count)) return true;
  }
  return false;
}

/** Equal in every number; empty buckets do not count. */
export function isSameHistogram(a: Histogram, b: Histogram): boolean {
  const numbers = ['schema', 'count', 'sum', 'zeroThreshold', 'zeroCount'] as const;
  if (numbers.some((name) => !Object.is(a[name], b[name]))) return false;
  if (!sameBounds(a.customBounds ?? NO_BOUNDS, b.customBounds ?? NO_BOUNDS)) return false;
  const [x, y] = [new WorkHistogram(a), new WorkHistogram(b)];
  return isSameSide(x.positive, y.positive) && isSameSide(x.negative, y.negative);
}

function isSameSide(a: Map<number, number>, b: Map<number, number>): boolean {
  const [x, y] = [a, b].map((counts) => sorted(counts).filter(([, count]) => count !== 0));
  return x!.length === y!.length && x!.every(([index, count], i) => index === y![i]![0] && Object.is(count, y![i]![1]));
}
