import { BarographError } from './errors.ts';

/** The most bytes that a compressor makes of `bytes`. */
export function snappyBound(bytes: number): number {
  return 32 + bytes + Math.ceil(bytes / 6);
}

/**
 * Decompresses one block of the Snappy format (format_description.txt of google/snappy): a varint length, then literals
 * and back references. Throws `bad-request` when the input is not such a block or is longer than `maxBytes` unpacked:
 * the declared length is checked before any memory is taken. Memory that `memory` has room in is used again: the result of
 * the call before is lost then.
 */
export function decodeSnappy(input: Uint8Array, maxBytes: number, memory?: SnappyMemory): Uint8Array {
  const { length, next } = readLength(input);
  if (length > maxBytes) {
    throw malformed(`decoded length ${length} is over the limit of ${maxBytes} bytes`, 'too-large');
  }
  const out = memory ? memory.take(length + SLACK) : new Uint8Array(length + SLACK);
  unpack(input, next, out);
  return out.subarray(0, length);
}

/** Memory for one block after the other. Blocks above `maxBytes` get their own, which is given back. */
export class SnappyMemory {
  private readonly maxBytes: number;
  private buffer = new ArrayBuffer(0);

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  take(bytes: number): Uint8Array {
    if (bytes > this.maxBytes) return new Uint8Array(bytes);
    if (bytes > this.buffer.byteLength) this.buffer = new ArrayBuffer(Math.min(this.maxBytes, bytes * 2));
    return new Uint8Array(this.buffer, 0, bytes);
  }
}

/** Copies go four bytes at a time and may write so many bytes too much. */
const SLACK = 3;

function unpack(input: Uint8Array, start: number, out: Uint8Array): void {
  const from = new DataView(input.buffer, input.byteOffset, input.byteLength);
  const to = new DataView(out.buffer);
  const end = input.length;
  const limit = out.length - SLACK;
  let at = start;
  let filled = 0;
  while (at < end) {
    const tag = input[at++]!;
    const kind = tag & 3;
    let length = (tag >> 2) + 1;
    if (kind === 0) {
      if (length > 60) {
        const size = length - 60;
        length = littleEndian(input, at, size) + 1;
        at += size;
      }
      if (at + length > end || filled + length > limit) throw malformed('a literal runs over the end');
      if (length > 64 || at + length + SLACK > end) out.set(input.subarray(at, at + length), filled);
      else for (let i = 0; i < length; i += 4) to.setInt32(filled + i, from.getInt32(at + i));
      at += length;
      filled += length;
      continue;
    }
    const size = kind === 3 ? 4 : kind;
    if (at + size > end) throw cutOff();
    let offset = input[at]!;
    if (kind === 1) {
      length = ((tag >> 2) & 7) + 4;
      offset |= (tag & 0xe0) << 3;
    } else offset = kind === 2 ? from.getUint16(at, true) : from.getUint32(at, true);
    at += size;
    if (offset === 0 || offset > filled) throw malformed('a copy points before the beginning');
    if (filled + length > limit) throw malformed('a copy runs over the end');
    // Byte by byte where source and target overlap closely: that is how the format repeats a pattern.
    const source = filled - offset;
    if (offset >= 4) for (let i = 0; i < length; i += 4) to.setInt32(filled + i, to.getInt32(source + i));
    else for (let i = 0; i < length; i++) out[filled + i] = out[source + i]!;
    filled += length;
  }
  if (filled !== limit) throw malformed(`it holds ${filled} bytes and declares ${limit}`);
}

function readLength(input: Uint8Array): { length: number; next: number } {
  let length = 0;
  for (let i = 0; i < 5 && i < input.length; i++) {
    const byte = input[i]!;
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { length, next: i + 1 };
  }
  throw malformed('the length is missing');
}

function littleEndian(input: Uint8Array, at: number, bytes: number): number {
  if (at + bytes > input.length) throw cutOff();
  let value = 0;
  for (let i = 0; i < bytes; i++) value += input[at + i]! * 2 ** (8 * i);
  return value;
}

function cutOff(): BarographError {
  return malformed('it ends in the middle of an element');
}

function malformed(what: string, code = 'bad-snappy'): BarographError {
  return new BarographError(`snappy: corrupt input: ${what}`, {
    kind: 'bad-request',
    code,
    hint: 'Send the body compressed with the snappy block format (not the framed one).',
  });
}
