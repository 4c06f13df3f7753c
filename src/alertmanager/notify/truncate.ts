import { utf8Length } from '#lib/utf8';

const ELLIPSIS = '…';

/** At most `limit` characters (code points, as Go counts runes); what is cut ends in an ellipsis. */
export function truncateRunes(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const runes = [...text];
  return runes.length <= limit ? text : `${runes.slice(0, limit - 1).join('')}${ELLIPSIS}`;
}

/** At most `limit` bytes of UTF-8; what is cut ends in an ellipsis, and no character is cut in two. */
export function truncateBytes(text: string, limit: number): string {
  if (utf8Length(text) <= limit) return text;
  return `${leadingBytes(text, limit - utf8Length(ELLIPSIS))}${ELLIPSIS}`;
}

/** The longest beginning that has at most `limit` bytes of UTF-8. */
export function leadingBytes(text: string, limit: number): string {
  let bytes = 0;
  let end = 0;
  for (const rune of text) {
    bytes += utf8Length(rune);
    if (bytes > limit) return text.slice(0, end);
    end += rune.length;
  }
  return text;
}
