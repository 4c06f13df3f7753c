import type { BitReader } from './bit-reader.ts';
import type { BitWriter } from './bit-writer.ts';

const TWO_32 = 2 ** 32;

/**
 * Prometheus' variable-width integers: as many 1 bits as the width stands in this list from 1, a 0 bit, then the number
 * in that width. 0 is the single bit 0; eight 1 bits, without a 0 bit, are followed by 64 bits.
 */
const WIDTHS = [3, 6, 9, 12, 18, 25, 56] as const;

/** Writes a signed integer, exact within ±2^53. Width n holds -(2^(n-1) - 1) … 2^(n-1). */
export function putVarbitInt(out: BitWriter, value: number): void {
  put(
    out,
    value,
    WIDTHS.findIndex((width) => value > -(2 ** (width - 1)) && value <= 2 ** (width - 1)),
  );
}

/** Writes an unsigned integer below 2^53. Width n holds 0 … 2^n - 1. */
export function putVarbitUint(out: BitWriter, value: number): void {
  put(
    out,
    value,
    WIDTHS.findIndex((width) => value < 2 ** width),
  );
}

/** Reads a signed integer; beyond ±2^53 the nearest number. */
export function readVarbitInt(input: BitReader): number {
  const ones = countOnes(input);
  if (ones === 0) return 0;
  if (ones > WIDTHS.length) {
    const high = input.bits(32) | 0;
    return high * TWO_32 + input.bits(32);
  }
  const width = WIDTHS[ones - 1]!;
  if (width > 32) return readSignedWide(input, width - 32);
  const value = input.bits(width);
  return value > 2 ** (width - 1) ? value - 2 ** width : value;
}

/** Reads an unsigned integer; beyond 2^53 the nearest number. */
export function readVarbitUint(input: BitReader): number {
  const ones = countOnes(input);
  if (ones === 0) return 0;
  if (ones > WIDTHS.length) return input.bits(32) * TWO_32 + input.bits(32);
  return readWidth(input, WIDTHS[ones - 1]!);
}

/** Writes in width `i` of the list, or -1. */
function put(out: BitWriter, value: number, i: number): void {
  if (value === 0) out.put(0, 1);
  else if (i >= 0) putInWidth(out, i, value);
  else putWide(out, value);
}

function putInWidth(out: BitWriter, i: number, value: number): void {
  const width = WIDTHS[i]!;
  out.put(2 ** (i + 2) - 2, i + 2);
  if (width > 32) out.put(Math.floor(value / TWO_32), width - 32);
  out.put(value | 0, Math.min(width, 32));
}

function putWide(out: BitWriter, value: number): void {
  out.put(0xff, 8);
  out.put64(Math.floor(value / TWO_32), value | 0);
}

function countOnes(input: BitReader): number {
  let ones = 0;
  while (ones <= WIDTHS.length && input.bit() === 1) ones++;
  return ones;
}

function readWidth(input: BitReader, width: number): number {
  if (width <= 32) return input.bits(width);
  const high = input.bits(width - 32);
  return high * TWO_32 + input.bits(32);
}

// The sign is taken from the high part alone: put together first, the lowest bits would be lost.
function readSignedWide(input: BitReader, highBits: number): number {
  const high = input.bits(highBits);
  const low = input.bits(32);
  const half = 2 ** (highBits - 1);
  const isNegative = high > half || (high === half && low > 0);
  return (isNegative ? high - 2 * half : high) * TWO_32 + low;
}
