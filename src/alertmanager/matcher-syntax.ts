import { BarographError } from '#lib/errors';
import type { MatcherSpec, MatchOperator } from '#model/matcher';
import { isValidLabelName } from '#model/name-validation';
import { quote } from '#template/quote';

/**
 * Which syntax of matchers, and which names of labels, an Alertmanager takes: by default (`fallback`) both and any,
 * `classic` the old one and its names alone, `utf8` the new one alone, with any names.
 */
export type MatcherMode = 'fallback' | 'classic' | 'utf8';

/** Whether a label may have this name. */
export function isLabelName(name: string, mode: MatcherMode): boolean {
  return isValidLabelName(name, mode === 'classic' ? 'legacy' : 'utf8');
}

/**
 * Reads Alertmanager's matchers, `{foo="bar", baz=~"a|b"}` with or without braces, any number of them. By default the
 * UTF-8 syntax and the classic one are both tried, as Alertmanager does: where they disagree, or only the classic one
 * understands the text, its answer counts. Throws `bad-request` with Alertmanager's words when none that the mode has does.
 */
export function parseMatchers(text: string, mode: MatcherMode = 'fallback'): MatcherSpec[] {
  if (mode === 'classic') return parseClassic(text);
  if (mode === 'utf8') return parseModern(text);
  return eitherWay(
    () => parseModern(text),
    () => parseClassic(text),
  );
}

/** Reads a matcher that stands alone, as in the filters of the API: without braces, and a comma belongs to its value. */
export function parseMatcher(text: string, mode: MatcherMode = 'fallback'): MatcherSpec {
  if (mode === 'classic') return parseClassicMatcher(text);
  if (text.startsWith('{') || text.endsWith('}')) fail(`unexpected open or close brace: ${text}`);
  if (mode === 'utf8') return parseModernAlone(text)[0]!;
  return eitherWay(
    () => parseModernAlone(text),
    () => [parseClassicMatcher(text)],
  )[0]!;
}

function eitherWay(parseNew: () => MatcherSpec[], parseOld: () => MatcherSpec[]): MatcherSpec[] {
  const modern = attempt(parseNew);
  const classic = attempt(parseOld);
  if (classic.value !== undefined) {
    return modern.value !== undefined && same(modern.value, classic.value) ? modern.value : classic.value;
  }
  if (modern.value !== undefined) return modern.value;
  throw classic.error;
}

/** One matcher as Alertmanager writes it: the value always quoted, the name only where it must be. */
export function printMatcher({ name, operator, value }: MatcherSpec): string {
  if ([...name].some(isReserved)) return `${quote(name)}${operator}${quote(value)}`;
  return `${name}${operator}"${value.replace(/[\\"\n]/g, (char) => (char === '\n' ? '\\n' : `\\${char}`))}"`;
}

interface Attempt {
  readonly value?: MatcherSpec[];
  readonly error?: unknown;
}

function attempt(parse: () => MatcherSpec[]): Attempt {
  try {
    return { value: parse() };
  } catch (error) {
    return { error };
  }
}

function same(a: readonly MatcherSpec[], b: readonly MatcherSpec[]): boolean {
  return a.length === b.length && a.every((one, i) => printMatcher(one) === printMatcher(b[i]!));
}

function fail(message: string): never {
  throw new BarographError(message, {
    kind: 'bad-request',
    code: 'bad-matcher',
    hint: 'write name="value", name!="value", name=~"regex" or name!~"regex"',
  });
}

function isReserved(char: string): boolean {
  return /\s/.test(char) || '{}!=~,\\"\'`'.includes(char);
}

// The classic syntax: split at commas outside quotes, then one pattern for each part.

const CLASSIC = /^\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(=~|=|!=|!~)\s*(.*?)\s*$/s;

function parseClassic(text: string): MatcherSpec[] {
  return splitClassic(text.replace(/^\{/, '').replace(/\}$/, '')).map(parseClassicMatcher);
}

function splitClassic(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  let escaped = false;
  for (const char of text) {
    if (char === ',' && !quoted) {
      parts.push(part);
      part = '';
      continue;
    }
    if (char === '"' && !escaped) quoted = !quoted;
    escaped = char === '\\' && !escaped;
    part += char;
  }
  if (part.trim() !== '') parts.push(part.trim());
  return parts;
}

function parseClassicMatcher(text: string): MatcherSpec {
  const match = CLASSIC.exec(text);
  if (match === null) return fail(`bad matcher format: ${text}`);
  const [, name = '', operator = '=', raw = ''] = match;
  return { name, operator: operator as MatchOperator, value: classicValue(raw) };
}

