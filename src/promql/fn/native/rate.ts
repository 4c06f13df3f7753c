import type { Histogram } from '#model/histogram';
import type { Millis } from '#model/time';
import { NO_START } from '#storage/sample-buffer';
import { mixedSchemas, notACounter, notAGauge } from '../../annotations.ts';
import type { RateKind } from '../rate.ts';
import { CUSTOM_BOUNDS_SCHEMA } from './buckets.ts';
import { extendedHistogramRate } from './extended-rate.ts';
import type { HistogramFunction, HistogramNotes, HistogramWindow } from './histogram-window.ts';
import { WorkHistogram } from './work-histogram.ts';

/** rate, increase and delta of native histograms: as for floats, bucket by bucket. */
export function histogramRate(kind: RateKind): HistogramFunction {
  const extended = extendedHistogramRate(kind);
  return (window, notes) => {
    if (window.boundary !== 'plain') return extended(window, notes);
    const { series, first, last, start } = window;
    const began = kind.counter ? series.startBehind(first, start) : NO_START;
    if (last <= first && began === NO_START) return null;
    const difference = differenceOver(window, { isCounter: kind.counter, began }, notes);
    return difference?.scale(factorFor(window, { ...kind, began }, difference.count)).finish() ?? null;
  };
}

/** `began`: when the first histogram's counter was empty, if that was inside the window. */
interface Beginning {
  readonly isCounter: boolean;
  readonly began: Millis;
}

function differenceOver(
  window: HistogramWindow,
  { isCounter, began }: Beginning,
  notes: HistogramNotes,
): WorkHistogram | null {
  const { series, first, last } = window;
  const { histograms } = series;
  const [oldest, newest] = [histograms[first]!, histograms[last]!];
  const isGauge = (histogram: Histogram) => histogram.counterResetHint === 'gauge';
  if (isCounter && (isGauge(oldest) || isGauge(newest))) notes.warn(notACounter(notes.metricName));
  // What was before a reset does not matter, nor does its bucket layout.
  const startsWithReset = isCounter && began === NO_START && series.isResetAt(first + 1);
  const base = baseOf(window, { startsWithReset, began });
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

/** What is subtracted: the first histogram, or nothing where counting began with it or anew behind it. */
function baseOf(
  { series, first }: HistogramWindow,
  { startsWithReset, began }: { readonly startsWithReset: boolean; readonly began: Millis },
): WorkHistogram {
  const oldest = new WorkHistogram(series.histograms[first]!);
  if (began !== NO_START) return WorkHistogram.emptyLike(oldest);
  return startsWithReset ? WorkHistogram.emptyLike(new WorkHistogram(series.histograms[first + 1]!)) : oldest;
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

interface BegunRate extends RateKind {
  readonly began: Millis;
}

function factorFor({ series, first, last, start, end }: HistogramWindow, kind: BegunRate, increase: number): number {
  const { t, histograms } = series;
  const { began } = kind;
  const average = last > first ? (t[last]! - t[first]!) / 1000 / (last - first) : 0;
  const sampled = (t[last]! - (began === NO_START ? t[first]! : began)) / 1000;
  const threshold = average * 1.1;
  let toStart = began === NO_START ? (t[first]! - start) / 1000 : 0;
  if (toStart >= threshold) toStart = average / 2;
  const { count } = histograms[first]!;
  if (kind.counter && increase > 0 && count >= 0) toStart = Math.min(toStart, sampled * (count / increase));
  let toEnd = (end - t[last]!) / 1000;
  if (toEnd >= threshold) toEnd = average / 2;
  if (began !== NO_START) toStart = 0;
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
    if (!isCounter || !series.isResetAt(last)) {
      if (!notes.add(result, new WorkHistogram(previous), -1)) return null;
    }
    result.hint = 'gauge';
    if (isCounter) result.divide((series.t[last]! - series.t[last - 1]!) / 1000);
    return result.finish();
  };
}
