// Finds the series and symbols of remote write messages by their bytes, and reads plain samples. Written in AssemblyScript;
// src/remote/receive/series-cache.ts and src/wire/remote-write.ts do the same in TypeScript and say what is right. Whatever
// is rare is left to them: `stoppedAt` tells where.

// A table of byte strings.
const COUNT: usize = 0;
const LAST: usize = 4;
const SLOTS: usize = 8;
const MASK: usize = 12;
const ENTRIES: usize = 16;
const CAPACITY: usize = 20;
const TABLE_BYTES: usize = 24;

// What is kept of a string, by its number; number 0 stands for the beginning of a message.
const ENTRY_SHIFT: u32 = 5;
const PLACE: usize = 0;
const SIZE: usize = 4;
const HASH: usize = 8;
const FOLLOWER: usize = 12;

// What was read, at `rows`: columns of ROWS each.
const ROWS: i32 = 2048;
const REFS: usize = 0;
const TIMES: usize = REFS + 8 * ROWS;
const VALUES: usize = TIMES + 8 * ROWS;
const NUMBERS: usize = VALUES + 8 * ROWS;

const PAGE_BYTES: usize = 1 << 16;
const GROWTH_PAGES: i32 = 1024;
const FIRST_CAPACITY: u32 = 1024;
/** Labels that are known at one time. */
const MOST_LABELS: u32 = 1 << 18;
/** Fields of messages: a series (1.0), its labels, its samples, and what a sample has. */
const SERIES_TAG: u32 = 0x0a;
const LABELS_TAG: u32 = 0x0a;
const SAMPLES_TAG: u32 = 0x12;
const VALUE_TAG: u32 = 0x09;
const TIME_TAG: u32 = 0x10;
const STALE: u64 = ((<u64>0x7ff00000) << 32) | 2;
/** Exact as a number so far. */
const LARGEST_TIME: i64 = 1 << 53;

let top: usize = PAGE_BYTES;
/** Where the next bytes go. */
let pageAt: usize = 0;
let pageEnd: usize = 0;
let place: usize = 0;
/** The labels that `scan` looked for last, in the message at hand, and their hash: they are asked for again when they are new. */
let scannedAt: usize = 0;
let scannedSize: u32 = 0;
let scannedHash: u32 = 0;
/** What `uvarint` and `sample` read. */
let value: u64 = 0;
let time: i64 = 0;

/** Forgets everything. */
export function reset(): void {
  scannedAt = 0;
  top = PAGE_BYTES;
  pageAt = 0;
  pageEnd = 0;
}

/** Bytes in use. */
export function usedBytes(): usize {
  return top;
}

/** Makes sure that `alloc` can give so many bytes without growing the memory; false: there is no such memory. */
export function ensure(bytes: usize): bool {
  const available = (<usize>memory.size()) << 16;
  if (top + bytes <= available) return true;
  const least = <i32>((top + bytes - available + PAGE_BYTES - 1) >> 16);
  // Pages that nobody touches take no memory, but each time that there are more, the engine counts all of them as new garbage.
  return memory.grow(max(least, GROWTH_PAGES)) >= 0 || memory.grow(least) >= 0;
}

/** The address of so many bytes, a multiple of 16; 0 when there is no memory. */
export function alloc(bytes: usize): usize {
  const at = (top + 15) & ~15;
  if (!ensure(at - top + bytes)) return 0;
  top = at + bytes;
  return at;
}

/** A table without strings; 0 when there is no memory. */
export function create(): usize {
  const table = alloc(TABLE_BYTES);
  const entries = alloc(FIRST_CAPACITY << ENTRY_SHIFT);
  const slots = alloc(FIRST_CAPACITY * 8);
  if (table === 0 || entries === 0 || slots === 0) return 0;
  memory.fill(slots, 0, FIRST_CAPACITY * 8);
  memory.fill(entries, 0, 1 << ENTRY_SHIFT);
  store<u32>(table, 0, COUNT);
  store<u32>(table, 0, LAST);
  store<u32>(table, <u32>slots, SLOTS);
  store<u32>(table, FIRST_CAPACITY * 2 - 1, MASK);
  store<u32>(table, <u32>entries, ENTRIES);
  store<u32>(table, FIRST_CAPACITY, CAPACITY);
  return table;
}

/** A message begins. */
export function begin(table: usize): void {
  store<u32>(table, 0, LAST);
  scannedAt = 0;
}

/** The number of the bytes; 0 when they are not known. They are then the last ones. */
export function find(table: usize, from: usize, size: u32): u32 {
  const expected = load<u32>(entry(table, load<u32>(table, LAST)), FOLLOWER);
  const found = isEntry(table, expected, from, size)
    ? expected
    : load<u32>(slotOf(table, from, size, knownHash(from, size)));
  if (found !== 0) follow(table, found);
  return found;
}

