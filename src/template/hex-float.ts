import { decompose, formatFloat } from './float.ts';

/** A float as `strconv.FormatFloat(value, 'x', precision, 64)`: one bit before the point; precision -1 is as many digits as it takes. */
export function formatHexFloat(value: number, precision: number): string {
  if (!Number.isFinite(value)) return formatFloat(value, 'g', -1);
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const { bits, power } = normalized(Math.abs(value), precision);
  const digits =
    precision < 0 ? fraction(bits).replace(/0+$/, '') : fraction(bits).slice(0, precision).padEnd(precision, '0');
  const exponent = `${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  return `${sign}0x${bits >> FRACTION_BITS}${digits === '' ? '' : `.${digits}`}p${exponent}`;
}

const FRACTION_BITS = 52n;

function fraction(bits: bigint): string {
  return (bits & ((1n << FRACTION_BITS) - 1n)).toString(16).padStart(13, '0');
}

/** The value as bits / 2^52 * 2^power with one bit before the point, rounded half to even. */
function normalized(magnitude: number, precision: number): { readonly bits: bigint; readonly power: number } {
  if (magnitude === 0) return { bits: 0n, power: 0 };
  const { mantissa, exponent } = decompose(magnitude);
  const missing = 53 - mantissa.toString(2).length;
  const bits = rounded(mantissa << BigInt(missing), precision);
  const power = exponent - missing + Number(FRACTION_BITS);
  return bits >> 53n > 0n ? { bits: bits >> 1n, power: power + 1 } : { bits, power };
}

function rounded(bits: bigint, precision: number): bigint {
  if (precision < 0 || precision >= 13) return bits;
  const unit = 1n << BigInt(52 - 4 * precision);
  const rest = bits % unit;
  const down = bits - rest;
  const isUp = rest * 2n > unit || (rest * 2n === unit && (down / unit) % 2n === 1n);
  return isUp ? down + unit : down;
}
