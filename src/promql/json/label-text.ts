import type { ByteWriter } from '#lib/byte-writer';
import type { Labels } from '#model/labels';

/** Writes `{"name":"value",…}`. */
export function writeMetric(writer: ByteWriter, { pairs }: Labels): void {
  writer.ascii('{');
  for (let i = 0; i < pairs.length; i += 2) {
    if (i > 0) writer.ascii(',');
    writeString(writer, pairs[i]!);
    writer.ascii(':');
    writeString(writer, pairs[i + 1]!);
  }
  writer.ascii('}');
}

/**
 * Writes a string as Prometheus writes label names and values: of the control characters only line feed, return and tab
 * have names. A lone surrogate stands for a byte that is no UTF-8; it is shown by its number.
 */
function writeString(writer: ByteWriter, text: string): void {
  writer.reserve(text.length + 2);
  const { bytes, length } = writer;
  bytes[length] = QUOTE;
  let at = length + 1;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code === QUOTE || code === BACKSLASH || code > 0x7e) {
      writer.text(escaped(text));
      return;
    }
    bytes[at++] = code;
  }
  bytes[at] = QUOTE;
  writer.length = at + 1;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

function escaped(text: string): string {
  return JSON.stringify(text).replace(/\\[\\bf]/g, (found) => NUMBERED[found] ?? found);
}

const NUMBERED: Readonly<Record<string, string>> = { '\\b': '\\u0008', '\\f': '\\u000c' };

/** A string as Go's own encoder writes it, which is for strings that are the result: safe to stand in HTML. */
export function htmlSafeString(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
