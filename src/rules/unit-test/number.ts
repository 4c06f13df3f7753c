/** A number of PromQL's test language: decimal, with `_` between digits, Inf or NaN. */
export function parseNumber(text: string): number {
  const [, sign = '', digits = ''] = /^([+-]?)(.*)$/.exec(text) ?? [];
  const plain = digits.replaceAll('_', '');
  const magnitude = /^inf$/i.test(plain) ? Number.POSITIVE_INFINITY : Number(plain);
  return sign === '-' ? -magnitude : magnitude;
}
