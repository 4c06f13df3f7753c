// Writes and reads samples as the WAL has them. Written in AssemblyScript; src/tsdb/wal/samples.ts does the same in
// TypeScript and says what is right.

// The rows of one call: columns of ROWS each. What they become follows.
const ROWS: usize = 1024;
const TIMES: usize = 0;
const IDS: usize = TIMES + 8 * ROWS;
const HIGHS: usize = IDS + 4 * ROWS;
const LOWS: usize = HIGHS + 4 * ROWS;
const BYTES: usize = LOWS + 4 * ROWS;

const VALUE_BITS: u64 = 0;
const VALUE_INTEGER: u64 = 1;
const VALUE_STALE: u64 = 2;
const LARGEST_INTEGER: f64 = 281474976710656;
const STALE: u64 = ((<u64>0x7ff00000) << 32) | 2;

/**
 * Writes rows behind one of series `before`: the difference of ids with the kind of value, that of times to `base`, if it is
 * wanted, and the value. Gives the number of bytes, which are no more than 24 a row.
 */
export function encode(rows: usize, count: i32, before: u32, base: f64, withTimes: bool): i32 {
  let out = rows + BYTES;
  let last = <i64>before;
  for (let i: usize = 0; i < <usize>count; i++) {
    const id = <i64>load<u32>(rows + (i << 2), IDS);
    const high = load<u32>(rows + (i << 2), HIGHS);
    const bits = ((<u64>high) << 32) | <u64>load<u32>(rows + (i << 2), LOWS);
    const value = reinterpret<f64>(bits);
    const isInteger = value < LARGEST_INTEGER && value > -LARGEST_INTEGER && value === trunc(value);
    const step = zigzag(id - last) << 2;
    last = id;
    // An integer does not keep a negative zero.
    const isShort = isInteger && (value !== 0 || high === 0);
    out = putUvarint(out, step | (bits === STALE ? VALUE_STALE : isShort ? VALUE_INTEGER : VALUE_BITS));
    if (withTimes) out = putUvarint(out, zigzag(<i64>(load<f64>(rows + (i << 3), TIMES) - base)));
    if (bits === STALE) continue;
    if (isShort) out = putUvarint(out, zigzag(<i64>value));
    else {
      store<u64>(out, bswap(bits));
      out += 8;
    }
  }
  return <i32>(out - rows - BYTES);
}

/** What `uvarint` read, and where it ended. */
let value: u64 = 0;
let place: usize = 0;
let lastId: i64 = 0;

/**
 * Reads rows behind one of series `before` from the bytes up to `end`, their times as differences to `base`, or `base` itself.
 * Gives how many bytes they took; -1: they are not all there, or damaged.
 */
export function decode(rows: usize, count: i32, bytes: i32, before: f64, base: f64, withTimes: bool): i32 {
  const end = rows + BYTES + <usize>bytes;
  lastId = <i64>before;
  place = rows + BYTES;
  for (let i: usize = 0; i < <usize>count; i++) {
    if (!uvarint(end)) return -1;
    const kind = value & 3;
    lastId += unzigzag(value >> 2);
    let t = base;
    if (withTimes) {
      if (!uvarint(end)) return -1;
      t += <f64>unzigzag(value);
    }
    let bits = STALE;
    if (kind === VALUE_INTEGER) {
      if (!uvarint(end)) return -1;
      bits = reinterpret<u64>(<f64>unzigzag(value));
    } else if (kind !== VALUE_STALE) {
      if (end - place < 8) return -1;
      bits = bswap(load<u64>(place));
      place += 8;
    }
    store<u32>(rows + (i << 2), <u32>lastId, IDS);
    store<f64>(rows + (i << 3), t, TIMES);
    store<u32>(rows + (i << 2), <u32>(bits >> 32), HIGHS);
    store<u32>(rows + (i << 2), <u32>bits, LOWS);
  }
  return <i32>(place - rows - BYTES);
}

function uvarint(end: usize): bool {
  value = 0;
  for (let shift: u64 = 0; shift < 63 && place < end; shift += 7) {
    const byte = <u64>load<u8>(place++);
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

function unzigzag(coded: u64): i64 {
  return <i64>(coded >> 1) ^ -(<i64>coded & 1);
}

function zigzag(value: i64): u64 {
  return <u64>((value << 1) ^ (value >> 63));
}

function putUvarint(to: usize, value: u64): usize {
  let out = to;
  let rest = value;
  for (; rest >= 0x80; rest >>= 7) store<u8>(out++, <u8>rest | 0x80);
  store<u8>(out, <u8>rest);
  return out + 1;
}
