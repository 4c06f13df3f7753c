import { errorMessage } from '#lib/errors';
import { compileRegex } from '#lib/regex';
import type { MatcherSpec, MatchOperator } from '#model/matcher';
import type { Span, VectorSelector } from '../ast.ts';
import { unquote } from './quote.ts';
import type { Token } from './token.ts';
import type { TokenStream } from './token-stream.ts';

const MATCH_OPERATORS: ReadonlySet<string> = new Set(['=', '!=', '=~', '!~']);
const PLACE = 'label matching';

/** Parses `name{…}`, `name` or `{…}`; `name` has been taken already when it is not null. */
export function parseVectorSelector(tokens: TokenStream, name: Token | null): VectorSelector {
  const start = (name ?? tokens.peek()).start;
  const matchers = name === null || tokens.peek().type === '{' ? parseMatchers(tokens) : [];
  if (name !== null) matchers.push({ name: '__name__', operator: '=', value: name.text });
  return {
    kind: 'vector',
    name: name?.text ?? '',
    matchers,
    offset: 0,
    at: null,
    anchored: false,
    smoothed: false,
    start,
    end: tokens.lastEnd,
  };
}

function parseMatchers(tokens: TokenStream): MatcherSpec[] {
  tokens.expect('{');
  const matchers: MatcherSpec[] = [];
  while (tokens.takeIf('}') === null) {
    matchers.push(parseMatcher(tokens));
    if (tokens.takeIf(',') !== null) continue;
    if (tokens.peek().type !== '}') tokens.unexpected({ place: PLACE, expected: '"," or "}"' });
  }
  return matchers;
}

function parseMatcher(tokens: TokenStream): MatcherSpec {
  const label = tokens.peek();
  if (label.type !== 'identifier' && label.type !== 'string') {
    tokens.unexpected({ place: PLACE, expected: 'identifier or "}"' });
  }
  tokens.take();
  const name = label.type === 'string' ? unquote(label.text) : label.text;
  const operator = tokens.peek();
  if (!MATCH_OPERATORS.has(operator.type)) {
    if (label.type === 'string') return { name: '__name__', operator: '=', value: name };
    tokens.unexpected({ place: PLACE, expected: 'label matching operator' });
  }
  tokens.take();
  const value = tokens.takeIf('string') ?? tokens.unexpected({ place: PLACE, expected: 'string' });
  const matcher = { name, operator: operator.type as MatchOperator, value: unquote(value.text) };
  checkPattern(tokens, matcher, { start: label.start, end: value.end });
  return matcher;
}

function checkPattern(tokens: TokenStream, { operator, value }: MatcherSpec, span: Span): void {
  if (operator === '=' || operator === '!=') return;
  try {
    compileRegex(value);
  } catch (error) {
    tokens.fail(span, errorMessage(error));
  }
}
