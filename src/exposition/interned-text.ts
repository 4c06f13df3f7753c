/** Different texts that are held at one time. */
const MOST_TEXTS = 1 << 16;
/** From this length on V8 makes a part of a text a reference into the whole of it. */
const SLICED_LENGTH = 13;

let known = new Map<string, string>();

/**
 * The text as one string for all who have the same: label names and values are few, and those who keep them are many. What
 * comes out does not keep a longer text alive that it was cut from.
 */
export function interned(text: string): string {
  const before = known.get(text);
  if (before !== undefined) return before;
  // Bounded by forgetting everything: what is in use comes back at once.
  if (known.size >= MOST_TEXTS) known = new Map();
  const own = text.length < SLICED_LENGTH ? text : Buffer.from(text, 'utf16le').toString('utf16le');
  known.set(own, own);
  return own;
}
