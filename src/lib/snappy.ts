import { BarographError } from './errors.ts';

/** The most bytes that a compressor makes of `bytes`. */
export function snappyBound(bytes: number): number {
  return 32 + bytes + Math.ceil(bytes / 6);
}

/**
 * Decompresses one block of the Snappy format (format_description.txt of google/snappy): a varint length, then literals
 * and back references. Throws `bad-request` when the input is not such a block or is longer than `maxBytes` unpacked:
 * the declared length is checked before any memory is taken.
 */
export function decodeSnappy(input: Uint8Array, maxBytes: number): Uint8Array {
  const header = readLength(input);
  if (header.length > maxBytes) {
    throw malformed(`decoded length ${header.length} is over the limit of ${maxBytes} bytes`, 'too-large');
  }
  const out = new Uint8Array(header.length);
  let at = header.next;
  let filled = 0;
  while (at < input.length) {
    const tag = input[at++]!;
    if ((tag & 3) === 0) {
      let length = tag >> 2;
      if (length >= 60) {
        const extra = length - 59;
        length = littleEndian(input, at, extra);
        at += extra;
      }
      length += 1;
      if (at + length > input.length || filled + length > out.length) throw malformed('a literal runs over the end');
      out.set(input.subarray(at, at + length), filled);
      at += length;
      filled += length;
      continue;
    }
    const [length, offset, size] = copyOf(input, at, tag);
    at += size;
    if (offset === 0 || offset > filled) throw malformed('a copy points before the beginning');
    if (filled + length > out.length) throw malformed('a copy runs over the end');
    // Byte by byte where source and target overlap: that is how the format repeats a pattern.
    if (offset >= length) out.copyWithin(filled, filled - offset, filled - offset + length);
    else for (let i = 0; i < length; i++) out[filled + i] = out[filled + i - offset]!;
    filled += length;
  }
  if (filled !== out.length) throw malformed(`it holds ${filled} bytes and declares ${out.length}`);
  return out;
}

/** Length, offset and further bytes of the copy that `tag` begins. */
function copyOf(input: Uint8Array, at: number, tag: number): [length: number, offset: number, size: number] {
  if ((tag & 3) === 1) return [((tag >> 2) & 7) + 4, ((tag & 0xe0) << 3) | littleEndian(input, at, 1), 1];
  const size = (tag & 3) === 2 ? 2 : 4;
  return [(tag >> 2) + 1, littleEndian(input, at, size), size];
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
  if (at + bytes > input.length) throw malformed('it ends in the middle of an element');
  let value = 0;
  for (let i = 0; i < bytes; i++) value += input[at + i]! * 2 ** (8 * i);
  return value;
}

function malformed(what: string, code = 'bad-snappy'): BarographError {
  return new BarographError(`snappy: corrupt input: ${what}`, {
    kind: 'bad-request',
    code,
    hint: 'Send the body compressed with the snappy block format (not the framed one).',
  });
}
