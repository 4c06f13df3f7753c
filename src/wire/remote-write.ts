import { BarographError } from '#lib/errors';
import { ProtobufReader } from '#lib/protobuf';
import { compareUtf8 } from '#lib/utf8';
import type { MetricMetadata, MetricType } from '#model/metadata';

// StaleNaN, the value that Prometheus writes for "this series ended": 0x7ff0000000000002.
const STALE_HIGH = 0x7ff00000;
const STALE_LOW = 2;

/** What the decoder finds, in the order of the message. Labels are name, value, … pairs sorted by UTF-8 bytes. */
export interface WriteRequestSink {
  series(pairs: readonly string[]): void;
  /** Of the series announced last. */
  float(t: number, v: number): void;
  stale(t: number): void;
  exemplar(pairs: readonly string[], value: number, t: number): void;
  metadata(metric: string, metadata: MetricMetadata): void;
}

/**
 * Decodes an uncompressed remote write 1.0 message (prometheus.WriteRequest, prompb/remote.proto). Throws `bad-request`
 * for malformed messages, labels that are empty or repeated, and native histograms.
 */
export function decodeWriteRequest(body: Uint8Array, sink: WriteRequestSink): void {
  const reader = new ProtobufReader(body);
  while (reader.nextField(reader.end)) {
    if (reader.field === 1) decodeSeries(reader, sink);
    else if (reader.field === 3) decodeMetadata(reader, sink);
    else reader.skip();
  }
}

function decodeSeries(reader: ProtobufReader, sink: WriteRequestSink): void {
  const end = reader.nested();
  const from = reader.at;
  sink.series(sorted(labelsOf(reader, end)));
  // Labels may stand anywhere in the message, samples need them first: the message is read twice.
  reader.at = from;
  while (reader.nextField(end)) {
    if (reader.field === 2) decodeSample(reader, sink);
    else if (reader.field === 3) decodeExemplar(reader, sink);
    else if (reader.field === 4) throw histogramsRefused();
    else reader.skip();
  }
}

function labelsOf(reader: ProtobufReader, end: number): string[] {
  const pairs: string[] = [];
  while (reader.nextField(end)) {
    if (reader.field === 1) pushLabel(reader, pairs);
    else reader.skip();
  }
  return pairs;
}

function pushLabel(reader: ProtobufReader, pairs: string[]): void {
  const end = reader.nested();
  let name = '';
  let value = '';
  while (reader.nextField(end)) {
    if (reader.field === 1) name = reader.string();
    else if (reader.field === 2) value = reader.string();
    else reader.skip();
  }
  if (name === '') throw invalid('a label has no name');
  if (value !== '') pairs.push(name, value);
}

function decodeSample(reader: ProtobufReader, sink: WriteRequestSink): void {
  const end = reader.nested();
  let v = 0;
  let t = 0;
  let stale = false;
  while (reader.nextField(end)) {
    if (reader.field === 1) {
      stale = reader.isBits64(STALE_HIGH, STALE_LOW);
      v = reader.double();
    } else if (reader.field === 2) t = reader.int();
    else reader.skip();
  }
  if (stale) sink.stale(t);
  else sink.float(t, v);
}

function decodeExemplar(reader: ProtobufReader, sink: WriteRequestSink): void {
  const end = reader.nested();
  const pairs: string[] = [];
  let value = 0;
  let t = 0;
  while (reader.nextField(end)) {
    if (reader.field === 1) pushLabel(reader, pairs);
    else if (reader.field === 2) value = reader.double();
    else if (reader.field === 3) t = reader.int();
    else reader.skip();
  }
  sink.exemplar(sorted(pairs), value, t);
}

const METRIC_TYPES: readonly MetricType[] = [
  'unknown',
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
];

function decodeMetadata(reader: ProtobufReader, sink: WriteRequestSink): void {
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

/** Sorted by name. Senders must sort, but not all do; a name that comes twice is an error. */
function sorted(pairs: string[]): string[] {
  for (let i = 2; i < pairs.length; i += 2) {
    if (compareUtf8(pairs[i - 2]!, pairs[i]!) < 0) continue;
    return sortPairs(pairs);
  }
  return pairs;
}

function sortPairs(pairs: readonly string[]): string[] {
  const order = Array.from({ length: pairs.length / 2 }, (_, i) => i * 2);
  order.sort((a, b) => compareUtf8(pairs[a]!, pairs[b]!));
  const duplicate = order.find((at, i) => i > 0 && pairs[at] === pairs[order[i - 1]!]);
  if (duplicate !== undefined) throw invalid(`label ${JSON.stringify(pairs[duplicate])} is there twice`);
  return order.flatMap((at) => [pairs[at]!, pairs[at + 1]!]);
}

function invalid(what: string): BarographError {
  return new BarographError(`remote write: invalid labels: ${what}`, { kind: 'bad-request', code: 'bad-labels' });
}

function histogramsRefused(): BarographError {
  return new BarographError('remote write: native histograms are not supported yet', {
    kind: 'bad-request',
    code: 'native-histograms-unsupported',
    hint: 'Set send_native_histograms: false in the sender’s remote_write block; classic histograms are taken.',
  });
}
