// Appends plain samples to the series of a head, whose memory is that of the kernel. Written in AssemblyScript;
// src/tsdb/head/series-writer.ts does the same in TypeScript and says what is right, layout.ts what lies where. Everything
// rare is left to it: new chunks of series that have some, samples out of order, chunks of records.

// The rows of one call, at `rows`: what is told and what is told back, then columns of ROWS each.
const ROWS: usize = 256;
const EARLIEST: usize = 0;
const LATEST: usize = 8;
const BOUND: usize = 16;
const SEQ: usize = 24;
const DIRECTORY: usize = 28;
const SLAB_AT: usize = 32;
const SLAB_END: usize = 36;
const FENCE: usize = 40;
const TOUCHED: usize = 44;
const RANGE: usize = 48;
const TIMES: usize = 56;
const IDS: usize = TIMES + 8 * ROWS;
const HIGHS: usize = IDS + 4 * ROWS;
const LOWS: usize = HIGHS + 4 * ROWS;
const COPIES: usize = LOWS + 4 * ROWS;
// What is to be judged.
const REFS: usize = COPIES + 4 * ROWS;
const VALUES: usize = REFS + 8 * ROWS;

/** Where the number of chunks stands. */
const CHUNK_COUNT: usize = 36;

// A series.
const LAST_T: usize = 0;
const LAST_VALUE: usize = 8;
const NEXT_AT: usize = 16;
const DELTA: usize = 24;
const WRITE_AT: usize = 28;
const BITS: usize = 32;
const VERSION_A: usize = 40;
const VERSION_B: usize = 52;
const VERSION_CHUNK: usize = 4;
const VERSION_COUNT: usize = 8;

// A chunk.
const CHUNK_MIN_T: usize = 8;
const CHUNK_BYTES: usize = 24;
const CHUNK_DATA: u32 = 28;
const SEGMENT_BYTES: u32 = 64;
const SEGMENT_NEXT: u32 = 60;
const FIRST_BYTES: u32 = SEGMENT_NEXT - CHUNK_DATA;

const PREDICTED_AT: u32 = 30;
const MOST_SAMPLES: u32 = 240;
const MOST_BYTES: u32 = 1024 - 19;
const LONGEST_DELTA: f64 = 4294967295;
/** The formats of chunks and WAL are exact so far. */
const LATEST_TIME: f64 = 2251799813685248;
const NO_WINDOW: u64 = 0xff;

const INFINITE: u64 = (<u64>0x7ff00000) << 32;
/** What stands for every NaN that is no marker. */
const ORDINARY_NAN: u64 = ((<u64>0x7ff80000) << 32) | 1;

// Where the bits of the sample at hand go.
let at: u32 = 0;
let free: u32 = 0;

function recordOf(directory: u32, id: u32): usize {
  const page = load<u32>(<usize>directory + ((<usize>id >> 10) << 2));
  return <usize>page + ((<usize>id & 1023) << 6);
}

/**
 * Takes a version of each series for the commit, before any of the rows is appended: readers must see its number before
 * what belongs to it. Rows that are not in order are left alone.
 */
export function begin(rows: usize, count: i32): void {
  const directory = load<u32>(rows, DIRECTORY);
  const seq = load<u32>(rows, SEQ);
  for (let i: usize = 0; i < <usize>count; i++) {
    let copy: u32 = 0;
    const id = load<u32>(rows + (i << 2), IDS);
    if (id !== 0) {
      const record = recordOf(directory, id);
      const a = load<u32>(record, VERSION_A);
      const b = load<u32>(record, VERSION_B);
      const newer = record + (a >= b ? VERSION_A : VERSION_B);
      if (load<u32>(newer) !== seq && isInOrder(rows, i, record)) {
        copy = <u32>(record + (a >= b ? VERSION_B : VERSION_A));
        store<u32>(copy, seq);
      }
    }
    store<u32>(rows + (i << 2), copy, COPIES);
  }
  // What is stored above is seen before what is stored below.
  atomic.add<u32>(rows + FENCE, 0);
  let touched: u32 = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const copy = load<u32>(rows + (i << 2), COPIES);
    if (copy === 0) continue;
    const record = copy & ~63;
    const other = record + <u32>(copy === record + <u32>VERSION_A ? VERSION_B : VERSION_A);
    store<u64>(<usize>copy + VERSION_CHUNK, load<u64>(<usize>other + VERSION_CHUNK));
    // Where bits will be written. One after the other would be waited for; here the processor fetches several at a time.
    if (bitsOfRow(rows, i) !== load<u64>(<usize>record, LAST_VALUE))
      touched += load<u8>(load<u32>(<usize>record, WRITE_AT));
  }
  store<u32>(rows, touched, TOUCHED);
}

