// Goes on decoding many XOR chunks, each from where it stopped. Written in AssemblyScript; kernels/xor.ts does the same for
// one chunk and says what is right, src/chunkenc/xor-states.ts what a state holds.

const ROW_BYTES: usize = 16;

/**
 * Goes on from each of `count` states up to the last sample with t <= end. A row at `rows` for each: words address of the
 * state, address of the bytes that its bits count from, how many of these there are, and how many samples the chunk has. The
 * last word becomes 1 where all that was asked for is in the state now, and 0 where the rest is to be decoded otherwise: it
 * lies behind these bytes, is damaged or unusual. Behind the bytes of each row must be 16 more, whatever they hold.
 */
export function resumeMany(rows: usize, count: i32, end: f64): void {
  const stop = rows + ROW_BYTES * <usize>count;
  for (let row = rows; row < stop; row += ROW_BYTES) {
    const done = resume(load<u32>(row), load<u32>(row, 4), (<i32>load<u32>(row, 8)) << 3, load<i32>(row, 12), end);
    store<u32>(row, <u32>done, 12);
  }
}

function resume(state: usize, source: usize, limit: i32, count: i32, end: f64): bool {
  let i = load<i32>(state);
  // The second sample is written in a way of its own.
  if (i < 2) return i >= count && i > 0;
  let at = load<i32>(state, 4);
  let t = load<f64>(state, 8);
  let delta = load<f64>(state, 16);
  let value = load<u64>(state, 24);
  let leading = <u64>load<u32>(state, 32);
  let unused = <u64>load<u32>(state, 36);
  for (; i < count; i++) {
    let word = bitsAt(source, at);
    let distance = delta;
    if (<i64>word >= 0) {
      at += 1;
    } else if (<i64>(word << 1) >= 0) {
      const change = <i32>((word << 2) >> 50);
      distance += <f64>(change > 8192 ? change - 16384 : change);
      at += 16;
    } else if (<i64>(word << 2) >= 0) {
      const change = <i32>((word << 3) >> 47);
      distance += <f64>(change > 65536 ? change - 131072 : change);
      at += 20;
    } else if (<i64>(word << 3) >= 0) {
      const change = <i32>((word << 4) >> 44);
      distance += <f64>(change > 524288 ? change - 1048576 : change);
      at += 24;
    } else return false;
    if (at >= limit) return false;
    if (t + distance > end) return true;
    delta = distance;
    t += delta;
    word = bitsAt(source, at);
    if (<i64>word >= 0) {
      at += 1;
    } else {
      if (<i64>(word << 1) < 0) {
        leading = (word << 2) >> 59;
        const size = (word << 7) >> 58;
        unused = size === 0 ? 0 : 64 - size;
        if (unused < leading) return false;
        at += 13;
      } else at += 2;
      value ^= (bitsAt(source, at) >> unused) << (unused - leading);
      at += <i32>(64 - unused);
    }
    if (at > limit) return false;
    store<i32>(state, i + 1);
    store<i32>(state, at, 4);
    store<f64>(state, t, 8);
    store<f64>(state, delta, 16);
    store<u64>(state, value, 24);
    store<u32>(state, <u32>leading, 32);
    store<u32>(state, <u32>unused, 36);
  }
  return true;
}

/** The 64 bits from bit `at` on. */
function bitsAt(source: usize, at: i32): u64 {
  const place = source + <usize>(at >> 3);
  const shift = <u64>(at & 7);
  return (bswap(load<u64>(place)) << shift) | (<u64>load<u8>(place, 8) >> (8 - shift));
}
