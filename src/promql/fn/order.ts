import { compareUtf8 } from '#lib/utf8';

/** Sorts in place, ascending, NaN first: the order that quantiles count in. */
export function sortNaNFirst(values: Float64Array): Float64Array {
  values.sort();
  let nans = 0;
  while (nans < values.length && Number.isNaN(values[values.length - 1 - nans]!)) nans++;
  if (nans > 0 && nans < values.length) {
    values.copyWithin(nans, 0, values.length - nans);
    values.fill(Number.NaN, 0, nans);
  }
  return values;
}

/**
 * The quantile of values in that order, between two of them weighted by its distance. NaN of no values or for NaN, -Inf
 * below 0, +Inf above 1.
 */
export function quantileOf(quantile: number, sorted: Float64Array): number {
  const { length } = sorted;
  if (length === 0 || Number.isNaN(quantile)) return Number.NaN;
  if (quantile < 0) return Number.NEGATIVE_INFINITY;
  if (quantile > 1) return Number.POSITIVE_INFINITY;
  const rank = quantile * (length - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(length - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  return sorted[lower]! * (1 - weight) + sorted[upper]! * weight;
}

/** Natural order, as `sort_by_label` uses it: runs of digits compare as numbers, other runs by UTF-8 bytes. */
export function compareNaturally(a: string, b: string): number {
  const left = chunksOf(a);
  const right = chunksOf(b);
  const shared = Math.min(left.length, right.length);
  for (let i = 0; i < shared; i++) {
    const order = compareChunks(left[i]!, right[i]!);
    if (order !== 0) return order;
  }
  return left.length - right.length || compareUtf8(a, b);
}

function chunksOf(text: string): string[] {
  return text.match(/\d+|\D+/g) ?? [];
}

function compareChunks(a: string, b: string): number {
  if (!startsWithDigit(a) || !startsWithDigit(b)) return compareUtf8(a, b);
  const difference = BigInt(a) - BigInt(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function startsWithDigit(text: string): boolean {
  return text >= '0' && text < ':';
}
