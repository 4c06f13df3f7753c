import { formatSampleValue } from './go-format.ts';

/** Room that `writeSampleValue` needs at most. */
export const SAMPLE_VALUE_BYTES = 32;

/**
 * Writes what `formatSampleValue` gives into `bytes` at `at`, and returns the position behind it. `bytes` must have room for
 * SAMPLE_VALUE_BYTES more.
 */
export function writeSampleValue(bytes: Uint8Array, at: number, value: number): number {
  // Not for -0, which has no sign here.
  if (value > 0) return writePositive(bytes, at, value);
  if (value < 0) {
    if (value === Number.NEGATIVE_INFINITY) return writeSlowly(bytes, at, value);
    bytes[at] = MINUS;
    return writePositive(bytes, at + 1, -value);
  }
  return writeSlowly(bytes, at, value);
}

const ZERO = 48;
const MINUS = 45;
const POINT = 46;

const SMALLEST = 1e-6;
const LARGEST_SAFE = 2 ** 53;

// 10^0 … 10^22 are exact as floats.
const POWERS = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
// The least float that is not below 10^-i. (None of these literals is read as a smaller one that lies below the power.)
const FRACTIONS = Float64Array.from({ length: 8 }, (_, i) => Number(`1e-${i}`));

const LEAST_EXPONENT = -20;
const EXPONENTS = Int32Array.from({ length: 54 - LEAST_EXPONENT }, (_, i) => LEAST_EXPONENT + i);
/** By binary exponent: half the distance between neighbours. */
const HALF_STEPS = Float64Array.from(EXPONENTS, (exponent) => 2 ** (exponent - 53));
/** By binary exponent: the lower of the two decimal exponents that occur, and the value at which the other one begins. */
const MAGNITUDES = Int32Array.from(EXPONENTS, (exponent) => Math.floor(exponent * Math.log10(2)));
const NEXT_MAGNITUDE_AT = Float64Array.from(MAGNITUDES, (m) => (m >= -1 ? POWERS[m + 1]! : FRACTIONS[-m - 1]!));

/** The tables by which numbers with decimals are written, for a kernel that does it as this does. */
export const FRACTION_TABLES = {
  powers: POWERS,
  halfSteps: HALF_STEPS,
  magnitudes: MAGNITUDES,
  nextMagnitudeAt: NEXT_MAGNITUDE_AT,
} as const;

/** The numbers 0 to 999 as three digits, the first one in the lowest byte. */
const TRIPLES = Uint32Array.from({ length: 1000 }, (_, i) => {
  const [a, b, c] = [Math.floor(i / 100), Math.floor(i / 10) % 10, i % 10].map((digit) => ZERO + digit);
  return a! | (b! << 8) | (c! << 16);
});

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
const HIGH_WORD = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0;
const LOW_WORD = 1 - HIGH_WORD;

function writePositive(bytes: Uint8Array, at: number, value: number): number {
  if (value < 1e9) {
    const whole = value | 0;
    if (whole === value) return writeWhole(bytes, at, whole);
  } else if (value <= LARGEST_SAFE && Math.floor(value) === value) {
    return writeLargeWhole(bytes, at, value);
  }
  if (value < SMALLEST || value > LARGEST_SAFE) return writeSlowly(bytes, at, value);
  return writeFraction(bytes, at, value);
}

function writeSlowly(bytes: Uint8Array, at: number, value: number): number {
  const text = formatSampleValue(value);
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
  return at + text.length;
}

/** An integer from 0 to 10^9 - 1. */
function writeWhole(bytes: Uint8Array, at: number, value: number): number {
  if (value < 10) {
    bytes[at] = ZERO + value;
    return at + 1;
  }
  if (value < 1000) return writeLeading(bytes, at, value);
  const thousands = (value / 1000) | 0;
  const middle = thousands < 1000 ? writeLeading(bytes, at, thousands) : writeWhole(bytes, at, thousands);
  writeTriple(bytes, middle, value - thousands * 1000);
  return middle + 3;
}

/** An integer from 0 to 999, without zeros in front. */
function writeLeading(bytes: Uint8Array, at: number, value: number): number {
  const triple = TRIPLES[value]!;
  const skipped = value < 10 ? 2 : value < 100 ? 1 : 0;
  const rest = triple >>> (skipped * 8);
  bytes[at] = rest;
  bytes[at + 1] = rest >>> 8;
  bytes[at + 2] = rest >>> 16;
  return at + 3 - skipped;
}

function writeTriple(bytes: Uint8Array, at: number, value: number): void {
  const triple = TRIPLES[value]!;
  bytes[at] = triple;
  bytes[at + 1] = triple >>> 8;
  bytes[at + 2] = triple >>> 16;
}

function writeLargeWhole(bytes: Uint8Array, at: number, value: number): number {
  const high = Math.floor(value / 1e8);
  const middle = writeWhole(bytes, at, high);
  writeEight(bytes, middle, (value - high * 1e8) | 0);
  return middle + 8;
}

function writeNine(bytes: Uint8Array, at: number, value: number): void {
  const millions = (value / 1e6) | 0;
  const rest = value - millions * 1e6;
  const thousands = (rest / 1000) | 0;
  writeTriple(bytes, at, millions);
  writeTriple(bytes, at + 3, thousands);
  writeTriple(bytes, at + 6, rest - thousands * 1000);
}

