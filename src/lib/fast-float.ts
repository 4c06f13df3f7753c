const DOT = 46;
const POWERS = Float64Array.from({ length: 23 }, (_, power) => 10 ** power);
const LARGEST_EXACT = 2 ** 53;

/**
 * A plain decimal number in `bytes[start, end)`; NaN for everything else, also for valid numbers that need the slow way.
 * Exact: mantissas up to 2^53 and at most 22 decimals need only one rounding (Clinger's fast path).
 */
export function fastFloat(bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  const negative = bytes[i] === 45;
  if (negative) i++;
  let mantissa = 0;
  let decimals = -1;
  const first = i;
  for (; i < end; i++) {
    const digit = bytes[i]! - 48;
    if (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      if (decimals >= 0) decimals++;
    } else if (bytes[i] === DOT && decimals < 0) decimals = 0;
    else return Number.NaN;
  }
  const digits = end - first - (decimals >= 0 ? 1 : 0);
  if (digits === 0 || mantissa > LARGEST_EXACT || decimals > 22) return Number.NaN;
  const magnitude = decimals > 0 ? mantissa / POWERS[decimals]! : mantissa;
  return negative ? -magnitude : magnitude;
}
