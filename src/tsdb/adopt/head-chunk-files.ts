import { crc32c } from '#lib/crc32c';
import { ByteReader } from '#lib/varint';
import type { Millis } from '#model/time';

const MAGIC = 0x0130bc91;
const VERSION = 1;
const HEADER_BYTES = 8;
const OUT_OF_ORDER = 0x80;
const TWO_32 = 2 ** 32;

/** A chunk that Prometheus has taken out of its head's memory. */
export interface HeadFileChunk {
  readonly ref: number;
  readonly minTime: Millis;
  readonly maxTime: Millis;
  readonly encoding: number;
  /** With its sample count; a view of the file. */
  readonly data: Uint8Array;
  readonly isOutOfOrder: boolean;
}

/**
 * Gives the chunks of a file of `chunks_head` to `handle` until the first damage, or the zeros that were written in
 * advance. Gives the offset at which it stopped: the length when all was well.
 */
export function readHeadChunks(bytes: Uint8Array, handle: (chunk: HeadFileChunk) => void): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length === 0) return 0;
  if (bytes.length < HEADER_BYTES || view.getUint32(0) !== MAGIC || bytes[4] !== VERSION) return 0;
  let at = HEADER_BYTES;
  while (at < bytes.length) {
    const end = readChunk(bytes, at, handle);
    if (end === 0) return bytes.subarray(at).every((byte) => byte === 0) ? bytes.length : at;
    at = end;
  }
  return at;
}

/** Where the chunk ends; 0 = there is none. */
function readChunk(bytes: Uint8Array, at: number, handle: (chunk: HeadFileChunk) => void): number {
  try {
    const input = new ByteReader(bytes, at);
    const ref = input.u64();
    const minTime = (input.u32() | 0) * TWO_32 + input.u32();
    const maxTime = (input.u32() | 0) * TWO_32 + input.u32();
    const kind = input.u8();
    const data = input.read(input.uvarint());
    const sum = crc32c(bytes, { from: at, to: input.at });
    if (ref === 0 || sum !== input.u32()) return 0;
    const encoding = kind & ~OUT_OF_ORDER;
    handle({ ref, minTime, maxTime, encoding, data, isOutOfOrder: (kind & OUT_OF_ORDER) !== 0 });
    return input.at;
  } catch {
    return 0;
  }
}
