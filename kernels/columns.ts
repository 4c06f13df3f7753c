// Loops over columns of numbers: rates, and sums over series. Written in AssemblyScript, with SIMD. What is right is said by
// src/promql/fn/rate.ts and src/promql/exec/accumulators.ts, to the last bit.

/** A result that is smaller than this is looked at with care. */
const SMALLEST: f64 = 1e-290;

/** Whether two columns of `count` numbers have the same bits. Looks from the end, where most differ. */
export function sameNumbers(a: usize, b: usize, count: i32): i32 {
  let i = <usize>count;
  for (; i >= 2; i -= 2) {
    const at = (i - 2) << 3;
    if (v128.any_true(v128.xor(v128.load(a + at), v128.load(b + at)))) return 0;
  }
  return i === 0 || load<u64>(a) === load<u64>(b) ? 1 : 0;
}

/** Whether any number from `from` up to, not including, `to` is smaller than the one before it. */
export function falls(v: usize, from: i32, to: i32): i32 {
  let i = from + 1;
  for (; i + 1 < to; i += 2) {
    const at = v + ((<usize>i) << 3);
    if (v128.any_true(f64x2.lt(v128.load(at), v128.load(at - 8)))) return 1;
  }
  if (i >= to) return 0;
  const at = v + ((<usize>i) << 3);
  return load<f64>(at) < load<f64>(at - 8) ? 1 : 0;
}

/**
 * The differences over windows of one shape, each times the factor that extrapolates it. Window k begins at sample
 * `first + k * stride` and ends `gaps` samples later.
 */
export function rateRun(
  v: usize,
  first: i32,
  stride: i32,
  gaps: i32,
  steps: i32,
  isCounter: i32,
  factor: f64,
  nearZero: f64,
  sampled: f64,
  toStart: f64,
  toEnd: f64,
  seconds: f64,
  out: usize,
): void {
  let from = v + ((<usize>first) << 3);
  const width = (<usize>gaps) << 3;
  const pace = (<usize>stride) << 3;
  let k = 0;
  if (stride === 1) {
    for (; k + 1 < steps; k += 2) {
      const before = v128.load(from);
      const result = f64x2.sub(v128.load(from + width), before);
      const clear = v128.and(
        f64x2.gt(before, f64x2.mul(f64x2.splat(nearZero), result)),
        f64x2.gt(result, f64x2.splat(SMALLEST)),
      );
      const rises = v128.and(f64x2.gt(result, f64x2.splat(0)), f64x2.ge(before, f64x2.splat(0)));
      if (isCounter && v128.any_true(v128.andnot(rises, clear))) {
        store<f64>(out, extrapolated(from, width, isCounter, factor, nearZero, sampled, toStart, toEnd, seconds));
        store<f64>(
          out,
          extrapolated(from + 8, width, isCounter, factor, nearZero, sampled, toStart, toEnd, seconds),
          8,
        );
      } else {
        v128.store(out, f64x2.mul(result, f64x2.splat(factor)));
      }
      from += 16;
      out += 16;
    }
  }
  for (; k < steps; k++) {
    store<f64>(out, extrapolated(from, width, isCounter, factor, nearZero, sampled, toStart, toEnd, seconds));
    from += pace;
    out += 8;
  }
}

function extrapolated(
  from: usize,
  width: usize,
  isCounter: i32,
  factor: f64,
  nearZero: f64,
  sampled: f64,
  toStart: f64,
  toEnd: f64,
  seconds: f64,
): f64 {
  const before = load<f64>(from);
  const result = load<f64>(from + width) - before;
  if (isCounter && !(before > nearZero * result && result > SMALLEST) && result > 0 && before >= 0) {
    const toZero = sampled * (before / result);
    if (toZero < toStart) return result * ((sampled === 0 ? 1 : (sampled + toZero + toEnd) / sampled) / seconds);
  }
  return result * factor;
}

/** In `seen`: the cell has a float. */
const HAS_FLOAT: u8 = 1;
const BOTH: u16 = 0x0101;

/** Adds the values that are present to the cells, by Kahan and Neumaier: the sum to `first`, what it misses to `second`. */
export function addSums(first: usize, second: usize, seen: usize, values: usize, present: usize, steps: i32): void {
  let i: usize = 0;
  const count = <usize>steps;
  for (; i + 1 < count; i += 2) {
    const at = i << 3;
    const shown = load<u16>(present + i);
    if (shown === 0) continue;
    const known = load<u16>(seen + i);
    if (shown === BOTH && known === BOTH) {
      const sum = v128.load(first + at);
      const value = v128.load(values + at);
      const total = f64x2.add(sum, value);
      const missed = v128.bitselect(
        f64x2.add(f64x2.sub(sum, total), value),
        f64x2.add(f64x2.sub(value, total), sum),
        f64x2.ge(f64x2.abs(sum), f64x2.abs(value)),
      );
      const isInfinite = f64x2.eq(f64x2.abs(total), f64x2.splat(Infinity));
      v128.store(first + at, total);
      v128.store(second + at, v128.andnot(f64x2.add(v128.load(second + at), missed), isInfinite));
    } else if (shown === BOTH && known === 0) {
      v128.store(first + at, v128.load(values + at));
      store<u16>(seen + i, BOTH);
    } else {
      addSum(first + at, second + at, seen + i, values + at, present + i);
      addSum(first + at + 8, second + at + 8, seen + i + 1, values + at + 8, present + i + 1);
    }
  }
  if (i < count) addSum(first + (i << 3), second + (i << 3), seen + i, values + (i << 3), present + i);
}

function addSum(first: usize, second: usize, seen: usize, value: usize, present: usize): void {
  if (load<u8>(present) !== 1) return;
  const added = load<f64>(value);
  const known = load<u8>(seen);
  if ((known & HAS_FLOAT) === 0) {
    store<u8>(seen, known | HAS_FLOAT);
    store<f64>(first, added);
    return;
  }
  const sum = load<f64>(first);
  const total = sum + added;
  if (abs(total) === Infinity) store<f64>(second, 0);
  else if (abs(sum) >= abs(added)) store<f64>(second, load<f64>(second) + (sum - total + added));
  else store<f64>(second, load<f64>(second) + (added - total + sum));
  store<f64>(first, total);
}
