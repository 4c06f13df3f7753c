import { ProtobufReader } from '#lib/protobuf';
import type { TextTable } from '#lib/text-table';
import type { MetricType } from '#model/metadata';
import { LabelTexts, seriesPairs } from './label-pairs.ts';
import type { LabelTable } from './label-table.ts';
import { isStaleMarker } from './sample-value.ts';
import { METRIC_TYPES, type WriteSink, type WriteSinkV1 } from './write-sink.ts';
import { decodeHistogram } from './written-histogram.ts';

// TimeSeries: 1 labels, 2 samples, 3 exemplars, 4 histograms (prompb/types.proto).
const LABELS_TAG = (1 << 3) | 2;

/**
 * Decodes an uncompressed remote write 1.0 message (prometheus.WriteRequest, prompb/remote.proto). The label bytes of a
 * series are its label fields as they were sent: `labelsOfFields` reads them. `table` reads the texts of exemplars. Throws
 * `bad-request` for a malformed message; what came before was told to the sink.
 */
export function decodeWriteRequest(body: Uint8Array, sink: WriteSinkV1, table: TextTable): void {
  const reader = new ProtobufReader(body);
  for (;;) {
    reader.at = sink.skim(body, reader.at);
    if (!reader.nextField(reader.end)) return;
    if (reader.field === 1) decodeSeries(reader, sink, table);
    else if (reader.field === 3) decodeMetadata(reader, sink);
    else reader.skip();
  }
}

/** The labels of a series from its label bytes, as storage wants them. Throws `bad-request` for invalid ones. */
export function labelsOfFields(bytes: Uint8Array, table: LabelTable): string[] {
  const labels = new LabelTexts();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  table.begin();
  for (let at = 0; at < bytes.length; ) {
    const end = endOfShort(bytes, at);
    at = end > 0 && table.find(view, at, end, labels) ? end : readNewLabel(bytes, at, labels, table);
  }
  return seriesPairs(labels);
}

/** Where a field of labels that is shorter than 128 bytes ends, as nearly all are; 0: it is another, or cut off. */
function endOfShort(bytes: Uint8Array, at: number): number {
  if (at + 2 > bytes.length || bytes[at] !== LABELS_TAG || bytes[at + 1]! >= 0x80) return 0;
  const end = at + 2 + bytes[at + 1]!;
  return end > bytes.length ? 0 : end;
}

/** The name and the value of the label whose field these bytes are. */
export function readLabelField(field: Uint8Array, table: TextTable): LabelTexts {
  const reader = new ProtobufReader(field);
  reader.nextField(reader.end);
  const labels = new LabelTexts();
  readLabel(reader, { end: reader.nested(), labels, table });
  return labels;
}

/** Reads the label whose field stands at `at`, and keeps it in the table; gives where its field ends. */
function readNewLabel(bytes: Uint8Array, at: number, labels: LabelTexts, table: LabelTable): number {
  const reader = new ProtobufReader(bytes);
  reader.at = at;
  reader.nextField(reader.end);
  const end = reader.nested();
  if (!table.find(reader.view, at, end, labels)) {
    const label = new LabelTexts();
    readLabel(reader, { end, labels: label, table: table.texts });
    table.add(reader.view, { start: at, end }, label);
    table.find(reader.view, at, end, labels);
  }
  return end;
}

function decodeSeries(reader: ProtobufReader, sink: WriteSink, table: TextTable): void {
  const end = reader.nested();
  const start = reader.at;
  reader.skipRun(LABELS_TAG, end);
  const labelsEnd = reader.at;
  let samples = 0;
  let exemplars = 0;
  let labels = 0;
  while (reader.nextField(end)) {
    if (reader.field === 2 || reader.field === 4) samples++;
    else if (reader.field === 3) exemplars++;
    else if (reader.field === 1) labels++;
    reader.skip();
  }
  if (labels === 0) sink.series(reader.view, start, labelsEnd, samples);
  else announceScattered(reader, { start, end, samples, sink });
  if (exemplars > 0) decodeExemplars(reader, { start: labelsEnd, end, sink, table });
  reader.at = labelsEnd;
  while (reader.nextField(end)) {
    if (reader.field === 2) decodeSample(reader, sink);
    else if (reader.field === 4) {
      const { t, histogram, startTime } = decodeHistogram(reader);
      sink.histogram(t, histogram, startTime);
    } else reader.skip();
  }
}

