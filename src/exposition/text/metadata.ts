import type { MetricType } from '#model/metadata';
import { lenientText, NEWLINE, QUOTE, quotedBytes, quotedText, utf8Text } from './bytes.ts';
import { type Dialect, metricNameEnd, scanQuoted } from './labels.ts';
import type { PageBuilder } from './page-builder.ts';

/** What a metadata line is about. */
export type MetadataKeyword = 'HELP' | 'TYPE' | 'UNIT';

/** A metadata line's parts: the text still has its escapes. */
export interface MetadataLine {
  readonly name: string;
  readonly text: Uint8Array;
}

/**
 * Reads the rest of a metadata line, from the metric's name at `at` to the newline, and moves on to the next line. The one
 * blank behind the name belongs to neither.
 */
export function readMetadataLine(
  page: PageBuilder,
  at: number,
  keyword: MetadataKeyword,
  dialect: Dialect,
): MetadataLine {
  const { bytes } = page;
  const quoted = bytes[at] === QUOTE;
  const expected = `expected metric name after ${keyword}`;
  const nameEnd = quoted ? scanQuoted(page, at, dialect, expected) : metricNameEnd(bytes, at);
  if (nameEnd === at) throw page.unexpected(expected, at >= bytes.length ? 'EOF' : 'INVALID', at, at);
  const name = quoted
    ? unescapeLabel(lenientText(bytes.subarray(at + 1, nameEnd - 1)))
    : lenientText(bytes.subarray(at, nameEnd));
  const newline = bytes.indexOf(NEWLINE, nameEnd);
  const end = newline < 0 ? bytes.length : newline;
  page.position = Math.min(end + 1, bytes.length);
  return { name, text: bytes.subarray(Math.min(nameEnd + 1, end), end) };
}

/** The type that a TYPE line names. Throws with Prometheus' words when the format has no such type. */
export function readType(page: PageBuilder, text: Uint8Array, types: ReadonlyMap<string, MetricType>): MetricType {
  const word = lenientText(text);
  const type = types.get(word);
  if (type === undefined) throw page.error(`invalid metric type ${quotedText(word)}`);
  return type;
}

/** The text of a HELP line, escapes undone by `unescaped`. */
export function readHelp(page: PageBuilder, text: Uint8Array, unescaped: (text: string) => string): string {
  const help = utf8Text(text);
  if (help === null) throw page.error(`help text ${quotedBytes(text)} is not a valid utf8 string`);
  return unescaped(help);
}

/** Undoes `\\`, `\"` and `\n`; every other backslash stands for itself. */
export function unescapeLabel(text: string): string {
  return text.includes('\\') ? text.replace(/\\([\\"n])/g, (_, char) => (char === 'n' ? '\n' : char)) : text;
}

/** The same for HELP in the Prometheus text format, where a quote is not escaped. */
export function unescapeHelp(text: string): string {
  return text.includes('\\') ? text.replace(/\\([\\n])/g, (_, char) => (char === 'n' ? '\n' : char)) : text;
}
