import type { Span } from '../ast.ts';
import { parseError } from '../parse-error.ts';
import { Lexer } from './lexer.ts';
import { describe, type Token, type TokenType } from './token.ts';

/** Where the parser is, and what it hoped for, as error messages put it. */
export interface Expectation {
  readonly place: string;
  readonly expected: string;
}

/**
 * How deep expressions may nest, parentheses and chains of operators alike. Bounds the recursion of everything that walks
 * an expression.
 */
export const MAX_DEPTH = 500;

/**
 * The tokens of a query with one token of lookahead, read no sooner than asked for: a complaint about what is complete
 * comes before a complaint about the token after it.
 */
export class TokenStream {
  readonly #query: string;
  readonly #lexer: Lexer;
  #ahead: Token | null = null;
  #lastEnd = 0;
  #depth = 0;
  #expectation: Expectation | null = null;

  constructor(query: string) {
    this.#query = query;
    this.#lexer = new Lexer(query);
  }

  peek(): Token {
    this.#ahead ??= this.#lexer.next();
    return this.#ahead;
  }

  take(): Token {
    const token = this.peek();
    this.#ahead = null;
    this.#lastEnd = token.end;
    return token;
  }

  takeIf(type: TokenType): Token | null {
    return this.peek().type === type ? this.take() : null;
  }

  /** Takes the next token, which must be of this type. */
  expect(type: TokenType): Token {
    return this.takeIf(type) ?? this.unexpected();
  }

  /** End of the last token taken. */
  get lastEnd(): number {
    return this.#lastEnd;
  }

  /** Runs `parse` with `expectation` for what `unexpected` says. The innermost one counts. */
  within<T>(expectation: Expectation, parse: () => T): T {
    const outer = this.#expectation;
    this.#expectation = expectation;
    const result = parse();
    this.#expectation = outer;
    return result;
  }

  /** Counts a level of nesting; `leave` ends it. Throws when there are too many. */
  enter(): void {
    if (++this.#depth > MAX_DEPTH) this.failTooDeep(this.peek());
  }

  leave(): void {
    this.#depth--;
  }

  /** Throws the error about the next token. */
  unexpected(expectation: Expectation | null = this.#expectation): never {
    const token = this.peek();
    const place = expectation === null ? '' : ` in ${expectation.place}`;
    const hope = expectation === null || expectation.expected === '' ? '' : `, expected ${expectation.expected}`;
    return this.fail(token, `unexpected ${describe(token)}${place}${hope}`);
  }

  failTooDeep(span: Span): never {
    return this.fail(span, `expression is nested too deeply, at most ${MAX_DEPTH} levels are allowed`);
  }

  fail({ start, end }: Span, text: string): never {
    throw parseError(this.#query, { start, end, text });
  }
}
