// Unpacks DEFLATE (RFC 1951). Written in AssemblyScript, a subset of TypeScript that becomes WebAssembly; zlib does the
// same and says what is right. Whatever is damaged or unusual gives FAILED: zlib then tells what is wrong with it.

const FAILED: i32 = -1;

// Tables of codes: an entry is value << 16 | kind << 8 | length of the code in bits; 0 stands for no code. The lower bits of
// `kind` are how many further bits belong to it, or how many choose within a table of longer codes.
const LITERAL: u32 = 0x8000;
const END: u32 = 0x4000;
const LONGER: u32 = 0x2000;
const EXTRA: u32 = 0x0f;

const LITERAL_BITS: i32 = 10;
const DISTANCE_BITS: i32 = 8;
const LENGTH_BITS: i32 = 7;
const LONGEST: i32 = 15;

// What lies behind the address of the workspace.
const LITERALS: usize = 0;
const DISTANCES: usize = 32 << 10;
const LENGTHS: usize = 48 << 10;
const CODE_LENGTHS: usize = 49 << 10;
const SORTED: usize = 50 << 10;
const COUNTS: usize = 52 << 10;
const OFFSETS: usize = COUNTS + 64;

const KIND_LITERALS: i32 = 0;
const KIND_DISTANCES: i32 = 1;
const KIND_LENGTHS: i32 = 2;

/** In the order in which they are sent: five bits each. */
const ORDER_LOW: u64 =
  16 |
  (17 << 5) |
  (18 << 10) |
  (0 << 15) |
  (8 << 20) |
  (7 << 25) |
  ((<u64>9) << 30) |
  ((<u64>6) << 35) |
  ((<u64>10) << 40) |
  ((<u64>5) << 45) |
  ((<u64>11) << 50) |
  ((<u64>4) << 55);
const ORDER_HIGH: u64 = 12 | (3 << 5) | (13 << 10) | (2 << 15) | (14 << 20) | (1 << 25) | ((<u64>15) << 30);

let at: usize = 0;
let end: usize = 0;
let bits: u64 = 0;
let have: u32 = 0;

/** Where the last `inflate` stopped reading. */
export function stoppedAt(): usize {
  return at - (have >> 3);
}

/**
 * Unpacks what starts at `from` to `to`, at most `limit` bytes, and gives how many they are. 8 bytes behind `last` may be
 * read; 288 behind the limit are overwritten. 53 KiB from `work` on are used.
 */
export function inflate(from: usize, last: usize, to: usize, limit: i32, work: usize): i32 {
  at = from;
  end = last;
  bits = 0;
  have = 0;
  let out = to;
  const outEnd = to + limit;
  while (true) {
    refill();
    const isLast = take(1);
    const kind = take(2);
    if (kind === 0) out = stored(out, outEnd);
    else if (kind === 1) out = fixed(work) ? coded(out, to, outEnd, work) : 0;
    else if (kind === 2) out = dynamic(work) ? coded(out, to, outEnd, work) : 0;
    else return FAILED;
    if (out === 0 || isOver()) return FAILED;
    if (isLast !== 0) return <i32>(out - to);
  }
}

function refill(): void {
  if (at > end + 8) return;
  bits |= load<u64>(at) << have;
  at += (63 - have) >> 3;
  have |= 56;
}

function take(count: u32): u32 {
  const value = <u32>(bits & (((<u64>1) << count) - 1));
  bits >>= count;
  have -= count;
  return value;
}

/** Whether more was used than there is. */
function isOver(): bool {
  return at - (have >> 3) > end;
}

function stored(out: usize, outEnd: usize): usize {
  take(have & 7);
  const from = at - (have >> 3);
  if (from + 4 > end) return 0;
  const size: u32 = load<u16>(from);
  if ((size ^ <u32>load<u16>(from + 2)) !== 0xffff) return 0;
  if (from + 4 + size > end || out + size > outEnd) return 0;
  memory.copy(out, from + 4, size);
  at = from + 4 + size;
  bits = 0;
  have = 0;
  return out + size;
}

function fixed(work: usize): bool {
  const lengths = work + CODE_LENGTHS;
  for (let i: i32 = 0; i < 288; i++) store<u8>(lengths + i, i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8);
  if (!build(work, lengths, 288, KIND_LITERALS)) return false;
  memory.fill(lengths, 5, 32);
  return build(work, lengths, 32, KIND_DISTANCES);
}

