/** Protobuf by hand: each function gives the bytes of one field. */
export type Bytes = readonly number[];

export function varint(value: number | bigint): number[] {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}

export function zigzag(value: number): number[] {
  return varint(value >= 0 ? 2 * value : -2 * value - 1);
}

/** A length-delimited field. */
export function nested(field: number, ...content: Bytes[]): number[] {
  const bytes = content.flat();
  return [...varint(field * 8 + 2), ...varint(bytes.length), ...bytes];
}

export function text(field: number, value: string): number[] {
  return nested(field, [...new TextEncoder().encode(value)]);
}

export function int(field: number, value: number | bigint): number[] {
  return [...varint(field * 8), ...varint(value)];
}

export function sint(field: number, value: number): number[] {
  return [...varint(field * 8), ...zigzag(value)];
}

export function double(field: number, value: number): number[] {
  return [...varint(field * 8 + 1), ...doubleBytes(value)];
}

export function doubleBytes(value: number): number[] {
  return [...new Uint8Array(Float64Array.of(value).buffer)];
}

/** A double field with Prometheus' StaleNaN, whose bits a JavaScript number does not keep. */
export function staleMarker(field: number): number[] {
  return [...varint(field * 8 + 1), 2, 0, 0, 0, 0, 0, 0xf0, 0x7f];
}

/** A snappy block of one literal. */
export function packed(...content: Bytes[]): Uint8Array<ArrayBuffer> {
  const bytes = content.flat();
  const last = bytes.length - 1;
  return Uint8Array.from([
    ...varint(bytes.length),
    62 << 2,
    last & 255,
    (last >> 8) & 255,
    (last >> 16) & 255,
    ...bytes,
  ]);
}
