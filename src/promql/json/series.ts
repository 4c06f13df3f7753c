import type { ByteWriter } from '#lib/byte-writer';
import { SAMPLE_VALUE_BYTES, writeSampleValue } from '#lib/float-text';
import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { Frame, RawSeries, StepGrid } from '../value.ts';
import { writeMetric } from './label-text.ts';
import type { SampleColumns } from './sample-columns.ts';
import { histogramText, writeFloats, writeHistograms } from './samples.ts';
import { type StepTimes, seconds, stepTimes, timeTexts } from './step-times.ts';

/** Writes an instant vector as a list, at most `limit` elements. */
export function writeVector(writer: ByteWriter, frames: readonly Frame[], at: Millis, limit: number): void {
  const time = seconds(at);
  const beforeValue = encoder.encode(`,"value":[${time},"`);
  let left = limit;
  writer.ascii('[');
  for (const { labels, values, present, histograms } of frames) {
    for (let s = 0; s < labels.length && left > 0; s++) {
      if (present[s] !== 1) continue;
      writeShort(writer, left-- === limit ? FIRST_METRIC : NEXT_METRIC);
      writeMetric(writer, labels[s]!);
      const histogram = histograms?.[s];
      if (histogram) writer.ascii(`,"histogram":[${time},${histogramText(histogram)}]}`);
      else writeValue(writer, beforeValue, values[s]!);
    }
  }
  writer.ascii(']');
}

const encoder = new TextEncoder();
const FIRST_METRIC = encoder.encode('{"metric":');
const NEXT_METRIC = encoder.encode(',{"metric":');
const AFTER_VALUE = encoder.encode('"]}');

/** Writes the value between what stands before it and behind it. */
function writeValue(writer: ByteWriter, before: Uint8Array, value: number): void {
  writer.reserve(before.length + SAMPLE_VALUE_BYTES + AFTER_VALUE.length);
  writeShort(writer, before);
  writer.length = writeSampleValue(writer.bytes, writer.length, value);
  writeShort(writer, AFTER_VALUE);
}

/** A few bytes are copied faster one by one than by a call. */
function writeShort(writer: ByteWriter, text: Uint8Array): void {
  writer.reserve(text.length);
  const { bytes, length } = writer;
  for (let i = 0; i < text.length; i++) bytes[length + i] = text[i]!;
  writer.length = length + text.length;
}

/** Writes the series of a range query as a list, at most `limit` of them. */
export function writeMatrix(writer: ByteWriter, frames: readonly Frame[], grid: StepGrid, limit: number): void {
  const times = stepTimes(grid);
  let left = limit;
  writer.ascii('[');
  for (const { labels, steps, values, present, histograms } of frames) {
    for (let s = 0; s < labels.length && left > 0; s++) {
      if (left-- !== limit) writer.ascii(',');
      writeSeries(writer, labels[s]!, { values, present, histograms, base: s * steps }, times);
    }
  }
  writer.ascii(']');
}

/** Writes raw series as a list. */
export function writeRawMatrix(writer: ByteWriter, series: readonly RawSeries[]): void {
  writer.ascii('[');
  series.forEach(({ labels, t, v, histograms }, i) => {
    if (i > 0) writer.ascii(',');
    writeSeries(writer, labels, { values: v, present: null, histograms, base: 0 }, timeTexts(t));
  });
  writer.ascii(']');
}

function writeSeries(writer: ByteWriter, labels: Labels, columns: SampleColumns, times: StepTimes): void {
  writer.ascii('{"metric":');
  writeMetric(writer, labels);
  writeList(writer, '"values"', () => writeFloats(writer, columns, times));
  if (columns.histograms !== null) {
    writeList(writer, '"histograms"', () => writeHistograms(writer, columns, times));
  }
  writer.ascii('}');
}

/** Writes `,name:[…]` around what `write` writes, each item of which begins with a comma; nothing when there is none. */
function writeList(writer: ByteWriter, name: string, write: () => void): void {
  const before = writer.length;
  writer.ascii(`,${name}:`);
  const first = writer.length;
  write();
  if (writer.length === first) {
    writer.length = before;
    return;
  }
  writer.bytes[first] = OPEN;
  writer.ascii(']');
}

const OPEN = 0x5b;
