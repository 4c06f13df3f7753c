import { BarographError } from './errors.ts';
import { SnappyKernel, type SnappyMemory } from './snappy-kernel.ts';
import { kernelsWanted } from './wasm.ts';

/** The most bytes that a compressor makes of `bytes`. */
export function snappyBound(bytes: number): number {
  return 32 + bytes + Math.ceil(bytes / 6);
}

/**
 * Decompresses blocks of the Snappy format (format_description.txt of google/snappy): a varint length, then literals and
 * back references. What `decode` gives is valid until the next call.
 */
export interface SnappyDecoder {
  /**
   * Throws `bad-request` when the input is not such a block or is longer than `maxBytes` unpacked: the declared length is
   * checked before any memory is taken.
   */
  decode(input: Uint8Array, maxBytes: number): Uint8Array;
}

/** In TypeScript. */
export class PlainSnappyDecoder implements SnappyDecoder {
  private memory = new ArrayBuffer(0);

  decode(input: Uint8Array, maxBytes: number): Uint8Array {
    const { length, next } = readLength(input, maxBytes);
    const out = this.take(length + SLACK);
    unpack(input, next, out);
    return out.subarray(0, length);
  }

  /** Large blocks get memory of their own, which is given back. */
  private take(bytes: number): Uint8Array {
    if (bytes > MAX_KEPT_BYTES) return new Uint8Array(bytes);
    if (bytes > this.memory.byteLength) this.memory = new ArrayBuffer(Math.min(MAX_KEPT_BYTES, bytes * 2));
    return new Uint8Array(this.memory, 0, bytes);
  }
}

/** By the kernel, but for large blocks: its memory never shrinks. */
export class KernelSnappyDecoder implements SnappyDecoder {
  private readonly kernel: SnappyKernel;
  private readonly plain = new PlainSnappyDecoder();

  /** What `decode` gives lies in `memory`, but for large blocks. */
  constructor(memory?: SnappyMemory) {
    this.kernel = new SnappyKernel(memory);
  }

  decode(input: Uint8Array, maxBytes: number): Uint8Array {
    const { length, next } = readLength(input, maxBytes);
    if (length + input.length > MAX_KEPT_BYTES) return this.plain.decode(input, maxBytes);
    const filled = this.kernel.unpack(input, next, length);
    if (filled === null) return this.plain.decode(input, maxBytes);
    if (filled < 0) throw REASONS[filled]!();
    if (filled !== length) throw wrongLength(filled, length);
    return this.kernel.result(length);
  }
}

const MAX_KEPT_BYTES = 4 * 1024 * 1024;

/** By the kernel, or in TypeScript where kernels are off: both give the same bytes and the same errors. */
export const SnappyDecoder: new () => SnappyDecoder = kernelsWanted() ? KernelSnappyDecoder : PlainSnappyDecoder;

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
      if (at + length > end || filled + length > limit) throw literalOver();
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
    if (offset === 0 || offset > filled) throw copyBefore();
    if (filled + length > limit) throw copyOver();
    // Byte by byte where source and target overlap closely: that is how the format repeats a pattern.
    const source = filled - offset;
    if (offset >= 4) for (let i = 0; i < length; i += 4) to.setInt32(filled + i, to.getInt32(source + i));
    else for (let i = 0; i < length; i++) out[filled + i] = out[source + i]!;
    filled += length;
  }
  if (filled !== limit) throw wrongLength(filled, limit);
}

function readLength(input: Uint8Array, maxBytes: number): { length: number; next: number } {
  const header = varint(input);
  if (header.length <= maxBytes) return header;
  throw malformed(`decoded length ${header.length} is over the limit of ${maxBytes} bytes`, 'too-large');
}

function varint(input: Uint8Array): { length: number; next: number } {
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

const literalOver = () => malformed('a literal runs over the end');
const copyBefore = () => malformed('a copy points before the beginning');
const copyOver = () => malformed('a copy runs over the end');
const cutOff = () => malformed('it ends in the middle of an element');
const wrongLength = (filled: number, declared: number) =>
  malformed(`it holds ${filled} bytes and declares ${declared}`);

/** What the kernel's results below zero mean. */
const REASONS: Readonly<Record<number, () => BarographError>> = {
  [-1]: literalOver,
  [-2]: copyBefore,
  [-3]: copyOver,
  [-4]: cutOff,
};

function malformed(what: string, code = 'bad-snappy'): BarographError {
  return new BarographError(`snappy: corrupt input: ${what}`, {
    kind: 'bad-request',
    code,
    hint: 'Send the body compressed with the snappy block format (not the framed one).',
  });
}
