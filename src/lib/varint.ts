import { BarographError } from './errors.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const TWO_32 = 2 ** 32;

/**
 * Bytes under construction: big-endian integers and the varints of Go's `encoding/binary` (LEB128, zigzag for signed).
 * Integers are exact within ±2^53. Grows by doubling.
 */
export class ByteWriter {
  length = 0;
  private buffer: Uint8Array;
  private view: DataView;

  constructor(capacity = 1024) {
    this.buffer = new Uint8Array(capacity);
    this.view = new DataView(this.buffer.buffer);
  }

  /** What was written so far; valid until the next write. */
  get bytes(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  /** Forgets what was written, keeps the memory. */
  clear(): void {
    this.length = 0;
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(needed, this.buffer.length * 2));
    larger.set(this.buffer.subarray(0, this.length));
    this.buffer = larger;
    this.view = new DataView(larger.buffer);
  }

  u8(value: number): void {
    this.reserve(1);
    this.buffer[this.length++] = value;
  }

  u16(value: number): void {
    this.reserve(2);
    this.view.setUint16(this.length, value);
    this.length += 2;
  }

  u32(value: number): void {
    this.reserve(4);
    this.view.setUint32(this.length, value);
    this.length += 4;
  }

  /** An unsigned 64-bit integer below 2^53. */
  u64(value: number): void {
    this.u32(Math.floor(value / TWO_32));
    this.u32(value % TWO_32);
  }

  uvarint(value: number): void {
    this.reserve(10);
    let rest = value;
    while (rest >= 0x80) {
      this.buffer[this.length++] = (rest & 0x7f) | 0x80;
      rest = rest > 0x7fffffff ? Math.floor(rest / 128) : rest >>> 7;
    }
    this.buffer[this.length++] = rest;
  }

  /** A signed integer. */
  varint(value: number): void {
    if (value > -0x40000000 && value < 0x40000000) this.uvarint(((value << 1) ^ (value >> 31)) >>> 0);
    else this.bigVarint(value);
  }

  // Doubling may pass 2^53, so the lowest group is split off first.
  private bigVarint(value: number): void {
    const magnitude = value < 0 ? -(value + 1) : value;
    const sign = value < 0 ? 1 : 0;
    this.u8((magnitude % 64) * 2 + sign + 128);
    this.uvarint(Math.floor(magnitude / 64));
  }

  write(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** The length in UTF-8 bytes as uvarint, then the bytes. */
  string(text: string): void {
    const bytes = encoder.encode(text);
    this.uvarint(bytes.length);
    this.write(bytes);
  }

  /** Zero bytes up to a multiple of `size`. */
  pad(size: number): void {
    const missing = (size - (this.length % size)) % size;
    this.reserve(missing);
    this.buffer.fill(0, this.length, this.length + missing);
    this.length += missing;
  }
}

/**
 * Reads what ByteWriter writes. Every method throws `corrupt-data` at the end of the bytes, which it never copies except
 * for strings.
 */
export class ByteReader {
  at: number;
  readonly end: number;
  private readonly bytes: Uint8Array;
  private known: DataView | null = null;

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  // Made when it is needed: most readers only read varints.
  private get view(): DataView {
    const { bytes } = this;
    this.known ??= new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return this.known;
  }

  get done(): boolean {
    return this.at >= this.end;
  }

  u8(): number {
    return this.bytes[this.take(1)]!;
  }

  u16(): number {
    return this.view.getUint16(this.take(2));
  }

  u32(): number {
    return this.view.getUint32(this.take(4));
  }

  u64(): number {
    return this.u32() * TWO_32 + this.u32();
  }

  uvarint(): number {
    const { bytes, at, end } = this;
    // Most take one or two bytes.
    if (at + 1 < end) {
      const first = bytes[at]!;
      const second = bytes[at + 1]!;
      if (first < 0x80) {
        this.at = at + 1;
        return first;
      }
      if (second < 0x80) {
        this.at = at + 2;
        return (first & 0x7f) | (second << 7);
      }
    }
    return this.longUvarint();
  }

  private longUvarint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 10; i++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw cutOff('a varint of more than ten bytes');
  }

  /** A signed integer. */
  varint(): number {
    const first = this.u8();
    const rest = first < 0x80 ? 0 : this.uvarint();
    const magnitude = rest * 64 + ((first & 0x7f) >> 1);
    return (first & 1) === 1 ? -magnitude - 1 : magnitude;
  }

  /** The next `length` bytes, not copied. */
  read(length: number): Uint8Array {
    const from = this.take(length);
    return this.bytes.subarray(from, from + length);
  }

  string(): string {
    return decoder.decode(this.read(this.uvarint()));
  }

  private take(count: number): number {
    const from = this.at;
    if (from + count > this.end) throw cutOff('it ends too early');
    this.at = from + count;
    return from;
  }
}

function cutOff(reason: string): BarographError {
  return new BarographError(`malformed bytes: ${reason}`, { kind: 'corrupt-data', code: 'malformed-bytes' });
}
