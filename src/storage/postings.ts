import { METRIC_NAME } from '#model/labels';
import type { Matcher } from '#model/matcher';

/** Ids of series, ascending and unique. Not to be changed by who receives them. */
export type Postings = Uint32Array;

export const NO_POSTINGS: Postings = new Uint32Array(0);

/** An index that can say which series have a label. */
export interface PostingsIndex {
  all(): Postings;
  /** Series with this pair; `value` is not ''. */
  postings(name: string, value: string): Postings;
  /**
   * Series that have a value for the name for which `test` holds, which it does for no value that does not begin with
   * `prefix`: an index whose values are sorted need not look at the others.
   */
  postingsWhere(name: string, test: (value: string) => boolean, prefix: string): Postings;
}

/**
 * The series that match all of `matchers`; none means all series. A matcher that matches '' also takes series without the
 * label, as in Prometheus.
 */
export function matchingPostings(index: PostingsIndex, matchers: readonly Matcher[]): Postings {
  const wanted = matchers.filter((matcher) => !matcher.matches('')).sort((a, b) => breadth(a) - breadth(b));
  const unwanted = matchers.filter((matcher) => matcher.matches(''));
  let found: Postings | null = null;
  for (const matcher of wanted) {
    found = found === null ? included(index, matcher) : intersect(found, included(index, matcher));
    if (found.length === 0) return found;
  }
  found ??= index.all();
  for (const matcher of unwanted) {
    if (found.length === 0) return found;
    found = subtract(found, excluded(index, matcher));
  }
  return found;
}

/** A text that two lists of matchers share only if they select the same. */
export function selectionKey(matchers: readonly Matcher[]): string {
  let key = '';
  // The lengths keep apart what the texts alone would not.
  for (const { name, operator, value } of matchers) key += `${name.length} ${name}${operator}${value.length} ${value}`;
  return key;
}

/** How many series a matcher is likely to take: a metric has few, a pattern is costly too. */
function breadth({ name, operator }: Matcher): number {
  if (operator !== '=') return 2;
  return name === METRIC_NAME ? 0 : 1;
}

function included(index: PostingsIndex, matcher: Matcher): Postings {
  const { name, operator, value, regex } = matcher;
  if (operator === '=') return index.postings(name, value);
  if (operator === '=~' && regex?.literals) return union(literalPostings(index, name, regex.literals));
  const prefix = operator === '=~' ? (regex?.prefix ?? '') : '';
  return index.postingsWhere(name, (candidate) => matcher.matches(candidate), prefix);
}

function excluded(index: PostingsIndex, matcher: Matcher): Postings {
  const { name, operator, value, regex } = matcher;
  if (operator === '!=') return index.postings(name, value);
  if (operator === '!~' && regex?.literals) return union(literalPostings(index, name, regex.literals));
  const prefix = operator === '!~' ? (regex?.prefix ?? '') : '';
  return index.postingsWhere(name, (candidate) => !matcher.matches(candidate), prefix);
}

function literalPostings(index: PostingsIndex, name: string, literals: readonly string[]): Postings[] {
  return [...new Set(literals)].filter((literal) => literal !== '').map((literal) => index.postings(name, literal));
}

// Where one list is this much longer, looking up beats walking.
const GALLOP = 32;

/** Ids in both. */
export function intersect(a: Postings, b: Postings): Postings {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (short.length * GALLOP < long.length) return intersectFew(short, long);
  const out = new Uint32Array(short.length);
  let n = 0;
  for (let i = 0, j = 0; i < short.length && j < long.length; ) {
    const x = short[i]!;
    const y = long[j]!;
    if (x === y) out[n++] = x;
    if (x <= y) i++;
    if (y <= x) j++;
  }
  return out.subarray(0, n);
}

function intersectFew(short: Postings, long: Postings): Postings {
  const out = new Uint32Array(short.length);
  let n = 0;
  let from = 0;
  for (const id of short) {
    from = lowerBound(long, id, from);
    if (from === long.length) break;
    if (long[from] === id) out[n++] = id;
  }
  return out.subarray(0, n);
}

/** Ids of `a` that are not in `b`. */
export function subtract(a: Postings, b: Postings): Postings {
  if (b.length === 0) return a;
  const out = new Uint32Array(a.length);
  let n = 0;
  let j = 0;
  for (const id of a) {
    while (j < b.length && b[j]! < id) j++;
    if (b[j] !== id) out[n++] = id;
  }
  return out.subarray(0, n);
}

/** Ids in any of the lists. */
export function union(lists: readonly Postings[]): Postings {
  let merged = lists.filter((list) => list.length > 0);
  if (merged.length > 16) return unionOfMany(merged);
  while (merged.length > 1) {
    const next: Postings[] = [];
    for (let i = 0; i < merged.length; i += 2) {
      next.push(i + 1 < merged.length ? unionOfTwo(merged[i]!, merged[i + 1]!) : merged[i]!);
    }
    merged = next;
  }
  return merged[0] ?? NO_POSTINGS;
}

function unionOfTwo(a: Postings, b: Postings): Postings {
  const out = new Uint32Array(a.length + b.length);
  let n = 0;
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const x = a[i]!;
    const y = b[j]!;
    out[n++] = Math.min(x, y);
    if (x <= y) i++;
    if (y <= x) j++;
  }
  while (i < a.length) out[n++] = a[i++]!;
  while (j < b.length) out[n++] = b[j++]!;
  return out.subarray(0, n);
}

// Typed arrays sort as numbers, faster than any merge of thousands of short lists.
function unionOfMany(lists: readonly Postings[]): Postings {
  const out = new Uint32Array(lists.reduce((sum, list) => sum + list.length, 0));
  let n = 0;
  for (const list of lists) {
    out.set(list, n);
    n += list.length;
  }
  out.sort();
  n = 0;
  for (let i = 0; i < out.length; i++) if (i === 0 || out[i] !== out[i - 1]) out[n++] = out[i]!;
  return out.subarray(0, n);
}

/** First index >= `from` whose id is not below `id`. */
function lowerBound(ids: Postings, id: number, from: number): number {
  let low = from;
  let step = 1;
  while (low + step < ids.length && ids[low + step]! < id) {
    low += step;
    step *= 2;
  }
  let high = Math.min(low + step, ids.length);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ids[middle]! < id) low = middle + 1;
    else high = middle;
  }
  return low;
}
