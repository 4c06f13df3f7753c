/** Bytes with a meaning in the text formats. */
export const NEWLINE = 10;
export const TAB = 9;
export const SPACE = 32;
export const QUOTE = 34;
export const HASH = 35;
export const COMMA = 44;
export const EQUALS = 61;
export const BACKSLASH = 92;
export const OPEN = 123;
export const CLOSE = 125;

/** Bits of `KIND`. */
export const LABEL_START = 1;
export const METRIC_START = 2;
export const DIGIT = 4;

/** What each byte may be in an unquoted name. */
export const KIND = new Uint8Array(256);
for (let letter = 0; letter < 26; letter++) {
  KIND[65 + letter] = LABEL_START | METRIC_START;
  KIND[97 + letter] = LABEL_START | METRIC_START;
}
KIND[95] = LABEL_START | METRIC_START;
KIND[58] = METRIC_START;
for (let digit = 48; digit < 58; digit++) KIND[digit] = DIGIT;

const strict = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/** The bytes as text; null when they are not UTF-8. */
export function utf8Text(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
}

/** The bytes as a quoted text with Go's escapes, for messages. */
export function quotedBytes(bytes: Uint8Array): string {
  const text = utf8Text(bytes);
  if (text !== null) return quotedText(text);
  let out = '';
  for (const byte of bytes) out += byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16)}`;
  return `"${out.replace(/["\n]/g, (char) => (char === '"' ? '\\"' : '\\n'))}"`;
}

/** A text as Go's %q prints it. */
export function quotedText(text: string): string {
  let out = '';
  for (const char of text) out += GO_ESCAPES[char] ?? (isControl(char) ? `\\x${hex(char)}` : char);
  return `"${out}"`;
}

const GO_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function isControl(char: string): boolean {
  return char < ' ' || char === '\x7f';
}

function hex(char: string): string {
  return char.charCodeAt(0).toString(16).padStart(2, '0');
}

/** The bytes as text, with U+FFFD for what is not UTF-8. */
export function lenientText(bytes: Uint8Array): string {
  return lenient.decode(bytes);
}