function writeEight(bytes: Uint8Array, at: number, value: number): void {
  const upper = (value / 1000) | 0;
  const top = (upper / 1000) | 0;
  const tens = (top / 10) | 0;
  bytes[at] = ZERO + tens;
  bytes[at + 1] = ZERO + top - tens * 10;
  writeTriple(bytes, at + 2, upper - top * 1000);
  writeTriple(bytes, at + 5, value - upper * 1000);
}

/**
 * The shortest decimal that reads back as `value`, which is no integer and lies in [1e-6, 2^53).
 *
 * N, the value times the power of ten that brings it into [1e16, 1e17), is held exactly as the sum of two floats (Dekker's
 * product), and so is half the distance to the next float: between 0.5 and 12 in that scale. A decimal reads back as
 * `value` when it is no farther from N than that. There is at most one multiple of 100 so near: if there is one, it is the
 * answer, less the zeros at its end. Otherwise it is the nearest multiple of 10, if near enough, otherwise the nearest
 * integer. Where a tie decides, the slow way is taken.
 */
function writeFraction(bytes: Uint8Array, at: number, value: number): number {
  float[0] = value;
  const highWord = words[HIGH_WORD]!;
  // The distances to both neighbours differ at powers of two.
  if (words[LOW_WORD] === 0 && (highWord & 0xfffff) === 0) return writeSlowly(bytes, at, value);
  const row = (highWord >>> 20) - 1023 - LEAST_EXPONENT;
  const magnitude = MAGNITUDES[row]! + (value >= NEXT_MAGNITUDE_AT[row]! ? 1 : 0);
  const power = POWERS[16 - magnitude]!;
  const product = value * power;
  const error = productError(value, power, product);
  let high = Math.floor(product / 1e8);
  let low = product - high * 1e8;
  if (low < 0) {
    high--;
    low += 1e8;
  }
  low = nearestShort(low | 0, error, HALF_STEPS[row]! * power);
  if (low >= 1e8) {
    high++;
    low -= 1e8;
  }
  if (!(low >= 0 && high >= 1e8 && high < 1e9)) return writeSlowly(bytes, at, value);
  return magnitude < 0
    ? placeBehindPoint(bytes, at, high | 0, low | 0, magnitude)
    : placeAroundPoint(bytes, at, high | 0, low | 0, magnitude);
}

/** What the float product of two floats has lost; exact (Dekker, with Veltkamp's splitting). */
function productError(a: number, b: number, product: number): number {
  const aShifted = a * 134_217_729;
  const aTop = aShifted - (aShifted - a);
  const aRest = a - aTop;
  const bShifted = b * 134_217_729;
  const bTop = bShifted - (bShifted - b);
  const bRest = b - bTop;
  return aTop * bTop - product + aTop * bRest + aRest * bTop + aRest * bRest;
}

/**
 * The number with the fewest digits within `reach` of `whole + error`; NaN when a tie decides. Differences that are small
 * enough to matter are exact up to equality, which counts as a tie.
 */
function nearestShort(whole: number, error: number, reach: number): number {
  const pastHundred = whole % 100;
  const hundred = pastHundred > 50 ? 100 : 0;
  const fromHundred = Math.abs(pastHundred - hundred + error);
  if (fromHundred < reach) return whole - pastHundred + hundred;
  const pastTen = whole % 10;
  const tens = Math.floor((pastTen + error + 5) / 10) * 10;
  const fromTen = Math.abs(pastTen - tens + error);
  if (fromHundred === reach || fromTen === reach || fromTen >= 5) return Number.NaN;
  if (fromTen < reach) return whole - pastTen + tens;
  const ones = Math.floor(error + 0.5);
  return Math.abs(error - ones) < 0.5 ? whole + ones : Number.NaN;
}

/** Writes `0.` and the 17 digits of `high` (nine) and `low` behind zeros, less the zeros at the end. */
function placeBehindPoint(bytes: Uint8Array, at: number, high: number, low: number, magnitude: number): number {
  const first = at + 1 - magnitude;
  bytes[at] = ZERO;
  bytes[at + 1] = POINT;
  for (let i = at + 2; i < first; i++) bytes[i] = ZERO;
  return trimmedEnd(bytes, writeSeventeen(bytes, first, high, low));
}

/** Writes the 17 digits with a point behind the first `magnitude + 1`, less the zeros at the end. */
function placeAroundPoint(bytes: Uint8Array, at: number, high: number, low: number, magnitude: number): number {
  const end = trimmedEnd(bytes, writeSeventeen(bytes, at + 1, high, low));
  const point = at + magnitude + 1;
  for (let i = at; i < point; i++) bytes[i] = bytes[i + 1]!;
  bytes[point] = POINT;
  return end;
}

function writeSeventeen(bytes: Uint8Array, at: number, high: number, low: number): number {
  writeNine(bytes, at, high);
  if (low === 0) return at + 9;
  writeEight(bytes, at + 9, low);
  return at + 17;
}

// There is always a digit other than zero in front.
function trimmedEnd(bytes: Uint8Array, end: number): number {
  let last = end;
  while (bytes[last - 1] === ZERO) last--;
  return last;
}
