import type { Millis } from '#model/time';
import type { StepGrid } from '../value.ts';
import type { Reach } from './cacheable.ts';

/** Steps from `from` up to before `to`. */
export interface StepSpan {
  readonly from: number;
  readonly to: number;
}

/** How many steps of the grid, counted from its start, depend only on data up to `time`. */
export function stepsUpTo({ start, step, count }: StepGrid, { ahead, pinned }: Reach, time: Millis): number {
  if (pinned > time) return 0;
  if (ahead === Number.NEGATIVE_INFINITY) return count;
  return Math.min(count, Math.max(0, Math.floor((time - ahead - start) / step) + 1));
}

/** The steps of `wanted` that `known` has in its first `usable` steps; null when there are none. Both have the same phase. */
export function overlap(wanted: StepGrid, known: StepGrid, usable: number): StepSpan | null {
  const first = (known.start - wanted.start) / wanted.step;
  const from = Math.max(0, first);
  const to = Math.min(wanted.count, first + usable);
  return from < to ? { from, to } : null;
}

/** These steps of a grid as a grid of their own. */
export function part({ start, step }: StepGrid, { from, to }: StepSpan): StepGrid {
  return { start: start + from * step, step, count: to - from };
}
