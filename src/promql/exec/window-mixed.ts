import { invariant } from '#lib/errors';
import type { Histogram } from '#model/histogram';
import { METRIC_NAME } from '#model/labels';
import { KIND_HISTOGRAM, type SampleBuffer } from '#storage/sample-buffer';
import { histogramIgnoredInRange, mixedSamples } from '../annotations.ts';
import { countPairs, isChange } from '../fn/changes.ts';
import { isReset, isSameHistogram } from '../fn/native/compare.ts';
import { HistogramNotes, HistogramSeries } from '../fn/native/histogram-window.ts';
import { HISTOGRAM_FUNCTIONS } from '../fn/native/window-functions.ts';
import { type OpenRow, setFloat, setHistogram } from '../fn/open-row.ts';
import { isStartReset } from '../fn/start-times.ts';
import type { WindowFunction, Windows } from '../fn/windows.ts';
import type { WindowNode } from '../plan/node.ts';
import type { Execution } from './execution.ts';
import type { RangeSeries } from './range-source.ts';

export interface MixedWindows {
  readonly windows: Windows;
  readonly row: OpenRow;
  readonly buffer: SampleBuffer;
  readonly series: RangeSeries;
  readonly execution: Execution;
  readonly options: { readonly node: WindowNode; readonly apply: WindowFunction };
}

/** Functions for which a sample is a sample. */
const ANY_SAMPLE: ReadonlySet<string> = new Set([
  'count_over_time',
  'present_over_time',
  'ts_of_first_over_time',
  'ts_of_last_over_time',
]);

/** A window function over a series that has native histograms. */
export function mixedWindows(mixed: MixedWindows): void {
  const { func } = mixed.options.node;
  if (ANY_SAMPLE.has(func)) applyFloats(mixed, mixed.windows);
  else if (func === 'last_over_time' || func === 'first_over_time') pickSample(mixed, func === 'last_over_time');
  else if (func === 'changes' || func === 'resets') comparePairs(mixed, func === 'changes');
  else if (func === 'irate' || func === 'idelta') lastTwo(mixed);
  else if (Object.hasOwn(HISTOGRAM_FUNCTIONS, func)) eitherKind(mixed);
  else floatsOnly(mixed);
}

function applyFloats({ options, row, execution }: MixedWindows, windows: Windows): void {
  options.apply(windows, row, { annotations: execution.annotations, span: options.node.span });
}

function notesOf({ series, execution, options }: MixedWindows): HistogramNotes {
  const { annotations } = execution;
  return new HistogramNotes(series.labels.get(METRIC_NAME), { annotations, span: options.node.span });
}

function histogramOf({ histograms, kind }: SampleBuffer, i: number): Histogram | null {
  return kind[i] === KIND_HISTOGRAM ? histograms[i]! : null;
}

function pickSample({ windows, row, buffer }: MixedWindows, isLast: boolean): void {
  const { from, to } = windows;
  for (let i = 0; i < from.length; i++) {
    if (to[i]! <= from[i]!) continue;
    const at = isLast ? to[i]! - 1 : from[i]!;
    const histogram = histogramOf(buffer, at);
    if (histogram) setHistogram(row, i, histogram);
    else setFloat(row, i, buffer.v[at]!);
  }
}

/** A float after a histogram, or the other way round, is both a change and a reset. */
function comparePairs({ windows, row, buffer }: MixedWindows, countsChanges: boolean): void {
  countPairs(windows, row, (i) => {
    const [previous, current] = [histogramOf(buffer, i - 1), histogramOf(buffer, i)];
    const { t, starts } = buffer;
    if (!countsChanges && starts && isStartReset({ t, starts }, i)) return true;
    if ((previous === null) !== (current === null)) return true;
    if (previous === null || current === null) {
      const [a, b] = [buffer.v[i - 1]!, buffer.v[i]!];
      return countsChanges ? isChange(a, b) : b < a;
    }
    return countsChanges ? !isSameHistogram(current, previous) : isReset(current, previous);
  });
}