function classicValue(raw: string): string {
  const quoted = raw.startsWith('"');
  const closed = /^"(?:[^"\\]|\\.)*"$/s.test(raw);
  const body = quoted ? raw.slice(1, closed ? -1 : undefined) : raw;
  if ((quoted && !closed) || /(?<!\\)(?:\\\\)*"/.test(body))
    fail(`matcher value contains unescaped double quote: ${raw}`);
  return body.replace(/\\([n"\\])/g, (_, char: string) => (char === 'n' ? '\n' : char));
}

// The UTF-8 syntax: tokens, then a small grammar. Columns in messages count characters from 0.

interface Token {
  readonly kind: '{' | '}' | ',' | 'operator' | 'word' | 'quoted';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

function parseModern(text: string): MatcherSpec[] {
  const tokens = tokenize([...text]);
  const matchers: MatcherSpec[] = [];
  let at = 0;
  const braced = tokens[at]?.kind === '{';
  if (braced) at++;
  while (at < tokens.length && tokens[at]!.kind !== '}') {
    matchers.push(modernMatcher(tokens.slice(at, at + 3)));
    at += 3;
    const next = tokens[at];
    if (next === undefined || next.kind === '}') break;
    if (next.kind !== ',') fail(`${place(next)}: unexpected ${next.text}: expected a comma or close brace`);
    at++;
  }
  const close = tokens[at];
  if (braced && close === undefined) fail('0:0: end of input: expected close brace');
  if (!braced && close !== undefined) fail(`${place(close)}: }: expected opening brace`);
  const rest = tokens[at + 1];
  if (rest !== undefined) fail(`${place(rest)}: ${rest.text}: expected end of input`);
  return matchers;
}

function parseModernAlone(text: string): MatcherSpec[] {
  const matchers = parseModern(text);
  return matchers.length === 1 ? matchers : fail(`expected 1 matcher, found ${matchers.length}`);
}

function modernMatcher([name, operator, value]: readonly Token[]): MatcherSpec {
  if (!isText(name)) return fail(`${unexpected(name)}: expected label name`);
  if (operator?.kind !== 'operator')
    return fail(`${unexpected(operator)}: expected an operator such as '=', '!=', '=~' or '!~'`);
  if (!isText(value)) return fail(`${unexpected(value)}: expected label value`);
  return { name: unquote(name), operator: operator.text as MatchOperator, value: unquote(value) };
}

function isText(token: Token | undefined): token is Token {
  return token?.kind === 'word' || token?.kind === 'quoted';
}

function place(token: Token): string {
  return `${token.start}:${token.end}`;
}

function unexpected(token: Token | undefined): string {
  return token === undefined ? 'end of input' : `${place(token)}: unexpected ${token.text}`;
}

function tokenize(chars: readonly string[]): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < chars.length) {
    const char = chars[at]!;
    if (/\s/.test(char)) {
      at++;
      continue;
    }
    const kind = kindOf(char);
    if (kind === undefined) return fail(`${at}:${at + 1}: ${char}: invalid input`);
    const end =
      kind === 'quoted' ? quotedEnd(chars, at) : kind === 'word' ? wordEnd(chars, at) : at + symbolWidth(chars, at);
    tokens.push({ kind, text: chars.slice(at, end).join(''), start: at, end });
    at = end;
  }
  return tokens;
}

function kindOf(char: string): Token['kind'] | undefined {
  if (char === '{' || char === '}' || char === ',') return char;
  if (char === '=' || char === '!') return 'operator';
  if (char === '"') return 'quoted';
  return isReserved(char) ? undefined : 'word';
}

function symbolWidth(chars: readonly string[], at: number): number {
  const next = chars[at + 1];
  if (chars[at] === '=') return next === '~' ? 2 : 1;
  if (chars[at] !== '!') return 1;
  if (next === '=' || next === '~') return 2;
  return fail(`${at}:${at + 1}: !: expected one of '=~'`);
}

function wordEnd(chars: readonly string[], start: number): number {
  let at = start;
  while (at < chars.length && !isReserved(chars[at]!)) at++;
  return at;
}

function quotedEnd(chars: readonly string[], start: number): number {
  let at = start + 1;
  while (at < chars.length && chars[at] !== '"') at += chars[at] === '\\' ? 2 : 1;
  if (at >= chars.length) fail(`${start}:${chars.length}: ${chars.slice(start).join('')}: missing end "`);
  return at + 1;
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
};

/** Go's `strconv.Unquote` of a double-quoted text; bytes given as `\xHH` and octal are read together as UTF-8. */
function unquote(token: Token): string {
  if (token.kind === 'word') return token.text;
  const invalid = () => fail(`${place(token)}: ${token.text}: invalid input`);
  const body = token.text.slice(1, -1);
  if (body.includes('\n')) return invalid();
  return body.replace(
    /((?:\\x[0-9a-fA-F]{2}|\\[0-7]{3})+)|\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\(.?)/gs,
    (_, bytes?: string, short?: string, long?: string, simple?: string) => {
      if (bytes !== undefined) return decodeBytes(bytes) ?? invalid();
      const code = short ?? long;
      if (code !== undefined) return codePoint(Number.parseInt(code, 16)) ?? invalid();
      return SIMPLE_ESCAPES[simple ?? ''] ?? invalid();
    },
  );
}

function decodeBytes(text: string): string | undefined {
  const numbers = text.match(/\\x..|\\.../g) ?? [];
  const bytes = numbers.map((one) =>
    one[1] === 'x' ? Number.parseInt(one.slice(2), 16) : Number.parseInt(one.slice(1), 8),
  );
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}

function codePoint(code: number): string | undefined {
  return code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? undefined : String.fromCodePoint(code);
}
