import { formatFloatF } from '#lib/go-format';
import type { AtModifier, Duration, Expr, MatrixSelector, Span, Subquery, VectorSelector } from '../ast.ts';
import { parseOffset, parseRange, takeNumber } from './duration-syntax.ts';
import type { Token } from './token.ts';
import type { TokenStream } from './token-stream.ts';

const DURATIONS = 'number, duration, step(), or range()';
const IN_OFFSET = { place: 'offset', expected: DURATIONS };
const IN_AT = { place: '@', expected: 'timestamp' };
const IN_RANGE = { place: 'subquery or range selector', expected: DURATIONS };
const AFTER_RANGE = { place: 'subquery or range', expected: '":" or "]"' };
const IN_STEP = { place: 'subquery selector', expected: 'number, duration, step(), range(), or "]"' };
const AFTER_STEP = { place: 'subquery selector', expected: '"]"' };
const SELECTORS = 'an instant vector selector or range vector selector or a subquery';

/** Parses what follows an operand: ranges, subqueries, offset, @, anchored and smoothed, in any number and order. */
export function parseModifiers(tokens: TokenStream, operand: Expr): Expr {
  let expr = operand;
  for (;;) {
    switch (tokens.peek().type) {
      case '[':
        expr = parseBrackets(tokens, expr);
        break;
      case 'offset':
        expr = parseOffsetModifier(tokens, expr);
        break;
      case '@':
        expr = parseAt(tokens, expr);
        break;
      case 'anchored':
        tokens.take();
        expr = withBoundary(tokens, expr, 'anchored');
        break;
      case 'smoothed':
        tokens.take();
        expr = withBoundary(tokens, expr, 'smoothed');
        break;
      default:
        return expr;
    }
  }
}

function parseBrackets(tokens: TokenStream, expr: Expr): MatrixSelector | Subquery {
  const open = tokens.take();
  const range = tokens.within(IN_RANGE, () => parseRange(tokens));
  if (tokens.takeIf(']') !== null) return matrixSelector(tokens, { expr, range, open });
  if (tokens.takeIf(':') === null) tokens.unexpected(AFTER_RANGE);
  let step: Duration | null = null;
  if (tokens.takeIf(']') === null) {
    step = tokens.within(IN_STEP, () => parseRange(tokens));
    if (tokens.takeIf(']') === null) tokens.unexpected(AFTER_STEP);
  }
  return { kind: 'subquery', expr, range, step, offset: 0, at: null, start: expr.start, end: tokens.lastEnd };
}

interface Ranged {
  readonly expr: Expr;
  readonly range: Duration;
  readonly open: Token;
}

function matrixSelector(tokens: TokenStream, { expr, range, open }: Ranged): MatrixSelector {
  const brackets = { start: open.start, end: tokens.lastEnd };
  if (expr.kind !== 'vector') return tokens.fail(brackets, 'ranges only allowed for vector selectors');
  if (expr.offset !== 0) tokens.fail(brackets, 'no offset modifiers allowed before range');
  if (expr.at !== null) tokens.fail(brackets, 'no @ modifiers allowed before range');
  return { kind: 'matrix', selector: expr, range, start: expr.start, end: tokens.lastEnd };
}

function parseOffsetModifier(tokens: TokenStream, expr: Expr): Expr {
  tokens.take();
  const offset = tokens.within(IN_OFFSET, () => parseOffset(tokens));
  const target = timed(expr);
  if (target === null) return tokens.fail(expr, `offset modifier must be preceded by ${SELECTORS}`);
  if (target.offset !== 0) tokens.fail(expr, 'offset may not be set multiple times');
  return retimed(expr, { offset, at: target.at }, tokens.lastEnd);
}

function parseAt(tokens: TokenStream, expr: Expr): Expr {
  tokens.take();
  const at = tokens.within(IN_AT, () => parseTime(tokens, expr));
  const target = timed(expr);
  if (target === null) return tokens.fail(expr, `@ modifier must be preceded by ${SELECTORS}`);
  if (target.at !== null) tokens.fail(expr, '@ <timestamp> may not be set multiple times');
  return retimed(expr, { offset: target.offset, at }, tokens.lastEnd);
}

function parseTime(tokens: TokenStream, span: Span): AtModifier {
  const bound = tokens.takeIf('start') ?? tokens.takeIf('end');
  if (bound !== null) {
    tokens.expect('(');
    tokens.expect(')');
    return { at: bound.type === 'start' ? 'start' : 'end' };
  }
  const sign = tokens.takeIf('-') ?? tokens.takeIf('+');
  const { value } = takeNumber(tokens);
  const seconds = sign?.type === '-' ? -value : value;
  if (!(Math.abs(seconds) < 2 ** 63)) {
    tokens.fail(span, `timestamp out of bounds for @ modifier: ${sixDecimals(seconds)}`);
  }
  // Halves round away from zero, as in Go.
  return { at: Math.sign(seconds) * Math.round(Math.abs(seconds) * 1000) };
}

// Go's %f. Numbers this large have no fraction.
function sixDecimals(value: number): string {
  return Number.isFinite(value) ? `${BigInt(value)}.000000` : formatFloatF(value);
}

interface Timing {
  readonly offset: Duration;
  readonly at: AtModifier | null;
}

/** The node that holds the offset and the @ of `expr`; null when it can have none. */
function timed(expr: Expr): VectorSelector | Subquery | null {
  if (expr.kind === 'matrix') return expr.selector;
  return expr.kind === 'vector' || expr.kind === 'subquery' ? expr : null;
}

function retimed(expr: Expr, timing: Timing, end: number): Expr {
  if (expr.kind === 'matrix') return { ...expr, selector: { ...expr.selector, ...timing }, end };
  return { ...expr, ...timing, end } as Expr;
}

function withBoundary(tokens: TokenStream, expr: Expr, boundary: 'anchored' | 'smoothed'): Expr {
  if (expr.kind === 'matrix') return { ...expr, selector: bounded(tokens, expr.selector, { expr, boundary }) };
  if (expr.kind === 'vector') return bounded(tokens, expr, { expr, boundary });
  const problem = expr.kind === 'subquery' ? 'is not supported for subqueries' : 'not implemented';
  return tokens.fail(expr, `${boundary} modifier ${problem}`);
}

interface Boundary {
  readonly expr: Expr;
  readonly boundary: 'anchored' | 'smoothed';
}

function bounded(tokens: TokenStream, selector: VectorSelector, { expr, boundary }: Boundary): VectorSelector {
  const other = boundary === 'anchored' ? selector.smoothed : selector.anchored;
  if (other) tokens.fail(expr, 'anchored and smoothed modifiers cannot be used together');
  return { ...selector, [boundary]: true };
}
