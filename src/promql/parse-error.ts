import { BarographError } from '#lib/errors';
import type { Span } from './ast.ts';

/** What is wrong with a query and where, for marking it in an editor. Offsets count UTF-8 bytes. */
export interface ParseProblem extends Span {
  /** The complaint without the position. */
  readonly text: string;
}

/**
 * The error for a query that is not valid PromQL: `bad-request`, `promql-parse`, worded `line:column: parse error: …` as
 * Prometheus does (columns count bytes from 1). `parseProblemOf` gets the problem back out.
 */
export function parseError(query: string, problem: ParseProblem): BarographError {
  const { text, before } = placeOf(query, problem.start);
  return new BarographError(`${text}: parse error: ${problem.text}`, {
    kind: 'bad-request',
    code: 'promql-parse',
    cause: problem,
    at: { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') },
  });
}

/** The problem inside an error that `parseError` made; null for any other error. */
export function parseProblemOf(error: unknown): ParseProblem | null {
  const known = error instanceof BarographError && error.code === 'promql-parse';
  return known ? (error.cause as ParseProblem) : null;
}

/** `line:column` of a byte offset, both from 1, columns in bytes: the form in errors and annotations. */
export function positionText(query: string, offset: number): string {
  return placeOf(query, offset).text;
}

function placeOf(query: string, offset: number): { text: string; before: string } {
  if (query === '') return { text: 'unknown position', before: '' };
  let line = 1;
  let lineStart = 0;
  let bytes = 0;
  let index = 0;
  while (bytes < offset && index < query.length) {
    const codePoint = query.codePointAt(index) ?? 0;
    index += codePoint > 0xffff ? 2 : 1;
    bytes += utf8Width(codePoint);
    if (codePoint !== 0x0a) continue;
    line++;
    lineStart = bytes;
  }
  return { text: `${line}:${bytes - lineStart + 1}`, before: query.slice(0, index) };
}

function utf8Width(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}
