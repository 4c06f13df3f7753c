import { METRIC_NAME } from '#model/labels';
import { KIND_HISTOGRAM, type SampleBuffer } from '#storage/sample-buffer';
import { histogramIgnoredInRange, mixedSamples } from '../annotations.ts';
import { type OpenRow, setFloat, setHistogram } from '../fn/open-row.ts';
import type { WindowFunction, Windows } from '../fn/windows.ts';
import type { WindowNode } from '../plan/node.ts';
import type { Execution } from './execution.ts';
import { unsupportedHistogram } from './native-histogram.ts';
import type { RangeSeries } from './range-source.ts';

export interface MixedWindows {
  readonly windows: Windows;
  readonly row: OpenRow;
  readonly buffer: SampleBuffer;
  readonly series: RangeSeries;
  readonly execution: Execution;
  readonly options: { readonly node: WindowNode; readonly apply: WindowFunction };
}

/** Functions that look at floats only and say so when there are histograms among them. */
const FLOATS_ONLY: ReadonlySet<string> = new Set([
  'deriv',
  'double_exponential_smoothing',
  'mad_over_time',
  'max_over_time',
  'min_over_time',
  'predict_linear',
  'quantile_over_time',
  'stddev_over_time',
  'stdvar_over_time',
  'ts_of_max_over_time',
  'ts_of_min_over_time',
]);

/** Functions for which a sample is a sample. */
const ANY_SAMPLE: ReadonlySet<string> = new Set([
  'count_over_time',
  'present_over_time',
  'ts_of_first_over_time',
  'ts_of_last_over_time',
]);

/** A window function over a series that has native histograms. */
export function mixedWindows(mixed: MixedWindows): void {
  const { options, windows } = mixed;
  const { func } = options.node;
  if (ANY_SAMPLE.has(func)) apply(mixed, windows);
  else if (func === 'last_over_time' || func === 'first_over_time') pickSample(mixed, func === 'last_over_time');
  else if (FLOATS_ONLY.has(func)) floatsOnly(mixed);
  else floatsOrNothing(mixed);
}

function apply({ options, row, execution }: MixedWindows, windows: Windows): void {
  options.apply(windows, row, { annotations: execution.annotations, span: options.node.span });
}

function pickSample({ windows, row, buffer }: MixedWindows, isLast: boolean): void {
  const { from, to } = windows;
  for (let i = 0; i < from.length; i++) {
    if (to[i]! <= from[i]!) continue;
    const at = isLast ? to[i]! - 1 : from[i]!;
    if (buffer.kind[at] === KIND_HISTOGRAM) setHistogram(row, i, buffer.histograms[at]!);
    else setFloat(row, i, buffer.v[at]!);
  }
}

/** The floats of a series, with the windows moved to match. */
function floatWindows({ windows, buffer }: MixedWindows): Windows {
  const { from, to } = windows;
  const before = new Int32Array(buffer.length + 1);
  const t = new Float64Array(buffer.length);
  const v = new Float64Array(buffer.length);
  for (let i = 0; i < buffer.length; i++) {
    const at = before[i]!;
    const isFloat = buffer.kind[i] !== KIND_HISTOGRAM;
    if (isFloat) {
      t[at] = buffer.t[i]!;
      v[at] = buffer.v[i]!;
    }
    before[i + 1] = at + (isFloat ? 1 : 0);
  }
  return { ...windows, t, v, from: from.map((i) => before[i]!), to: to.map((i) => before[i]!) };
}

function floatsOnly(mixed: MixedWindows): void {
  const { windows, execution, series, options } = mixed;
  const floats = floatWindows(mixed);
  apply(mixed, floats);
  for (let i = 0; i < floats.from.length; i++) {
    const count = floats.to[i]! - floats.from[i]!;
    if (count === 0 || count === windows.to[i]! - windows.from[i]!) continue;
    execution.annotations.info(histogramIgnoredInRange(series.labels.get(METRIC_NAME)), options.node.span);
    return;
  }
}

/** Windows with floats and histograms give nothing but a warning; those with histograms alone need to know them. */
function floatsOrNothing(mixed: MixedWindows): void {
  const { windows, row, execution, series, options } = mixed;
  const floats = floatWindows(mixed);
  apply(mixed, floats);
  for (let i = 0; i < floats.from.length; i++) {
    const count = floats.to[i]! - floats.from[i]!;
    const all = windows.to[i]! - windows.from[i]!;
    if (count === all) continue;
    if (count === 0) throw unsupportedHistogram(options.node.func);
    row.columns.present[row.base + i] = 0;
    execution.annotations.warn(mixedSamples(series.labels.get(METRIC_NAME)), options.node.span);
  }
}
