import { BitWriter } from './bit-writer.ts';
import { MAX_CHUNK_BYTES } from './encoding.ts';
import { StartTimes } from './start-times.ts';
import { STALE_HIGH, STALE_LOW } from './value-bits.ts';
import { putUvarint, putVarint } from './varint-bits.ts';
import { XorColumns } from './xor-columns.ts';

const HEADER_BYTES = 3;
/** The longest that one more sample can be: 5 + 64 bits of time, 3 + 11 + 64 of value, 72 of start time. */
const MOST_SAMPLE_BYTES = 28;

/** Makes XOR2 chunks (Prometheus' encoding 4): floats with start times. One encoder makes one chunk. */
export class Xor2Encoder {
  count = 0;
  private readonly out = new BitWriter(MAX_CHUNK_BYTES);
  /** The last value that was no staleness marker. */
  private readonly value = new XorColumns(1);
  private readonly starts = new StartTimes();
  private lastT = 0;
  private delta = 0;

  constructor() {
    this.out.reset(HEADER_BYTES);
  }

  /** Adds a sample by the halves of its value's bits. False: the chunk is full and the sample was not taken. Times ascend. */
  append(t: number, high: number, low: number, start: number): boolean {
    if (this.out.length > MAX_CHUNK_BYTES - MOST_SAMPLE_BYTES) return false;
    if (this.count === 0) this.putFirst(t, high, low);
    else {
      const delta = t - this.lastT;
      if (this.count === 1) {
        putUvarint(this.out, delta);
        this.putCoded(BEHIND_TIME, high, low);
      } else this.putJoint(delta - this.delta, high, low);
      this.delta = delta;
    }
    this.starts.put(this.out, t, start);
    this.lastT = t;
    this.count++;
    return true;
  }

  /** The finished chunk; valid until the next sample. */
  get bytes(): Uint8Array {
    this.out.set(0, this.count >>> 8);
    this.out.set(1, this.count & 0xff);
    this.out.set(2, this.starts.header);
    return this.out.bytes;
  }

  private putFirst(t: number, high: number, low: number): void {
    putVarint(this.out, t);
    this.out.put64(high, low);
    if (!isStale(high, low)) this.value.setBits(0, high, low);
  }

  /** Time and value share their control bits. */
  private putJoint(dod: number, high: number, low: number): void {
    const { out } = this;
    if (dod === 0) {
      this.putCoded(ALONE, high, low);
      return;
    }
    if (dod >= -4096 && dod <= 4095) {
      out.put(0b110, 3);
      out.put(dod, 13);
    } else if (dod >= -524_288 && dod <= 524_287) {
      out.put(0b1110, 4);
      out.put(dod, 20);
    } else {
      out.put(0b11110, 5);
      out.put64(Math.floor(dod / 2 ** 32), dod | 0);
    }
    this.putCoded(BEHIND_TIME, high, low);
  }

  private putCoded({ stale, known, fresh }: ValueCodes, high: number, low: number): void {
    const { out, value } = this;
    if (isStale(high, low)) {
      out.put(...stale);
      return;
    }
    const xorHigh = (high ^ value.highOf(0)) >>> 0;
    const xorLow = (low ^ value.lowOf(0)) >>> 0;
    value.setBits(0, high, low);
    if ((xorHigh | xorLow) === 0) out.put(0, 1);
    else if (value.fits(0, xorHigh, xorLow)) {
      out.put(...known);
      value.putMeaningful(out, 0, xorHigh, xorLow);
    } else {
      out.put(...fresh);
      value.putWindow(out, 0, xorHigh, xorLow);
    }
  }
}

/** Bits, and how many, in front of a staleness marker, and of a value in the window before or in one of its own. */
interface ValueCodes {
  readonly stale: readonly [bits: number, count: number];
  readonly known: readonly [bits: number, count: number];
  readonly fresh: readonly [bits: number, count: number];
}

/** Behind a time whose delta stayed, which has no code of its own. */
const ALONE: ValueCodes = { stale: [0b11111, 5], known: [0b100, 3], fresh: [0b101, 3] };
const BEHIND_TIME: ValueCodes = { stale: [0b111, 3], known: [0b10, 2], fresh: [0b110, 3] };

function isStale(high: number, low: number): boolean {
  return high === STALE_HIGH && low === STALE_LOW;
}
