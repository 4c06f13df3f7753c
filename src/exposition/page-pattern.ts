import { crc32 } from '#lib/crc32';
import type { MetricMetadata } from '#model/metadata';
import type { ExpositionFormat } from './negotiate.ts';
import { type ExpositionPage, metadataOf } from './page.ts';
import { parsePage } from './parse.ts';
import { NEWLINE, OPEN, SPACE, TAB } from './text/bytes.ts';

/**
 * A page of floats without its values: nearly always a target says the same again but for these. Targets that say the same
 * have one pattern together. Immutable.
 */
export interface PagePattern {
  readonly format: ExpositionFormat;
  /** Number of values. */
  readonly length: number;
  /** The texts between the values, one behind the other. */
  readonly text: Uint8Array;
  /** Where each of them starts in `text`: before the first value, …, behind the last one; and where that one ends. */
  readonly start: Int32Array;
  /** By family name. */
  readonly metadata: ReadonlyMap<string, MetricMetadata>;
}

/** The pattern of a page; null when more than values may differ from page to page, or rows do not stand for themselves. */
export function patternOf(page: ExpositionPage, format: ExpositionFormat): PagePattern | null {
  if (format === 'protobuf' || page.length === 0 || page.error !== null || !isPlain(page)) return null;
  return shared({ format, length: page.length, ...textsOf(page), metadata: metadataOf(page) });
}

/** A page with the pattern whose values are all 0. Its rows are those of every page with this pattern. */
export function pageOf({ format, length, text, start }: PagePattern): ExpositionPage {
  const body = new Uint8Array(text.length + length);
  for (let i = 0; i <= length; i++) {
    body.set(text.subarray(start[i], start[i + 1]), start[i]! + i);
    if (i < length) body[start[i + 1]! + i] = ZERO;
  }
  return parsePage({ format, body });
}

const ZERO = 48;

/** Whether a value ends before the byte. */
export function endsValue(byte: number): boolean {
  return byte <= OPEN && (byte === NEWLINE || byte === SPACE || byte === TAB || byte === OPEN);
}

function isPlain({ length, timestamp, exemplars, histograms, startTimes, parts, hidden }: ExpositionPage): boolean {
  if (exemplars.size + histograms.size + startTimes.size + parts.length + hidden.size > 0) return false;
  for (let row = 0; row < length; row++) if (!Number.isNaN(timestamp[row])) return false;
  return true;
}

function textsOf({ bytes, end, length }: ExpositionPage): Pick<PagePattern, 'text' | 'start'> {
  const start = new Int32Array(length + 2);
  const text = new Uint8Array(bytes.length);
  let from = 0;
  for (let row = 0; row <= length; row++) {
    const to = row < length ? valueStart(bytes, end[row]!) : bytes.length;
    text.set(bytes.subarray(from, to), start[row]);
    start[row + 1] = start[row]! + to - from;
    from = valueEnd(bytes, to);
  }
  return { text: text.slice(0, start[length + 1]), start };
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

/** Patterns that somebody has. */
const known = new Map<string, WeakRef<PagePattern>>();
const forgotten = new FinalizationRegistry<string>((key) => {
  if (known.get(key)?.deref() === undefined) known.delete(key);
});

/** The same pattern, as one for all who have it. */
function shared(pattern: PagePattern): PagePattern {
  const { format, length, text, start } = pattern;
  const key = `${format} ${length} ${text.length} ${crc32(text)}`;
  const other = known.get(key)?.deref();
  if (other !== undefined) return isSame(other.text, text) && isSame(other.start, start) ? other : pattern;
  known.set(key, new WeakRef(pattern));
  forgotten.register(pattern, key);
  addStart(pattern);
  return pattern;
}

/** So many bytes of its beginning tell what a page may be. */
const START_BYTES = 40;
/** Patterns with the same beginning that are tried: the newest ones. */
const MOST_ALIKE = 8;

/** By format and beginning. */
const byStart = new Map<string, WeakRef<PagePattern>[]>();

function addStart(pattern: PagePattern): void {
  if (pattern.start[1]! < START_BYTES) return;
  const key = startKey(pattern.format, pattern.text);
  const alike = (byStart.get(key) ?? []).filter((other) => other.deref() !== undefined);
  byStart.set(key, [new WeakRef(pattern), ...alike].slice(0, MOST_ALIKE));
  if (byStart.size > MOST_STARTS)
    for (const [other, patterns] of byStart) if (!patterns.some(isAlive)) byStart.delete(other);
}

const MOST_STARTS = 1024;
const isAlive = (pattern: WeakRef<PagePattern>) => pattern.deref() !== undefined;

function startKey(format: ExpositionFormat, bytes: Uint8Array): string {
  return `${format} ${String.fromCharCode(...bytes.subarray(0, START_BYTES))}`;
}

/** The patterns that somebody has and a page may have. */
export function candidates(format: ExpositionFormat, body: Uint8Array): PagePattern[] {
  if (body.length < START_BYTES) return [];
  const alike = byStart.get(startKey(format, body)) ?? [];
  return alike.map((pattern) => pattern.deref()).filter((pattern) => pattern !== undefined);
}

function isSame(a: Uint8Array | Int32Array, b: Uint8Array | Int32Array): boolean {
  return Buffer.compare(bytesOf(a), bytesOf(b)) === 0;
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint8Array | Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