function dynamic(work: usize): bool {
  refill();
  const literals = <i32>take(5) + 257;
  const distances = <i32>take(5) + 1;
  const sent = <i32>take(4) + 4;
  if (literals > 286 || distances > 30) return false;
  const lengths = work + CODE_LENGTHS;
  memory.fill(lengths, 0, 19);
  for (let i: i32 = 0; i < sent; i++) {
    refill();
    const symbol = <usize>((i < 12 ? ORDER_LOW >> (5 * i) : ORDER_HIGH >> (5 * (i - 12))) & 31);
    store<u8>(lengths + symbol, <u8>take(3));
  }
  if (!build(work, lengths, 19, KIND_LENGTHS)) return false;
  const total = literals + distances;
  let i: i32 = 0;
  while (i < total) {
    if (at > end + 8) return false;
    refill();
    const entry = load<u32>(work + LENGTHS + <usize>((bits & ((1 << LENGTH_BITS) - 1)) << 2));
    if (entry === 0) return false;
    take(entry & 0xff);
    const symbol = entry >> 16;
    if (symbol < 16) {
      store<u8>(lengths + i++, <u8>symbol);
      continue;
    }
    if (symbol === 16 && i === 0) return false;
    const value: u8 = symbol === 16 ? load<u8>(lengths + i - 1) : 0;
    const times = symbol === 16 ? 3 + <i32>take(2) : symbol === 17 ? 3 + <i32>take(3) : 11 + <i32>take(7);
    if (i + times > total) return false;
    memory.fill(lengths + i, value, times);
    i += times;
  }
  // Without a code for the end there is none.
  if (load<u8>(lengths + 256) === 0) return false;
  return build(work, lengths, literals, KIND_LITERALS) && build(work, lengths + literals, distances, KIND_DISTANCES);
}

/** Makes the table of a canonical code from its lengths. False: they make no complete code. */
function build(work: usize, lengths: usize, symbols: i32, kind: i32): bool {
  const table = work + (kind === KIND_LITERALS ? LITERALS : kind === KIND_DISTANCES ? DISTANCES : LENGTHS);
  const root = kind === KIND_LITERALS ? LITERAL_BITS : kind === KIND_DISTANCES ? DISTANCE_BITS : LENGTH_BITS;
  const counts = work + COUNTS;
  const offsets = work + OFFSETS;
  const sorted = work + SORTED;
  memory.fill(counts, 0, 32);
  for (let i: i32 = 0; i < symbols; i++) {
    const count = counts + ((<usize>load<u8>(lengths + i)) << 1);
    store<u16>(count, load<u16>(count) + 1);
  }
  let longest: i32 = LONGEST;
  while (longest > 0 && load<u16>(counts + (longest << 1)) === 0) longest--;
  let left: i32 = 1;
  let offset: i32 = 0;
  for (let length: i32 = 1; length <= LONGEST; length++) {
    const count = <i32>load<u16>(counts + (length << 1));
    store<u16>(offsets + (length << 1), <u16>offset);
    offset += count;
    left = (left << 1) - count;
    if (left < 0) return false;
  }
  memory.fill(table, 0, (<usize>1) << (root + 2));
  // A distance alone, or none, is no complete code but one that is in use.
  if (left > 0 && !(kind === KIND_DISTANCES && longest <= 1)) return false;
  for (let i: i32 = 0; i < symbols; i++) {
    const length = <usize>load<u8>(lengths + i);
    if (length === 0) continue;
    const place = offsets + (length << 1);
    store<u16>(sorted + ((<usize>load<u16>(place)) << 1), <u16>i);
    store<u16>(place, load<u16>(place) + 1);
  }
  const used = offset;
  const rootSize = (<u32>1) << root;
  const longBits = longest > root ? longest - root : 0;
  let next: u32 = rootSize;
  let code: u32 = 0;
  for (let i: i32 = 0; i < used; i++) {
    const symbol = <i32>load<u16>(sorted + (i << 1));
    const length = <i32>load<u8>(lengths + symbol);
    if (length <= root) {
      const entry = entryOf(symbol, kind) | <u32>length;
      for (let j = code; j < rootSize; j += (<u32>1) << length) store<u32>(table + ((<usize>j) << 2), entry);
    } else {
      const low = table + ((<usize>(code & (rootSize - 1))) << 2);
      let pointer = load<u32>(low);
      if (pointer === 0) {
        pointer = (next << 16) | LONGER | ((<u32>longBits) << 8) | <u32>root;
        store<u32>(low, pointer);
        memory.fill(table + ((<usize>next) << 2), 0, (<usize>1) << (longBits + 2));
        next += (<u32>1) << longBits;
      }
      const entry = entryOf(symbol, kind) | <u32>(length - root);
      const within = table + ((<usize>(pointer >> 16)) << 2);
      for (let j = code >> root; j < (<u32>1) << longBits; j += (<u32>1) << (length - root))
        store<u32>(within + ((<usize>j) << 2), entry);
    }
    // The next code of this length, its bits in the order in which they are read.
    let step = (<u32>1) << (length - 1);
    while ((code & step) !== 0) step >>= 1;
    code = step === 0 ? 0 : (code & (step - 1)) + step;
  }
  return true;
}

