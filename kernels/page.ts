// Reads the values of a page of which everything else is known. Written in AssemblyScript, a subset of TypeScript that
// becomes WebAssembly; src/exposition/repeated-page.ts does the same in TypeScript and says what is right.

/** It is another page. */
const OTHER: i32 = -1;
const LARGEST_EXACT: u64 = 1 << 53;
/** Powers of ten that are exact: so many decimals are one division. */
const MOST_DECIMALS: i32 = 22;

/** Where a value begins that is no plain decimal number. */
let place: usize = 0;

/** The address at which `readValues` stopped. */
export function stoppedAt(): usize {
  return place;
}

/**
 * Reads the values of rows from `row` on, whose text begins at `body`, as numbers to `values`. `starts` has by row where the
 * text before its value starts behind `text`, and where the one behind the last value does, and ends. Gives how many rows
 * are read: all, or those before a value that somebody else has to read, whose place `stoppedAt` tells; or OTHER. A byte
 * that ends a value stands at `end`; 16 more, and 16 behind the texts, may be read. `powers` has 10^0 … 10^22.
 */
export function readValues(
  body: usize,
  end: usize,
  text: usize,
  starts: usize,
  row: i32,
  rows: i32,
  values: usize,
  powers: usize,
): i32 {
  let p = body;
  let from = <usize>load<i32>(starts + (row << 2));
  for (let i = row; i < rows; i++) {
    const next = <usize>load<i32>(starts + ((i + 1) << 2));
    const size = next - from;
    if (p + size >= end || !isSame(p, text + from, size)) return OTHER;
    p += size;
    from = next;
    const first = p;
    let c = <u32>load<u8>(p);
    const isNegative = c === 45;
    if (isNegative) c = <u32>load<u8>(++p);
    let digits = p;
    let mantissa: u64 = 0;
    let decimals: i32 = 0;
    let digit = c - 48;
    while (digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digit = <u32>load<u8>(++p) - 48;
    }
    if (digit === <u32>(46 - 48)) {
      const point = ++p;
      digits++;
      digit = <u32>load<u8>(p) - 48;
      while (digit <= 9) {
        mantissa = mantissa * 10 + digit;
        digit = <u32>load<u8>(++p) - 48;
      }
      decimals = <i32>(p - point);
    }
    const count = p - digits;
    // 19 digits do not overflow.
    if (!endsValue(digit + 48) || count === 0 || count > 19 || mantissa > LARGEST_EXACT || decimals > MOST_DECIMALS) {
      place = first;
      return i;
    }
    let value = <f64>mantissa;
    if (decimals > 0) value /= load<f64>(powers + (decimals << 3));
    store<f64>(values + (i << 3), isNegative ? -value : value);
  }
  const rest = <usize>load<i32>(starts + ((rows + 1) << 2)) - from;
  return p + rest === end && isSame(p, text + from, rest) ? rows : OTHER;
}

function endsValue(c: u32): bool {
  return c === 10 || c === 32 || c === 9 || c === 123;
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
