// CRC-32C (Castagnoli), sixteen bytes at a time. Written in AssemblyScript; src/lib/crc32c.ts says what is right.

const POLYNOMIAL: u32 = 0x82f63b78;
const TABLES: u32 = 16;

/** Fills the 16 KB of tables that `checksum` needs. */
export function makeTables(tables: usize): void {
  for (let i: u32 = 0; i < 256; i++) {
    let crc = i;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ POLYNOMIAL : crc >> 1;
    store<u32>(tables + ((<usize>i) << 2), crc);
  }
  for (let i: u32 = 256; i < TABLES * 256; i++) {
    const before = load<u32>(tables + ((<usize>(i - 256)) << 2));
    store<u32>(tables + ((<usize>i) << 2), (before >> 8) ^ load<u32>(tables + ((<usize>(before & 0xff)) << 2)));
  }
}

/** The checksum of the bytes from `from` up to, not including, `to`, behind bytes with the checksum `before`. */
export function checksum(tables: usize, from: usize, to: usize, before: u32): u32 {
  let state: u32 = ~before;
  let at = from;
  // Each round waits for the one before it: fewer of them are quicker, though they look up as much.
  for (; at + 16 <= to; at += 16) {
    const rest =
      four(tables + 8192, load<u32>(at, 4)) ^ four(tables + 4096, load<u32>(at, 8)) ^ four(tables, load<u32>(at, 12));
    state = four(tables + 12288, state ^ load<u32>(at)) ^ rest;
  }
  for (; at < to; at++) state = (state >> 8) ^ entry(tables, state ^ load<u8>(at));
  return ~state;
}

/** What four bytes add, with the tables of the places that they have before the end. */
function four(tables: usize, bytes: u32): u32 {
  return (
    entry(tables + 3072, bytes) ^
    entry(tables + 2048, bytes >> 8) ^
    (entry(tables + 1024, bytes >> 16) ^ entry(tables, bytes >> 24))
  );
}

function entry(table: usize, index: u32): u32 {
  return load<u32>(table + ((<usize>(index & 0xff)) << 2));
}