/** The same, but bytes that are not known are copied and get the next number. 0: there is no memory. */
export function add(table: usize, from: usize, size: u32): u32 {
  const known = find(table, from, size);
  if (known !== 0) return known;
  const number = load<u32>(table, COUNT) + 1;
  if (number >= load<u32>(table, CAPACITY) && !grow(table)) return 0;
  if (<usize>size > pageEnd - pageAt && !turnPage(size)) return 0;
  const hash = knownHash(from, size);
  const at = entry(table, number);
  memory.copy(pageAt, from, size);
  memory.fill(at, 0, 1 << ENTRY_SHIFT);
  store<u32>(at, <u32>pageAt, PLACE);
  store<u32>(at, size, SIZE);
  store<u32>(at, hash, HASH);
  pageAt += size;
  store<u32>(slotOf(table, from, size, hash), number);
  store<u32>(table, number, COUNT);
  follow(table, number);
  return number;
}

/**
 * Writes the numbers of the labels whose fields are the bytes from `from` on, at most `most`, to `out`, and gives how many they
 * are; -1: a field is another or a long one, or there is no room for it. Labels that are not known get the next numbers.
 */
export function labels(table: usize, from: usize, size: u32, out: usize, most: i32): i32 {
  const end = from + size;
  let count: i32 = 0;
  store<u32>(table, 0, LAST);
  for (let p = from; p < end; count++) {
    if (count === most || end - p < 2 || load<u8>(p) !== LABELS_TAG || load<u8>(p + 1) >= 0x80) return -1;
    const length = 2 + <u32>load<u8>(p + 1);
    if (<usize>length > end - p) return -1;
    const number = load<u32>(table, COUNT) < MOST_LABELS ? add(table, p, length) : find(table, p, length);
    if (number === 0) return -1;
    store<u32>(out + ((<usize>count) << 2), number);
    p += length;
  }
  return count;
}

/** Where `scan` stopped: at the beginning of a series, or behind the last one. */
export function stoppedAt(): usize {
  return place;
}

/**
 * Reads series of a 1.0 message from `from` on: those that are known and have plain samples not after `latest`, and nothing
 * else. Gives the number of samples.
 */
export function scan(table: usize, from: usize, end: usize, latest: f64, rows: usize): i32 {
  let count: i32 = 0;
  place = from;
  while (place < end && load<u8>(place) === SERIES_TAG) {
    const start = uvarint(place + 1, end);
    if (start === 0 || value > <u64>(end - start)) break;
    const stop = start + <usize>value;
    const number = seriesAt(table, start, stop);
    if (number === 0) break;
    const read = samples(start + load<u32>(entry(table, number), SIZE), stop, latest, rows, count);
    if (read < 0) break;
    for (let i = count; i < read; i++) store<u32>(rows + ((<usize>i) << 2), number, NUMBERS);
    count = read;
    follow(table, number);
    place = stop;
  }
  return count;
}

/** The number of the series whose labels stand at `start`; 0 when it is not known. */
function seriesAt(table: usize, start: usize, stop: usize): u32 {
  const expected = load<u32>(entry(table, load<u32>(table, LAST)), FOLLOWER);
  const size = load<u32>(entry(table, expected), SIZE);
  const isWhole = start + size < stop && load<u8>(start + size) === SAMPLES_TAG;
  if (isWhole && isEntry(table, expected, start, size)) return expected;
  let p = start;
  while (p < stop && load<u8>(p) === LABELS_TAG) {
    p = uvarint(p + 1, stop);
    if (p === 0 || value > <u64>(stop - p)) return 0;
    p += <usize>value;
  }
  scannedAt = start;
  scannedSize = <u32>(p - start);
  scannedHash = hashOf(start, scannedSize);
  return load<u32>(slotOf(table, start, scannedSize, scannedHash));
}

/** Reads samples to rows from `count` on; gives how many rows there are then. Below 0: there is something else. */
function samples(from: usize, stop: usize, latest: f64, rows: usize, count: i32): i32 {
  if (from >= stop) return -1;
  let row = count;
  for (let p = from; p < stop; row++) {
    if (row === ROWS || !sample(p, stop)) return -1;
    p += 2 + <usize>load<u8>(p + 1);
    const t = <f64>time;
    if (t > latest) return -1;
    store<f64>(rows + ((<usize>row) << 3), t, TIMES);
    store<u64>(rows + ((<usize>row) << 3), value, VALUES);
  }
  return row;
}

/** Reads the field of a sample; false: it is something else. */
function sample(from: usize, stop: usize): bool {
  if (stop - from < 2 || load<u8>(from) !== SAMPLES_TAG) return false;
  let p = from + 2;
  const end = p + <usize>load<u8>(from + 1);
  // Longer ones have a length of two bytes, or run over the end.
  if (end > stop || end - p > 20) return false;
  let bits: u64 = 0;
  if (end - p >= 9 && load<u8>(p) === VALUE_TAG) {
    bits = load<u64>(p + 1);
    p += 9;
  }
  value = 0;
  if (p < end && load<u8>(p) === TIME_TAG) {
    p = uvarint(p + 1, end);
    if (p === 0) return false;
  }
  time = <i64>value;
  value = bits;
  return p === end && bits !== STALE && time <= LARGEST_TIME && time >= -LARGEST_TIME;
}

