const POLYNOMIAL = 0x82f63b78;
const SLICES = 8;

const tables = makeTables();

function makeTables(): Uint32Array {
  const all = new Uint32Array(SLICES * 256);
  for (let i = 0; i < 256; i++) {
    let crc = i;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    all[i] = crc >>> 0;
  }
  for (let i = 256; i < all.length; i++) all[i] = (all[i - 256]! >>> 8) ^ all[all[i - 256]! & 0xff]!;
  return all;
}

/**
 * The CRC-32C (Castagnoli, RFC 3720) of bytes `from` up to `to`, as an unsigned number. `crc` continues an earlier one:
 * `crc32c(b, { crc: crc32c(a) })` is the checksum of both.
 */
export function crc32c(
  bytes: Uint8Array,
  {
    crc = 0,
    from = 0,
    to = bytes.length,
  }: { readonly crc?: number; readonly from?: number; readonly to?: number } = {},
): number {
  const rest = to - ((to - from) & 7);
  return ~oneByOne(eightByEight(~crc, bytes, from, rest), bytes, rest, to) >>> 0;
}

// Two functions: with both loops in one, V8 gave its compiled code up at the second loop of every call.
function eightByEight(before: number, bytes: Uint8Array, from: number, to: number): number {
  let state = before;
  for (let i = from; i < to; i += 8) {
    const low = state ^ (bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24));
    state =
      tables[1792 + (low & 0xff)]! ^
      tables[1536 + ((low >>> 8) & 0xff)]! ^
      tables[1280 + ((low >>> 16) & 0xff)]! ^
      tables[1024 + (low >>> 24)]! ^
      tables[768 + bytes[i + 4]!]! ^
      tables[512 + bytes[i + 5]!]! ^
      tables[256 + bytes[i + 6]!]! ^
      tables[bytes[i + 7]!]!;
  }
  return state;
}

function oneByOne(before: number, bytes: Uint8Array, from: number, to: number): number {
  let state = before;
  for (let i = from; i < to; i++) state = (state >>> 8) ^ tables[(state ^ bytes[i]!) & 0xff]!;
  return state;
}
