import { endsValue, type PagePattern } from './page-pattern.ts';
import { lenientText } from './text/bytes.ts';
import { fastFloat, goFloat } from './text/float.ts';

/**
 * Reads the values of a page into `values`, by row. False when it is not the pattern's page with other values; then
 * `values` holds anything.
 */
export function readRepeated({ length, text, start }: PagePattern, body: Uint8Array, values: Float64Array): boolean {
  const texts = viewOf(text);
  const view = viewOf(body);
  let at = 0;
  for (let row = 0; row < length; row++) {
    const from = start[row]!;
    const size = start[row + 1]! - from;
    if (at + size >= body.length || !isSame(view, at, texts, from, size)) return false;
    const first = at + size;
    at = valueEnd(body, first);
    const value = floatOf(body, first, at);
    if (value === null) return false;
    values[row] = value;
  }
  const rest = text.length - start[length]!;
  return at + rest === body.length && isSame(view, at, texts, start[length]!, rest);
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
  const text = lenientText(bytes.subarray(start, end));
  const value = /[pP_]/.test(text) ? text : goFloat(text);
  return typeof value === 'number' ? value : null;
}
