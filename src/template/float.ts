import { formatFloatE, formatFloatF, formatFloatG } from '#lib/go-format';

/** The letters of Go's float formats. */
export type FloatFormat = 'e' | 'f' | 'g';

/**
 * A float as `strconv.FormatFloat(value, format, precision, 64)`: exact decimal expansion, ties to even. Precision -1 is
 * the shortest text that reads back as the same number.
 */
export function formatFloat(value: number, format: FloatFormat, precision: number): string {
  if (precision < 0 || !Number.isFinite(value)) return SHORTEST[format](value);
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const magnitude = Math.abs(value);
  if (format === 'f') return sign + fixed(magnitude, precision);
  if (format === 'e') return sign + exponential(significant(magnitude, precision + 1));
  return sign + general(magnitude, precision === 0 ? 1 : precision);
}

const SHORTEST: Readonly<Record<FloatFormat, (value: number) => string>> = {
  e: formatFloatE,
  f: formatFloatF,
  g: formatFloatG,
};

/** value = 0.d1d2d3… × 10^(exponent + 1): the first digit stands for 10^exponent. */
interface Decimal {
  readonly digits: string;
  readonly exponent: number;
}

function fixed(magnitude: number, precision: number): string {
  const digits = scaledInteger(magnitude, precision)
    .toString()
    .padStart(precision + 1, '0');
  const whole = digits.slice(0, digits.length - precision);
  return precision === 0 ? whole : `${whole}.${digits.slice(-precision)}`;
}

function exponential({ digits, exponent }: Decimal): string {
  const mantissa = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function general(magnitude: number, precision: number): string {
  const { digits, exponent } = significant(magnitude, precision);
  const kept = digits.replace(/0+$/, '') || '0';
  const point = exponent + 1;
  // Go's threshold shrinks to the number of digits there are, unless zeros stand before the point.
  const threshold = precision > kept.length && kept.length >= point ? kept.length : precision;
  if (exponent < -4 || exponent >= threshold) return exponential({ digits: kept, exponent });
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${kept}`;
  if (kept.length <= point) return kept.padEnd(point, '0');
  return `${kept.slice(0, point)}.${kept.slice(point)}`;
}

/** The value rounded to so many significant digits. */
function significant(magnitude: number, count: number): Decimal {
  if (magnitude === 0) return { digits: '0'.repeat(count), exponent: 0 };
  // From below: the shortest form may have been rounded up to the next power of ten, and rounding here may carry.
  let exponent = Number(magnitude.toExponential().split('e')[1]) - 1;
  for (;;) {
    const digits = scaledInteger(magnitude, count - 1 - exponent).toString();
    if (digits.length === count) return { digits, exponent };
    exponent++;
  }
}

const FLOAT = new DataView(new ArrayBuffer(8));

/** The float taken apart: `mantissa × 2^exponent`, exactly. */
export function decompose(magnitude: number): { readonly mantissa: bigint; readonly exponent: number } {
  FLOAT.setFloat64(0, magnitude);
  const bits = FLOAT.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  if (biased === 0) return { mantissa: fraction, exponent: -1074 };
  return { mantissa: fraction | 0x10000000000000n, exponent: biased - 1075 };
}

/** magnitude × 10^power, rounded to an integer with ties to even. */
function scaledInteger(magnitude: number, power: number): bigint {
  const { mantissa, exponent } = decompose(magnitude);
  let numerator = mantissa;
  let denominator = 1n;
  if (exponent >= 0) numerator <<= BigInt(exponent);
  else denominator <<= BigInt(-exponent);
  if (power >= 0) numerator *= 10n ** BigInt(power);
  else denominator *= 10n ** BigInt(-power);
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  const up = twice > denominator || (twice === denominator && quotient % 2n === 1n);
  return up ? quotient + 1n : quotient;
}

/** As the flag `#` of a float's format: a decimal point always, and for g and x so many digits though they are zeros. */
export function withAllDigits(text: string, verb: string, precision: number): string {
  const [, mantissa = '', tail = ''] = (/x/i.test(verb) ? /^(.*?)([pP].*)?$/ : /^(.*?)([eE].*)?$/).exec(text) ?? [];
  const wanted = /[vgx]/i.test(verb) ? (precision < 0 ? 6 : precision) : 0;
  const pointed = mantissa.includes('.') ? mantissa : `${mantissa}.`;
  // A zero counts as a digit only when it is all there is; the x of the prefix counts always.
  const digits = /^[+-]?0$/.test(mantissa) ? 1 : mantissa.replace(/^[+-]?[0.]*/, '').replaceAll('.', '').length;
  return pointed + '0'.repeat(Math.max(wanted - digits, 0)) + tail;
}
