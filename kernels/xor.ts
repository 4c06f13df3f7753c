// Decodes XOR chunks (Prometheus' encoding 1). Written in AssemblyScript, a subset of TypeScript that becomes WebAssembly;
// src/chunkenc/xor-plain.ts does the same in TypeScript and says what is right.

/** Results below zero. */
const TOO_SHORT: i32 = -1;
const LONG_VARINT: i32 = -2;
const TIME_RANGE: i32 = -3;
const WIDE_VALUE: i32 = -4;

/** Set in the result when there is a staleness marker among the samples. */
const HAS_STALE: i32 = 1 << 30;

const STALE_NAN: u64 = ((<u64>0x7ff00000) << 32) | 2;
const PLAIN_NAN: u64 = (<u64>0x7ff80000) << 32;
const MAX_SAFE_INTEGER: f64 = 9007199254740991;

/** Bits of the chunk that were read. */
let position: i32 = 0;

/**
 * Decodes the first `count` samples of the `bytes` at `source`, which are taken to `data` (a multiple of 8, elsewhere, with
 * room for 64 bytes more), and stores those with start <= t <= end, each `stride` places (1 or 0) behind the one before.
 * Gives how many there are; with a stride of 0 the last one remains. Behind the columns' ends, up to `count` samples, may
 * be anything.
 *
 * With a `state` (0 = none) it goes on behind the samples that the state has, and leaves there what goes on from the last
 * one with t <= end: words samples, bits; then time, distance and value, 8 bytes each; words leading zeros, unused bits.
 */
export function decodeXor(
  source: usize,
  bytes: i32,
  data: usize,
  count: i32,
  start: f64,
  end: f64,
  times: usize,
  values: usize,
  kinds: usize,
  stride: i32,
  state: usize,
): i32 {
  if (count === 0) return 0;
  if (stride === 1 && state === 0) {
    const found = decodeUsual(source, bytes, data, count, start, end, times, values, kinds);
    if (found !== UNUSUAL) return found;
  }
  takeWords(source, bytes, data);
  const limit = bytes << 3;
  let t: f64;
  let value: u64;
  let at: i32;
  let delta: f64 = 0;
  let leading: u64 = 0;
  let trailing: u64 = 0;
  let unused: u64 = 0;
  let n: i32 = 0;
  let hasStale: i32 = 0;
  let found: i32 = 0;
  let i: i32 = 0;
  if (state !== 0 && load<i32>(state) > 0) {
    i = load<i32>(state);
    at = load<i32>(state, 4);
    t = load<f64>(state, 8);
    delta = load<f64>(state, 16);
    value = load<u64>(state, 24);
    leading = load<u32>(state, 32);
    unused = load<u32>(state, 36);
    trailing = unused - leading;
  } else {
    position = 0;
    t = readVarint(data, limit);
    if (t === Infinity) return varintError;
    value = bitsAt(data, position);
    at = position + 64;
  }
  for (; i < count; i++) {
    if (i > 0) {
      let taken: u64 = 0;
      let word: u64;
      if (i > 1) {
        word = bitsAt(data, at);
        // Two zeros are a sample at the same distance with the same value; often there are many.
        const run = min(min(<i32>clz(word) >> 1, count - i), (limit - at) >> 1);
        if (run > 0) {
          const isStale = value === STALE_NAN;
          const stored = isStale ? PLAIN_NAN : value;
          for (let k = 0; k < run; k++) {
            t += delta;
            if (t < start) continue;
            if (t > end) return resultOf(n, found, stride, hasStale);
            if (state !== 0) keep(state, i + k + 1, at + ((k + 1) << 1), t, delta, value, leading, unused);
            const place = <usize>n;
            store<f64>(times + (place << 3), t);
            store<u64>(values + (place << 3), stored);
            store<u8>(kinds + place, <u8>isStale);
            hasStale = (hasStale * stride) | i32(isStale);
            n += stride;
            found = 1;
          }
          at += run << 1;
          i += run - 1;
          continue;
        }
        if (<i64>word >= 0) {
          taken = 1;
        } else if (<i64>(word << 1) >= 0) {
          const change = <i32>((word << 2) >> 50);
          delta += <f64>(change > 8192 ? change - 16384 : change);
          taken = 16;
        } else if (<i64>(word << 2) >= 0) {
          const change = <i32>((word << 3) >> 47);
          delta += <f64>(change > 65536 ? change - 131072 : change);
          taken = 20;
        } else if (<i64>(word << 3) >= 0) {
          const change = <i32>((word << 4) >> 44);
          delta += <f64>(change > 524288 ? change - 1048576 : change);
          taken = 24;
        } else {
          delta += <f64>(<i64>bitsAt(data, at + 4));
          at += 68;
          word = bitsAt(data, at);
        }
        word <<= taken;
        at += <i32>taken;
      } else {
        position = at;
        delta = readUvarint(data, limit);
        if (delta === Infinity) return varintError;
        at = position;
        word = bitsAt(data, at);
      }
      t += delta;
      if (<i64>word >= 0) {
        at += 1;
      } else {
        let head: u64 = 2;
        if (<i64>(word << 1) < 0) {
          head = 13;
          leading = (word << 2) >> 59;
          const size = (word << 7) >> 58;
          unused = size === 0 ? 0 : 64 - size;
          if (unused < leading) return at + 7 > limit ? TOO_SHORT : WIDE_VALUE;
          trailing = unused - leading;
        }
        const bits = taken + head <= unused ? word << head : bitsAt(data, at + <i32>head);
        value ^= (bits >> unused) << trailing;
        at += <i32>(head + 64 - unused);
      }
    }
    if (at > limit) return TOO_SHORT;
    if (t < start) continue;
    if (t > end) break;
    if (state !== 0) keep(state, i + 1, at, t, delta, value, leading, unused);
    const isStale = value === STALE_NAN;
    const place = <usize>n;
    store<f64>(times + (place << 3), t);
    store<u64>(values + (place << 3), isStale ? PLAIN_NAN : value);
    store<u8>(kinds + place, <u8>isStale);
    hasStale = (hasStale * stride) | i32(isStale);
    n += stride;
    found = 1;
  }
  return resultOf(n, found, stride, hasStale);
}