function bitsOfRow(rows: usize, i: usize): u64 {
  return ((<u64>load<u32>(rows + (i << 2), HIGHS)) << 32) | <u64>load<u32>(rows + (i << 2), LOWS);
}

function isInOrder(rows: usize, i: usize, record: usize): bool {
  const t = load<f64>(rows + (i << 3), TIMES);
  return t >= load<f64>(rows, BOUND) && t > load<f64>(record, LAST_T);
}

/**
 * Makes rows of refs, times and values, as long as they are simply taken: their times are not before the bound, their ids,
 * which begin behind `ids` and end with `lastId`, go up from `after`, or stay the same while times go up from `afterT`, and
 * their series have nothing as late. Gives how many those are.
 */
export function judge(rows: usize, count: i32, ids: f64, lastId: f64, after: f64, afterT: f64): i32 {
  const directory = load<u32>(rows, DIRECTORY);
  const bound = load<f64>(rows, BOUND);
  let before = after;
  let beforeT = afterT;
  for (let i: usize = 0; i < <usize>count; i++) {
    const id = load<f64>(rows + (i << 3), REFS) - ids;
    const t = load<f64>(rows + (i << 3), TIMES);
    if (!(id > 0 && id >= before && id <= lastId && t >= bound && t <= LATEST_TIME)) return <i32>i;
    if (id === before) {
      if (!(t > beforeT)) return <i32>i;
    } else {
      const record = recordOf(directory, <u32>id);
      if (load<u32>(record, WRITE_AT) !== 0 && !(t > load<f64>(record, LAST_T))) return <i32>i;
    }
    before = id;
    beforeT = t;
    let bits = load<u64>(rows + (i << 3), VALUES);
    if (bits << 1 > INFINITE << 1) bits = ORDINARY_NAN;
    store<u32>(rows + (i << 2), <u32>id, IDS);
    store<u32>(rows + (i << 2), <u32>(bits >> 32), HIGHS);
    store<u32>(rows + (i << 2), <u32>bits, LOWS);
  }
  return count;
}

/** Appends rows from `from` on, after `begin`. Gives the first one that it leaves to its twin; `count`: there was none. */
export function append(rows: usize, from: i32, count: i32): i32 {
  const directory = load<u32>(rows, DIRECTORY);
  const seq = load<u32>(rows, SEQ);
  for (let i = from; i < count; i++) {
    const id = load<u32>(rows + ((<usize>i) << 2), IDS);
    if (id === 0) return i;
    const record = recordOf(directory, id);
    if (!isInOrder(rows, <usize>i, record)) return i;
    const isA = load<u32>(record, VERSION_A) >= load<u32>(record, VERSION_B);
    const version = record + (isA ? VERSION_A : VERSION_B);
    if (load<u32>(version) !== seq) return i;
    const isFirst = load<u32>(record, WRITE_AT) === 0;
    const isTaken = isFirst ? first(rows, <usize>i, record, version) : take(rows, <usize>i, record, version);
    if (!isTaken) return i;
  }
  return count;
}

