import { ByteWriter } from '#lib/byte-writer';
import type { Labels } from '#model/labels';
import { RememberedTexts } from './remembered-texts.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Texts that are remembered at one time; when there are more, all are forgotten. */
const MOST_REMEMBERED = 16 << 20;

const remembered = new RememberedTexts<Labels>(MOST_REMEMBERED);

/**
 * Writes `{"name":"value",…}` as Prometheus writes label names and values: of the control characters only line feed, return
 * and tab have names. A lone surrogate stands for a byte that is no UTF-8; it is shown by its number. Storage gives the same
 * Labels again for a series, so their text is remembered.
 */
export function writeMetric(writer: ByteWriter, labels: Labels): void {
  if (remembered.append(labels, writer)) return;
  const start = writer.length;
  writePairs(writer, labels);
  remembered.remember(labels, writer.bytes.subarray(start, writer.length));
}

/** The same text as bytes, which are kept: they must not be changed. */
export function metricBytes(labels: Labels): Uint8Array {
  const known = remembered.get(labels);
  if (known !== undefined) return known;
  const writer = new ByteWriter();
  writePairs(writer, labels);
  const text = writer.take();
  remembered.remember(labels, text);
  return text;
}

function writePairs(writer: ByteWriter, { pairs }: Labels): void {
  let room = 2 + 4 * pairs.length;
  for (const text of pairs) room += text.length;
  writer.reserve(room);
  const { bytes } = writer;
  let at = writer.length;
  bytes[at++] = OPEN;
  for (let i = 0; i < pairs.length; i++) {
    at = putPlain(bytes, at, pairs[i]!);
    if (at < 0) {
      writer.text(metricText(pairs));
      return;
    }
    bytes[at++] = i % 2 === 0 ? COLON : COMMA;
  }
  if (pairs.length > 0) at--;
  bytes[at] = CLOSE;
  writer.length = at + 1;
}

/** Puts the text in quotes and gives the end, or -1 when a character needs more than its own byte. */
function putPlain(bytes: Uint8Array, start: number, text: string): number {
  const { length } = text;
  let at = start;
  bytes[at++] = QUOTE;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code === QUOTE || code === BACKSLASH || code > 0x7e) return -1;
    bytes[at++] = code;
  }
  bytes[at] = QUOTE;
  return at + 1;
}

function metricText(pairs: readonly string[]): string {
  const texts: string[] = [];
  for (let i = 0; i < pairs.length; i += 2) texts.push(`${escaped(pairs[i]!)}:${escaped(pairs[i + 1]!)}`);
  return `{${texts.join(',')}}`;
}

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
