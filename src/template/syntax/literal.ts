const SIMPLE_ESCAPES: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 92,
  "'": 39,
  '"': 34,
};

const ESCAPE = /\\(?:([abfnrtv\\'"])|([0-7]{3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/y;

/** The text of a Go string literal in double quotes or backquotes. Null when it is not one (`invalid syntax` in Go). */
export function unquote(literal: string): string | null {
  const inner = literal.slice(1, -1);
  if (literal.startsWith('`')) return inner.replaceAll('\r', '');
  return decodeEscapes(inner, "'");
}

/** The character of a Go character constant such as `'x'` or `'\n'`: its code point. A text is the problem with it, in Go's words. */
export function unquoteChar(literal: string): number | string {
  const text = decodeEscapes(literal.slice(1, -1), '"');
  if (text === null || text === '') return 'invalid syntax';
  const code = text.codePointAt(0)!;
  return String.fromCodePoint(code) === text ? code : `malformed character constant: ${literal}`;
}

// Escapes \x and octal give bytes, which together must make UTF-8: decoded at the end.
function decodeEscapes(inner: string, otherQuote: string): string | null {
  if (!inner.includes('\\')) return inner;
  const encoder = new TextEncoder();
  const bytes: number[] = [];
  for (let i = 0; i < inner.length; ) {
    if (inner[i] !== '\\') {
      const char = String.fromCodePoint(inner.codePointAt(i)!);
      bytes.push(...encoder.encode(char));
      i += char.length;
      continue;
    }
    ESCAPE.lastIndex = i;
    const match = ESCAPE.exec(inner);
    const decoded = match ? escapeBytes(match, otherQuote) : null;
    if (!match || !decoded) return null;
    bytes.push(...decoded);
    i += match[0].length;
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}

function escapeBytes(match: RegExpExecArray, otherQuote: string): Iterable<number> | null {
  const [, simple, octal, byte, short, long] = match;
  if (simple !== undefined) return simple === otherQuote ? null : [SIMPLE_ESCAPES[simple]!];
  if (octal !== undefined) return Number.parseInt(octal, 8) <= 255 ? [Number.parseInt(octal, 8)] : null;
  if (byte !== undefined) return [Number.parseInt(byte, 16)];
  const code = Number.parseInt(short ?? long ?? '', 16);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return null;
  return new TextEncoder().encode(String.fromCodePoint(code));
}

/** A number literal read as far as it goes: `int` when it is integral and fits 64 bits, `float` when it is real. */
export interface NumberValue {
  readonly int: bigint | null;
  readonly float: number | null;
}

const INTEGER =
  /^([+-]?)(0[xX]_?[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*|0[oO]_?[0-7]+(?:_[0-7]+)*|0[bB]_?[01]+(?:_[01]+)*|0(?:_?[0-7]+)*|[1-9][0-9]*(?:_[0-9]+)*)$/;
const DECIMAL = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const HEX_FLOAT = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?[0-9]+)$/;
const MIN_INT = -(2n ** 63n);
const MAX_INT = 2n ** 63n - 1n;
const MAX_UINT = 2n ** 64n - 1n;

/** Reads a Go number literal (`42`, `0x1f`, `1_000`, `1e3`, `0x1p-2`). A text is the problem with it, in Go's words. */
export function readNumber(text: string): NumberValue | string {
  const integer = readInteger(text);
  if (integer !== null && integer <= MAX_UINT && integer >= MIN_INT) {
    return { int: integer <= MAX_INT ? integer : null, float: Number(integer) };
  }
  const float = readFloat(text);
  if (float === null) return `illegal number syntax: ${JSON.stringify(text)}`;
  if (!/[.eEpP]/.test(text)) return `integer overflow: ${JSON.stringify(text)}`;
  const fits = Number.isInteger(float) && Math.abs(float) < 2 ** 63;
  return { int: fits ? BigInt(float) : null, float };
}

function readInteger(text: string): bigint | null {
  const match = INTEGER.exec(text);
  if (!match) return null;
  const [, sign, body = ''] = match;
  const digits = body.replaceAll('_', '');
  const octal = /^0[0-7]+$/.test(digits);
  const magnitude = BigInt(octal ? `0o${digits.slice(1)}` : digits);
  return sign === '-' ? -magnitude : magnitude;
}

function readFloat(text: string): number | null {
  const plain = text.replace(/(?<=[0-9a-fA-FxX])_(?=[0-9a-fA-F])/g, '');
  if (plain !== text && !/^[+-]?0[xX]/.test(text)) return null;
  const hex = HEX_FLOAT.exec(plain);
  if (!hex) return DECIMAL.test(plain) && Number.isFinite(Number(plain)) ? Number(plain) : null;
  const [, sign, whole = '', fraction = '', exponent] = hex;
  if (whole + fraction === '') return null;
  const mantissa = Number(`0x${whole}${fraction}`) * 2 ** (-4 * fraction.length);
  return (sign === '-' ? -1 : 1) * mantissa * 2 ** Number(exponent);
}
