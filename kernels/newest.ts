// Finds the newest sample of a chunk of floats in the head, whose memory is that of the kernel. Written in AssemblyScript;
// src/chunkenc/xor-plain.ts decodes the same bits in TypeScript and says what is right, src/tsdb/head/layout.ts what lies
// where. Writes nothing: readers have no memory of their own there.

const CHUNK_DATA: u32 = 28;
const SEGMENT_BYTES: u32 = 64;
const SEGMENT_NEXT: u32 = 60;

/** Results. */
const NOTHING: i32 = 0;
const FLOAT: i32 = 1;
const STALE: i32 = 2;
/** To be read by the twin: damaged, or with numbers that are not exact. */
const UNUSUAL: i32 = 3;

const STALE_NAN: u64 = ((<u64>0x7ff00000) << 32) | 2;
const LARGEST_TIME: i64 = (1 << 53) - 1;

/** What was found. */
let time: i64 = 0;
let bits: u64 = 0;

/** The bits that come next, the first one highest, how many of them are certain, and where the bits behind them are. */
let next: u64 = 0;
let have: u32 = 0;
let place: u32 = 0;

/** Decodes the first `count` samples of a chunk, up to the last one that is not after `end`. */
export function newest(chunk: u32, count: u32, end: f64): i32 {
  place = chunk + CHUNK_DATA;
  next = 0;
  have = 0;
  const first = uvarint();
  time = <i64>(first >> 1) ^ -(<i64>first & 1);
  bits = take64();
  if (count === 0 || <f64>time > end) return NOTHING;
  let delta: i64 = 0;
  let leading: u32 = 0;
  let trailing: u32 = 0;
  for (let i: u32 = 1; i < count; i++) {
    fill();
    if (i === 1) delta = <i64>uvarint();
    else if (<i64>next >= 0) skip(1);
    else delta += change();
    if (time + delta > LARGEST_TIME) return UNUSUAL;
    if (<f64>(time + delta) > end) break;
    time += delta;
    fill();
    if (<i64>next >= 0) {
      skip(1);
      continue;
    }
    if (<i64>(next << 1) < 0) {
      leading = <u32>((next << 2) >> 59);
      const size = <u32>((next << 7) >> 58);
      skip(13);
      trailing = (64 - size - leading) & 63;
      if (size !== 0 && size + leading > 64) return UNUSUAL;
    } else skip(2);
    bits ^= take(64 - leading - trailing) << trailing;
  }
  return bits === STALE_NAN ? STALE : FLOAT;
}

/** The time of the sample that `newest` has found. */
export function foundTime(): f64 {
  return <f64>time;
}

/** Its value. */
export function foundValue(): f64 {
  return reinterpret<f64>(bits);
}

/** Reads by how much the distance of samples changes; its first bit is set. */
function change(): i64 {
  const ones = <u32>clz(~next);
  if (ones >= 4) {
    skip(4);
    return <i64>take64();
  }
  const size: u32 = ones === 1 ? 14 : ones === 2 ? 17 : 20;
  skip(ones + 1);
  const value = <i64>(next >> (64 - size));
  skip(size);
  return value > (<i64>1) << (size - 1) ? value - ((<i64>1) << size) : value;
}

/** Makes sure that there are 32 bits at least: behind the last segment zeros. */
function fill(): void {
  if (have > 32) return;
  let word: u64 = 0;
  if (place !== 0) {
    word = <u64>bswap(load<u32>(<usize>place));
    place += 4;
    if ((place & (SEGMENT_BYTES - 1)) === SEGMENT_NEXT) place = load<u32>(<usize>place);
  }
  next |= word << (32 - have);
  have += 32;
}

/** At most 32 bits, which are there. */
function skip(count: u32): void {
  next <<= count;
  have -= count;
}

/** The next 1 to 64 bits. */
function take(count: u32): u64 {
  fill();
  if (count <= 32) {
    const value = next >> (64 - count);
    skip(count);
    return value;
  }
  const high = next >> 32;
  skip(32);
  fill();
  const value = (high << (count - 32)) | (next >> (96 - count));
  skip(count - 32);
  return value;
}

function take64(): u64 {
  return take(64);
}

function uvarint(): u64 {
  let value: u64 = 0;
  for (let shift: u64 = 0; shift < 64; shift += 7) {
    const byte = take(8);
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return value;
}
