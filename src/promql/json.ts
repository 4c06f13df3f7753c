import { formatSampleValue } from '#lib/go-format';
import type { Histogram } from '#model/histogram';
import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import { histogramBuckets } from './fn/native/buckets.ts';
import type { Frame, QueryResult, QueryStatistics, RawSeries, StepGrid } from './value.ts';

export interface EncodeOptions {
  /** Add the `stats` member. */
  readonly statistics?: boolean;
  /** At most this many series; 0 or absent = all. */
  readonly limit?: number;
}

/**
 * The `data` member of Prometheus' query API as UTF-8 JSON: `{"resultType":…,"result":…}`, sample values as strings in
 * Go's format, times in seconds with three decimals unless whole.
 */
export function encodeData(result: QueryResult, { statistics = false, limit = 0 }: EncodeOptions = {}): Uint8Array {
  const { resultType, parts } = resultParts(result, limit > 0 ? limit : Number.POSITIVE_INFINITY);
  const stats = statistics ? `,"stats":${statisticsText(result.statistics)}` : '';
  return new TextEncoder().encode(`{"resultType":"${resultType}","result":${parts}${stats}}`);
}

function resultParts(result: QueryResult, limit: number): { resultType: string; parts: string } {
  switch (result.type) {
    case 'string':
      return { resultType: 'string', parts: `[${seconds(result.at)},${JSON.stringify(result.value)}]` };
    case 'scalar':
      return { resultType: 'scalar', parts: `[${seconds(result.at)},${quotedValue(result.value)}]` };
    case 'vector':
      return { resultType: 'vector', parts: vectorText(result.frames, result.at, limit) };
    case 'matrix':
      return { resultType: 'matrix', parts: matrixText(result.frames, result.grid, limit) };
    case 'raw-matrix':
      return { resultType: 'matrix', parts: `[${result.series.slice(0, limit).map(rawText).join(',')}]` };
  }
}

function vectorText(frames: readonly Frame[], at: Millis, limit: number): string {
  const time = seconds(at);
  const texts: string[] = [];
  for (const { labels, values, present, histograms } of frames) {
    for (let s = 0; s < labels.length && texts.length < limit; s++) {
      if (present[s] !== 1) continue;
      const histogram = histograms?.[s];
      const sample = histogram
        ? `"histogram":[${time},${histogramText(histogram)}]`
        : `"value":[${time},${quotedValue(values[s]!)}]`;
      texts.push(`{"metric":${metricText(labels[s]!)},${sample}}`);
    }
  }
  return `[${texts.join(',')}]`;
}

function matrixText(frames: readonly Frame[], { start, step, count }: StepGrid, limit: number): string {
  const times = Array.from({ length: count }, (_, i) => `[${seconds(start + i * step)},`);
  const texts: string[] = [];
  for (const frame of frames) {
    for (let s = 0; s < frame.labels.length && texts.length < limit; s++) {
      texts.push(seriesText(frame.labels[s]!, frameSamples(frame, s * frame.steps, times)));
    }
  }
  return `[${texts.join(',')}]`;
}

interface SampleTexts {
  readonly values: string;
  readonly histograms: string;
}

function frameSamples(
  { steps, values, present, histograms }: Frame,
  base: number,
  times: readonly string[],
): SampleTexts {
  let floats = '';
  let others = '';
  for (let i = 0; i < steps; i++) {
    if (present[base + i] !== 1) continue;
    const histogram = histograms?.[base + i];
    if (histogram) others += `${others === '' ? '' : ','}${times[i]!}${histogramText(histogram)}]`;
    else floats += `${floats === '' ? '' : ','}${times[i]!}${quotedValue(values[base + i]!)}]`;
  }
  return { values: floats, histograms: others };
}

function rawText({ labels, t, v, histograms }: RawSeries): string {
  let floats = '';
  let others = '';
  for (let i = 0; i < t.length; i++) {
    const histogram = histograms?.[i];
    if (histogram) others += `${others === '' ? '' : ','}[${seconds(t[i]!)},${histogramText(histogram)}]`;
    else floats += `${floats === '' ? '' : ','}[${seconds(t[i]!)},${quotedValue(v[i]!)}]`;
  }
  return seriesText(labels, { values: floats, histograms: others });
}

function seriesText(labels: Labels, { values, histograms }: SampleTexts): string {
  const floats = values === '' ? '' : `,"values":[${values}]`;
  const others = histograms === '' ? '' : `,"histograms":[${histograms}]`;
  return `{"metric":${metricText(labels)}${floats}${others}}`;
}

function metricText({ pairs }: Labels): string {
  let text = '{';
  for (let i = 0; i < pairs.length; i += 2) {
    text += `${i === 0 ? '' : ','}${JSON.stringify(pairs[i])}:${JSON.stringify(pairs[i + 1])}`;
  }
  return `${text}}`;
}

function quotedValue(value: number): string {
  return `"${formatSampleValue(value)}"`;
}

function seconds(time: Millis): string {
  const whole = Math.trunc(time / 1000);
  const rest = Math.abs(time % 1000);
  if (rest === 0) return String(whole + 0);
  return `${time < 0 && whole === 0 ? '-0' : whole}.${String(rest).padStart(3, '0')}`;
}

function histogramText(histogram: Histogram): string {
  const buckets = histogramBuckets(histogram)
    .filter(({ count }) => count !== 0)
    .map(({ rule, lower, upper, count }) => `[${rule},${[lower, upper, count].map(quotedValue).join(',')}]`);
  const list = buckets.length === 0 ? '' : `,"buckets":[${buckets.join(',')}]`;
  return `{"count":${quotedValue(histogram.count)},"sum":${quotedValue(histogram.sum)}${list}}`;
}

function statisticsText({ totalQueryableSamples, samplesRead, peakSamples, timingsMs }: QueryStatistics): string {
  const { parse, plan, run } = timingsMs;
  return JSON.stringify({
    timings: {
      evalTotalTime: (plan + run) / 1000,
      resultSortTime: 0,
      queryPreparationTime: plan / 1000,
      innerEvalTime: run / 1000,
      execQueueTime: 0,
      execTotalTime: (parse + plan + run) / 1000,
    },
    samples: { totalQueryableSamples, samplesRead, peakSamples },
  });
}
