import type { Exemplar } from '#model/exemplar';
import { Labels } from '#model/labels';
import type { MetricType } from '#model/metadata';
import { seriesPairs } from '../series-text.ts';
import { HASH, NEWLINE, OPEN, quotedText, SPACE } from './bytes.ts';
import { type Dialect, metricNameEnd, scanLabels } from './labels.ts';
import { type MetadataKeyword, readHelp, readMetadataLine, readType, unescapeLabel } from './metadata.ts';
import type { PageBuilder } from './page-builder.ts';

const DIALECT: Dialect = { loose: false, exemplar: false };
const EXEMPLAR: Dialect = { loose: false, exemplar: true };

const TYPES: ReadonlyMap<string, MetricType> = new Map(
  (['counter', 'gauge', 'histogram', 'gaugehistogram', 'summary', 'info', 'stateset', 'unknown'] as const).map(
    (type) => [type, type],
  ),
);

/**
 * Reads a page in the OpenMetrics text format, 0.0.1 or 1.0.0. Exactly one blank stands between the parts of a line, there
 * are no other comments, and `# EOF` must end the page. Timestamps are seconds, kept to the millisecond. As Prometheus, this
 * does not check what the types demand of their samples.
 */
export function parseOpenMetrics(page: PageBuilder): void {
  const { bytes } = page;
  for (;;) {
    page.lineStart = page.position;
    if (page.position >= bytes.length) throw page.error('data does not end with # EOF');
    const predicted = page.predictedEnd();
    if (predicted >= 0 && bytes[predicted] === SPACE) readSample(page, predicted, true);
    else if (bytes[page.position] !== HASH) readSample(page, scanSeries(page, page.position), false);
    else if (!page.takePredictedDescriptor() && readDescriptor(page)) return;
  }
}

/** Reads a line that starts with #. True: it was the last. */
function readDescriptor(page: PageBuilder): boolean {
  const { bytes, position } = page;
  const word = String.fromCharCode(...bytes.subarray(position, position + 7));
  if (word.startsWith('# EOF')) {
    const end = position + (word.startsWith('# EOF\n') ? 6 : 5);
    if (end < bytes.length) throw page.error('unexpected data after # EOF');
    return true;
  }
  const keyword = (['HELP', 'TYPE', 'UNIT'] as const).find((candidate) => word === `# ${candidate} `);
  if (keyword === undefined) throw invalidStart(page, word);
  readMetadata(page, position + 7, keyword);
  return false;
}

function invalidStart(page: PageBuilder, word: string) {
  const keywords = ['# HELP ', '# TYPE ', '# UNIT ', '# EOF'];
  let read = 0;
  while (keywords.some((keyword) => read < word.length && keyword.startsWith(word.slice(0, read + 1)))) read++;
  return page.unexpected('expected a valid start token', 'INVALID', page.position, page.position + read);
}

function readMetadata(page: PageBuilder, at: number, keyword: MetadataKeyword): void {
  const { name, text } = readMetadataLine(page, at, keyword, DIALECT);
  const { bytes, position } = page;
  const isComplete = bytes[position - 1] === NEWLINE;
  const separator = bytes[text.byteOffset - bytes.byteOffset - 1];
  if (!isComplete || separator !== SPACE) throw page.error(`expected text in ${keyword}`);
  if (keyword === 'TYPE') page.addMetadata(name, { type: readType(page, text, TYPES) });
  else if (keyword === 'HELP') page.addMetadata(name, { help: readHelp(page, text, unescapeLabel) });
  else page.addMetadata(name, { unit: checkedUnit(page, name, readHelp(page, text, unescapeLabel)) });
}

function checkedUnit(page: PageBuilder, name: string, unit: string): string {
  if (unit !== '' && !name.endsWith(`_${unit}`)) {
    throw page.error(`unit ${quotedText(unit)} not a suffix of metric ${quotedText(name)}`);
  }
  return unit;
}

function scanSeries(page: PageBuilder, at: number): number {
  const { bytes } = page;
  const nameEnd = metricNameEnd(bytes, at);
  if (bytes[nameEnd] !== OPEN) {
    if (nameEnd === at) throw page.unexpected('expected a valid start token', 'INVALID', at, at);
    return nameEnd;
  }
  const { end, named } = scanLabels(page, nameEnd + 1, DIALECT, nameEnd > at);
  if (!named) throw page.error(`metric name not set while parsing: ${page.lineTo(wordEnd(bytes, end + 1))}`);
  return end;
}

