import { BitReader } from './bit-reader.ts';
import type { TimeBounds } from './columns.ts';
import { ENCODING_XOR2, sampleCount } from './encoding.ts';
import { NO_START, StartTimes } from './start-times.ts';
import { STALE_HIGH, STALE_LOW } from './value-bits.ts';
import { readUvarint, readVarint } from './varint-bits.ts';
import { XorColumns } from './xor-columns.ts';

const HEADER_BYTES = 3;
const TWO_32 = 2 ** 32;

/** Where decoded floats with start times go. */
export interface StartedSamples {
  readonly length: number;
  pushFloat(t: number, v: number): void;
  pushStale(t: number): void;
  /** When sample `i` began to count. Not called where that is not known. */
  setStart(i: number, start: number): void;
}

/** Appends the samples of a whole XOR2 chunk. Throws `corrupt-data` when it is damaged. */
export function decodeXor2(data: Uint8Array, { start, end }: TimeBounds, out: StartedSamples): void {
  const chunk = new Xor2Chunk(data);
  for (let left = sampleCount(ENCODING_XOR2, data); left > 0; left--) {
    chunk.next();
    if (chunk.t < start) continue;
    if (chunk.t > end) break;
    if (chunk.isStale) out.pushStale(chunk.t);
    else out.pushFloat(chunk.t, chunk.value);
    if (chunk.start !== NO_START) out.setStart(out.length - 1, chunk.start);
  }
}

class Xor2Chunk {
  t = 0;
  start = NO_START;
  isStale = false;
  private readonly input = new BitReader();
  private readonly last = new XorColumns(1);
  private readonly starts = new StartTimes();
  private n = 0;
  private delta = 0;

  constructor(data: Uint8Array) {
    this.input.begin('XOR2 chunk', data, HEADER_BYTES);
    this.starts.begin(data[2]!);
  }

  get value(): number {
    return this.last.value(0);
  }

  next(): void {
    this.isStale = false;
    if (this.n === 0) this.readFirst();
    else if (this.n === 1) {
      this.delta = readUvarint(this.input);
      this.t += this.delta;
      this.readValue();
    } else this.readJoint();
    this.start = this.starts.read(this.input, this.t);
    this.n++;
  }

  private readFirst(): void {
    const { input } = this;
    this.t = readVarint(input);
    const high = input.bits(32);
    const low = input.bits(32);
    this.isStale = high === STALE_HIGH && low === STALE_LOW;
    if (!this.isStale) this.last.setBits(0, high, low);
  }

  private readJoint(): void {
    const { input } = this;
    const ones = this.countOnes(5);
    if (ones > 1 && ones < 5) this.delta += this.readDod(ones);
    this.t += this.delta;
    if (ones === 5) this.isStale = true;
    else if (ones > 1) this.readValue();
    else if (ones === 1) {
      if (input.bit() === 1) this.last.readWindow(input, 0);
      this.last.readMeaningful(input, 0);
    }
  }

  private readDod(ones: number): number {
    const { input } = this;
    if (ones === 4) {
      const high = input.bits(32) | 0;
      return high * TWO_32 + input.bits(32);
    }
    const width = ones === 2 ? 13 : 20;
    const value = input.bits(width);
    return value >= 2 ** (width - 1) ? value - 2 ** width : value;
  }

  private readValue(): void {
    const ones = this.countOnes(3);
    if (ones === 3) this.isStale = true;
    if (ones === 2) this.last.readWindow(this.input, 0);
    if (ones === 1 || ones === 2) this.last.readMeaningful(this.input, 0);
  }

  private countOnes(most: number): number {
    let ones = 0;
    while (ones < most && this.input.bit() === 1) ones++;
    return ones;
  }
}
