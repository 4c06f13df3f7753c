import { fastFloat } from '#lib/fast-float';
import type { ExpositionFormat } from './negotiate.ts';
import type { ExpositionPage } from './page.ts';
import { lenientText, NEWLINE, OPEN, SPACE, TAB } from './text/bytes.ts';
import { goFloat } from './text/float.ts';

/**
 * A page of floats as the pattern of those to come: nearly always a target says the same again but for its values. Keeps
 * the page's bytes alive.
 */
export interface PagePattern {
  readonly format: ExpositionFormat;
  /** Number of values. */
  readonly length: number;
  readonly text: DataView;
  /** Where each text between two values starts and ends: before the first value, …, behind the last one. */
  readonly start: Int32Array;
  readonly end: Int32Array;
}

/** The pattern of a page; null when more than values may differ from page to page, or rows do not stand for themselves. */
export function patternOf(page: ExpositionPage, format: ExpositionFormat): PagePattern | null {
  if (format === 'protobuf' || page.length === 0 || page.error !== null || !isPlain(page)) return null;
  const { bytes, length } = page;
  const start = new Int32Array(length + 1);
  const end = new Int32Array(length + 1);
  for (let row = 0; row < length; row++) {
    end[row] = valueStart(bytes, page.end[row]!);
    start[row + 1] = valueEnd(bytes, end[row]!);
  }
  end[length] = bytes.length;
  return { format, length, text: viewOf(bytes), start, end };
}

/**
 * Reads the values of a page into `values`, by row. False when it is not the pattern's page with other values; then
 * `values` holds anything.
 */
export function readRepeated(
  { length, text, start, end }: PagePattern,
  body: Uint8Array,
  values: Float64Array,
): boolean {
  const view = viewOf(body);
  let at = 0;
  for (let row = 0; row < length; row++) {
    const from = start[row]!;
    const size = end[row]! - from;
    if (at + size >= body.length || !isSame(view, at, text, from, size)) return false;
    const first = at + size;
    at = valueEnd(body, first);
    const value = floatOf(body, first, at);
    if (value === null) return false;
    values[row] = value;
  }
  const rest = end[length]! - start[length]!;
  return at + rest === body.length && isSame(view, at, text, start[length]!, rest);
}

function isPlain({ length, timestamp, exemplars, histograms, startTimes, parts, hidden }: ExpositionPage): boolean {
  if (exemplars.size + histograms.size + startTimes.size + parts.length + hidden.size > 0) return false;
  for (let row = 0; row < length; row++) if (!Number.isNaN(timestamp[row])) return false;
  return true;
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

function valueStart(bytes: Uint8Array, at: number): number {
  let i = at;
  while (bytes[i] === SPACE || bytes[i] === TAB) i++;
  return i;
}

function valueEnd(bytes: Uint8Array, at: number): number {
  let i = at;
  while (i < bytes.length && !endsValue(bytes[i]!)) i++;
  return i;
}

function endsValue(byte: number): boolean {
  return byte <= OPEN && (byte === NEWLINE || byte === SPACE || byte === TAB || byte === OPEN);
}

/** Null for what is no value, or needs to be told with its place. */
function floatOf(bytes: Uint8Array, start: number, end: number): number | null {
  const fast = fastFloat(bytes, start, end);
  if (!Number.isNaN(fast)) return fast;
  const text = lenientText(bytes.subarray(start, end));
  const value = /[pP_]/.test(text) ? text : goFloat(text);
  return typeof value === 'number' ? value : null;
}
