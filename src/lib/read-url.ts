/**
 * The URL that a text is, by itself or from `base` on; null when it is none. Not by `URL.canParse`: in Node 20, once V8 has
 * optimized its caller, that denies every text with a letter such as `ä`.
 */
export function readUrl(text: string, base?: URL | string): URL | null {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}
