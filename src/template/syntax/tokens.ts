import { templateError } from '../errors.ts';
import { isKeyword, type Lexer, type Token, type TokenKind } from './lex.ts';
import { unquote } from './literal.ts';

/** The tokens of a text with a look-ahead of three, as Go's parser has it. */
export class Tokens {
  private readonly lexer: Lexer;
  private readonly name: string;
  /** Look-ahead as a stack: the last one is next. */
  private readonly slots: Token[] = [];
  private ahead = 0;
  /** Where the action began that is being read; 0: none is. */
  actionLine = 0;

  constructor(lexer: Lexer, name: string) {
    this.lexer = lexer;
    this.name = name;
  }

  /** The next token, spaces included. */
  next(): Token {
    if (this.ahead > 0) this.ahead--;
    else this.slots[0] = this.lexer.next();
    return this.slots[this.ahead]!;
  }

  /** The same, which stays. */
  peek(): Token {
    if (this.ahead > 0) return this.slots[this.ahead - 1]!;
    this.ahead = 1;
    this.slots[0] = this.lexer.next();
    return this.slots[0];
  }

  /** The next one that is no space. */
  nextToken(): Token {
    for (;;) {
      const token = this.next();
      if (token.kind !== 'space') return token;
    }
  }

  /** The next one that is no space, which stays. */
  peekToken(): Token {
    const token = this.nextToken();
    this.backup();
    return token;
  }

  /** Puts the last token back, and in front of it `earlier` when given. */
  backup(earlier?: Token): void {
    if (earlier === undefined) {
      this.ahead++;
      return;
    }
    this.slots[1] = earlier;
    this.ahead = 2;
  }

  /** Puts two tokens back in front of the last one: `first` is next. */
  backupTwo(first: Token, second: Token): void {
    this.slots[1] = second;
    this.slots[2] = first;
    this.ahead = 3;
  }

  /** The text of a string literal. */
  unquoted({ text }: Token): string {
    return unquote(text) ?? this.fail('invalid syntax');
  }

  /** The next token that is no space, which must be one of this kind. */
  expect(kind: TokenKind, context: string): Token {
    const token = this.nextToken();
    return token.kind === kind ? token : this.unexpected(token, context);
  }

  unexpected(token: Token, context: string): never {
    if (token.kind !== 'error') return this.fail(`unexpected ${tokenText(token)} in ${context}`);
    let extra = '';
    if (this.actionLine !== 0 && this.actionLine !== token.line) {
      const action = token.text.endsWith(' action') ? '' : ' in action';
      extra = `${action} started at ${this.name}:${this.actionLine}`;
    }
    return this.fail(token.text + extra);
  }

  /** Throws `template: name:line: …`. */
  fail(problem: string): never {
    throw templateError('template-parse', `template: ${this.name}:${this.slots[0]?.line ?? 0}: ${problem}`);
  }
}

/** How messages name a token. */
function tokenText(token: Token): string {
  if (token.kind === 'eof') return 'EOF';
  if (isKeyword(token)) return `<${token.text}>`;
  const chars = [...token.text];
  return chars.length > 10 ? `${JSON.stringify(chars.slice(0, 10).join(''))}...` : JSON.stringify(token.text);
}
