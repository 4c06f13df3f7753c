// Writes floats as text, shortest decimals that read back, between texts that are ready. Written in AssemblyScript;
// src/promql/json/samples.ts does the same in TypeScript, and src/lib/float-text.ts says what is right: names are those of
// there, and so are the tables, whose addresses `takeTables` is given.

const SMALLEST: f64 = 1e-6;
const LARGEST_SAFE: f64 = 9007199254740992;
const LEAST_EXPONENT: i32 = -20;

const QUOTE_AND_BRACKET: u16 = 0x5d22;
const ZEROS: u64 = ((<u64>0x30303030) << 32) | 0x30303030;
const MINUS: u8 = 45;
const POINT: u8 = 46;
const ZERO: u8 = 48;
const NAN_TEXT: u32 = 0x4e614e;
const INF_TEXT: u32 = 0x666e49;
const PLUS: u8 = 43;

/** A value that has to be written the slow way. */
const SLOWLY: usize = 0;
/** What `nearestShort` gives then. */
const TIE: i32 = i32.MIN_VALUE;

let powers: usize = 0;
let halfSteps: usize = 0;
let magnitudes: usize = 0;
let nextMagnitudeAt: usize = 0;

export function takeTables(powersAt: usize, halfStepsAt: usize, magnitudesAt: usize, nextAt: usize): void {
  powers = powersAt;
  halfSteps = halfStepsAt;
  magnitudes = magnitudesAt;
  nextMagnitudeAt = nextAt;
}

/** Where the text ended. */
let filled: usize = 0;

export function end(): usize {
  return filled;
}

/**
 * Writes those of the values `from` up to `to` that are present to `out`: the text that stands before each, the value, and
 * `"]`. The text before value i is `text` from `ends[i]` to `ends[i + 1]`, of at most 32 bytes, which must be followed by 32
 * more. Notes for each at which address it began. Gives the first one that has to be written the slow way; `to`: there was
 * none. Needs 64 bytes behind the text.
 */
export function writeFloats(
  values: usize,
  present: usize,
  from: i32,
  to: i32,
  text: usize,
  ends: usize,
  out: usize,
  starts: usize,
): i32 {
  let at = out;
  for (let i = from; i < to; i++) {
    store<u32>(starts + ((<usize>i) << 2), <u32>at);
    if (load<u8>(present + <usize>i) !== 1) continue;
    const before = load<u32>(ends + ((<usize>i) << 2));
    const source = text + <usize>before;
    store<u64>(at, load<u64>(source));
    store<u64>(at, load<u64>(source, 8), 8);
    store<u64>(at, load<u64>(source, 16), 16);
    store<u64>(at, load<u64>(source, 24), 24);
    const behind = writeValue(
      at + <usize>(load<u32>(ends + ((<usize>i) << 2), 4) - before),
      load<f64>(values + ((<usize>i) << 3)),
    );
    if (behind === SLOWLY) {
      filled = at;
      return i;
    }
    store<u16>(behind, QUOTE_AND_BRACKET);
    at = behind + 2;
  }
  filled = at;
  return to;
}

function writeValue(at: usize, value: f64): usize {
  if (value > 0) {
    if (value !== Infinity) return writePositive(at, value);
    store<u32>(at, (INF_TEXT << 8) | PLUS);
    return at + 4;
  }
  if (value < 0) {
    store<u8>(at, MINUS);
    if (value !== -Infinity) return writePositive(at + 1, -value);
    store<u32>(at, INF_TEXT, 1);
    return at + 4;
  }
  if (value === 0) {
    if (reinterpret<i64>(value) !== 0) return SLOWLY;
    store<u8>(at, ZERO);
    return at + 1;
  }
  store<u32>(at, NAN_TEXT);
  return at + 3;
}

function writePositive(at: usize, value: f64): usize {
  if (value <= LARGEST_SAFE && floor(value) === value) return writeWhole(at, <u64>value);
  if (value < SMALLEST || value > LARGEST_SAFE) return SLOWLY;
  return writeFraction(at, value);
}

/** An integer above zero, up to 2^53. */
function writeWhole(at: usize, value: u64): usize {
  if (value < 100000000) return writeLeading(at, <u32>value);
  const high = value / 100000000;
  const middle = writeLeading(at, <u32>high);
  store<u64>(middle, eightDigits(<u32>(value - high * 100000000)) + ZEROS);
  return middle + 8;
}