/** Only the last two samples matter, so only they must be of one kind. */
function lastTwo(mixed: MixedWindows): void {
  const { windows, row, buffer, options } = mixed;
  const { from, to } = windows;
  const notes = notesOf(mixed);
  const apply = HISTOGRAM_FUNCTIONS[options.node.func];
  invariant(apply, `no histogram function ${options.node.func}`);
  applyFloats(mixed, windows);
  for (let i = 0; i < from.length; i++) {
    const last = to[i]! - 1;
    if (last - 1 < from[i]!) continue;
    const pair = [histogramOf(buffer, last - 1), histogramOf(buffer, last)] as const;
    if (pair[0] === null && pair[1] === null) continue;
    row.columns.present[row.base + i] = 0;
    if (pair[0] === null || pair[1] === null) {
      notes.warn(mixedSamples(notes.metricName));
      continue;
    }
    const starts = buffer.starts?.subarray(last - 1, last + 1) ?? null;
    const series = new HistogramSeries(buffer.t.subarray(last - 1, last + 1), [pair[0], pair[1]], starts);
    const borders = { start: 0, end: 0, boundary: 'plain' } as const;
    const result = apply({ series, first: 0, last: 1, ...borders }, notes);
    if (result) setHistogram(row, i, result);
  }
}

/** The samples of one kind, with the windows moved to match. */
interface Part {
  readonly t: Float64Array;
  readonly v: Float64Array;
  readonly starts: Float64Array | null;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly histograms: Histogram[];
}

function partOf({ windows, buffer }: MixedWindows, wantsHistograms: boolean): Part {
  const before = new Int32Array(buffer.length + 1);
  const t = new Float64Array(buffer.length);
  const v = new Float64Array(buffer.length);
  const starts = buffer.starts && new Float64Array(buffer.length);
  const histograms: Histogram[] = [];
  for (let i = 0; i < buffer.length; i++) {
    const at = before[i]!;
    const histogram = histogramOf(buffer, i);
    const isWanted = (histogram !== null) === wantsHistograms;
    if (isWanted) {
      t[at] = buffer.t[i]!;
      v[at] = buffer.v[i]!;
      if (starts) starts[at] = buffer.starts![i]!;
      if (histogram) histograms.push(histogram);
    }
    before[i + 1] = at + (isWanted ? 1 : 0);
  }
  const { from, to } = windows;
  return { t, v, starts, histograms, from: from.map((i) => before[i]!), to: to.map((i) => before[i]!) };
}

function floatsOnly(mixed: MixedWindows): void {
  const { windows } = mixed;
  const floats = { ...windows, ...partOf(mixed, false) };
  applyFloats(mixed, floats);
  for (let i = 0; i < floats.from.length; i++) {
    const count = floats.to[i]! - floats.from[i]!;
    if (count === 0 || count === windows.to[i]! - windows.from[i]!) continue;
    const notes = notesOf(mixed);
    notes.info(histogramIgnoredInRange(notes.metricName));
    return;
  }
}

/** Windows with floats or with histograms have a value, those with both only a warning. */
function eitherKind(mixed: MixedWindows): void {
  const { windows, row, options, execution } = mixed;
  const floats = { ...windows, ...partOf(mixed, false) };
  applyFloats(mixed, floats);
  const part = partOf(mixed, true);
  const series = new HistogramSeries(part.t, part.histograms, part.starts);
  const apply = HISTOGRAM_FUNCTIONS[options.node.func];
  invariant(apply, `no histogram function ${options.node.func}`);
  const notes = notesOf(mixed);
  for (let i = 0; i < part.from.length; i++) {
    const [first, last] = [part.from[i]!, part.to[i]! - 1];
    if (last < first) continue;
    execution.guard.tick((last - first) * 16);
    if (floats.to[i]! > floats.from[i]!) {
      row.columns.present[row.base + i] = 0;
      notes.warn(mixedSamples(notes.metricName));
      continue;
    }
    const end = windows.ends[i]!;
    const result = apply({ series, first, last, start: end - windows.range, end, boundary: windows.boundary }, notes);
    if (result) setHistogram(row, i, result);
  }
}
