import { parseError } from '../parse-error.ts';
import { byteOffsets } from './byte-offsets.ts';
import { scanNumberOrDuration } from './number-scan.ts';
import { goCodePoint, goQuote, goQuoteChar } from './quote.ts';
import { keywordOf, type Token, type TokenType } from './token.ts';

const SINGLE: ReadonlySet<string> = new Set([',', '*', '/', '%', '+', '-', '^', '@']);
const DURATION_SYMBOLS: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%', '^', ',']);
const ANY_SPACE = /[ \t\n\r]*/y;
const WORD = /\w*/y;
const METRIC_WORD = /[\w:]*/y;
const LETTERS = /[a-zA-Z_]*/y;
const COMMENT = /[^\r\n]*/y;
const SIMPLE_ESCAPE = /[abfnrtv\\]/;
const ESCAPE_DIGITS: ReadonlyMap<string, { digits: number; base: number }> = new Map([
  ['x', { digits: 2, base: 16 }],
  ['u', { digits: 4, base: 16 }],
  ['U', { digits: 8, base: 16 }],
]);

/** What may come next: a part of an expression, of a matcher list, or the range inside brackets. */
type Mode = 'expression' | 'braces' | 'range';

/**
 * Splits a query into tokens one by one. What it refuses, and with which words, depends on where it is: keywords are
 * plain words inside braces, and brackets hold nothing but durations.
 */
export class Lexer {
  readonly #text: string;
  readonly #byteOf: (index: number) => number;
  #at = 0;
  #start = 0;
  #mode: Mode = 'expression';
  #parens = 0;
  #inBrackets = false;
  #sawColon = false;
  #sawDuration = false;

  constructor(text: string) {
    this.#text = text;
    this.#byteOf = byteOffsets(text);
  }

  /** The next token; `eof` again and again at the end. Throws the parse error for what is no token. */
  next(): Token {
    for (;;) {
      this.#start = this.#at;
      const token = this.#scan();
      if (token !== null) return token;
    }
  }

