import type { BitReader } from './bit-reader.ts';
import type { BitWriter } from './bit-writer.ts';

/** Writes a uvarint of Go's `encoding/binary`, exact below 2^53, at any bit. */
export function putUvarint(out: BitWriter, value: number): void {
  let rest = value;
  while (rest >= 0x80) {
    out.put((rest % 128) | 0x80, 8);
    rest = Math.floor(rest / 128);
  }
  out.put(rest, 8);
}

/** Writes a varint, exact within ±2^52. */
export function putVarint(out: BitWriter, value: number): void {
  putUvarint(out, value < 0 ? -(value + 1) * 2 + 1 : value * 2);
}

/** Reads a uvarint. */
export function readUvarint(input: BitReader): number {
  let value = 0;
  let scale = 1;
  for (let i = 0; i < 10; i++) {
    const byte = input.bits(8);
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value;
    scale *= 128;
  }
  throw input.malformed('a number of more than ten bytes');
}

/** Reads a varint. */
export function readVarint(input: BitReader): number {
  const value = readUvarint(input);
  // Beyond 2^53 the lowest bit, the sign, is lost.
  if (value > Number.MAX_SAFE_INTEGER) throw input.malformed('a number out of range');
  return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
}
