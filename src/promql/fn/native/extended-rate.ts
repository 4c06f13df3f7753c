import type { Histogram } from '#model/histogram';
import type { Millis } from '#model/time';
import { mixedSchemas, notACounter, notAGauge } from '../../annotations.ts';
import { CUSTOM_BOUNDS_SCHEMA } from './buckets.ts';
import { isReset } from './compare.ts';
import type { HistogramFunction, HistogramNotes, HistogramSeries, HistogramWindow } from './histogram-window.ts';
import { WorkHistogram } from './work-histogram.ts';

/** Anchored and smoothed rate, increase and delta of native histograms. */
export function extendedHistogramRate({
  counter,
  perSecond,
}: {
  counter: boolean;
  perSecond: boolean;
}): HistogramFunction {
  return (whole, notes) => {
    const window = narrowed(whole);
    if (window === null || !checkRange(window, counter, notes)) return null;
    const left = borderAt(window, 'left', { isCounter: counter, notes });
    const right = left && borderAt(window, 'right', { isCounter: counter, notes });
    if (!left || !right) return null;
    if (!counter && (left.counterResetHint !== 'gauge' || right.counterResetHint !== 'gauge')) {
      notes.warn(notAGauge(notes.metricName));
    }
    const result = new WorkHistogram(right);
    if (!notes.add(result, new WorkHistogram(left), -1)) return null;
    if (counter && !addCorrections(result, window, { left, right, notes })) return null;
    if (perSecond) result.divide((window.end - window.start) / 1000);
    result.hint = 'gauge';
    return result.finish();
  };
}

/** From the last sample before the window to the last in it or, smoothed, the first after it. */
function narrowed(window: HistogramWindow): HistogramWindow | null {
  const { series, start, end, boundary } = window;
  const { t } = series;
  let { first, last } = window;
  while (first < last && t[first]! <= start) first++;
  first = Math.max(window.first, first - 1);
  if (boundary === 'smoothed') {
    const limit = last;
    last = window.first;
    while (last < limit && t[last]! < end) last++;
  }
  if (t[last]! <= start || (boundary === 'smoothed' && t[first]! > end)) return null;
  return { ...window, first, last };
}

function checkRange({ series, first, last }: HistogramWindow, isCounter: boolean, notes: HistogramNotes): boolean {
  const isCustom = series.histograms[first]!.schema === CUSTOM_BOUNDS_SCHEMA;
  for (let i = first; i <= last; i++) {
    const { schema, counterResetHint } = series.histograms[i]!;
    if ((schema === CUSTOM_BOUNDS_SCHEMA) !== isCustom) {
      notes.warn(mixedSchemas(notes.metricName));
      return false;
    }
    if (isCounter && counterResetHint === 'gauge') notes.warn(notACounter(notes.metricName));
  }
  return true;
}

interface BorderOptions {
  readonly isCounter: boolean;
  readonly notes: HistogramNotes;
}

function borderAt(window: HistogramWindow, side: 'left' | 'right', options: BorderOptions): Histogram | null {
  const { series, first, last, start, end, boundary } = window;
  const isSmoothed = boundary === 'smoothed';
  if (side === 'left') {
    if (!isSmoothed || series.t[first]! >= start) return series.histograms[first]!;
    return interpolateHistograms(series, { after: first, time: start, ...options });
  }
  if (!isSmoothed || last === 0 || series.t[last]! <= end) return series.histograms[last]!;
  return interpolateHistograms(series, { after: last - 1, time: end, ...options });
}

interface Interpolation extends BorderOptions {
  /** Between this sample and the next one. */
  readonly after: number;
  readonly time: Millis;
}

/** The histogram between two samples. A counter that was reset between them restarted at nothing. Null: not comparable. */
export function interpolateHistograms(
  { t, histograms }: HistogramSeries,
  { after, time, isCounter, notes }: Interpolation,
): Histogram | null {
  const [a, b] = [histograms[after]!, histograms[after + 1]!];
  if (time === t[after]) return a;
  if (time === t[after + 1]) return b;
  const fraction = (time - t[after]!) / (t[after + 1]! - t[after]!);
  const result = new WorkHistogram(b);
  if (isCounter && isReset(b, a)) return result.scale(fraction).finish();
  if (!notes.add(result, new WorkHistogram(a), -1)) return null;
  result.scale(fraction);
  return notes.add(result, new WorkHistogram(a), 1) ? result.finish() : null;
}

interface Corrections {
  readonly left: Histogram;
  readonly right: Histogram;
  readonly notes: HistogramNotes;
}

/** Adds what was counted before each reset. False when the histograms do not fit together. */
function addCorrections(result: WorkHistogram, window: HistogramWindow, { left, right, notes }: Corrections): boolean {
  const { series, first, last, start, boundary } = window;
  const { t, histograms } = series;
  let next = first + 1;
  let previous = left;
  // A reset that the left border was interpolated over is settled.
  if (boundary === 'smoothed' && t[first]! < start && first < last && series.isResetAt(first + 1)) {
    previous = histograms[first + 1]!;
    next++;
  }
  if (next > last) return true;
  const lost: Histogram[] = [];
  for (; next < last; next++) {
    if (isReset(histograms[next]!, previous)) lost.push(previous);
    previous = histograms[next]!;
  }
  if (isReset(right, previous)) lost.push(previous);
  return lost.every((histogram) => notes.add(result, new WorkHistogram(histogram), 1));
}

/** The value of a smoothed instant selector: at the window's end. */
export const smoothedHistogram: HistogramFunction = (window, notes) => {
  const { series, first, last, end } = window;
  const { t, histograms } = series;
  let next = first;
  while (next <= last && t[next]! < end) next++;
  if (next <= last && t[next] === end) return histograms[next]!;
  if (next === first) return null;
  if (next > last) return { ...histograms[last]!, counterResetHint: 'unknown' };
  const [a, b] = [histograms[next - 1]!, histograms[next]!];
  if ((a.schema === CUSTOM_BOUNDS_SCHEMA) !== (b.schema === CUSTOM_BOUNDS_SCHEMA)) {
    notes.warn(mixedSchemas(notes.metricName));
    return null;
  }
  const isCounter = a.counterResetHint !== 'gauge' || b.counterResetHint !== 'gauge';
  return interpolateHistograms(series, { after: next - 1, time: end, isCounter, notes });
};
