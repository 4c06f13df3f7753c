/**
 * A float as Go's `strconv.FormatFloat(v, 'f', -1, 64)` prints it, but with the exponent form below 1e-6 and from 1e21 up:
 * the way Prometheus' JSON API and text formats show sample values. NaN, +Inf and -Inf as in Go.
 */
export function formatSampleValue(value: number): string {
  if (!Number.isFinite(value)) return formatNonFinite(value);
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-6 || magnitude >= 1e21)) return goExponent(value);
  return plainDecimal(value);
}

/** A float as `strconv.FormatFloat(v, 'f', -1, 64)`: never an exponent. */
export function formatFloatF(value: number): string {
  return Number.isFinite(value) ? plainDecimal(value) : formatNonFinite(value);
}

/** A float as `strconv.FormatFloat(v, 'g', -1, 64)` and `fmt`'s `%v` print it: exponent form when the exponent is < -4 or >= 6. */
export function formatFloatG(value: number): string {
  if (!Number.isFinite(value)) return formatNonFinite(value);
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e6)) return goExponent(value);
  return plainDecimal(value);
}

/** A float as `strconv.FormatFloat(v, 'e', -1, 64)`: always `d.ddde±dd`. */
export function formatFloatE(value: number): string {
  return Number.isFinite(value) ? goExponent(value) : formatNonFinite(value);
}

function formatNonFinite(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}

function goExponent(value: number): string {
  const text = Object.is(value, -0) ? '-0e+0' : value.toExponential();
  const split = text.indexOf('e');
  const exponent = text.slice(split + 2).padStart(2, '0');
  return `${text.slice(0, split)}e${text[split + 1]}${exponent}`;
}

function plainDecimal(value: number): string {
  if (Object.is(value, -0)) return '-0';
  const text = String(value);
  const split = text.indexOf('e');
  if (split < 0) return text;
  const negative = text.startsWith('-');
  const [whole = '', fraction = ''] = text.slice(negative ? 1 : 0, split).split('.');
  const point = whole.length + Number(text.slice(split + 1));
  const digits = whole + fraction;
  const sign = negative ? '-' : '';
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits.padEnd(point, '0');
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
