import type { ProtobufReader } from './protobuf.ts';

/** google.protobuf.Timestamp in ms since 1970. Throws `bad-request` when it is malformed. */
export function readTimestamp(reader: ProtobufReader): number {
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

/**
 * A message of two strings, field 1 and field 2, appended to `into`: io.prometheus.client.LabelPair, or an entry of a
 * `map<string, string>`. Throws `bad-request` when it is malformed.
 */
export function readStringPair(reader: ProtobufReader, into: string[]): void {
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