/** Fields may stand in any order: label fields that do not stand together are put together. */
function announceScattered(
  reader: ProtobufReader,
  { start, end, samples, sink }: { start: number; end: number; samples: number; sink: WriteSink },
): void {
  const together = new Uint8Array(end - start);
  let length = 0;
  reader.at = start;
  for (let from = start; reader.nextField(end); from = reader.at) {
    const isLabel = reader.field === 1;
    reader.skip();
    if (!isLabel) continue;
    together.set(new Uint8Array(reader.view.buffer, reader.view.byteOffset + from, reader.at - from), length);
    length += reader.at - from;
  }
  sink.series(new DataView(together.buffer), 0, length, samples);
}

/** Where the texts of a label go. */
interface LabelTarget {
  /** Where its message ends. */
  readonly end: number;
  readonly labels: LabelTexts;
  readonly table: TextTable;
}

function readLabel(reader: ProtobufReader, { end, labels, table }: LabelTarget): void {
  let [nameStart, nameEnd, valueStart, valueEnd] = [0, 0, 0, 0];
  while (reader.nextField(end)) {
    if (reader.field === 1) {
      nameEnd = reader.nested();
      nameStart = reader.at;
      reader.at = nameEnd;
    } else if (reader.field === 2) {
      valueEnd = reader.nested();
      valueStart = reader.at;
      reader.at = valueEnd;
    } else reader.skip();
  }
  labels.read(reader.view, { start: nameStart, end: nameEnd }, table);
  labels.read(reader.view, { start: valueStart, end: valueEnd }, table);
}

function decodeSample(reader: ProtobufReader, sink: WriteSink): void {
  const end = reader.nested();
  let v = 0;
  let t = 0;
  let stale = false;
  while (reader.nextField(end)) {
    if (reader.field === 1) {
      stale = isStaleMarker(reader);
      v = reader.double();
    } else if (reader.field === 2) t = reader.int();
    else reader.skip();
  }
  if (stale) sink.stale(t);
  else sink.float(t, v, 0);
}

function decodeExemplars(
  reader: ProtobufReader,
  { start, end, sink, table }: { start: number; end: number; sink: WriteSink; table: TextTable },
): void {
  reader.at = start;
  while (reader.nextField(end)) {
    if (reader.field === 3) decodeExemplar(reader, sink, table);
    else reader.skip();
  }
}

function decodeExemplar(reader: ProtobufReader, sink: WriteSink, table: TextTable): void {
  const end = reader.nested();
  const labels = new LabelTexts();
  let value = 0;
  let t = 0;
  while (reader.nextField(end)) {
    if (reader.field === 1) readLabel(reader, { end: reader.nested(), labels, table });
    else if (reader.field === 2) value = reader.double();
    else if (reader.field === 3) t = reader.int();
    else reader.skip();
  }
  if (labels.valid) sink.exemplar({ labels: labels.texts, value, t });
  else sink.badExemplar('an exemplar has labels that are not valid UTF-8');
}

function decodeMetadata(reader: ProtobufReader, sink: WriteSinkV1): void {
  const end = reader.nested();
  let type: MetricType = 'unknown';
  let metric = '';
  let help = '';
  let unit = '';
  while (reader.nextField(end)) {
    if (reader.field === 1) type = METRIC_TYPES[reader.uint()] ?? 'unknown';
    else if (reader.field === 2) metric = reader.string();
    else if (reader.field === 4) help = reader.string();
    else if (reader.field === 5) unit = reader.string();
    else reader.skip();
  }
  sink.metadata(metric, { type, help, unit });
}
