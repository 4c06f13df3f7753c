import type { ByteWriter } from '#lib/byte-writer';
import { SAMPLE_VALUE_BYTES, writeSampleValue } from '#lib/float-text';
import { formatSampleValue } from '#lib/go-format';
import type { Histogram } from '#model/histogram';
import { histogramBuckets } from '../fn/native/buckets.ts';
import { floatsKernel } from './floats-kernel.ts';
import type { SampleColumns, StepIndex } from './sample-columns.ts';
import type { StepTimes } from './step-times.ts';

const QUOTE = 0x22;
const CLOSE = 0x5d;

/** Writes `,[time,"value"]` for each float of a series. */
export function writeFloats(
  writer: ByteWriter,
  columns: SampleColumns,
  times: StepTimes,
  index: StepIndex | null = null,
): void {
  const kernel = columns.histograms === null ? floatsKernel() : null;
  if (kernel === null || !kernel.write(writer, columns, times, index)) writeEach(writer, columns, times, index);
}

/** The same without a kernel. */
function writeEach(writer: ByteWriter, columns: SampleColumns, times: StepTimes, index: StepIndex | null): void {
  const { values, present, histograms, base } = columns;
  const { text, ends, longest } = times;
  const steps = ends.length - 1;
  writer.reserve(steps * (longest + SAMPLE_VALUE_BYTES + 2));
  const { bytes } = writer;
  let at = writer.length;
  for (let i = 0; i < steps; i++) {
    if (index !== null) index.table[index.at + i] = at;
    if (present !== null && present[base + i] !== 1) continue;
    if (histograms !== null && histograms[base + i] !== undefined) continue;
    const end = ends[i + 1]!;
    for (let k = ends[i]!; k < end; k++) bytes[at++] = text[k]!;
    at = writeSampleValue(bytes, at, values[base + i]!);
    bytes[at] = QUOTE;
    bytes[at + 1] = CLOSE;
    at += 2;
  }
  writer.length = at;
}

/** Writes `,[time,{histogram}]` for each histogram of a series. */
export function writeHistograms(writer: ByteWriter, columns: SampleColumns, times: StepTimes): void {
  const { present, histograms, base } = columns;
  const { text, ends } = times;
  if (histograms === null) return;
  for (let i = 0; i + 1 < ends.length; i++) {
    const histogram = histograms[base + i];
    if (histogram === undefined || (present !== null && present[base + i] !== 1)) continue;
    // The times are followed by the quote of a float.
    writer.append(text.subarray(ends[i]!, ends[i + 1]! - 1));
    writer.ascii(`${histogramText(histogram)}]`);
  }
}

/** A native histogram bucket by bucket. */
export function histogramText(histogram: Histogram): string {
  const buckets = histogramBuckets(histogram)
    .filter(({ count }) => count !== 0)
    .map(({ rule, lower, upper, count }) => `[${rule},${[lower, upper, count].map(quotedValue).join(',')}]`);
  const list = buckets.length === 0 ? '' : `,"buckets":[${buckets.join(',')}]`;
  return `{"count":${quotedValue(histogram.count)},"sum":${quotedValue(histogram.sum)}${list}}`;
}

function quotedValue(value: number): string {
  return `"${formatSampleValue(value)}"`;
}
