import { formatFloatF } from '#lib/go-format';
import { wellFormed } from '#lib/utf8';
import type { Binary, Duration, DurationExpr, Expr, Subquery, VectorMatching, VectorSelector } from '../ast.ts';
import { FUNCTIONS } from '../functions.ts';

/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The expression as /api/v1/parse_query answers it. */
export function toJsonAst(expr: Expr): Json {
  switch (expr.kind) {
    case 'number':
      return { type: 'numberLiteral', val: formatFloatF(expr.value) };
    case 'string':
      return { type: 'stringLiteral', val: wellFormed(expr.value) };
    case 'vector':
      return { type: 'vectorSelector', ...selector(expr) };
    case 'matrix':
      return { type: 'matrixSelector', ...duration('range', expr.range), ...selector(expr.selector) };
    case 'subquery':
      return subquery(expr);
    case 'call': {
      const { args, variadic, returns } = FUNCTIONS[expr.func];
      const func = { name: expr.func, argTypes: args, variadic, returnType: returns };
      return { type: 'call', func, args: expr.args.map(toJsonAst) };
    }
    case 'aggregate':
      return {
        type: 'aggregation',
        op: expr.operator,
        expr: toJsonAst(expr.expr),
        param: expr.param === null ? null : toJsonAst(expr.param),
        grouping: expr.grouping,
        without: expr.without,
      };
    case 'binary':
      return binary(expr);
    case 'unary':
      return { type: 'unaryExpr', op: expr.operator, expr: toJsonAst(expr.expr) };
    case 'paren':
      return { type: 'parenExpr', expr: toJsonAst(expr.expr) };
  }
}

function binary({ operator, left, right, bool, matching }: Binary): Json {
  return {
    type: 'binaryExpr',
    op: operator,
    lhs: toJsonAst(left),
    rhs: toJsonAst(right),
    matching: matching === null ? null : vectorMatching(matching),
    bool,
  };
}

function vectorMatching({ cardinality, labels, on, include, fillLeft, fillRight }: VectorMatching): Json {
  return { card: cardinality, labels, on, include, fillValues: { lhs: fillLeft, rhs: fillRight } };
}

function selector({ name, matchers, anchored, smoothed, ...timing }: VectorSelector): Record<string, Json> {
  return {
    name,
    matchers: matchers.map((matcher) => ({
      name: wellFormed(matcher.name),
      type: matcher.operator,
      value: wellFormed(matcher.value),
    })),
    ...timed(timing),
    anchored,
    smoothed,
  };
}

function subquery({ expr, range, step, ...timing }: Subquery): Json {
  return {
    type: 'subquery',
    expr: toJsonAst(expr),
    ...duration('range', range),
    ...duration('step', step ?? 0),
    ...timed(timing),
  };
}

function timed({ offset, at }: Pick<VectorSelector, 'offset' | 'at'>): Record<string, Json> {
  const time = at?.at ?? null;
  const isBound = typeof time === 'string';
  return { ...duration('offset', offset), timestamp: isBound ? null : time, startOrEnd: isBound ? time : null };
}

/** The two members for one duration: milliseconds, and the expression when it is computed. */
function duration(name: string, value: Duration): Record<string, Json> {
  const isFixed = typeof value === 'number';
  return { [name]: isFixed ? value : 0, [`${name}Expr`]: isFixed ? null : durationExpr(value) };
}

function durationExpr({ operator, operands, value, duration: asDuration, parenthesised }: DurationExpr): Json {
  if (operator === 'literal') {
    const literal = { type: 'numberLiteral', val: formatFloatF(value), duration: asDuration };
    // Parentheses around a literal are held by a plus sign.
    return parenthesised ? { type: 'durationExpr', op: '+', lhs: null, rhs: literal, wrapped: true } : literal;
  }
  const [first, second] = operands.map(durationExpr);
  const [lhs, rhs] = second === undefined ? [null, first ?? null] : [first ?? null, second];
  return { type: 'durationExpr', op: operator, lhs, rhs, wrapped: parenthesised };
}
