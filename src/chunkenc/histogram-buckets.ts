import { bucketIndexes, type Span } from '#model/histogram';

/** How the buckets of one side of two histograms lie to each other. */
export interface SideMatch {
  /** Some buckets of the first are not in the second. */
  readonly isMissing: boolean;
  /** Some buckets of the second are not in the first. */
  readonly isNew: boolean;
  /** Some bucket has less in the second than in the first. */
  readonly hasDecrease: boolean;
}

/** One side of a histogram: spans, and a count for each of their buckets. */
export interface Side {
  readonly spans: readonly Span[];
  readonly buckets: Float64Array;
}

/** Compares the buckets of `before` with those of `now`. */
export function matchSides(before: Side, now: Side): SideMatch {
  if (sameSpans(before.spans, now.spans)) {
    const hasDecrease = before.buckets.some((count, i) => count > now.buckets[i]!);
    return { isMissing: false, isNew: false, hasDecrease };
  }
  const a = bucketIndexes(before.spans);
  const b = bucketIndexes(now.spans);
  let isMissing = false;
  let isNew = false;
  let hasDecrease = false;
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const x = a[i] ?? Number.POSITIVE_INFINITY;
    const y = b[j] ?? Number.POSITIVE_INFINITY;
    if (x > y) isNew = true;
    else if (x < y) {
      isMissing = true;
      hasDecrease ||= before.buckets[i] !== 0;
    } else hasDecrease ||= before.buckets[i]! > now.buckets[j]!;
    if (x <= y) i++;
    if (y <= x) j++;
  }
  return { isMissing, isNew, hasDecrease };
}

/** Spans, in the shortest form, for all buckets of both. */
export function mergedSpans(a: readonly Span[], b: readonly Span[]): Span[] {
  const indexes = new Set([...bucketIndexes(a), ...bucketIndexes(b)]);
  const spans: { offset: number; length: number }[] = [];
  let next = 0;
  for (const index of [...indexes].sort((x, y) => x - y)) {
    const last = spans.at(-1);
    if (last && index === next) last.length++;
    else spans.push({ offset: index - next, length: 1 });
    next = index + 1;
  }
  return spans;
}

/** The counts for the buckets of `spans`, which has all buckets of the side; those that the side lacks are 0. */
export function spreadBuckets(side: Side, spans: readonly Span[]): Float64Array {
  if (sameSpans(side.spans, spans)) return side.buckets;
  const from = bucketIndexes(side.spans);
  const to = bucketIndexes(spans);
  const buckets = new Float64Array(to.length);
  for (let i = 0, j = 0; i < to.length; i++) if (to[i] === from[j]) buckets[i] = side.buckets[j++]!;
  return buckets;
}

function sameSpans(a: readonly Span[], b: readonly Span[]): boolean {
  if (a === b) return true;
  return (
    a.length === b.length && a.every(({ offset, length }, i) => offset === b[i]!.offset && length === b[i]!.length)
  );
}
