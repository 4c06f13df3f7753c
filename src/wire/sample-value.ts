import type { ProtobufReader } from '#lib/protobuf';

/** Whether the double that stands here is StaleNaN, by which Prometheus says "this series ended": 0x7ff0000000000002. */
export function isStaleMarker(reader: ProtobufReader): boolean {
  return reader.isBits64(0x7ff00000, 2);
}
