import { type DecodeOptions, FLOAT, type SampleColumns, STALE, type TimeBounds, type XorChunk } from './columns.ts';
import { HIGH_WORD, LOW_WORD, STALE_HIGH, STALE_LOW } from './value-bits.ts';
import { ENDS_EARLY, LONG_VARINT, malformed, NO_COUNT, TIME_RANGE, WIDE_VALUE } from './xor-errors.ts';

const TWO_32 = 2 ** 32;

/** Bytes that the decoder may look at behind the end of a chunk. */
const SLACK = 16;

/** The decoder in TypeScript: what the kernel must agree with, and what stands in for it. */
export class PlainXorDecoder {
  private buffer = new Uint8Array(2048);
  private view = new DataView(this.buffer.buffer);
  private words = new Uint32Array(this.buffer.buffer);
  private length = 0;
  private at = 0;
  private high = 0;
  private low = 0;
  private leading = 0;
  private trailing = 0;

  begin(): void {
    this.length = 0;
  }

  add(bytes: Uint8Array): void {
    const needed = this.length + bytes.length;
    if (needed + SLACK > this.buffer.length) this.grow(needed);
    this.buffer.set(bytes, this.length);
    this.length = needed;
  }

  addWords(words: Uint32Array, from: number, to: number): void {
    const needed = this.length + (to - from) * 4;
    if (needed + SLACK > this.buffer.length) this.grow(needed);
    const target = this.words;
    let at = this.length >>> 2;
    for (let i = from; i < to; i++) target[at++] = words[i]!;
    this.length = needed;
  }

  load(chunk: Uint8Array): number {
    if (chunk.length < 2) throw malformed(NO_COUNT);
    this.begin();
    this.add(chunk.subarray(2));
    return (chunk[0]! << 8) | chunk[1]!;
  }

  decode({ count, start, end }: DecodeOptions, out: SampleColumns): void {
    out.reserve(count);
    const { t: times, kind } = out;
    const values = new Uint32Array(out.v.buffer, out.v.byteOffset, out.v.length * 2);
    this.buffer.fill(0, this.length, this.length + SLACK);
    this.at = 0;
    let t = 0;
    let delta = 0;
    let n = out.length;
    for (let i = 0; i < count; i++) {
      if (i > 1) {
        delta += this.readDelta();
        t += delta;
        this.readValue();
      } else if (i === 1) {
        delta = this.readUvarint();
        t += delta;
        this.leading = 0;
        this.trailing = 0;
        this.readValue();
      } else {
        t = this.readVarint();
        this.high = this.read32();
        this.low = this.read32();
      }
      if (t < start) continue;
      if (t > end) break;
      const { high, low } = this;
      times[n] = t;
      const stale = low === STALE_LOW && high === STALE_HIGH;
      values[2 * n + HIGH_WORD] = stale ? 0x7ff80000 : high;
      values[2 * n + LOW_WORD] = stale ? 0 : low;
      kind[n] = stale ? STALE : FLOAT;
      if (stale) out.hasStale = true;
      n++;
    }
    if (this.at > this.length * 8) throw malformed(ENDS_EARLY);
    out.length = n;
  }

  decodeChunks(chunks: readonly XorChunk[], bounds: TimeBounds, out: SampleColumns): void {
    for (const { data } of chunks) this.decode({ count: this.load(data), ...bounds }, out);
  }

  decodePlaced(): boolean {
    return false;
  }

  resume(): boolean {
    return false;
  }

  decodeNewest(options: DecodeOptions, out: SampleColumns): void {
    const first = out.length;
    this.decode(options, out);
    if (out.length <= first + 1) return;
    for (const column of [out.t, out.v, out.kind]) column[first] = column[out.length - 1]!;
    out.length = first + 1;
  }

  private grow(needed: number): void {
    const larger = new Uint8Array(Math.ceil((needed + SLACK) / 4) * 8);
    larger.set(this.buffer.subarray(0, this.length));
    this.buffer = larger;
    this.view = new DataView(larger.buffer);
    this.words = new Uint32Array(larger.buffer);
  }

  /** Up to 25 bits. */
  private bits(count: number): number {
    const { at } = this;
    if (at > this.length * 8) throw malformed(ENDS_EARLY);
    this.at = at + count;
    return (this.view.getUint32(at >>> 3) << (at & 7)) >>> (32 - count);
  }

  private read32(): number {
    const high = this.bits(16);
    return ((high << 16) | this.bits(16)) >>> 0;
  }

  private readDelta(): number {
    const word = this.bits(4);
    if (word < 0b1000) {
      this.at -= 3;
      return 0;
    }
    if (word < 0b1100) {
      this.at -= 2;
      const value = this.bits(14);
      return value > 8192 ? value - 16384 : value;
    }
    if (word < 0b1110) {
      this.at -= 1;
      const value = this.bits(17);
      return value > 65536 ? value - 131072 : value;
    }
    if (word === 0b1110) {
      const value = this.bits(20);
      return value > 524288 ? value - 1048576 : value;
    }
    const high = this.read32() | 0;
    return high * TWO_32 + this.read32();
  }

  private readValue(): void {
    const control = this.bits(2);
    if (control < 0b10) {
      this.at -= 1;
      return;
    }
    if (control === 0b11) {
      this.leading = this.bits(5);
      const count = this.bits(6) || 64;
      this.trailing = 64 - this.leading - count;
      if (this.trailing < 0) throw malformed(WIDE_VALUE);
    }
    this.readMeaningful(64 - this.leading - this.trailing);
  }

  private readMeaningful(count: number): void {
    const { trailing } = this;
    const top = count > 32 ? this.readBits(count - 32) : 0;
    const rest = this.readBits(Math.min(count, 32));
    if (trailing >= 32) {
      this.high = (this.high ^ (rest << (trailing - 32))) >>> 0;
    } else if (trailing === 0) {
      this.high = (this.high ^ top) >>> 0;
      this.low = (this.low ^ rest) >>> 0;
    } else {
      this.high = (this.high ^ ((top << trailing) | (rest >>> (32 - trailing)))) >>> 0;
      this.low = (this.low ^ (rest << trailing)) >>> 0;
    }
  }

  private readBits(count: number): number {
    if (count <= 25) return this.bits(count);
    const high = this.bits(count - 16);
    return ((high << 16) | this.bits(16)) >>> 0;
  }

  private readUvarint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 10; i++) {
      const byte = this.bits(8);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw malformed(LONG_VARINT);
  }

  private readVarint(): number {
    const value = this.readUvarint();
    // Beyond 2^53 the lowest bit, the sign, is lost.
    if (value > Number.MAX_SAFE_INTEGER) throw malformed(TIME_RANGE);
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  }
}
