import type { BitReader } from './bit-reader.ts';
import type { BitWriter } from './bit-writer.ts';
import { fromBits, highBits, lowBits, STALE_HIGH, STALE_LOW } from './value-bits.ts';

/** `leading` of a column before its first XOR that is not zero. */
const NO_WINDOW = 0xff;

/**
 * The state of numbers that are each stored as XOR with the one before: column i has its last bits and the zeros around
 * the meaningful ones. Writes and reads what the value of an XOR chunk is (docs/formats/chunks.md).
 */
export class XorColumns {
  private readonly high: Uint32Array;
  private readonly low: Uint32Array;
  private readonly leading: Uint8Array;
  private readonly trailing: Uint8Array;

  constructor(count: number) {
    this.high = new Uint32Array(count);
    this.low = new Uint32Array(count);
    this.leading = new Uint8Array(count).fill(NO_WINDOW);
    this.trailing = new Uint8Array(count);
  }

  /** The last number of a column. */
  value(i: number): number {
    return fromBits(this.high[i]!, this.low[i]!);
  }

  isStale(i: number): boolean {
    return this.low[i] === STALE_LOW && this.high[i] === STALE_HIGH;
  }

  /** Writes a first number as it is. */
  putFirst(out: BitWriter, i: number, value: number): void {
    this.putFirstBits(out, i, highBits(value), lowBits(value));
  }

  putFirstBits(out: BitWriter, i: number, high: number, low: number): void {
    out.put64(high, low);
    this.high[i] = high;
    this.low[i] = low;
  }

  readFirst(input: BitReader, i: number): void {
    this.high[i] = input.bits(32);
    this.low[i] = input.bits(32);
  }

  put(out: BitWriter, i: number, value: number): void {
    this.putBits(out, i, highBits(value), lowBits(value));
  }

  putBits(out: BitWriter, i: number, high: number, low: number): void {
    const xorHigh = (high ^ this.high[i]!) >>> 0;
    const xorLow = (low ^ this.low[i]!) >>> 0;
    this.high[i] = high;
    this.low[i] = low;
    if ((xorHigh | xorLow) === 0) out.put(0, 1);
    else if (this.fits(i, xorHigh, xorLow)) {
      out.put(0b10, 2);
      this.putMeaningful(out, i, xorHigh, xorLow);
    } else {
      out.put(0b11, 2);
      this.putWindow(out, i, xorHigh, xorLow);
    }
  }

  /** The three parts of `putBits` for encodings with other control bits. */
  fits(i: number, xorHigh: number, xorLow: number): boolean {
    const before = this.leading[i]!;
    return (
      before !== NO_WINDOW && leadingZeros(xorHigh) >= before && trailingZeros(xorHigh, xorLow) >= this.trailing[i]!
    );
  }

  putWindow(out: BitWriter, i: number, xorHigh: number, xorLow: number): void {
    const leading = leadingZeros(xorHigh);
    const trailing = trailingZeros(xorHigh, xorLow);
    this.leading[i] = leading;
    this.trailing[i] = trailing;
    out.put(leading, 5);
    // 64 meaningful bits are written as 0.
    out.put((64 - leading - trailing) & 63, 6);
    this.putMeaningful(out, i, xorHigh, xorLow);
  }

  putMeaningful(out: BitWriter, i: number, xorHigh: number, xorLow: number): void {
    const trailing = this.trailing[i]!;
    const count = 64 - this.leading[i]! - trailing;
    if (trailing >= 32) {
      out.put(xorHigh >>> (trailing - 32), count);
      return;
    }
    if (count > 32) out.put(xorHigh >>> trailing, count - 32);
    out.put(trailing === 0 ? xorLow : (xorLow >>> trailing) | (xorHigh << (32 - trailing)), Math.min(count, 32));
  }

  /** What `putBits` compares with: sets the bits before without writing. */
  setBits(i: number, high: number, low: number): void {
    this.high[i] = high;
    this.low[i] = low;
  }

  highOf(i: number): number {
    return this.high[i]!;
  }

  lowOf(i: number): number {
    return this.low[i]!;
  }

  /** Reads the next number of a column. */
  read(input: BitReader, i: number): void {
    if (input.bit() === 0) return;
    if (input.bit() === 1) this.readWindow(input, i);
    this.readMeaningful(input, i);
  }

  readWindow(input: BitReader, i: number): void {
    const leading = input.bits(5);
    const trailing = 64 - leading - (input.bits(6) || 64);
    if (trailing < 0) throw input.malformed('a value has more than 64 bits');
    this.leading[i] = leading;
    this.trailing[i] = trailing;
  }

  readMeaningful(input: BitReader, i: number): void {
    const trailing = this.trailing[i]!;
    const leading = this.leading[i]!;
    if (leading === NO_WINDOW) throw input.malformed('a value refers to a window that is not there');
    const count = 64 - leading - trailing;
    const top = count > 32 ? input.bits(count - 32) : 0;
    const rest = input.bits(Math.min(count, 32));
    if (trailing >= 32) this.high[i]! ^= rest << (trailing - 32);
    else if (trailing === 0) {
      this.high[i]! ^= top;
      this.low[i]! ^= rest;
    } else {
      this.high[i]! ^= (top << trailing) | (rest >>> (32 - trailing));
      this.low[i]! ^= rest << trailing;
    }
  }
}

function leadingZeros(xorHigh: number): number {
  return Math.min(xorHigh !== 0 ? Math.clz32(xorHigh) : 32, 31);
}

function trailingZeros(xorHigh: number, xorLow: number): number {
  return xorLow !== 0 ? zerosBehind(xorLow) : 32 + zerosBehind(xorHigh);
}

function zerosBehind(word: number): number {
  return 31 - Math.clz32(word & -word);
}
