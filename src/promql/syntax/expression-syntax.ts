import type { Binary, BinaryOperator, Expr, Span } from '../ast.ts';
import { AGGREGATION_PARAMETER, isAggregationOperator, isFunctionName } from '../functions.ts';
import { takeNumber } from './duration-syntax.ts';
import { parseGrouping } from './grouping-syntax.ts';
import { parseMatching } from './matching-syntax.ts';
import { parseModifiers } from './modifier-syntax.ts';
import { unquote } from './quote.ts';
import { parseVectorSelector } from './selector-syntax.ts';
import { canNameMetric, canStartExpression, type Token, type TokenType } from './token.ts';
import type { TokenStream } from './token-stream.ts';

const PRECEDENCE: ReadonlyMap<TokenType, number> = new Map<TokenType, number>([
  ['or', 1],
  ['and', 2],
  ['unless', 2],
  ['==', 3],
  ['!=', 3],
  ['<', 3],
  ['<=', 3],
  ['>', 3],
  ['>=', 3],
  ['</', 3],
  ['>/', 3],
  ['+', 4],
  ['-', 4],
  ['*', 5],
  ['/', 5],
  ['%', 5],
  ['atan2', 5],
  ['^', 6],
]);
const POWER = 6;

/**
 * Parses an expression up to the first token that cannot continue it. A Binary's `matching` is as written, also where a
 * side is no vector: the type check settles it.
 */
export function parseExpression(tokens: TokenStream, minimum = 0): Expr {
  tokens.enter();
  let left = parseSigned(tokens);
  for (;;) {
    const precedence = PRECEDENCE.get(tokens.peek().type);
    if (precedence === undefined || precedence < minimum) break;
    left = parseBinary(tokens, left, precedence);
  }
  tokens.leave();
  return left;
}

function parseBinary(tokens: TokenStream, left: Expr, precedence: number): Binary {
  const operator = tokens.take().type as BinaryOperator;
  const { bool, matching } = parseMatching(tokens);
  const right = parseExpression(tokens, precedence === POWER ? POWER : precedence + 1);
  return { kind: 'binary', operator, left, right, bool, matching, start: left.start, end: right.end };
}

// A sign binds like `*`: `-a^b` is `-(a^b)`, and a literal takes it in.
function parseSigned(tokens: TokenStream): Expr {
  const sign = tokens.takeIf('-') ?? tokens.takeIf('+');
  if (sign === null) return parseModifiers(tokens, parseOperand(tokens));
  const expr = parseExpression(tokens, POWER);
  if (expr.kind === 'number') {
    return { ...expr, value: sign.type === '-' ? -expr.value : expr.value, start: sign.start };
  }
  return { kind: 'unary', operator: sign.type as '+' | '-', expr, start: sign.start, end: expr.end };
}

function parseOperand(tokens: TokenStream): Expr {
  const { type } = tokens.peek();
  switch (type) {
    case 'number':
    case 'duration':
      return parseNumber(tokens);
    case 'string':
      return parseString(tokens);
    case '(':
      return parseParen(tokens);
    case '{':
      return parseVectorSelector(tokens, null);
    default:
      return canNameMetric(type) ? parseNamed(tokens) : tokens.unexpected();
  }
}

function parseNumber(tokens: TokenStream): Expr {
  const { token, value } = takeNumber(tokens);
  return { kind: 'number', value, duration: token.type === 'duration', start: token.start, end: token.end };
}

function parseString(tokens: TokenStream): Expr {
  const { text, start, end } = tokens.take();
  return { kind: 'string', value: unquote(text), start, end };
}

function parseParen(tokens: TokenStream): Expr {
  const { start } = tokens.take();
  const expr = parseExpression(tokens);
  tokens.expect(')');
  return { kind: 'paren', expr, start, end: tokens.lastEnd };
}

const CALLABLE: ReadonlySet<TokenType> = new Set(['identifier', 'start', 'end', 'step', 'range', 'min_of', 'max_of']);

/** A function call, an aggregation, or a selector of a metric that happens to be called like a keyword. */
function parseNamed(tokens: TokenStream): Expr {
  const name = tokens.take();
  const next = tokens.peek().type;
  if (isAggregationOperator(name.type) && (next === '(' || next === 'by' || next === 'without')) {
    return parseAggregation(tokens, name);
  }
  if (next === '(' && CALLABLE.has(name.type)) return parseCall(tokens, name);
  return parseVectorSelector(tokens, name);
}

function parseCall(tokens: TokenStream, name: Token): Expr {
  const args = parseArguments(tokens);
  const func = name.text;
  if (!isFunctionName(func)) return tokens.fail(name, `unknown function with name "${func}"`);
  return { kind: 'call', func, args, start: name.start, end: tokens.lastEnd };
}

function parseArguments(tokens: TokenStream): Expr[] {
  tokens.expect('(');
  const args: Expr[] = [];
  if (tokens.takeIf(')') !== null) return args;
  args.push(parseExpression(tokens));
  for (;;) {
    const comma = tokens.takeIf(',');
    if (comma === null) break;
    if (!canStartExpression(tokens.peek().type))
      tokens.fail(comma, 'trailing commas not allowed in function call args');
    args.push(parseExpression(tokens));
  }
  tokens.expect(')');
  return args;
}

const IN_AGGREGATION = { place: 'aggregation', expected: '' };

interface Grouping {
  readonly grouping: readonly string[];
  readonly without: boolean;
}

function parseAggregation(tokens: TokenStream, name: Token): Expr {
  const { args, grouping, without } = tokens.within(IN_AGGREGATION, () => {
    const before = parseGroupingClause(tokens);
    const list = parseArguments(tokens);
    const after = before ?? parseGroupingClause(tokens);
    return { args: list, ...(after ?? { grouping: [], without: false }) };
  });
  const span = { start: name.start, end: tokens.lastEnd };
  return { kind: 'aggregate', ...aggregated(tokens, { name, args, span }), grouping, without, ...span };
}

function parseGroupingClause(tokens: TokenStream): Grouping | null {
  const keyword = tokens.takeIf('by') ?? tokens.takeIf('without');
  return keyword === null ? null : { grouping: parseGrouping(tokens), without: keyword.type === 'without' };
}

interface AggregatedParts {
  readonly name: Token;
  readonly args: readonly Expr[];
  readonly span: Span;
}

function aggregated(tokens: TokenStream, { name, args, span }: AggregatedParts) {
  const operator = name.type;
  if (!isAggregationOperator(operator)) return tokens.unexpected();
  if (args.length === 0) tokens.fail(span, 'no arguments for aggregate expression provided');
  const wanted = AGGREGATION_PARAMETER[operator] === 'none' ? 1 : 2;
  const expr = args[wanted - 1];
  if (expr === undefined || args.length !== wanted) {
    const counts = `expected ${wanted}, got ${args.length}`;
    return tokens.fail(span, `wrong number of arguments for aggregate expression provided, ${counts}`);
  }
  return { operator, expr, param: wanted === 2 ? (args[0] ?? null) : null };
}