/** An entry but for its length; what may not be used stands for no code. */
function entryOf(symbol: i32, kind: i32): u32 {
  if (kind === KIND_LENGTHS) return (<u32>symbol) << 16;
  if (kind === KIND_DISTANCES) {
    if (symbol > 29) return 0;
    if (symbol < 4) return (<u32>(symbol + 1)) << 16;
    const extra = (symbol >> 1) - 1;
    return ((<u32>(((2 + (symbol & 1)) << extra) + 1)) << 16) | ((<u32>extra) << 8);
  }
  if (symbol < 256) return ((<u32>symbol) << 16) | LITERAL;
  if (symbol === 256) return END;
  if (symbol > 285) return 0;
  if (symbol === 285) return 258 << 16;
  if (symbol < 265) return (<u32>(symbol - 254)) << 16;
  const extra = (symbol - 261) >> 2;
  return ((<u32>(((((symbol - 257) & 3) + 4) << extra) + 3)) << 16) | ((<u32>extra) << 8);
}

/** Unpacks up to the end of the block. Gives where the text ends now, 0 when it is damaged or too long. */
function coded(begin: usize, to: usize, outEnd: usize, work: usize): usize {
  const literals = work + LITERALS;
  const distances = work + DISTANCES;
  const over = end + 8;
  let out = begin;
  let p = at;
  let b = bits;
  let n = have;
  while (true) {
    if (p > over || out > outEnd) return 0;
    b |= load<u64>(p) << n;
    p += (63 - n) >> 3;
    n |= 56;
    let entry = load<u32>(literals + <usize>((b & ((1 << LITERAL_BITS) - 1)) << 2));
    if ((entry & LITERAL) !== 0) {
      store<u8>(out++, <u8>(entry >> 16));
      b >>= entry & 0xff;
      n -= entry & 0xff;
      entry = load<u32>(literals + <usize>((b & ((1 << LITERAL_BITS) - 1)) << 2));
      if ((entry & LITERAL) !== 0) {
        store<u8>(out++, <u8>(entry >> 16));
        b >>= entry & 0xff;
        n -= entry & 0xff;
        continue;
      }
      if (p > over) return 0;
      b |= load<u64>(p) << n;
      p += (63 - n) >> 3;
      n |= 56;
    }
    if ((entry & LONGER) !== 0) {
      b >>= LITERAL_BITS;
      n -= LITERAL_BITS;
      entry = load<u32>(
        literals + ((<usize>((entry >> 16) + <u32>(b & (((<u64>1) << ((entry >> 8) & EXTRA)) - 1)))) << 2),
      );
      if ((entry & LITERAL) !== 0) {
        store<u8>(out++, <u8>(entry >> 16));
        b >>= entry & 0xff;
        n -= entry & 0xff;
        continue;
      }
    }
    if ((entry & 0xff) === 0) return 0;
    b >>= entry & 0xff;
    n -= entry & 0xff;
    if ((entry & END) !== 0) {
      at = p;
      bits = b;
      have = n;
      return out > outEnd ? 0 : out;
    }
    let extra = (entry >> 8) & EXTRA;
    const length = <usize>((entry >> 16) + <u32>(b & (((<u64>1) << extra) - 1)));
    b >>= extra;
    n -= extra;
    entry = load<u32>(distances + <usize>((b & ((1 << DISTANCE_BITS) - 1)) << 2));
    if ((entry & LONGER) !== 0) {
      b >>= DISTANCE_BITS;
      n -= DISTANCE_BITS;
      entry = load<u32>(
        distances + ((<usize>((entry >> 16) + <u32>(b & (((<u64>1) << ((entry >> 8) & EXTRA)) - 1)))) << 2),
      );
    }
    if ((entry & 0xff) === 0) return 0;
    b >>= entry & 0xff;
    n -= entry & 0xff;
    extra = (entry >> 8) & EXTRA;
    const distance = <usize>((entry >> 16) + <u32>(b & (((<u64>1) << extra) - 1)));
    b >>= extra;
    n -= extra;
    if (distance > out - to) return 0;
    copy(out, distance, length);
    out += length;
  }
}

/** Repeats what stands `distance` before; up to 15 bytes more are written. */
function copy(out: usize, distance: usize, length: usize): void {
  const from = out - distance;
  if (distance >= 16) {
    for (let i: usize = 0; i < length; i += 16) v128.store(out + i, v128.load(from + i));
  } else if (distance >= 8) {
    for (let i: usize = 0; i < length; i += 8) store<u64>(out + i, load<u64>(from + i));
  } else {
    for (let i: usize = 0; i < length; i++) store<u8>(out + i, load<u8>(from + i));
  }
}