/** Begins the first chunk of a series. False: nothing was changed. */
function first(rows: usize, i: usize, record: usize, version: usize): bool {
  const chunk = load<u32>(rows, SLAB_AT);
  if (chunk === load<u32>(rows, SLAB_END)) return false;
  store<u32>(rows, chunk + SEGMENT_BYTES, SLAB_AT);
  store<u32>(0, load<u32>(0, CHUNK_COUNT) + 1, CHUNK_COUNT);
  const t = load<f64>(rows + (i << 3), TIMES);
  const range = load<f64>(rows, RANGE);
  store<f64>(<usize>chunk, t, CHUNK_MIN_T);
  store<f64>(record, floor(t / range) * range + range, NEXT_AT);
  at = chunk + CHUNK_DATA - 1;
  free = 0;
  // Times are positive here.
  let rest = (<u64>t) << 1;
  for (; rest >= 0x80; rest >>= 7) put(rows, chunk, (rest & 0x7f) | 0x80, 8);
  put(rows, chunk, rest, 8);
  const value = bitsOfRow(rows, i);
  put(rows, chunk, value, 64);
  store<u32>(record, 0, DELTA);
  store<u32>(record, at, WRITE_AT);
  store<u32>(record, free | ((<u32>NO_WINDOW) << 8) | (1 << 24), BITS);
  store<u64>(record, value, LAST_VALUE);
  store<f64>(record, t, LAST_T);
  store<u32>(version, chunk, VERSION_CHUNK);
  store<u32>(version, 1, VERSION_COUNT);
  widen(rows, t);
  return true;
}

/** False: nothing was changed. */
function take(rows: usize, i: usize, record: usize, version: usize): bool {
  const t = load<f64>(rows + (i << 3), TIMES);
  const last = load<f64>(record, LAST_T);
  const chunk = load<u32>(version, VERSION_CHUNK);
  const samples = load<u32>(version, VERSION_COUNT);
  at = load<u32>(record, WRITE_AT);
  const mustLook =
    samples === 0 || samples === PREDICTED_AT || samples >= MOST_SAMPLES || t >= load<f64>(record, NEXT_AT);
  if (mustLook || t - last > LONGEST_DELTA) return false;
  const bits = load<u32>(record, BITS);
  const full = fullBytes(bits >> 24, chunk);
  if (full + inSegment(at, chunk) + 2 > MOST_BYTES) return false;

  free = bits & 0xff;
  let leading = <u64>((bits >> 8) & 0xff);
  let trailing = <u64>((bits >> 16) & 0xff);
  const value = bitsOfRow(rows, i);
  const change = value ^ load<u64>(record, LAST_VALUE);
  let head: u64 = 0;
  let headBits: u32 = 1;
  let meaningful: u32 = 0;
  if (change !== 0) {
    const zeros = min<u64>(clz(change), 31);
    const behind = ctz(change);
    if (leading !== NO_WINDOW && zeros >= leading && behind >= trailing) {
      head = 2;
      headBits = 2;
    } else {
      leading = zeros;
      trailing = behind;
      head = (3 << 11) | (leading << 6) | ((64 - leading - trailing) & 63);
      headBits = 13;
    }
    meaningful = <u32>(64 - leading - trailing);
  }

  const delta = <u32>(t - last);
  const dod = <i64>delta - <i64>load<u32>(record, DELTA);
  let time: u64 = 0;
  let timeBits: u32 = 1;
  let wide: u32 = 0;
  if (samples === 1) {
    timeBits = 0;
    let rest = delta;
    for (; rest >= 0x80; rest >>>= 7, timeBits += 8) time = (time << 8) | <u64>((rest & 0x7f) | 0x80);
    time = (time << 8) | <u64>rest;
    timeBits += 8;
  } else if (dod !== 0) {
    if (dod >= -8191 && dod <= 8192) {
      time = (2 << 14) | (<u64>dod & 0x3fff);
      timeBits = 16;
    } else if (dod >= -65535 && dod <= 65536) {
      time = (6 << 17) | (<u64>dod & 0x1ffff);
      timeBits = 20;
    } else if (dod >= -524287 && dod <= 524288) {
      time = (14 << 20) | (<u64>dod & 0xfffff);
      timeBits = 24;
    } else {
      time = 15;
      timeBits = 4;
      wide = 64;
    }
  }

  // A sample needs one more segment at most.
  const isFull = timeBits + wide + headBits + meaningful > roomLeft();
  if (isFull && load<u32>(rows, SLAB_AT) === load<u32>(rows, SLAB_END)) return false;
  if (wide > 0) {
    put(rows, chunk, time, timeBits);
    put(rows, chunk, <u64>dod, wide);
    put(rows, chunk, head, headBits);
  } else put(rows, chunk, (time << headBits) | head, timeBits + headBits);
  if (meaningful > 0) put(rows, chunk, change >> trailing, meaningful);

  store<u32>(record, delta, DELTA);
  store<u32>(record, at, WRITE_AT);
  const segments = bits >> 24 === 0 || !isFull ? bits >> 24 : (bits >> 24) + 1;
  store<u32>(record, free | ((<u32>leading) << 8) | ((<u32>trailing) << 16) | (segments << 24), BITS);
  store<u64>(record, value, LAST_VALUE);
  store<f64>(record, t, LAST_T);
  store<u32>(version, samples + 1, VERSION_COUNT);
  widen(rows, t);
  return true;
}

