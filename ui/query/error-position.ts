/** Where in an expression a parse error is. */
export interface ErrorPosition {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  /** What is wrong, without the position and the words before it. */
  readonly message: string;
}

/** Finds the position in Prometheus' parse errors (`… 1:4: parse error: unexpected end of input`), or null. */
export function errorPosition(expr: string, error: string): ErrorPosition | null {
  const match = /(?:^|[\s:])(\d+):(\d+): (parse error: .*)$/s.exec(error);
  if (match === null) return null;
  const line = Number(match[1]);
  const text = expr.split('\n')[line - 1];
  if (text === undefined) return null;
  return { line, column: columnInText(text, Number(match[2])), message: match[3]! };
}

/** Prometheus counts bytes of UTF-8; an editor counts UTF-16 units. */
function columnInText(line: string, byteColumn: number): number {
  const bytes = new TextEncoder().encode(line).subarray(0, Math.max(0, byteColumn - 1));
  const before = new TextDecoder().decode(bytes).length;
  return Math.min(before, line.length) + 1;
}
