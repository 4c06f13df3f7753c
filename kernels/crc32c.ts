// CRC-32C (Castagnoli), eight bytes at a time. Written in AssemblyScript; src/lib/crc32c.ts says what is right.

const POLYNOMIAL: u32 = 0x82f63b78;

/** Fills the 8 KB of tables that `checksum` needs. */
export function makeTables(tables: usize): void {
  for (let i: u32 = 0; i < 256; i++) {
    let crc = i;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ POLYNOMIAL : crc >> 1;
    store<u32>(tables + ((<usize>i) << 2), crc);
  }
  for (let i: u32 = 256; i < 2048; i++) {
    const before = load<u32>(tables + ((<usize>(i - 256)) << 2));
    store<u32>(tables + ((<usize>i) << 2), (before >> 8) ^ load<u32>(tables + ((<usize>(before & 0xff)) << 2)));
  }
}

/** The checksum of the bytes from `from` up to, not including, `to`. */
export function checksum(tables: usize, from: usize, to: usize): u32 {
  let state: u32 = 0xffffffff;
  let at = from;
  for (; at + 8 <= to; at += 8) {
    const low = state ^ load<u32>(at);
    const high = load<u32>(at, 4);
    state =
      entry(tables + 7168, low) ^
      entry(tables + 6144, low >> 8) ^
      entry(tables + 5120, low >> 16) ^
      entry(tables + 4096, low >> 24) ^
      entry(tables + 3072, high) ^
      entry(tables + 2048, high >> 8) ^
      entry(tables + 1024, high >> 16) ^
      entry(tables, high >> 24);
  }
  for (; at < to; at++) state = (state >> 8) ^ entry(tables, state ^ load<u8>(at));
  return ~state;
}

function entry(table: usize, index: u32): u32 {
  return load<u32>(table + ((<usize>(index & 0xff)) << 2));
}
