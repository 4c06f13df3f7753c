import { bucketIndexes, CUSTOM_BOUNDS_SCHEMA, type Histogram, type Span } from './histogram.ts';

const HIGHEST_SCHEMA = 8;
const LOWEST_SCHEMA = -4;

/** Buckets of one side. */
interface Side {
  readonly spans: readonly Span[];
  readonly buckets: Float64Array;
}

/**
 * The same observations in the wider buckets of a lower schema: each step merges pairs of neighbours. The histogram itself
 * when it already has that schema or a lower one. Not for custom buckets.
 */
export function reduceResolution(h: Histogram, schema: number): Histogram {
  const steps = h.schema - schema;
  if (steps <= 0) return h;
  const positive = merged({ spans: h.positiveSpans, buckets: h.positiveBuckets }, steps);
  const negative = merged({ spans: h.negativeSpans, buckets: h.negativeBuckets }, steps);
  return {
    ...h,
    schema,
    positiveSpans: positive.spans,
    positiveBuckets: positive.buckets,
    negativeSpans: negative.spans,
    negativeBuckets: negative.buckets,
  };
}

/**
 * The histogram with at most `limit` buckets, at a lower resolution where that is needed (native_histogram_bucket_limit);
 * null when no resolution is low enough.
 */
export function limitBuckets(h: Histogram, limit: number): Histogram | null {
  const fits = ({ positiveBuckets, negativeBuckets }: Histogram) =>
    positiveBuckets.length + negativeBuckets.length <= limit;
  let reduced = h;
  while (!fits(reduced)) {
    if (h.schema === CUSTOM_BOUNDS_SCHEMA || reduced.schema <= LOWEST_SCHEMA) return null;
    reduced = reduceResolution(reduced, reduced.schema - 1);
  }
  return reduced;
}

/** The highest schema whose buckets grow by at least `factor` (native_histogram_min_bucket_factor). */
export function schemaForFactor(factor: number): number {
  if (factor <= 1) return HIGHEST_SCHEMA;
  return Math.min(HIGHEST_SCHEMA, Math.max(LOWEST_SCHEMA, Math.floor(-Math.log2(Math.log2(factor))))) + 0;
}

function merged({ spans, buckets }: Side, steps: number): Side {
  const counts = new Map<number, number>();
  bucketIndexes(spans).forEach((index, i) => {
    const wider = ((index - 1) >> steps) + 1;
    counts.set(wider, (counts.get(wider) ?? 0) + buckets[i]!);
  });
  return { spans: spansOf([...counts.keys()]), buckets: Float64Array.from(counts.values()) };
}

/** The spans of buckets with these numbers, which ascend. */
export function spansOf(indexes: readonly number[]): Span[] {
  const spans: { offset: number; length: number }[] = [];
  let next = 0;
  for (const index of indexes) {
    const last = spans.at(-1);
    if (last && index === next) last.length++;
    else spans.push({ offset: index - next, length: 1 });
    next = index + 1;
  }
  return spans;
}
