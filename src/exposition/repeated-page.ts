import { fastFloat } from '#lib/fast-float';
import { type FoundValue, pageKernel } from './page-kernel.ts';
import { endsValue, type PagePattern } from './page-pattern.ts';
import { lenientText } from './text/bytes.ts';
import { goFloat } from './text/float.ts';

/**
 * The values of a page by row, good until the next call; null when it is not the pattern's page with other values. Uses the
 * kernel of this thread where there is one.
 */
export function readRepeated(pattern: PagePattern, body: Uint8Array, kernel = pageKernel()): Float64Array | null {
  return kernel?.takes(pattern, body) ? kernel.read(pattern, body, slowValue) : readPlain(pattern, body);
}

function readPlain({ length, text, start }: PagePattern, body: Uint8Array): Float64Array | null {
  const values = columnOf(length);
  const texts = viewOf(text);
  const view = viewOf(body);
  let at = 0;
  for (let row = 0; row < length; row++) {
    const from = start[row]!;
    const size = start[row + 1]! - from;
    if (at + size >= body.length || !isSame(view, at, texts, from, size)) return null;
    const first = at + size;
    at = valueEnd(body, first);
    const value = floatOf(body, first, at);
    if (value === null) return null;
    values[row] = value;
  }
  const rest = text.length - start[length]!;
  return at + rest === body.length && isSame(view, at, texts, start[length]!, rest) ? values : null;
}

let column = new Float64Array(1024);

/** Room for values until the next call. */
function columnOf(length: number): Float64Array {
  if (column.length < length) column = new Float64Array(length * 2);
  return column.subarray(0, length);
}

function slowValue(bytes: Uint8Array, at: number): FoundValue | null {
  const end = valueEnd(bytes, at);
  const value = floatOf(bytes, at, end);
  return value === null ? null : { value, end };
}

function viewOf({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length);
}

function isSame(a: DataView, at: number, b: DataView, from: number, length: number): boolean {
  let i = 0;
  for (; i + 4 <= length; i += 4) if (a.getInt32(at + i, true) !== b.getInt32(from + i, true)) return false;
  for (; i < length; i++) if (a.getUint8(at + i) !== b.getUint8(from + i)) return false;
  return true;
}

function valueEnd(bytes: Uint8Array, at: number): number {
  let i = at;
  while (i < bytes.length && !endsValue(bytes[i]!)) i++;
  return i;
}

/** Null for what is no value, or needs to be told with its place. */
function floatOf(bytes: Uint8Array, start: number, end: number): number | null {
  const fast = fastFloat(bytes, start, end);
  if (!Number.isNaN(fast)) return fast;
  const text = asciiText(bytes, start, end) ?? lenientText(bytes.subarray(start, end));
  const value = /[pP_]/.test(text) ? text : goFloat(text);
  return typeof value === 'number' ? value : null;
}

const LONGEST_NUMBER = 32;

/** Null for what is long or not ASCII. Most slow values are numbers with many digits. */
function asciiText(bytes: Uint8Array, start: number, end: number): string | null {
  if (end - start > LONGEST_NUMBER) return null;
  let text = '';
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte >= 0x80) return null;
    text += String.fromCharCode(byte);
  }
  return text;
}
