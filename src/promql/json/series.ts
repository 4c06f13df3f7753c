import type { ByteWriter } from '#lib/byte-writer';
import { SAMPLE_VALUE_BYTES, writeSampleValue } from '#lib/float-text';
import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { Frame, RawSeries, StepGrid } from '../value.ts';
import { writeMetric } from './label-text.ts';
import { histogramText, type SampleColumns, writeFloats, writeHistograms } from './samples.ts';
import { type StepTimes, seconds, stepTimes, timeTexts } from './step-times.ts';

/** Writes an instant vector as a list, at most `limit` elements. */
export function writeVector(writer: ByteWriter, frames: readonly Frame[], at: Millis, limit: number): void {
  const time = seconds(at);
  let left = limit;
  writer.ascii('[');
  for (const { labels, values, present, histograms } of frames) {
    for (let s = 0; s < labels.length && left > 0; s++) {
      if (present[s] !== 1) continue;
      writer.ascii(left-- === limit ? '{"metric":' : ',{"metric":');
      writeMetric(writer, labels[s]!);
      const histogram = histograms?.[s];
      if (histogram) writer.ascii(`,"histogram":[${time},${histogramText(histogram)}]}`);
      else writeValue(writer, time, values[s]!);
    }
  }
  writer.ascii(']');
}

function writeValue(writer: ByteWriter, time: string, value: number): void {
  writer.ascii(`,"value":[${time},"`);
  writer.reserve(SAMPLE_VALUE_BYTES);
  writer.length = writeSampleValue(writer.bytes, writer.length, value);
  writer.ascii('"]}');
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