/** Reads a varint of 64 bits to `value`; gives where it ends, 0 when that is not before `end`. */
function uvarint(from: usize, end: usize): usize {
  let shift: u64 = 0;
  value = 0;
  for (let p = from; p < end && shift < 64; shift += 7) {
    const byte = <u64>load<u8>(p++);
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return p;
  }
  return 0;
}

function entry(table: usize, number: u32): usize {
  return <usize>load<u32>(table, ENTRIES) + ((<usize>number) << ENTRY_SHIFT);
}

function follow(table: usize, number: u32): void {
  store<u32>(entry(table, load<u32>(table, LAST)), number, FOLLOWER);
  store<u32>(table, number, LAST);
}

/** Whether the bytes are those of a number; 0 has none. */
function isEntry(table: usize, number: u32, from: usize, size: u32): bool {
  if (number === 0) return false;
  const at = entry(table, number);
  return load<u32>(at, SIZE) === size && isSame(load<u32>(at, PLACE), from, size);
}

function isSame(a: usize, b: usize, size: usize): bool {
  if (size >= 16) {
    const last = size - 16;
    for (let i: usize = 0; i < last; i += 16) {
      if (v128.any_true(v128.xor(v128.load(a + i), v128.load(b + i)))) return false;
    }
    return !v128.any_true(v128.xor(v128.load(a + last), v128.load(b + last)));
  }
  for (let i: usize = 0; i < size; i++) if (load<u8>(a + i) !== load<u8>(b + i)) return false;
  return true;
}

/** The slot with the number of the bytes, or the free one where it belongs. */
function slotOf(table: usize, from: usize, size: u32, hash: u32): usize {
  const slots = <usize>load<u32>(table, SLOTS);
  const mask = load<u32>(table, MASK);
  let slot = hash & mask;
  while (true) {
    const at = slots + ((<usize>slot) << 2);
    const number = load<u32>(at);
    if (number === 0) return at;
    if (load<u32>(entry(table, number), HASH) === hash && isEntry(table, number, from, size)) return at;
    slot = (slot + 1) & mask;
  }
}

function knownHash(from: usize, size: u32): u32 {
  return from === scannedAt && size === scannedSize ? scannedHash : hashOf(from, size);
}

/** Eight bytes at a time. */
function hashOf(from: usize, size: u32): u32 {
  let hash: u64 = <u64>size;
  let p = from;
  const end = from + size;
  for (; p + 8 <= end; p += 8) hash = mixed(hash, load<u64>(p));
  for (; p < end; p++) hash = mixed(hash, <u64>load<u8>(p));
  return <u32>(hash ^ (hash >> 32));
}

function mixed(hash: u64, word: u64): u64 {
  const product = (hash ^ word) * (((<u64>0x9e3779b9) << 32) | 0x7f4a7c15);
  return product ^ (product >> 29);
}

/** Room for twice as many strings. What the entries took holds bytes of strings from then on. */
function grow(table: usize): bool {
  const capacity = load<u32>(table, CAPACITY);
  const before = <usize>load<u32>(table, ENTRIES);
  const entries = alloc((<usize>capacity) << (ENTRY_SHIFT + 1));
  const slots = alloc((<usize>capacity) << 4);
  if (entries === 0 || slots === 0) return false;
  memory.copy(entries, before, (<usize>capacity) << ENTRY_SHIFT);
  memory.fill(slots, 0, (<usize>capacity) << 4);
  const mask = capacity * 4 - 1;
  for (let number: u32 = 1; number < capacity; number++) {
    let slot = load<u32>(entries + ((<usize>number) << ENTRY_SHIFT), HASH) & mask;
    while (load<u32>(slots + ((<usize>slot) << 2)) !== 0) slot = (slot + 1) & mask;
    store<u32>(slots + ((<usize>slot) << 2), number);
  }
  store<u32>(table, <u32>entries, ENTRIES);
  store<u32>(table, <u32>slots, SLOTS);
  store<u32>(table, mask, MASK);
  store<u32>(table, capacity * 2, CAPACITY);
  pageAt = before;
  pageEnd = before + ((<usize>capacity) << ENTRY_SHIFT);
  return true;
}

function turnPage(size: u32): bool {
  const bytes = max(PAGE_BYTES, <usize>size);
  pageAt = alloc(bytes);
  pageEnd = pageAt + bytes;
  if (pageAt !== 0) return true;
  pageEnd = 0;
  return false;
}