/** An integer from 1 to 10^8 - 1, without zeros in front. */
function writeLeading(at: usize, value: u32): usize {
  const digits = eightDigits(value);
  const skipped = ctz(digits) >> 3;
  store<u64>(at, (digits + ZEROS) >> (skipped << 3));
  return at + 8 - <usize>skipped;
}

/** The eight digits of a number below 10^8, the first one in the lowest byte: halves are split, in all of them at once. */
function eightDigits(value: u32): u64 {
  const high = value / 10000;
  const fours = <u64>high | ((<u64>(value - high * 10000)) << 32);
  const hundreds = ((fours * 10486) >> 20) & 0x7f0000007f;
  const twos = ((fours - 100 * hundreds) << 16) + hundreds;
  const tens = ((twos * 103) >> 10) & 0x000f000f000f000f;
  return tens + ((twos - 10 * tens) << 8);
}

function writeFraction(at: usize, value: f64): usize {
  const bits = reinterpret<u64>(value);
  // The distances to both neighbours differ at powers of two.
  if (bits << 12 === 0) return SLOWLY;
  const row = <usize>(<i32>(bits >> 52) - 1023 - LEAST_EXPONENT);
  const isNext = value >= load<f64>(nextMagnitudeAt + (row << 3));
  const magnitude = load<i32>(magnitudes + (row << 2)) + i32(isNext);
  const power = load<f64>(powers + ((<usize>(16 - magnitude)) << 3));
  const product = value * power;
  const error = productError(value, power, product);
  let high = floor(product / 1e8);
  let rest = product - high * 1e8;
  if (rest < 0) {
    high -= 1;
    rest += 1e8;
  }
  let low = nearestShort(<i32>rest, error, load<f64>(halfSteps + (row << 3)) * power);
  if (low >= 100000000) {
    high += 1;
    low -= 100000000;
  }
  if (!(low >= 0 && high >= 1e8 && high < 1e9)) return SLOWLY;
  return magnitude < 0
    ? placeBehindPoint(at, <u32>high, <u32>low, magnitude)
    : placeAroundPoint(at, <u32>high, <u32>low, magnitude);
}

function productError(a: f64, b: f64, product: f64): f64 {
  const aShifted = a * 134217729;
  const aTop = aShifted - (aShifted - a);
  const aRest = a - aTop;
  const bShifted = b * 134217729;
  const bTop = bShifted - (bShifted - b);
  const bRest = b - bTop;
  return aTop * bTop - product + aTop * bRest + aRest * bTop + aRest * bRest;
}

function nearestShort(whole: i32, error: f64, reach: f64): i32 {
  const pastHundred = whole % 100;
  const hundred = pastHundred > 50 ? 100 : 0;
  const fromHundred = abs(<f64>(pastHundred - hundred) + error);
  if (fromHundred < reach) return whole - pastHundred + hundred;
  const pastTen = whole % 10;
  const tens = floor((<f64>pastTen + error + 5) / 10) * 10;
  const fromTen = abs(<f64>pastTen - tens + error);
  if (fromHundred === reach || fromTen === reach || fromTen >= 5) return TIE;
  if (fromTen < reach) return whole - pastTen + <i32>tens;
  const ones = floor(error + 0.5);
  return abs(error - ones) < 0.5 ? whole + <i32>ones : TIE;
}

function placeBehindPoint(at: usize, high: u32, low: u32, magnitude: i32): usize {
  store<u64>(at, ZEROS);
  store<u8>(at, POINT, 1);
  return writeSeventeen(at + <usize>(1 - magnitude), high, low);
}

function placeAroundPoint(at: usize, high: u32, low: u32, magnitude: i32): usize {
  const end = writeSeventeen(at + 1, high, low);
  const point = at + <usize>(magnitude + 1);
  for (let i = at; i < point; i++) store<u8>(i, load<u8>(i, 1));
  store<u8>(point, POINT);
  return end;
}

/** Writes the 17 digits of `high` (nine) and `low`, and gives the end less the zeros there. */
function writeSeventeen(at: usize, high: u32, low: u32): usize {
  const first = high / 100000000;
  store<u8>(at, <u8>first + ZERO);
  const middle = eightDigits(high - first * 100000000);
  store<u64>(at, middle + ZEROS, 1);
  if (low > 0) {
    const last = eightDigits(low);
    store<u64>(at, last + ZEROS, 9);
    return at + 17 - (<usize>clz(last) >> 3);
  }
  return middle === 0 ? at + 1 : at + 9 - (<usize>clz(middle) >> 3);
}
