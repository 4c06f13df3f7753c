import { formatFloatG } from '#lib/go-format';
import { CUSTOM_BOUNDS_SCHEMA, type Histogram, type Span } from './histogram.ts';

const LOWEST_SCHEMA = -4;
const HIGHEST_SCHEMA = 8;

const NEGATIVE_COUNT = "histogram's observation count is negative";
const NEGATIVE_BUCKET = 'histogram has a bucket whose observation count is negative';
const NEGATIVE_OFFSET = 'histogram has a span whose offset is negative';
const BUCKETS_MISMATCH = 'histogram spans specify different number of buckets than provided';

/**
 * What is wrong with a histogram, in the words of Prometheus; null = nothing. Of integer histograms the count must be
 * that of the buckets (at least that, once a NaN was observed); of float histograms it need not be, because of rounding.
 * NaN is no error in float histograms: arithmetic makes it.
 */
export function histogramProblem(h: Histogram): string | null {
  const layout = h.schema === CUSTOM_BOUNDS_SCHEMA ? customProblem(h) : exponentialProblem(h);
  if (layout !== null) return layout;
  if (h.count < 0) return `observation count is ${shown(h.count)}: ${NEGATIVE_COUNT}`;
  return inSide('positive side', bucketsProblem(h.positiveBuckets)) ?? (h.isInteger ? integerProblem(h) : null);
}

function exponentialProblem(h: Histogram): string | null {
  const { schema, zeroCount, zeroThreshold } = h;
  if (!Number.isInteger(schema) || schema < LOWEST_SCHEMA || schema > HIGHEST_SCHEMA) {
    return `histogram has an invalid schema, which must be between ${LOWEST_SCHEMA} and ${HIGHEST_SCHEMA} for exponential buckets, or ${CUSTOM_BOUNDS_SCHEMA} for custom buckets, got schema ${schema}`;
  }
  const sides =
    inSide('positive side', spansProblem(h.positiveSpans, h.positiveBuckets.length)) ??
    inSide('negative side', spansProblem(h.negativeSpans, h.negativeBuckets.length)) ??
    inSide('negative side', bucketsProblem(h.negativeBuckets));
  if (sides !== null) return sides;
  if (zeroCount < 0) return `zero bucket has observation count of ${shown(zeroCount)}: ${NEGATIVE_BUCKET}`;
  if (!(zeroThreshold >= 0)) return `histogram has an invalid zero threshold of ${shown(zeroThreshold)}`;
  return h.customBounds === null ? null : 'histogram with exponential schema must not have custom bounds';
}

function customProblem(h: Histogram): string | null {
  const layout = boundsProblem(h.customBounds ?? new Float64Array(0)) ?? customSpansProblem(h);
  if (layout !== null) return `custom buckets: ${layout}`;
  if (h.zeroCount !== 0) return 'custom buckets: must have zero count of 0';
  if (h.zeroThreshold !== 0) return 'custom buckets: must have zero threshold of 0';
  if (h.negativeSpans.length > 0) return 'custom buckets: must not have negative spans';
  if (h.negativeBuckets.length > 0) return 'custom buckets: must not have negative buckets';
  return null;
}

function boundsProblem(bounds: Float64Array): string | null {
  let previous = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < bounds.length; i++) {
    const bound = bounds[i]!;
    if (Number.isNaN(bound)) return 'histogram custom bounds must not be NaN';
    if (i > 0 && bound <= previous) {
      return `previous bound is ${fixed(previous)} and current is ${fixed(bound)}: histogram custom bounds must be in strictly increasing order`;
    }
    previous = bound;
  }
  if (previous !== Number.POSITIVE_INFINITY) return null;
  return 'last +Inf bound must not be explicitly defined: histogram custom bounds must be finite';
}

function customSpansProblem({ positiveSpans, positiveBuckets, customBounds }: Histogram): string | null {
  const [first] = positiveSpans;
  if (first && first.offset < 0) return `span number 1 with offset ${first.offset}: ${NEGATIVE_OFFSET}`;
  const spans = spansProblem(positiveSpans, positiveBuckets.length);
  if (spans !== null) return spans;
  const reach = positiveSpans.reduce((sum, { offset, length }) => sum + offset + length, 0);
  const bounds = customBounds?.length ?? 0;
  if (bounds + 1 >= reach) return null;
  return `only ${bounds} custom bounds defined which is insufficient to cover total span length of ${reach}: histogram custom bounds are too few`;
}

function spansProblem(spans: readonly Span[], buckets: number): string | null {
  for (let i = 1; i < spans.length; i++) {
    const { offset } = spans[i]!;
    if (offset < 0) return `span number ${i + 1} with offset ${offset}: ${NEGATIVE_OFFSET}`;
  }
  const needed = spans.reduce((sum, { length }) => sum + length, 0);
  return needed === buckets ? null : `spans need ${needed} buckets, have ${buckets} buckets: ${BUCKETS_MISMATCH}`;
}

function bucketsProblem(buckets: Float64Array): string | null {
  const i = buckets.findIndex((count) => count < 0);
  return i < 0 ? null : `bucket number ${i + 1} has observation count of ${shown(buckets[i]!)}: ${NEGATIVE_BUCKET}`;
}

function integerProblem(h: Histogram): string | null {
  const counts = [h.count, h.zeroCount, ...h.positiveBuckets, ...h.negativeBuckets];
  const odd = counts.find((count) => !Number.isInteger(count));
  if (odd !== undefined) return `integer histogram has an observation count of ${shown(odd)}`;
  const found = counts.slice(1).reduce((sum, count) => sum + count, 0);
  if (Number.isNaN(h.sum) ? found <= h.count : found === h.count) return null;
  const rule = Number.isNaN(h.sum)
    ? "histogram's observation count should be at least the number of observations found in the buckets"
    : "histogram's observation count should equal the number of observations found in the buckets (in absence of NaN)";
  return `${found} observations found in buckets, but the Count field is ${h.count}: ${rule}`;
}

function inSide(side: string, problem: string | null): string | null {
  return problem === null ? null : `${side}: ${problem}`;
}

function shown(count: number): string {
  return Number.isInteger(count) ? String(count) : formatFloatG(count);
}

/** As Go's %f. */
function fixed(bound: number): string {
  return Number.isFinite(bound) ? bound.toFixed(6) : formatFloatG(bound);
}
