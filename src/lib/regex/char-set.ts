/** A set of code points: first and last of each range, ascending, ranges neither touching nor overlapping. */
export type CharSet = readonly number[];

const LAST = 0x10ffff;

export const ANY_CHAR: CharSet = [0, LAST];

/** The set of these ranges, in any order. */
export function charSet(ranges: readonly (readonly [first: number, last: number])[]): CharSet {
  const out: number[] = [];
  for (const [first, last] of [...ranges].sort(([a], [b]) => a - b)) {
    const end = out.at(-1);
    if (end === undefined || first > end + 1) out.push(first, last);
    else out[out.length - 1] = Math.max(end, last);
  }
  return out;
}

/** The ranges, one by one. */
export function rangesOf(set: CharSet): [first: number, last: number][] {
  return Array.from({ length: set.length / 2 }, (_, i) => [set[2 * i]!, set[2 * i + 1]!]);
}

export function negated(set: CharSet): CharSet {
  const bounds = rangesOf(set).flatMap(([first, last]) => [first - 1, last + 1]);
  const all = [0, ...bounds, LAST];
  return all.flatMap((first, i) => (i % 2 === 0 && first <= all[i + 1]! ? [first, all[i + 1]!] : []));
}

export function united(sets: readonly CharSet[]): CharSet {
  return charSet(sets.flatMap(rangesOf));
}

/** Whether no code point is in both. */
export function disjoint(a: CharSet, b: CharSet): boolean {
  return rangesOf(a).every(([first, last]) => rangesOf(b).every(([from, to]) => last < from || first > to));
}

export function isAnyChar(set: CharSet): boolean {
  return set.length === 2 && set[0] === 0 && set[1] === LAST;
}

/** How many code points. */
export function sizeOf(set: CharSet): number {
  return rangesOf(set).reduce((size, [first, last]) => size + last - first + 1, 0);
}

/** The code points as strings. */
export function charsOf(set: CharSet): string[] {
  return rangesOf(set).flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i)),
  );
}

/**
 * With the other case of each letter, as RE2 folds: K and S have a third form each, the Kelvin sign and the long s. Null
 * for sets beyond ASCII, whose folding this does not know.
 */
export function caseFolded(set: CharSet): CharSet | null {
  if (set.length > 0 && set.at(-1)! > 0x7f) return null;
  const has = (code: number) => rangesOf(set).some(([first, last]) => first <= code && code <= last);
  const added: [number, number][] = [];
  for (let upper = 0x41; upper <= 0x5a; upper++) {
    const lower = upper + 0x20;
    if (!has(upper) && !has(lower)) continue;
    added.push([upper, upper], [lower, lower]);
    if (lower === 0x6b) added.push([0x212a, 0x212a]);
    if (lower === 0x73) added.push([0x17f, 0x17f]);
  }
  return charSet([...rangesOf(set), ...added]);
}
