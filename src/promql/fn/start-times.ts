import { NO_START } from '#storage/sample-buffer';

/** Samples of which it may be known when their counter began to count; 0 = not known. */
export interface StartedSamples {
  readonly t: Float64Array;
  readonly starts: Float64Array;
}

/**
 * Whether the counter began anew between sample `i - 1` and `i`: it was then reset, whatever its values. At the very time
 * of the sample before, only if that one began at another time.
 */
export function isStartReset({ t, starts }: StartedSamples, i: number): boolean {
  const start = starts[i]!;
  const before = t[i - 1]!;
  if (start === NO_START || start >= t[i]!) return false;
  return start > before || (start === before && start !== starts[i - 1]);
}

/** When the counter of sample `i` began, if that is behind `from` and before the sample: it was 0 then. Otherwise NO_START. */
export function startBehind({ t, starts }: StartedSamples, i: number, from: number): number {
  const start = starts[i]!;
  return start > from && start < t[i]! ? start : NO_START;
}

/** Whether the counter of sample `i` claims to have begun before sample `i - 1`, and yet is another one than that's. */
export function overlapsBefore({ t, starts }: StartedSamples, i: number): boolean {
  const start = starts[i]!;
  return start !== NO_START && start < t[i - 1]! && start !== starts[i - 1];
}
