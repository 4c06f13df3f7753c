import type { ProtobufReader } from '#lib/protobuf';
import type { Exemplar } from '#model/exemplar';
import { Labels } from '#model/labels';

/** google.protobuf.Timestamp in ms. */
export function decodeTimestamp(reader: ProtobufReader): number {
  const end = reader.nested();
  let seconds = 0;
  let nanos = 0;
  while (reader.nextField(end)) {
    if (reader.field === 1) seconds = reader.int();
    else if (reader.field === 2) nanos = reader.int();
    else reader.skip();
  }
  return seconds * 1000 + Math.trunc(nanos / 1_000_000);
}

/** io.prometheus.client.LabelPair. */
export function decodeLabel(reader: ProtobufReader, into: string[]): void {
  const end = reader.nested();
  let name = '';
  let value = '';
  while (reader.nextField(end)) {
    if (reader.field === 1) name = reader.string();
    else if (reader.field === 2) value = reader.string();
    else reader.skip();
  }
  into.push(name, value);
}

/** io.prometheus.client.Exemplar. */
export function decodeExemplar(reader: ProtobufReader): Exemplar {
  const end = reader.nested();
  const pairs: string[] = [];
  let value = 0;
  let timestamp: number | null = null;
  while (reader.nextField(end)) {
    if (reader.field === 1) decodeLabel(reader, pairs);
    else if (reader.field === 2) value = reader.double();
    else if (reader.field === 3) timestamp = decodeTimestamp(reader);
    else reader.skip();
  }
  const entries = Array.from({ length: pairs.length / 2 }, (_, i): [string, string] => [
    pairs[2 * i]!,
    pairs[2 * i + 1]!,
  ]);
  return { labels: Labels.fromEntries(entries), value, timestamp };
}
