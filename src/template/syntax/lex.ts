import type { Position } from './node.ts';

export type TokenKind =
  | 'eof'
  | 'error'
  | 'text'
  | 'left'
  | 'right'
  | 'space'
  | 'assign'
  | 'declare'
  | 'pipe'
  | 'char'
  | 'open'
  | 'close'
  | 'string'
  | 'raw-string'
  | 'char-constant'
  | 'number'
  | 'complex'
  | 'bool'
  | 'field'
  | 'variable'
  | 'identifier'
  | 'dot'
  | 'nil'
  | 'block'
  | 'break'
  | 'continue'
  | 'define'
  | 'else'
  | 'end'
  | 'if'
  | 'range'
  | 'template'
  | 'with';

export interface Token {
  readonly kind: TokenKind;
  readonly pos: Position;
  readonly text: string;
  /** Counted from 1. */
  readonly line: number;
}

const KEYWORDS: ReadonlySet<string> = new Set<TokenKind>([
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'range',
  'nil',
  'template',
  'with',
]);

/** Whether the token is one of the language's words, which messages show as `<word>`. */
export function isKeyword(token: Token): boolean {
  return token.kind === 'dot' || KEYWORDS.has(token.kind);
}

const LEFT = '{{';
const RIGHT = '}}';
const SPACE = /[ \t\r\n]/;
const WORD = /[\p{L}\p{Nd}_]/u;
const SIMPLE: Readonly<Record<string, TokenKind>> = { '=': 'assign', '|': 'pipe' };

/**
 * Splits template text into Go's tokens, one per call of `next`. Inside an action runs of spaces are tokens; trim markers
 * (`{{- ` and ` -}}`) and comments never show. After an `error` token nothing useful follows.
 */
export class Lexer {
  private readonly input: string;
  private pos = 0;
  private start = 0;
  private line = 1;
  private startLine = 1;
  private parens = 0;
  private inAction = false;

  constructor(input: string) {
    this.input = input;
  }

  next(): Token {
    return this.inAction ? this.action() : this.text();
  }

  private text(): Token {
    for (;;) {
      const found = this.input.indexOf(LEFT, this.pos);
      if (found < 0) {
        this.pos = this.input.length;
        return this.emit(this.pos > this.start ? 'text' : 'eof');
      }
      const trims = this.trimsLeft(found + LEFT.length);
      this.pos = trims ? Math.max(this.start, endWithoutSpace(this.input, found)) : found;
      const text = this.pos > this.start ? this.emit('text') : null;
      this.skipTo(found);
      if (text) return text;
      const token = this.leftDelimiter(trims);
      if (token) return token;
    }
  }

  /** Null after a comment: text goes on. */
  private leftDelimiter(trims: boolean): Token | null {
    const inside = this.pos + LEFT.length + (trims ? 2 : 0);
    if (this.input.startsWith('/*', inside)) return this.comment(inside);
    this.pos += LEFT.length;
    const token = this.emit('left');
    this.skipTo(inside);
    this.inAction = true;
    this.parens = 0;
    return token;
  }

  private comment(inside: number): Token | null {
    this.skipTo(inside);
    const end = this.input.indexOf('*/', inside + 2);
    if (end < 0) return this.error('unclosed comment');
    this.skipTo(end + 2);
    const trims = this.atTrimmedRight();
    if (!trims && !this.input.startsWith(RIGHT, this.pos)) return this.error('comment ends before closing delimiter');
    this.skipTo(this.pos + (trims ? 2 : 0) + RIGHT.length);
    if (trims) this.skipSpace();
    return null;
  }

  private rightDelimiter(): Token {
    const trims = this.atTrimmedRight();
    if (trims) this.skipTo(this.pos + 2);
    this.pos += RIGHT.length;
    const token = this.emit('right');
    if (trims) this.skipSpace();
    this.inAction = false;
    return token;
  }

  private action(): Token {
    if (this.atTrimmedRight() || this.input.startsWith(RIGHT, this.pos)) {
      return this.parens === 0 ? this.rightDelimiter() : this.error('unclosed left paren');
    }
    const char = this.peek();
    if (char === '') return this.error('unclosed action');
    if (SPACE.test(char)) return this.space();
    if (char === '"') return this.quoted('"', 'string', 'unterminated quoted string');
    if (char === "'") return this.quoted("'", 'char-constant', 'unterminated character constant');
    if (char === '`') return this.rawQuoted();
    if (char === '$') return this.fieldOrVariable('variable');
    if (char === '.' && !/[0-9]/.test(this.input[this.pos + 1] ?? '')) return this.fieldOrVariable('field');
    if (/[.+\-0-9]/.test(char)) return this.number();
    if (WORD.test(char)) return this.identifier();
    return this.punctuation(char);
  }

  private punctuation(char: string): Token {
    this.pos += char.length;
    const simple = SIMPLE[char];
    if (simple) return this.emit(simple);
    if (char === ':') {
      if (this.input[this.pos] !== '=') return this.error('expected :=');
      this.pos++;
      return this.emit('declare');
    }
    if (char === '(') {
      this.parens++;
      return this.emit('open');
    }
    if (char === ')') return --this.parens < 0 ? this.error('unexpected right paren') : this.emit('close');
    if (/[!-~]/.test(char)) return this.emit('char');
    return this.error(`unrecognized character in action: ${unicodeName(char)}`);
  }

