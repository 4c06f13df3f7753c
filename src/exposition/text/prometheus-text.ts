import type { MetricType } from '#model/metadata';
import { CLOSE, DIGIT, HASH, KIND, NEWLINE, OPEN, SPACE, TAB } from './bytes.ts';
import { type Dialect, metricNameEnd, scanLabels, skipBlanks } from './labels.ts';
import { type MetadataKeyword, readHelp, readMetadataLine, readType, unescapeHelp } from './metadata.ts';
import type { PageBuilder } from './page-builder.ts';

const DIALECT: Dialect = { loose: true, exemplar: false };

const TYPES: ReadonlyMap<string, MetricType> = new Map([
  ['counter', 'counter'],
  ['gauge', 'gauge'],
  ['histogram', 'histogram'],
  ['summary', 'summary'],
  ['untyped', 'unknown'],
]);

/**
 * Reads a page in the Prometheus text format, 0.0.4 or 1.0.0 (quoted names), to its end. Blank lines, comments and blanks
 * around the parts of a line mean nothing; the last newline may be missing. Timestamps are integer milliseconds.
 */
export function parsePrometheusText(page: PageBuilder): void {
  const { bytes } = page;
  while (page.position < bytes.length) {
    page.lineStart = page.position;
    const predicted = page.predictedEnd();
    if (predicted >= 0 && isSeriesEnd(bytes, predicted)) readSample(page, page.position, predicted, true);
    else if (!page.takePredictedDescriptor()) readLine(page);
  }
}

/** Whether a series that was matched byte by byte really ends here. */
function isSeriesEnd(bytes: Uint8Array, end: number): boolean {
  if (bytes[end - 1] === CLOSE) return true;
  return (bytes[end] === SPACE || bytes[end] === TAB) && bytes[skipBlanks(bytes, end)] !== OPEN;
}

function readLine(page: PageBuilder): void {
  const { bytes } = page;
  const at = skipBlanks(bytes, page.position);
  if (at >= bytes.length) page.position = at;
  else if (bytes[at] === 0 && onlyNulls(bytes, at)) page.position = bytes.length;
  else if (bytes[at] === NEWLINE) page.position = at + 1;
  else if (bytes[at] === HASH) readComment(page, at);
  else readSample(page, at, scanSeries(page, at), false);
}

// Prometheus ends a page at a NUL where a line would begin, and so loses in silence what follows; here only one that is
// padded to its end is whole.
function onlyNulls(bytes: Uint8Array, at: number): boolean {
  for (let i = at; i < bytes.length; i++) if (bytes[i] !== 0) return false;
  return true;
}

/** The end of the series that starts at `at`, checked. */
function scanSeries(page: PageBuilder, at: number): number {
  const { bytes } = page;
  const nameEnd = metricNameEnd(bytes, at);
  if (nameEnd === at && bytes[at] !== OPEN) throw page.unexpected('expected a valid start token', 'INVALID', at, at);
  const brace = skipBlanks(bytes, nameEnd);
  if (bytes[brace] !== OPEN) return nameEnd;
  const { end, named } = scanLabels(page, brace + 1, DIALECT, nameEnd > at);
  if (!named) throw page.error(`metric name not set while parsing: ${page.lineTo(lineEnd(bytes, end))}`);
  return end;
}

function readSample(page: PageBuilder, start: number, end: number, predicted: boolean): void {
  const { bytes } = page;
  const valueStart = skipBlanks(bytes, end);
  let i = valueStart;
  while (i < bytes.length && !endsValue(bytes[i]!)) i++;
  if (i === valueStart) {
    const token = i >= bytes.length || bytes[i] === NEWLINE ? 'LINEBREAK' : 'INVALID';
    throw page.unexpected('expected value after metric', token, i, i);
  }
  const value = page.float(valueStart, i);
  const row = page.addSample(start, end, predicted);
  page.page.value[row] = value;
  const rest = skipBlanks(bytes, i);
  if (rest >= bytes.length || bytes[rest] === NEWLINE) page.position = rest + 1;
  else readTimestamp(page, rest, row);
}

function endsValue(byte: number): boolean {
  return byte === SPACE || byte === NEWLINE || byte === TAB || byte === OPEN;
}

/** Milliseconds, without a sign: as Prometheus, nothing before 1970. */
function readTimestamp(page: PageBuilder, at: number, row: number): void {
  const { bytes } = page;
  let i = at;
  while (i < bytes.length && KIND[bytes[i]!]! & DIGIT) i++;
  try {
    if (i === at) throw page.unexpected('expected timestamp or new record', 'INVALID', at, at);
    page.page.timestamp[row] = page.integer(at, i);
    const rest = skipBlanks(bytes, i);
    if (rest < bytes.length && bytes[rest] !== NEWLINE) {
      throw page.unexpected('expected next entry after timestamp', 'INVALID', rest, rest);
    }
    page.position = rest + 1;
  } catch (error) {
    page.page.length = row;
    throw error;
  }
}

function readComment(page: PageBuilder, at: number): void {
  const { bytes } = page;
  const word = skipBlanks(bytes, at + 1);
  const keyword = word > at + 1 ? keywordAt(bytes, word) : null;
  if (keyword === null) page.position = lineEnd(bytes, at) + 1;
  else readMetadata(page, skipBlanks(bytes, word + 4), keyword);
}

function keywordAt(bytes: Uint8Array, at: number): 'HELP' | 'TYPE' | null {
  if (bytes[at + 4] !== SPACE && bytes[at + 4] !== TAB) return null;
  const word = String.fromCharCode(...bytes.subarray(at, at + 4));
  return word === 'HELP' || word === 'TYPE' ? word : null;
}

function readMetadata(page: PageBuilder, at: number, keyword: MetadataKeyword): void {
  const { name, text } = readMetadataLine(page, at, keyword, DIALECT);
  if (keyword === 'TYPE') page.addMetadata(name, { type: readType(page, text, TYPES) });
  else page.addMetadata(name, { help: readHelp(page, text, unescapeHelp) });
}

function lineEnd(bytes: Uint8Array, at: number): number {
  const newline = bytes.indexOf(NEWLINE, at);
  return newline < 0 ? bytes.length : newline;
}
