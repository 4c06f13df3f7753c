import { Undecided } from './value.ts';

/** The sum with the lost low bits kept in a second number (Neumaier). */
export function sumOf(values: readonly number[]): number {
  let sum = 0;
  let lost = 0;
  for (const value of values) {
    const total = sum + value;
    if (Number.isFinite(total)) lost += Math.abs(sum) >= Math.abs(value) ? sum - total + value : value - total + sum;
    sum = total;
  }
  const hasInfinity = values.some((value) => !Number.isFinite(value));
  if (!Number.isFinite(sum) && !hasInfinity) throw new Undecided('overflow depends on the order');
  return Number.isFinite(sum) ? sum + lost : sum;
}

/** The arithmetic mean. */
export function meanOf(values: readonly number[]): number {
  if (values.some((value) => !Number.isFinite(value))) return values.reduce((a, b) => a + b);
  if (values.some((value) => Math.abs(value) > 1e300)) return sumOf(values.map((value) => value / values.length));
  return sumOf(values) / values.length;
}

/** The mean squared distance from the mean. */
export function varianceOf(values: readonly number[]): number {
  if (values.some((value) => !Number.isFinite(value))) return Number.NaN;
  if (values.some((value) => Math.abs(value) > 1e150)) throw new Undecided('squares overflow');
  const first = values[0]!;
  const moved = values.map((value) => value - first);
  const mean = meanOf(moved);
  return meanOf(moved.map((value) => (value - mean) ** 2));
}

/** The φ-quantile, interpolated between its neighbours; NaN is the smallest value. */
export function quantileOf(quantile: number, values: readonly number[]): number {
  if (values.length === 0 || Number.isNaN(quantile)) return Number.NaN;
  if (quantile < 0) return Number.NEGATIVE_INFINITY;
  if (quantile > 1) return Number.POSITIVE_INFINITY;
  const sorted = [...values].sort(nanFirst);
  const rank = quantile * (sorted.length - 1);
  const lower = Math.floor(rank);
  const upper = Math.min(sorted.length - 1, lower + 1);
  const weight = rank - lower;
  return sorted[lower]! * (1 - weight) + sorted[upper]! * weight;
}

export function nanFirst(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
  return a < b ? -1 : Number(a > b);
}

/** Powers as C99 has them: 1 to any power is 1, as is -1 to an infinite one. */
export function power(a: number, b: number): number {
  if (a === 1 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY)) return 1;
  return a ** b;
}

/** A float as Go prints it for the label of count_values: never with an exponent. */
export function plainText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  const [, sign = '', digits = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? [];
  const all = digits + fraction;
  const point = digits.length + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${all}`;
  if (point >= all.length) return `${sign}${all}${'0'.repeat(point - all.length)}`;
  return `${sign}${all.slice(0, point)}.${all.slice(point)}`;
}

/** The smaller one as Go has it: -Inf wins over NaN. */
export function leastOf(a: number, b: number): number {
  return a === Number.NEGATIVE_INFINITY || b === Number.NEGATIVE_INFINITY ? Number.NEGATIVE_INFINITY : Math.min(a, b);
}

/** The larger one as Go has it: +Inf wins over NaN. */
export function mostOf(a: number, b: number): number {
  return -leastOf(-a, -b);
}