  // A space in front of "-}}" belongs to the delimiter.
  private space(): Token {
    while (SPACE.test(this.peek())) this.pos++;
    if (/^[ \t\r\n]-}}/.test(this.input.slice(this.pos - 1, this.pos + 3))) {
      this.pos--;
      if (this.pos === this.start) return this.rightDelimiter();
    }
    return this.emit('space');
  }

  private identifier(): Token {
    this.skipWord();
    const word = this.input.slice(this.start, this.pos);
    if (!this.atTerminator()) return this.error(`bad character ${unicodeName(this.peek())}`);
    if (KEYWORDS.has(word)) return this.emit(word as TokenKind);
    return this.emit(word === 'true' || word === 'false' ? 'bool' : 'identifier');
  }

  private fieldOrVariable(kind: 'field' | 'variable'): Token {
    this.pos++;
    if (this.atTerminator()) return this.emit(kind === 'field' ? 'dot' : 'variable');
    this.skipWord();
    if (!this.atTerminator()) return this.error(`bad character ${unicodeName(this.peek())}`);
    return this.emit(kind);
  }

  private skipWord(): void {
    for (let char = this.peek(); char !== '' && WORD.test(char); char = this.peek()) this.pos += char.length;
  }

  private atTerminator(): boolean {
    const char = this.peek();
    return char === '' || SPACE.test(char) || '.,|:)('.includes(char) || this.input.startsWith(RIGHT, this.pos);
  }

  private quoted(quote: string, kind: TokenKind, problem: string): Token {
    for (this.pos++; ; this.pos++) {
      let char = this.input[this.pos];
      if (char === '\\') char = this.input[++this.pos];
      else if (char === quote) break;
      if (char === undefined || char === '\n') return this.error(problem);
    }
    this.pos++;
    return this.emit(kind);
  }

  private rawQuoted(): Token {
    const end = this.input.indexOf('`', this.pos + 1);
    if (end < 0) return this.error('unterminated raw quoted string');
    this.pos = end + 1;
    return this.emit('raw-string');
  }

  private number(): Token {
    const bad = () => this.error(`bad number syntax: ${JSON.stringify(this.input.slice(this.start, this.pos))}`);
    if (!this.scanNumber()) return bad();
    if (this.peek() !== '+' && this.peek() !== '-') return this.emit('number');
    return this.scanNumber() && this.input[this.pos - 1] === 'i' ? this.emit('complex') : bad();
  }

  // Loose on purpose, as Go's scanner: what is wrong with the digits is found when the number is read.
  private scanNumber(): boolean {
    const shape =
      /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/y;
    shape.lastIndex = this.pos;
    this.pos += shape.exec(this.input)?.[0].length ?? 0;
    if (!WORD.test(this.peek())) return true;
    this.pos += this.peek().length;
    return false;
  }

  private trimsLeft(at: number): boolean {
    return this.input[at] === '-' && SPACE.test(this.input[at + 1] ?? '');
  }

  private atTrimmedRight(): boolean {
    return SPACE.test(this.peek()) && this.input.startsWith(`-${RIGHT}`, this.pos + 1);
  }

  private skipSpace(): void {
    let end = this.pos;
    while (SPACE.test(this.input[end] ?? '')) end++;
    this.skipTo(end);
  }

  /** The character here, whole also when it takes two units; '' at the end. */
  private peek(): string {
    const code = this.input.codePointAt(this.pos);
    return code === undefined ? '' : String.fromCodePoint(code);
  }

  private skipTo(pos: number): void {
    this.pos = pos;
    this.countLines();
    this.begin();
  }

  private emit(kind: TokenKind): Token {
    const text = kind === 'eof' ? 'EOF' : this.input.slice(this.start, this.pos);
    const token = { kind, pos: this.start, text, line: this.startLine };
    this.countLines();
    this.begin();
    return token;
  }

  private error(text: string): Token {
    const token: Token = { kind: 'error', pos: this.start, text, line: this.startLine };
    this.pos = this.input.length;
    this.begin();
    this.inAction = false;
    return token;
  }

  private countLines(): void {
    for (let i = this.start; i < this.pos; i++) if (this.input[i] === '\n') this.line++;
  }

  private begin(): void {
    this.start = this.pos;
    this.startLine = this.line;
  }
}

function endWithoutSpace(text: string, end: number): number {
  let at = end;
  while (at > 0 && SPACE.test(text[at - 1]!)) at--;
  return at;
}

/** As Go's `%#U`: `U+00E9 'é'`; the end of the text is `U+FFFFFFFFFFFFFFFF`. */
function unicodeName(char: string): string {
  const code = char.codePointAt(0);
  if (code === undefined) return 'U+FFFFFFFFFFFFFFFF';
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(char) ? `${name} '${char}'` : name;
}