function readSample(page: PageBuilder, end: number, predicted: boolean): void {
  const start = page.position;
  const valueEnd = wordAfter(page, end, 'expected value after metric');
  const value = page.float(end + 1, valueEnd);
  let timestamp = Number.NaN;
  let i = valueEnd;
  if (!startsExemplar(page.bytes, i) && page.bytes[i] === SPACE) {
    i = wordAfter(page, i, 'expected timestamp or comment');
    timestamp = millis(page, valueEnd + 1, i, 'timestamp');
  }
  const expected = i === valueEnd ? 'expected timestamp or # symbol' : 'expected next entry after timestamp';
  let exemplar: Exemplar | null = null;
  if (startsExemplar(page.bytes, i)) exemplar = readExemplar(page, i + 4);
  else page.position = lineEndAt(page, i, expected);
  const row = page.addSample(start, end, predicted);
  page.page.value[row] = value;
  page.page.timestamp[row] = timestamp;
  if (exemplar !== null) page.page.exemplars.set(row, [exemplar]);
}

/** Whether ` # {` stands at `at`. */
function startsExemplar(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === SPACE && bytes[at + 1] === HASH && bytes[at + 2] === SPACE && bytes[at + 3] === OPEN;
}

/** Reads an exemplar from behind its brace to the end of the line. */
function readExemplar(page: PageBuilder, at: number): Exemplar {
  const { bytes } = page;
  const { end } = scanLabels(page, at, EXEMPLAR, false);
  const valueEnd = wordAfter(page, end, 'expected value after exemplar labels');
  const value = page.float(end + 1, valueEnd);
  let timestamp: number | null = null;
  let i = valueEnd;
  if (bytes[i] === SPACE) {
    i = wordAfter(page, i, 'expected timestamp or comment');
    timestamp = millis(page, valueEnd + 1, i, 'exemplar timestamp');
  }
  page.position = lineEndAt(
    page,
    i,
    timestamp === null ? 'expected timestamp or comment' : 'expected next entry after exemplar timestamp',
  );
  const pairs = seriesPairs(bytes.subarray(at - 1, end));
  return { labels: Labels.fromEntries(entriesOf(pairs)), value, timestamp };
}

function* entriesOf(pairs: readonly string[]): Generator<[string, string]> {
  for (let i = 0; i < pairs.length; i += 2) yield [pairs[i]!, pairs[i + 1]!];
}

/** The end of the word behind the one blank at `at`. */
function wordAfter(page: PageBuilder, at: number, expected: string): number {
  const { bytes } = page;
  if (at >= bytes.length) throw page.unexpected(expected, 'EOF', at - 1, at);
  if (bytes[at] !== SPACE) throw page.unexpected(expected, 'INVALID', at, at);
  const end = wordEnd(bytes, at + 1);
  if (end === at + 1) throw page.unexpected(expected, 'INVALID', at, end);
  return end;
}

function wordEnd(bytes: Uint8Array, at: number): number {
  let i = at;
  while (i < bytes.length && bytes[i] !== SPACE && bytes[i] !== NEWLINE) i++;
  return i;
}

/** The start of the next line; the line must end at `at`. */
function lineEndAt(page: PageBuilder, at: number, expected: string): number {
  const { bytes } = page;
  if (at >= bytes.length) throw page.error('data does not end with # EOF');
  if (bytes[at] === NEWLINE) return at + 1;
  const end = wordEnd(bytes, at + 1);
  const isWord = end > at + 1;
  throw page.unexpected(expected, isWord ? 'TIMESTAMP' : 'INVALID', at, end);
}

function millis(page: PageBuilder, start: number, end: number, what: string): number {
  const seconds = page.float(start, end);
  if (Number.isFinite(seconds)) return Math.trunc(seconds * 1000);
  const shown = Number.isNaN(seconds) ? 'NaN' : seconds > 0 ? '+Inf' : '-Inf';
  throw page.error(`invalid ${what} ${shown}`);
}