/** Left to the loop above: a marker, a damaged chunk, or what hardly occurs. */
const UNUSUAL: i32 = -100;

/**
 * The same for a chunk of plain numbers, all of whose samples are stored one behind the other; those before `start` are
 * removed when all are there. The bytes are turned round as a whole, so that a load from any of them gives bits in order.
 */
function decodeUsual(
  source: usize,
  bytes: i32,
  data: usize,
  count: i32,
  start: f64,
  end: f64,
  times: usize,
  values: usize,
  kinds: usize,
): i32 {
  if (bytes < LEAST_BYTES) return UNUSUAL;
  const base = turn(source, <usize>bytes, data);
  const limit = (<u64>bytes) << 3;
  const zigzag = shortUvarint(source);
  if (zigzag < 0) return UNUSUAL;
  let t = <f64>((zigzag >> 1) ^ -(zigzag & 1));
  let at = (<u64>(behind - source)) << 3;
  let value = fullBitsAt(base, at);
  at += 64;
  const distance = shortUvarint(source + <usize>(at >> 3));
  if (distance < 0) return UNUSUAL;
  let delta = <f64>distance;
  at = (<u64>(behind - source)) << 3;
  // The bit before the second sample's value becomes the one that says: at the same distance as the sample before.
  at -= 1;
  store<u8>(base + 7 - <usize>(at >> 3), load<u8>(base + 7 - <usize>(at >> 3)) & 0xfe);
  let trailing: u64 = 0;
  let unused: u64 = 0;
  const toValue = values - times;
  const stop = times + ((<usize>count) << 3);
  let out = times;
  for (;;) {
    if (t > end) break;
    if (value === STALE_NAN) return UNUSUAL;
    store<f64>(out, t);
    store<u64>(out + toValue, value);
    out += 8;
    if (out === stop) break;
    let word = someBitsAt(base, at);
    if (<i64>word >= 0) {
      word <<= 1;
      at += 1;
    } else {
      let change: i32;
      if (<i64>(word << 1) >= 0) {
        change = <i32>((word << 2) >> 50);
        if (change > 8192) change -= 16384;
        at += 16;
      } else if (<i64>(word << 2) >= 0) {
        change = <i32>((word << 3) >> 47);
        if (change > 65536) change -= 131072;
        at += 20;
      } else if (<i64>(word << 3) >= 0) {
        change = <i32>((word << 4) >> 44);
        if (change > 524288) change -= 1048576;
        at += 24;
      } else return UNUSUAL;
      delta += <f64>change;
      // Times that go back are found by no halving.
      if (delta < 0) return UNUSUAL;
      word = someBitsAt(base, at);
    }
    t += delta;
    if (<i64>word >= 0) {
      at += 1;
    } else {
      // Of the word 56 bits are certain; a number takes 64 less those that are not used.
      let bits: u64;
      if (<i64>(word << 1) < 0) {
        unused = (64 - ((word << 7) >> 58)) & 63;
        trailing = unused - ((word << 2) >> 59);
        if (<i64>trailing < 0) return UNUSUAL;
        at += 13;
        bits = unused >= 21 ? word << 13 : fullBitsAt(base, at);
      } else {
        at += 2;
        bits = unused >= 10 ? word << 2 : fullBitsAt(base, at);
      }
      value ^= (bits >> unused) << trailing;
      at += 64 - unused;
    }
    if (at > limit) return UNUSUAL;
  }
  return withoutEarlier(<i32>((out - times) >> 3), start, times, values, kinds);
}