function widen(rows: usize, t: f64): void {
  if (t < load<f64>(rows, EARLIEST)) store<f64>(rows, t, EARLIEST);
  if (t > load<f64>(rows, LATEST)) store<f64>(rows, t, LATEST);
}

/**
 * Bytes of data in the full segments of a chunk, of `segments` in all: 0, it is not known, or it is a chunk of records. Then
 * the chunk says it; with the bits of its kind, one of records is always too long.
 */
function fullBytes(segments: u32, chunk: u32): u32 {
  if (segments === 0) return load<u32>(<usize>chunk, CHUNK_BYTES);
  return segments === 1 ? 0 : FIRST_BYTES + (segments - 2) * SEGMENT_NEXT;
}

/** Bytes of data up to and with the byte `last` in its segment. */
function inSegment(last: u32, chunk: u32): u32 {
  const offset = last & (SEGMENT_BYTES - 1);
  return offset + 1 - (last - offset === chunk ? CHUNK_DATA : 0);
}

/** Bits that the segment at hand still takes. */
function roomLeft(): u32 {
  return ((SEGMENT_NEXT - 1 - (at & (SEGMENT_BYTES - 1))) << 3) + free;
}

/** Writes the lowest `count` bits of `value`. */
function put(rows: usize, chunk: u32, value: u64, count: u32): void {
  let left = count;
  while (left > 0) {
    let room = roomLeft();
    if (room === 0) {
      nextSegment(rows, chunk);
      room = SEGMENT_NEXT << 3;
    }
    if (free === 0) {
      at++;
      free = 8;
    }
    const taken = min(min(left, room), 56);
    const piece = (value >> (left - taken)) << (64 - taken);
    const used = 8 - free;
    // Zeros are there already. Bytes behind the segment are written back as they are: nobody else writes meanwhile.
    if (piece !== 0) store<u64>(<usize>at, bswap(bswap(load<u64>(<usize>at)) | (piece >> used)));
    const end = used + taken - 1;
    at += end >> 3;
    free = 7 - (end & 7);
    left -= taken;
  }
}

function nextSegment(rows: usize, chunk: u32): void {
  const bytes = load<u32>(<usize>chunk, CHUNK_BYTES);
  store<u32>(<usize>chunk, bytes + inSegment(at, chunk), CHUNK_BYTES);
  const next = load<u32>(rows, SLAB_AT);
  store<u32>(rows, next + SEGMENT_BYTES, SLAB_AT);
  store<u32>(<usize>at + 1, next);
  at = next;
  free = 8;
}
