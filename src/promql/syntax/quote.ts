/**
 * Strings in PromQL hold bytes, JavaScript's hold UTF-16. A byte that is no part of valid UTF-8 (`"\xff"`) becomes the lone
 * surrogate U+DC00 + byte, which no valid text contains; printing turns it back into `\xff`.
 */
const STRAY_BYTE = 0xdc00;

const SHORT_ESCAPES: ReadonlyMap<number, string> = new Map([
  [0x07, '\\a'],
  [0x08, '\\b'],
  [0x0c, '\\f'],
  [0x0a, '\\n'],
  [0x0d, '\\r'],
  [0x09, '\\t'],
  [0x0b, '\\v'],
]);

// Go's unicode.IsPrint: letters, marks, numbers, punctuation, symbols and the ASCII space.
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const PLAIN = /^[ !#-[\]-~]*$/;

/** A string in double quotes as Go's `strconv.Quote` writes it: the form of strings in canonical PromQL and in errors. */
export function goQuote(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  let out = '"';
  for (const char of text) out += escaped(char, '"');
  return `${out}"`;
}

/** A character in single quotes as Go's `%q` writes it. */
export function goQuoteChar(char: string): string {
  return `'${escaped(char, "'")}'`;
}

/** A character as Go's `%#U` writes it: `U+0063 'c'`. */
export function goCodePoint(char: string): string {
  const hex = codePointOf(char).toString(16).toUpperCase().padStart(4, '0');
  return PRINTABLE.test(char) ? `U+${hex} '${char}'` : `U+${hex}`;
}

function escaped(char: string, quote: string): string {
  const code = codePointOf(char);
  if (char === quote || char === '\\') return `\\${char}`;
  if (code >= STRAY_BYTE + 0x80 && code <= STRAY_BYTE + 0xff) return `\\x${hexDigits(code - STRAY_BYTE, 2)}`;
  if (PRINTABLE.test(char)) return char;
  const short = SHORT_ESCAPES.get(code);
  if (short !== undefined) return short;
  if (code < 0x20 || code === 0x7f) return `\\x${hexDigits(code, 2)}`;
  return code < 0x10000 ? `\\u${hexDigits(code, 4)}` : `\\U${hexDigits(code, 8)}`;
}

function codePointOf(char: string): number {
  return char.codePointAt(0) ?? 0;
}

function hexDigits(code: number, width: number): string {
  return code.toString(16).padStart(width, '0');
}

const UNESCAPED: ReadonlyMap<string, number> = new Map([
  ['a', 0x07],
  ['b', 0x08],
  ['f', 0x0c],
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
  ['v', 0x0b],
]);

const ESCAPE = /\\(?:([0-7]{3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(.))/gu;

/** The value of a string literal whose form the lexer has checked, quotes included. */
export function unquote(literal: string): string {
  const body = literal.slice(1, -1);
  if (literal.startsWith('`') || !body.includes('\\')) return body;
  const bytes: number[] = [];
  let done = 0;
  for (const match of body.matchAll(ESCAPE)) {
    pushText(bytes, body.slice(done, match.index));
    pushEscape(bytes, match);
    done = match.index + match[0].length;
  }
  pushText(bytes, body.slice(done));
  return decode(bytes);
}

const encoder = new TextEncoder();

function pushText(bytes: number[], text: string): void {
  for (const byte of encoder.encode(text)) bytes.push(byte);
}

function pushEscape(bytes: number[], [, octal, hex, u4, u8, short]: RegExpExecArray): void {
  if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
  else if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
  else if (short !== undefined) bytes.push(UNESCAPED.get(short) ?? codePointOf(short));
  else pushText(bytes, String.fromCodePoint(Number.parseInt(u4 ?? u8 ?? '', 16)));
}

function decode(bytes: readonly number[]): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch {
    return decodeWithStrayBytes(bytes);
  }
}

function decodeWithStrayBytes(bytes: readonly number[]): string {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let out = '';
  for (let i = 0; i < bytes.length; ) {
    const width = sequenceLength(bytes[i]!);
    try {
      out += decoder.decode(Uint8Array.from(bytes.slice(i, i + width)));
      i += width;
    } catch {
      out += String.fromCharCode(STRAY_BYTE + bytes[i]!);
      i++;
    }
  }
  return out;
}

function sequenceLength(lead: number): number {
  if (lead < 0xc0) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}