/** A time, a number and a distance, and some more. */
const LEAST_BYTES: i32 = 24;

/** Puts the bytes to `data` in reverse order, zeros in front. Gives where the word that begins with their first bit lies. */
function turn(source: usize, bytes: usize, data: usize): usize {
  const end = data + 32 + ((bytes + 7) & ~7);
  for (let to = data; to < data + 32; to += 8) store<u64>(to, 0);
  for (let done: usize = 0; done < bytes; done += 8) store<u64>(end - 8 - done, bswap<u64>(load<u64>(source + done)));
  return end - 8;
}

/** At least the 57 bits from bit `at` on. */
function someBitsAt(base: usize, at: u64): u64 {
  return load<u64>(base - <usize>(at >> 3)) << (at & 7);
}

/** The 64 bits from bit `at` on. */
function fullBitsAt(base: usize, at: u64): u64 {
  const word = base - <usize>(at >> 3);
  const shift = at & 7;
  return (load<u64>(word) << shift) | (<u64>load<u8>(word - 1) >> (8 - shift));
}

/** The byte behind the varint that was read last. */
let behind: usize = 0;

/** A varint of at most seven bytes; -1: it is longer. */
function shortUvarint(from: usize): i64 {
  let value: i64 = 0;
  for (let i: i64 = 0; i < 7; i++) {
    const byte = <i64>load<u8>(from + <usize>i);
    value |= (byte & 0x7f) << (7 * i);
    if (byte >= 0x80) continue;
    behind = from + <usize>i + 1;
    return value;
  }
  return -1;
}

/** Removes the samples before `start`, says that the others are plain numbers, and gives how many these are. */
function withoutEarlier(count: i32, start: f64, times: usize, values: usize, kinds: usize): i32 {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<f64>(times + ((<usize>middle) << 3)) < start) low = middle + 1;
    else high = middle;
  }
  const kept = <usize>(count - low);
  if (low > 0) {
    const skipped = (<usize>low) << 3;
    memory.copy(times, times + skipped, kept << 3);
    memory.copy(values, values + skipped, kept << 3);
  }
  memory.fill(kinds, 0, kept);
  return <i32>kept;
}

function keep(state: usize, samples: i32, bits: i32, t: f64, delta: f64, value: u64, leading: u64, unused: u64): void {
  store<i32>(state, samples);
  store<i32>(state, bits, 4);
  store<f64>(state, t, 8);
  store<f64>(state, delta, 16);
  store<u64>(state, value, 24);
  store<u32>(state, <u32>leading, 32);
  store<u32>(state, <u32>unused, 36);
}

function resultOf(n: i32, found: i32, stride: i32, hasStale: i32): i32 {
  return (stride === 0 ? found : n) | (hasStale ? HAS_STALE : 0);
}

/** Turns the bytes into words whose highest bit is the first one, with zeros behind them. */
function takeWords(source: usize, bytes: i32, data: usize): void {
  const whole = <usize>bytes & ~7;
  for (let at: usize = 0; at < whole; at += 8) store<u64>(data + at, bswap<u64>(load<u64>(source + at)));
  let last: u64 = 0;
  for (let at = whole; at < <usize>bytes; at++) last |= (<u64>load<u8>(source + at)) << (56 - ((<u64>at & 7) << 3));
  const end = data + whole;
  store<u64>(end, last);
  store<u64>(end, 0, 8);
  store<u64>(end, 0, 16);
  store<u64>(end, 0, 24);
}

/** The 64 bits from bit `at` on. */
function bitsAt(data: usize, at: i32): u64 {
  const word = data + ((<usize>at >> 6) << 3);
  const shift = <u64>(at & 63);
  return (load<u64>(word) << shift) | ((load<u64>(word, 8) >> 1) >> (63 - shift));
}

/** Why a varint is Infinity. */
let varintError: i32 = 0;

function readUvarint(data: usize, limit: i32): f64 {
  let value: f64 = 0;
  let scale: f64 = 1;
  for (let i = 0; i < 10; i++) {
    if (position > limit) return refuse(TOO_SHORT);
    const byte = <i32>(bitsAt(data, position) >> 56);
    position += 8;
    value += <f64>(byte & 0x7f) * scale;
    if (byte < 0x80) return value;
    scale *= 128;
  }
  return refuse(LONG_VARINT);
}

function readVarint(data: usize, limit: i32): f64 {
  const value = readUvarint(data, limit);
  if (value === Infinity) return value;
  // Beyond 2^53 the lowest bit, the sign, is lost.
  if (value > MAX_SAFE_INTEGER) return refuse(TIME_RANGE);
  const whole = <i64>value;
  return <f64>((whole >> 1) ^ -(whole & 1));
}

function refuse(error: i32): f64 {
  varintError = error;
  return Infinity;
}
