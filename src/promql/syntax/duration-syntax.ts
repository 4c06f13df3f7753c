import type { Millis } from '#model/time';
import type { Duration, DurationExpr, DurationOperator, Span } from '../ast.ts';
import { isDurationOutOfRange, parseDurationLiteral, parseNumberLiteral } from './literal.ts';
import type { Token, TokenType } from './token.ts';
import type { TokenStream } from './token-stream.ts';

const PRECEDENCE: ReadonlyMap<TokenType, number> = new Map([
  ['+', 1],
  ['-', 1],
  ['*', 2],
  ['/', 2],
  ['%', 2],
  ['^', 3],
]);
const POWER = 3;

/** Takes a number or a duration; its value is in seconds. */
export function takeNumber(tokens: TokenStream): { readonly token: Token; readonly value: number } {
  const token = tokens.peek();
  if (token.type !== 'number' && token.type !== 'duration') return tokens.unexpected();
  tokens.take();
  const literal = token.type === 'number' ? parseNumberLiteral(token.text) : parseDurationLiteral(token.text);
  return 'problem' in literal ? tokens.fail(token, literal.problem) : { token, value: literal.value };
}

/** A duration inside brackets: more than nothing, as far as that can be told before the query runs. */
export function parseRange(tokens: TokenStream): Duration {
  const expr = parseSum(tokens);
  // Reads on before judging, as the duration might continue.
  tokens.peek();
  if (isBareLiteral(expr) && expr.value <= 0) tokens.fail(expr, 'duration must be greater than 0');
  return durationOf(expr);
}

/**
 * The duration after `offset`. Unless it starts with a parenthesis it ends after one term, so that
 * `foo offset 5m - 1` is a subtraction from `foo`.
 */
export function parseOffset(tokens: TokenStream): Duration {
  const { type } = tokens.peek();
  const isSigned = type === '+' || type === '-';
  if (!isSigned) return durationOf(type === '(' ? parseSum(tokens) : parseTerm(tokens));
  const sign = tokens.take();
  const next = tokens.peek().type;
  if (next === '+' || next === '-') {
    return durationOf(continueSum(tokens, negated(tokens, sign, parseSum(tokens, POWER)), 0));
  }
  if (next === 'number' || next === 'duration') return durationOf(negated(tokens, sign, takeLiteral(tokens)));
  const term = parseTerm(tokens);
  return durationOf(next === '(' ? negated(tokens, sign, term) : unary(sign, term));
}

function durationOf(expr: DurationExpr): Duration {
  return isBareLiteral(expr) ? toMillis(expr.value) : expr;
}

// Whole nanoseconds first, as upstream counts them; what is less than a millisecond then goes.
function toMillis(seconds: number): Millis {
  return Math.trunc(Math.round(seconds * 1e9) / 1e6);
}

function isBareLiteral(expr: DurationExpr): boolean {
  return expr.operator === 'literal' && !expr.parenthesised;
}

function parseSum(tokens: TokenStream, minimum = 0): DurationExpr {
  tokens.enter();
  const expr = continueSum(tokens, parseSigned(tokens), minimum);
  tokens.leave();
  return expr;
}

function continueSum(tokens: TokenStream, first: DurationExpr, minimum: number): DurationExpr {
  let left = first;
  for (;;) {
    const precedence = PRECEDENCE.get(tokens.peek().type);
    if (precedence === undefined || precedence < minimum) return left;
    const operator = tokens.take();
    const right = parseSum(tokens, precedence === POWER ? POWER : precedence + 1);
    tokens.peek();
    left = binary(tokens, { left, operator, right });
  }
}

function parseSigned(tokens: TokenStream): DurationExpr {
  const sign = tokens.takeIf('+') ?? tokens.takeIf('-');
  if (sign === null) return parseTerm(tokens);
  const operand = parseSum(tokens, POWER);
  tokens.peek();
  return negated(tokens, sign, operand);
}

function parseTerm(tokens: TokenStream): DurationExpr {
  const token = tokens.peek();
  switch (token.type) {
    case 'step':
    case 'range':
      tokens.take();
      tokens.expect('(');
      tokens.expect(')');
      return node(token.type, [], { start: token.start, end: tokens.lastEnd });
    case 'min_of':
    case 'max_of':
      return parsePair(tokens, token.type);
    case '(':
      return parseParenthesised(tokens);
    default:
      return parseLiteral(tokens);
  }
}

function parsePair(tokens: TokenStream, operator: 'min_of' | 'max_of'): DurationExpr {
  const { start } = tokens.take();
  tokens.expect('(');
  const first = parseSum(tokens);
  tokens.expect(',');
  const second = parseSum(tokens);
  tokens.expect(')');
  return node(operator, [first, second], { start, end: tokens.lastEnd });
}

function parseParenthesised(tokens: TokenStream): DurationExpr {
  const { start } = tokens.take();
  const inner = parseSum(tokens);
  tokens.expect(')');
  return { ...inner, parenthesised: true, start, end: tokens.lastEnd };
}

function parseLiteral(tokens: TokenStream): DurationExpr {
  const literal = takeLiteral(tokens);
  if (isDurationOutOfRange(literal.value)) tokens.fail(literal, 'duration out of range');
  return literal;
}

function takeLiteral(tokens: TokenStream): DurationExpr {
  const { token, value } = takeNumber(tokens);
  return { ...node('literal', [], token), value, duration: token.type === 'duration' };
}

function binary(tokens: TokenStream, { left, operator, right }: BinaryParts): DurationExpr {
  if (isBareLiteral(right) && right.value === 0) {
    if (operator.type === '/') tokens.fail(operator, 'division by zero');
    if (operator.type === '%') tokens.fail(operator, 'modulo by zero');
  }
  return node(operator.type as DurationOperator, [left, right], { start: left.start, end: right.end });
}

interface BinaryParts {
  readonly left: DurationExpr;
  readonly operator: Token;
  readonly right: DurationExpr;
}

/** Applies a sign: literals take it in, a plus before anything else says nothing. */
function negated(tokens: TokenStream, sign: Token, operand: DurationExpr): DurationExpr {
  if (!isBareLiteral(operand)) return sign.type === '-' ? unary(sign, operand) : operand;
  const value = sign.type === '-' ? -operand.value : operand.value;
  if (isDurationOutOfRange(value)) tokens.fail(sign, 'duration out of range');
  return { ...operand, value, start: sign.start };
}

function unary(sign: Token, operand: DurationExpr): DurationExpr {
  return node(sign.type as DurationOperator, [operand], { start: sign.start, end: operand.end });
}

function node(operator: DurationOperator, operands: readonly DurationExpr[], { start, end }: Span): DurationExpr {
  return { kind: 'duration', operator, operands, value: 0, duration: false, parenthesised: false, start, end };
}
