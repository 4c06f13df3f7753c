import type { ProtobufReader } from '#lib/protobuf';
import { readStringPair, readTimestamp } from '#lib/protobuf-messages';
import type { Exemplar } from '#model/exemplar';
import { Labels } from '#model/labels';

/** io.prometheus.client.Exemplar. */
export function decodeExemplar(reader: ProtobufReader): Exemplar {
  const end = reader.nested();
  const pairs: string[] = [];
  let value = 0;
  let timestamp: number | null = null;
  while (reader.nextField(end)) {
    if (reader.field === 1) readStringPair(reader, pairs);
    else if (reader.field === 2) value = reader.double();
    else if (reader.field === 3) timestamp = readTimestamp(reader);
    else reader.skip();
  }
  const entries = Array.from({ length: pairs.length / 2 }, (_, i): [string, string] => [
    pairs[2 * i]!,
    pairs[2 * i + 1]!,
  ]);
  return { labels: Labels.fromEntries(entries), value, timestamp };
}
