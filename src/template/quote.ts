const ESCAPES: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
};

/** Whether Go's `unicode.IsPrint` holds: letters, marks, numbers, punctuation, symbols and the plain space. */
export function isPrintable(char: string): boolean {
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(char);
}

/** The text as a Go literal, as `strconv.Quote` and `%q` print it; `ascii` escapes everything beyond ASCII. */
export function quote(text: string, ascii = false): string {
  return `"${[...text].map((char) => (char === '"' ? '\\"' : escapeChar(char, ascii))).join('')}"`;
}

/** As `%q` prints a character: `'x'`; `ascii` as in `quote`. */
export function quoteChar(char: string, ascii = false): string {
  return `'${char === "'" ? "\\'" : escapeChar(char, ascii)}'`;
}

/** The literal in backquotes where it can be, as regexp's messages show patterns. */
export function quoteRaw(text: string): string {
  const plain = [...text].every(
    (char) => char !== '`' && char !== '\ufeff' && (char === '\t' || isPrintable(char) || char > '\u00a0'),
  );
  return plain ? `\`${text}\`` : quote(text);
}

function escapeChar(char: string, ascii: boolean): string {
  const known = ESCAPES[char];
  if (known !== undefined) return known;
  const code = char.codePointAt(0)!;
  if (isPrintable(char) && !(ascii && code >= 0x80)) return char;
  if (code < 0x80) return `\\x${hex(code, 2)}`;
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0');
}
