import {
  BACKSLASH,
  CLOSE,
  COMMA,
  DIGIT,
  EQUALS,
  KIND,
  LABEL_START,
  METRIC_START,
  NEWLINE,
  QUOTE,
  quotedBytes,
  SPACE,
  TAB,
  utf8Text,
} from './bytes.ts';
import type { PageBuilder } from './page-builder.ts';

/** How the two formats differ between braces. */
export interface Dialect {
  /** Blanks may stand between all parts, a comma may be missing, and quoted texts may hold newlines. */
  readonly loose: boolean;
  /** Exemplars have no metric name. */
  readonly exemplar: boolean;
}

/** What was found between braces. */
export interface LabelScan {
  /** After the closing brace. */
  readonly end: number;
  /** Whether the metric's name is known now. */
  readonly named: boolean;
}

/** Checks labels from behind the opening brace to the closing one. Throws with Prometheus' words. */
export function scanLabels(page: PageBuilder, at: number, dialect: Dialect, named: boolean): LabelScan {
  const { bytes } = page;
  const skip = dialect.loose ? (i: number) => skipBlanks(bytes, i) : (i: number) => i;
  let known = named;
  let i = skip(at);
  while (bytes[i] !== CLOSE) {
    const nameEnd = scanLabelName(page, i, dialect);
    const next = skip(nameEnd);
    const isMetricName = bytes[i] === QUOTE && (bytes[next] === COMMA || bytes[next] === CLOSE);
    if (isMetricName) {
      if (dialect.exemplar) throw unexpectedToken(page, 'expected label name', next);
      if (known) throw page.error(`metric name already set while parsing: ${page.lineTo(next + 1)}`);
      known = true;
      i = bytes[next] === COMMA ? skip(next + 1) : next;
      continue;
    }
    if (bytes[next] !== EQUALS) throw unexpectedToken(page, 'expected equal', next);
    const valueStart = skip(next + 1);
    if (bytes[valueStart] !== QUOTE) throw page.unexpected('expected label value', 'INVALID', valueStart, valueStart);
    i = skip(scanQuoted(page, valueStart, dialect, 'expected label value'));
    if (bytes[i] === COMMA) i = skip(i + 1);
    else if (!dialect.loose && bytes[i] !== CLOSE) throw unexpectedToken(page, 'expected comma or brace close', i);
  }
  return { end: i + 1, named: known };
}

function scanLabelName(page: PageBuilder, at: number, dialect: Dialect): number {
  const { bytes } = page;
  if (bytes[at] === QUOTE) return scanQuoted(page, at, dialect, 'expected label name');
  if (at >= bytes.length || !(KIND[bytes[at]!]! & LABEL_START)) throw unexpectedToken(page, 'expected label name', at);
  return nameEnd(bytes, at, LABEL_START | DIGIT);
}

/** The end of the metric name that starts at `at`; `at` itself when none does. */
export function metricNameEnd(bytes: Uint8Array, at: number): number {
  if (at >= bytes.length || !(KIND[bytes[at]!]! & METRIC_START)) return at;
  return nameEnd(bytes, at, METRIC_START | DIGIT);
}

function nameEnd(bytes: Uint8Array, at: number, kinds: number): number {
  let i = at + 1;
  while (i < bytes.length && KIND[bytes[i]!]! & kinds) i++;
  return i;
}

/** The end of a quoted text, behind its closing quote; it must be UTF-8. */
export function scanQuoted(page: PageBuilder, at: number, { loose }: Dialect, expected: string): number {
  const { bytes } = page;
  let plain = true;
  let i = at + 1;
  for (; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte === QUOTE) break;
    if (byte === NEWLINE && !loose) break;
    if (byte === BACKSLASH) i++;
    else if (byte >= 0x80) plain = false;
  }
  if (bytes[i] !== QUOTE) throw page.unexpected(expected, 'INVALID', at, i);
  const quoted = bytes.subarray(at, i + 1);
  if (!plain && utf8Text(quoted) === null) throw page.error(`invalid UTF-8 label value: ${quotedBytes(quoted)}`);
  return i + 1;
}

/** Behind blanks and tabs. */
export function skipBlanks(bytes: Uint8Array, at: number): number {
  let i = at;
  while (bytes[i] === SPACE || bytes[i] === TAB) i++;
  return i;
}

const TOKENS: ReadonlyMap<number, string> = new Map([
  [COMMA, 'COMMA'],
  [CLOSE, 'BCLOSE'],
  [EQUALS, 'EQUAL'],
]);

/** The error for what stands at `at` between braces, named as Prometheus names it. */
function unexpectedToken(page: PageBuilder, expected: string, at: number) {
  const { bytes } = page;
  if (at >= bytes.length) return page.unexpected(expected, 'EOF', at, at);
  const byte = bytes[at]!;
  const token = TOKENS.get(byte);
  if (token !== undefined) return page.unexpected(expected, token, at, at + 1);
  if (KIND[byte]! & LABEL_START) return page.unexpected(expected, 'LNAME', at, nameEnd(bytes, at, LABEL_START | DIGIT));
  const close = byte === QUOTE ? bytes.indexOf(QUOTE, at + 1) : -1;
  return close < 0 ? page.unexpected(expected, 'INVALID', at, at) : page.unexpected(expected, 'QSTRING', at, close + 1);
}
