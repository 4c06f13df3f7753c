import type { Histogram } from '#model/histogram';
import { mixedSchemas, notACounter, notAGauge } from '../../annotations.ts';
import type { RateKind } from '../rate.ts';
import { CUSTOM_BOUNDS_SCHEMA } from './buckets.ts';
import { isReset } from './compare.ts';
import { extendedHistogramRate } from './extended-rate.ts';
import type { HistogramFunction, HistogramNotes, HistogramWindow } from './histogram-window.ts';
import { WorkHistogram } from './work-histogram.ts';

/** rate, increase and delta of native histograms: as for floats, bucket by bucket. */
export function histogramRate(kind: RateKind): HistogramFunction {
  const extended = extendedHistogramRate(kind);
  return (window, notes) => {
    if (window.boundary !== 'plain') return extended(window, notes);
    if (window.last <= window.first) return null;
    const difference = differenceOver(window, kind.counter, notes);
    return difference?.scale(factorFor(window, kind, difference.count)).finish() ?? null;
  };
}

function differenceOver(window: HistogramWindow, isCounter: boolean, notes: HistogramNotes): WorkHistogram | null {
  const { series, first, last } = window;
  const { histograms } = series;
  const [oldest, newest] = [histograms[first]!, histograms[last]!];
  const isGauge = (histogram: Histogram) => histogram.counterResetHint === 'gauge';
  if (isCounter && (isGauge(oldest) || isGauge(newest))) notes.warn(notACounter(notes.metricName));
  // What was before a reset does not matter, nor does its bucket layout.
  const second = new WorkHistogram(histograms[first + 1]!);
  const startsWithReset = isCounter && series.isResetAt(first + 1);
  const base = startsWithReset ? WorkHistogram.emptyLike(second) : new WorkHistogram(oldest);
  const schema = commonSchema(window, { base, isCounter, notes });
  if (schema === null) return null;
  const result = new WorkHistogram(newest);
  if (!result.hasCustomBounds) result.reduceTo(schema);
  if (!notes.add(result, base, -1)) return null;
  if (!isCounter) {
    if (!isGauge(oldest) || !isGauge(newest)) notes.warn(notAGauge(notes.metricName));
  } else {
    for (let i = first + 1; i <= last; i++) {
      if (!series.isResetAt(i) || (i === first + 1 && startsWithReset)) continue;
      if (!notes.add(result, new WorkHistogram(histograms[i - 1]!), 1)) return null;
    }
  }
  result.hint = 'gauge';
  return result;
}

interface SchemaSearch {
  readonly base: WorkHistogram;
  readonly isCounter: boolean;
  readonly notes: HistogramNotes;
}

/** The coarsest schema in the window; null, with a warning, when custom bounds are mixed with others. */
function commonSchema(
  { series, first, last }: HistogramWindow,
  { base, isCounter, notes }: SchemaSearch,
): number | null {
  const isCustom = (schema: number) => schema === CUSTOM_BOUNDS_SCHEMA;
  let schema = Math.min(base.schema, series.histograms[last]!.schema);
  let isMixed = isCustom(base.schema) !== isCustom(series.histograms[last]!.schema);
  for (let i = first + 1; i < last && isCounter; i++) {
    const { schema: own, counterResetHint } = series.histograms[i]!;
    if (counterResetHint === 'gauge') notes.warn(notACounter(notes.metricName));
    if (isCustom(own) !== isCustom(base.schema)) isMixed = true;
    schema = Math.min(schema, own);
  }
  if (!isMixed) return schema;
  notes.warn(mixedSchemas(notes.metricName));
  return null;
}

function factorFor({ series, first, last, start, end }: HistogramWindow, kind: RateKind, increase: number): number {
  const { t, histograms } = series;
  const sampled = (t[last]! - t[first]!) / 1000;
  const average = sampled / (last - first);
  const threshold = average * 1.1;
  let toStart = (t[first]! - start) / 1000;
  if (toStart >= threshold) toStart = average / 2;
  const { count } = histograms[first]!;
  if (kind.counter && increase > 0 && count >= 0) toStart = Math.min(toStart, sampled * (count / increase));
  let toEnd = (end - t[last]!) / 1000;
  if (toEnd >= threshold) toEnd = average / 2;
  const factor = sampled === 0 ? 1 : (sampled + toStart + toEnd) / sampled;
  return kind.perSecond ? factor / ((end - start) / 1000) : factor;
}

/** irate and idelta between two histograms. */
export function histogramInstantRate(isCounter: boolean): HistogramFunction {
  return ({ series, last }, notes) => {
    const [previous, current] = [series.histograms[last - 1]!, series.histograms[last]!];
    const hints = [previous.counterResetHint, current.counterResetHint];
    if (isCounter && hints.includes('gauge')) notes.warn(notACounter(notes.metricName));
    if (!isCounter && hints.some((hint) => hint !== 'gauge')) notes.warn(notAGauge(notes.metricName));
    const result = new WorkHistogram(current);
    if (!isCounter || !isReset(current, previous)) {
      if (!notes.add(result, new WorkHistogram(previous), -1)) return null;
    }
    result.hint = 'gauge';
    if (isCounter) result.divide((series.t[last]! - series.t[last - 1]!) / 1000);
    return result.finish();
  };
}
