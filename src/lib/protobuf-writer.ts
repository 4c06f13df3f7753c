import { ByteWriter } from './byte-writer.ts';
import { WIRE_BYTES, WIRE_FIXED64, WIRE_VARINT } from './protobuf.ts';

/** Lengths are written before they are known: in four bytes, as a varint may be longer than it has to be. */
const LENGTH_BYTES = 4;

/** Writes protobuf messages one behind the other, inner ones in place. Fields of the value 0 are written like others. */
export class ProtobufWriter {
  private readonly out = new ByteWriter();

  get length(): number {
    return this.out.length;
  }

  /** A message with its length in front, as in a delimited stream; `write` writes its fields. Up to 256 MiB. */
  delimited(write: () => void): void {
    const { out } = this;
    out.reserve(LENGTH_BYTES);
    const start = out.length + LENGTH_BYTES;
    out.length = start;
    write();
    let length = out.length - start;
    for (let i = LENGTH_BYTES; i > 0; i--) {
      out.bytes[start - i] = (length & 0x7f) | (i > 1 ? 0x80 : 0);
      length >>>= 7;
    }
  }

  message(field: number, write: () => void): void {
    this.tag(field, WIRE_BYTES);
    this.delimited(write);
  }

  text(field: number, value: string): void {
    this.message(field, () => this.out.text(value));
  }

  /** Not negative, and exact. */
  uint(field: number, value: number): void {
    this.tag(field, WIRE_VARINT);
    this.varint(value);
  }

  sint(field: number, value: number): void {
    this.uint(field, value < 0 ? -2 * value - 1 : 2 * value);
  }

  double(field: number, value: number): void {
    this.tag(field, WIRE_FIXED64);
    this.bits(value);
  }

  /** Repeated doubles, packed. */
  doubles(field: number, values: Float64Array): void {
    this.message(field, () => {
      for (const value of values) this.bits(value);
    });
  }

  /** A copy of what was written; the writer is empty then. */
  take(): Uint8Array<ArrayBuffer> {
    return this.out.take();
  }

  private tag(field: number, type: number): void {
    this.varint(field * 8 + type);
  }

  private varint(value: number): void {
    const { out } = this;
    out.reserve(10);
    let rest = value;
    while (rest >= 0x80) {
      out.bytes[out.length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    out.bytes[out.length++] = rest;
  }

  private bits(value: number): void {
    const { out } = this;
    out.reserve(8);
    new DataView(out.bytes.buffer).setFloat64(out.length, value, true);
    out.length += 8;
  }
}
