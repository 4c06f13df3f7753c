import { BarographError } from './errors.ts';

export const WIRE_VARINT = 0;
export const WIRE_FIXED64 = 1;
export const WIRE_BYTES = 2;
export const WIRE_FIXED32 = 5;

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads the fields of protobuf messages (protobuf.dev/programming-guides/encoding) without building objects. Usage:
 * `while (reader.nextField(end)) switch (reader.field) { case 1: … default: reader.skip(); }`; a nested message is read by
 * calling `nested()` for its end and looping again. The bytes are the caller's and are never copied.
 * Every method throws `bad-request` when the message is cut off or malformed.
 */
export class ProtobufReader {
  /** Number of the current field. */
  field = 0;
  /** Wire type of the current field. */
  wire = 0;
  at = 0;
  /** The message. */
  readonly view: DataView;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get end(): number {
    return this.bytes.length;
  }

  /** Moves to the next field before `end`; false when the message is over. */
  nextField(end: number): boolean {
    if (this.at >= end) {
      if (this.at > end) throw malformed('a field runs over the end of its message');
      return false;
    }
    const tag = this.uint();
    this.field = tag < 0x80 ? tag >> 3 : Math.floor(tag / 8);
    this.wire = tag & 7;
    if (this.field === 0) throw malformed('field number 0');
    return true;
  }

  /** An unsigned varint, exact up to 2^53. */
  uint(): number {
    const first = this.byte();
    if (first < 0x80) return first;
    let value = first & 0x7f;
    let scale = 0x80;
    for (let i = 1; i < 10; i++) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
    throw malformed('a varint of more than ten bytes');
  }

  /** An int64 or int32 varint (two's complement), exact within ±2^53. */
  int(): number {
    let low = 0;
    let high = 0;
    for (let i = 0; i < 10; i++) {
      const byte = this.byte();
      const part = byte & 0x7f;
      if (i < 4) low |= part << (7 * i);
      else if (i === 4) {
        low |= part << 28;
        high = part >> 4;
      } else if (i < 9) high |= part << (7 * i - 32);
      else high |= part << 31;
      if (byte < 0x80) return (high | 0) * 2 ** 32 + (low >>> 0);
    }
    throw malformed('a varint of more than ten bytes');
  }

  /** A uint64 varint, all of its bits. */
  uint64(): bigint {
    let value = 0n;
    for (let i = 0n; i < 10n; i++) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << (7n * i);
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw malformed('a varint of more than ten bytes');
  }

  /** A sint64 or sint32 (zigzag), exact within ±2^53. */
  sint(): number {
    const value = this.uint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** A float64. The bits of a NaN may change: ask `isBits64` first where they matter. */
  double(): number {
    this.need(8);
    const value = this.view.getFloat64(this.at, true);
    this.at += 8;
    return value;
  }

  /** Whether the next eight bytes are exactly these two halves; does not move. */
  isBits64(high: number, low: number): boolean {
    this.need(8);
    return this.view.getUint32(this.at, true) === low && this.view.getUint32(this.at + 4, true) === high;
  }

  /** Passes over all fields that begin with exactly this tag byte (a length-delimited field below 16) and follow here. */
  skipRun(tag: number, end: number): void {
    while (this.at < end && this.bytes[this.at] === tag) {
      this.at++;
      const length = this.uint();
      this.need(length);
      this.at += length;
    }
  }

  /** Enters a length-delimited field and returns where it ends. */
  nested(): number {
    if (this.wire !== WIRE_BYTES) throw malformed(`field ${this.field} has wire type ${this.wire}, not a length`);
    const length = this.uint();
    this.need(length);
    return this.at + length;
  }

  /** The end of a message that stands behind its length, as in a stream of messages. */
  delimited(): number {
    const length = this.uint();
    this.need(length);
    return this.at + length;
  }

  /** A length-delimited field as a view of the message. */
  view8(): Uint8Array {
    const end = this.nested();
    const view = this.bytes.subarray(this.at, end);
    this.at = end;
    return view;
  }

  string(): string {
    const view = this.view8();
    try {
      return decoder.decode(view);
    } catch {
      throw malformed(`field ${this.field} is not valid UTF-8`);
    }
  }

  /**
   * Calls `each` for every element of a repeated number, packed or not: it must read exactly one element. Encoders may
   * split a packed field, so calls of several fields come one after the other.
   */
  packed(each: () => void): void {
    const end = this.wire === WIRE_BYTES ? this.nested() : this.at + 1;
    while (this.at < end) each();
    if (this.wire !== WIRE_BYTES) return;
    if (this.at > end) throw malformed('a packed field ends in the middle of an element');
  }

  /** Passes over the current field. */
  skip(): void {
    if (this.wire === WIRE_VARINT) this.uint();
    else if (this.wire === WIRE_FIXED64) this.move(8);
    else if (this.wire === WIRE_BYTES) this.at = this.nested();
    else if (this.wire === WIRE_FIXED32) this.move(4);
    else throw malformed(`wire type ${this.wire}`);
  }

  private byte(): number {
    if (this.at >= this.bytes.length) throw malformed('it ends in the middle of a field');
    return this.bytes[this.at++]!;
  }

  private move(bytes: number): void {
    this.need(bytes);
    this.at += bytes;
  }

  private need(bytes: number): void {
    if (this.at + bytes > this.bytes.length) throw malformed('it ends in the middle of a field');
  }
}

function malformed(what: string): BarographError {
  return new BarographError(`protobuf: malformed message: ${what}`, { kind: 'bad-request', code: 'bad-protobuf' });
}
