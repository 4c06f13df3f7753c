// Unpacks Snappy blocks. Written in AssemblyScript, a subset of TypeScript that becomes WebAssembly; src/lib/snappy.ts does
// the same in TypeScript and says what is right.

/** Results below zero. */
const LITERAL_OVER: i32 = -1;
const COPY_BEFORE: i32 = -2;
const COPY_OVER: i32 = -3;
const CUT_OFF: i32 = -4;

/**
 * Unpacks the elements in `[from, end)` to `to`, at most `limit` bytes. Both sides are followed by 16 bytes that may be
 * read, and on the target's side overwritten. Gives how many bytes came out.
 */
export function unpack(from: usize, end: usize, to: usize, limit: i32): i32 {
  let at = from;
  let filled: i32 = 0;
  while (at < end) {
    const tag: u32 = load<u8>(at++);
    const kind = tag & 3;
    let length: i32 = <i32>(tag >> 2) + 1;
    if (kind === 0) {
      if (length > 60) {
        const size = length - 60;
        if (at + size > end) return CUT_OFF;
        const wide = <u64>(load<u32>(at) & <u32>(((<u64>1) << (8 * size)) - 1)) + 1;
        if (wide > <u64>limit) return LITERAL_OVER;
        length = <i32>wide;
        at += size;
      }
      if (<usize>length > end - at || length > limit - filled) return LITERAL_OVER;
      if (length > 64) memory.copy(to + filled, at, length);
      else copyShort(to + filled, at, length);
      at += length;
      filled += length;
      continue;
    }
    const size: usize = kind === 3 ? 4 : kind;
    if (at + size > end) return CUT_OFF;
    let offset: u32;
    if (kind === 1) {
      length = <i32>((tag >> 2) & 7) + 4;
      offset = ((tag & 0xe0) << 3) | load<u8>(at);
    } else offset = kind === 2 ? load<u16>(at) : load<u32>(at);
    at += size;
    if (offset === 0 || offset > <u32>filled) return COPY_BEFORE;
    if (length > limit - filled) return COPY_OVER;
    const target = to + filled;
    const source = target - offset;
    if (offset >= 8) copyShort(target, source, length);
    else for (let i: i32 = 0; i < length; i++) store<u8>(target + i, load<u8>(source + i));
    filled += length;
  }
  return filled;
}

/** Eight bytes at a time: source and target are at least so far apart. */
function copyShort(target: usize, source: usize, length: i32): void {
  for (let i: i32 = 0; i < length; i += 8) store<u64>(target + i, load<u64>(source + i));
}
