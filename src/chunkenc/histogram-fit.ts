import { CUSTOM_BOUNDS_SCHEMA, type Histogram, type Span } from '#model/histogram';
import { matchSides, mergedSpans, type Side, type SideMatch } from './histogram-buckets.ts';
import type { HistogramLayout } from './histogram-layout.ts';

/** A chunk of histograms as far as it decides what may follow. */
export interface HistogramTail {
  readonly layout: HistogramLayout;
  /** The last sample; null = a staleness marker. */
  readonly last: Histogram | null;
  readonly isGauge: boolean;
}

/** Whether a sample may stand in the same chunk, and what is known of a counter reset between. */
export interface HistogramFit {
  readonly fits: boolean;
  readonly reset: 'reset' | 'not-reset' | 'unknown';
  /** The larger layout with which the chunk has to be encoded again first; null = its own will do. */
  readonly layout: HistogramLayout | null;
}

const NO_FIT_UNKNOWN: HistogramFit = { fits: false, reset: 'unknown', layout: null };
const NO_FIT_RESET: HistogramFit = { fits: false, reset: 'reset', layout: null };
const NO_FIT_NO_RESET: HistogramFit = { fits: false, reset: 'not-reset', layout: null };
const FITS: HistogramFit = { fits: true, reset: 'not-reset', layout: null };

/**
 * Decides as Prometheus does whether a histogram, or a staleness marker (null), may follow in a chunk: counters must not
 * have been reset, schema, zero threshold and custom bounds stay, nothing follows a marker but markers, and gauges stay
 * among themselves. New buckets are no hindrance, and neither are vanished ones that counted nothing.
 */
export function fitHistogram(chunk: HistogramTail, next: Histogram | null): HistogramFit {
  return next?.counterResetHint === 'gauge' ? fitGauge(chunk, next) : fitCounter(chunk, next);
}

function fitCounter({ layout, last, isGauge }: HistogramTail, next: Histogram | null): HistogramFit {
  if (isGauge) return NO_FIT_NO_RESET;
  if (next?.counterResetHint === 'reset') return NO_FIT_RESET;
  if (next === null) return FITS;
  if (last === null) return NO_FIT_UNKNOWN;
  if (next.count < last.count) return NO_FIT_RESET;
  if (next.schema !== layout.schema || next.zeroThreshold !== layout.zeroThreshold) return NO_FIT_UNKNOWN;
  if (!sameBounds(layout, next) || next.zeroCount < last.zeroCount) return NO_FIT_RESET;
  const positive = matchSides(positiveOf(last), positiveOf(next));
  const negative = matchSides(negativeOf(last), negativeOf(next));
  if (positive.hasDecrease || negative.hasDecrease) return NO_FIT_RESET;
  return { ...FITS, layout: counterLayout(layout, next) };
}

function fitGauge({ layout, last, isGauge }: HistogramTail, next: Histogram): HistogramFit {
  if (!isGauge || last === null) return NO_FIT_UNKNOWN;
  if (next.schema !== layout.schema || next.zeroThreshold !== layout.zeroThreshold) return NO_FIT_UNKNOWN;
  return sameBounds(layout, next) ? { ...FITS, layout: gaugeLayout(layout, next) } : NO_FIT_UNKNOWN;
}

// Spans are taken over from the newcomer as they are, unless it lacks buckets of the chunk.
function counterLayout(layout: HistogramLayout, next: Histogram): HistogramLayout | null {
  const { positive, negative } = matchLayout(layout, next);
  if (!positive.isNew && !negative.isNew) return null;
  const positiveSpans = spansOf(positive.isMissing, layout.positiveSpans, next.positiveSpans);
  const negativeSpans = spansOf(negative.isMissing, layout.negativeSpans, next.negativeSpans);
  return { ...layout, positiveSpans, negativeSpans };
}

function gaugeLayout(layout: HistogramLayout, next: Histogram): HistogramLayout | null {
  const { positive, negative } = matchLayout(layout, next);
  if (!positive.isNew && !negative.isNew) return null;
  const isMissing = positive.isMissing || negative.isMissing;
  const positiveSpans = spansOf(isMissing, layout.positiveSpans, next.positiveSpans);
  const negativeSpans = spansOf(isMissing, layout.negativeSpans, next.negativeSpans);
  return { ...layout, positiveSpans, negativeSpans };
}

function matchLayout(layout: HistogramLayout, next: Histogram): { positive: SideMatch; negative: SideMatch } {
  const empty = (spans: readonly Span[]): Side => ({ spans, buckets: NO_COUNTS });
  return {
    positive: matchSides(empty(layout.positiveSpans), positiveOf(next)),
    negative: matchSides(empty(layout.negativeSpans), negativeOf(next)),
  };
}

const NO_COUNTS = new Float64Array(0);

function spansOf(isMissing: boolean, chunk: readonly Span[], next: readonly Span[]): readonly Span[] {
  return isMissing ? mergedSpans(chunk, next) : next;
}

function positiveOf({ positiveSpans, positiveBuckets }: Histogram): Side {
  return { spans: positiveSpans, buckets: positiveBuckets };
}

function negativeOf({ negativeSpans, negativeBuckets }: Histogram): Side {
  return { spans: negativeSpans, buckets: negativeBuckets };
}

function sameBounds(layout: HistogramLayout, { schema, customBounds }: Histogram): boolean {
  if (schema !== CUSTOM_BOUNDS_SCHEMA) return true;
  const [a, b] = [layout.customBounds ?? NO_COUNTS, customBounds ?? NO_COUNTS];
  return a.length === b.length && a.every((bound, i) => bound === b[i]);
}
