import { GoList, GoMap, GoStruct, GoText, type Value } from '../value.ts';

/** Functions that read all of a nested value, not only its beginning. */
const READS_ALL: ReadonlySet<string> = new Set([
  ...['print', 'printf', 'println', 'html', 'js', 'urlquery', 'toJson', 'join'],
]);
/** Functions that run a regular expression over their last argument. */
const REGEX: ReadonlySet<string> = new Set(['match', 'reReplaceAll']);
/** Steps that a regular expression is worth for each character. */
const REGEX_STEPS = 4;
/** Characters that are as much work as one node of a template. */
const CHARACTERS_PER_STEP = 16;

/**
 * How many steps a call is worth beside its own node: one for 16 characters that it reads, four for each character that a
 * regular expression may write. Without end for a value of more than `most`: a list may hold itself many times over.
 */
export function workOf(name: string, values: readonly Value[], most: number): number {
  if (REGEX.has(name)) return regexWork(values);
  const all = READS_ALL.has(name);
  const sizes = values.map((value) => (all ? sizeOf(value, most) : textLength(value)));
  return Math.max(0, ...sizes) > most
    ? Number.POSITIVE_INFINITY
    : sizes.reduce((a, b) => a + b, 0) / CHARACTERS_PER_STEP;
}

/** The characters and elements in a value and everything in it; stops counting once it is above `most`. */
export function sizeOf(value: Value, most: number): number {
  let size = 0;
  const waiting: Value[] = [value];
  for (let next = waiting.pop(); next !== undefined && size <= most; next = waiting.pop()) {
    size += 1 + textLength(next);
    for (const child of childrenOf(next)) {
      if (size + waiting.length > most) return size + waiting.length;
      waiting.push(child);
    }
  }
  return size;
}

function regexWork(values: readonly Value[]): number {
  const [text = null, replacement = null] = [...values].reverse();
  return REGEX_STEPS * textLength(text) * (values.length < 3 ? 1 : 1 + textLength(replacement));
}

function textLength(value: Value): number {
  if (typeof value === 'string') return value.length;
  return value instanceof GoText ? value.text.length : 0;
}

function childrenOf(value: Value): Iterable<Value> {
  if (value instanceof GoList) return value.items;
  if (value instanceof GoMap) return value.entries.values();
  return value instanceof GoStruct ? value.fields.values() : [];
}