  #scan(): Token | null {
    switch (this.#mode) {
      case 'expression':
        return this.#expression();
      case 'braces':
        return this.#insideBraces();
      case 'range':
        return this.#rangeStart();
    }
  }

  #expression(): Token | null {
    const char = this.#take();
    if (char === '') return this.#end();
    if (char === '#') return this.#skip(COMMENT);
    if (isSpace(char)) return this.#skip(ANY_SPACE);
    if (isDigit(char) || (char === '.' && isDigit(this.#peek()))) return this.#number();
    if (char === '"' || char === "'" || char === '`') return this.#string(char);
    if (isLetter(char) || char === ':') return this.#inBrackets ? this.#wordInBrackets(char) : this.#word();
    return this.#symbol(char);
  }

  #end(): Token {
    if (this.#parens !== 0) this.#fail('unclosed left parenthesis');
    if (this.#inBrackets) this.#fail('unclosed left bracket');
    return this.#token('eof');
  }

  #symbol(char: string): Token {
    if (SINGLE.has(char)) return this.#token(char as TokenType);
    switch (char) {
      case '=':
        if (this.#peek() === '~') this.#fail(`unexpected character after '=': '~'`);
        return this.#token(this.#takeIf('=') ? '==' : '=');
      case '!':
        if (this.#takeIf('=')) return this.#token('!=');
        return this.#fail(`unexpected character after '!': ${shown(this.#take())}`);
      case '<':
      case '>':
        if (this.#takeIf('=')) return this.#token(`${char}=`);
        if (this.#takeIf('/')) return this.#token(`${char}/`);
        return this.#token(char);
      case '(':
      case ')':
        return this.#paren(char);
      case '{':
        this.#mode = 'braces';
        return this.#token('{');
      case '[':
      case ']':
        return this.#bracket(char);
      default:
        return this.#fail(`unexpected character: ${shown(char)}`);
    }
  }

  #paren(char: '(' | ')'): Token {
    this.#parens += char === '(' ? 1 : -1;
    if (this.#parens >= 0) return this.#token(char);
    this.#start = this.#at;
    return this.#fail(`unexpected right parenthesis ')'`);
  }

  #bracket(char: '[' | ']'): Token {
    if (this.#inBrackets === (char === '[')) {
      this.#fail(`unexpected ${char === '[' ? 'left' : 'right'} bracket '${char}'`);
    }
    const token = this.#token(char);
    this.#inBrackets = char === '[';
    if (char === ']') return token;
    this.#sawColon = false;
    this.#mode = 'range';
    return token;
  }

  #word(): Token {
    const word = this.#takeAll(METRIC_WORD);
    const keyword = keywordOf(word);
    if (keyword?.startsWith('fill') && !/^[ \t\n\r]*\(/.test(this.#text.slice(this.#at)))
      return this.#token('identifier');
    if (keyword !== null) return this.#token(keyword);
    if (/^(?:inf|nan)$/i.test(word)) return this.#token('number');
    return this.#token(word.includes(':') ? 'metric-identifier' : 'identifier');
  }

  #wordInBrackets(char: string): Token {
    if (char === ':') {
      if (this.#sawColon) this.#fail(`unexpected colon ':'`);
      this.#sawColon = true;
      return this.#token(':');
    }
    return this.#durationWord() ?? this.#fail(`unexpected character: ${shown(char)}, expected ':'`);
  }

  #durationWord(): Token | null {
    const keyword = keywordOf(this.#takeAll(LETTERS));
    const known = keyword === 'step' || keyword === 'range' || keyword === 'min_of' || keyword === 'max_of';
    return known ? this.#token(keyword) : null;
  }

  /** From the opening bracket to the first number. */
  #rangeStart(): Token | null {
    const char = this.#take();
    if (char === '') this.#fail('unexpected end of input in duration expression');
    if (isSpace(char)) return this.#skip(ANY_SPACE);
    if (char === '(' || char === ')') return this.#paren(char);
    if (DURATION_SYMBOLS.has(char)) return this.#token(char as TokenType);
    if (char === ']') {
      this.#inBrackets = false;
      this.#mode = 'expression';
      return this.#token(']');
    }
    if (char === ':') return this.#earlyColon();
    if (isDigit(char) || (char === '.' && isDigit(this.#peek()))) {
      this.#sawDuration = true;
      this.#mode = 'expression';
      return this.#number();
    }
    const word = /[srm]/i.test(char) ? this.#durationWord() : null;
    return word ?? this.#fail(`unexpected character in duration expression: ${shown(char)}`);
  }

  #earlyColon(): Token {
    const token = this.#token(':');
    this.#start = this.#at;
    if (!this.#sawDuration) this.#fail('unexpected colon before duration in duration expression');
    if (this.#sawColon) this.#fail('unexpected repeated colon in duration expression');
    this.#sawColon = true;
    return token;
  }

  #insideBraces(): Token | null {
    const char = this.#take();
    if (char === '') this.#fail('unexpected end of input inside braces');
    if (char === '#') return this.#skip(COMMENT);
    if (isSpace(char)) return this.#skip(ANY_SPACE);
    if (char === '"' || char === "'" || char === '`') return this.#string(char);
    if (isLetter(char)) {
      this.#takeAll(WORD);
      return this.#token('identifier');
    }
    switch (char) {
      case ',':
        return this.#token(',');
      case '=':
        return this.#token(this.#takeIf('~') ? '=~' : '=');
      case '!':
        if (this.#takeIf('~')) return this.#token('!~');
        if (this.#takeIf('=')) return this.#token('!=');
        return this.#fail(`unexpected character after '!' inside braces: ${shown(this.#take())}`);
      case '{':
        return this.#fail(`unexpected left brace '{'`);
      case '}':
        this.#mode = 'expression';
        return this.#token('}');
      default:
        return this.#fail(`unexpected character inside braces: ${shown(char)}`);
    }
  }

  #number(): Token {
    const { end, type } = scanNumberOrDuration(this.#text, this.#start);
    this.#at = end;
    if (type !== null) return this.#token(type);
    return this.#fail(`bad number or duration syntax: ${goQuote(this.#text.slice(this.#start, end))}`);
  }

  #string(quote: string): Token {
    const raw = quote === '`';
    for (;;) {
      const char = this.#take();
      if (char === quote) return this.#token('string');
      if (char === '' || (char === '\n' && !raw)) this.#fail(`unterminated ${raw ? 'raw' : 'quoted'} string`);
      if (isInvalid(char)) this.#fail('invalid UTF-8 rune');
      if (char === '\\' && !raw) this.#escape(quote);
    }
  }

  #escape(quote: string): void {
    const char = this.#take();
    if (char === '') this.#fail('escape sequence not terminated');
    if (char === quote || SIMPLE_ESCAPE.test(char)) return;
    const octal = /[0-7]/.test(char);
    const { digits, base } = octal ? { digits: 3, base: 8 } : (ESCAPE_DIGITS.get(char) ?? { digits: 0, base: 0 });
    if (digits === 0) this.#fail(`unknown escape sequence ${goCodePoint(char)}`);
    const value = this.#escapeDigits(octal ? char : this.#take(), digits, base);
    const limit = octal || char === 'x' ? 0xff : 0x10ffff;
    if (value > limit || (value >= 0xd800 && value < 0xe000)) {
      this.#fail('escape sequence is an invalid Unicode code point');
    }
  }

  #escapeDigits(first: string, digits: number, base: number): number {
    let value = 0;
    let char = first;
    for (let left = digits; left > 0; left--) {
      if (char === '') this.#fail('escape sequence not terminated');
      const digit = /^[\da-f]$/i.test(char) ? Number.parseInt(char, 16) : 16;
      if (digit >= base) this.#fail(`illegal character ${goCodePoint(char)} in escape sequence`);
      // As in 32 bits, where the eight digits of \U just fit.
      value = (value * base + digit) >>> 0;
      if (left > 1) char = this.#take();
    }
    return value;
  }

  /** The next character, '' at the end. */
  #take(): string {
    const char = this.#peek();
    this.#at += char.length;
    return char;
  }

  #takeIf(char: string): boolean {
    if (this.#peek() !== char) return false;
    this.#at++;
    return true;
  }

  /** Takes what `pattern` (sticky) matches after the first character; gives the whole token so far. */
  #takeAll(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    pattern.test(this.#text);
    this.#at = pattern.lastIndex;
    return this.#text.slice(this.#start, this.#at);
  }

  #skip(pattern: RegExp): null {
    this.#takeAll(pattern);
    return null;
  }

  #peek(): string {
    const code = this.#text.codePointAt(this.#at);
    return code === undefined ? '' : String.fromCodePoint(code);
  }

  #token(type: TokenType): Token {
    const text = this.#text.slice(this.#start, this.#at);
    return { type, text, start: this.#byteOf(this.#start), end: this.#byteOf(this.#at) };
  }

  #fail(text: string): never {
    const problem = { text, start: this.#byteOf(this.#start), end: this.#byteOf(this.#text.length) };
    throw parseError(this.#text, problem);
  }
}

// A character as messages show it. The end of the input has no character: Go shows the replacement character.
function shown(char: string): string {
  return goQuoteChar(char === '' || isInvalid(char) ? '\ufffd' : char);
}

/** Invalid UTF-8 has become U+FFFD when the query was decoded; a lone surrogate cannot be encoded. */
function isInvalid(char: string): boolean {
  return char === '\ufffd' || (char.length === 1 && char >= '\ud800' && char <= '\udfff');
}

function isSpace(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\n' || char === '\r';
}

function isDigit(char: string): boolean {
  return char >= '0' && char <= '9' && char.length === 1;
}

function isLetter(char: string): boolean {
  return /^[a-zA-Z_]$/.test(char);
}
