import { invariant } from '#lib/errors';
import { compareUtf8 } from '#lib/utf8';
import { createMatcher } from '#model/matcher';
import type { Millis } from '#model/time';
import type {
  Aggregation,
  AtModifier,
  Binary,
  Expr,
  MatrixSelector,
  Subquery,
  ValueType,
  VectorMatching,
  VectorSelector,
} from '../ast.ts';
import { typeOf } from '../types.ts';
import { type QueryWindow, resolveLength, resolveOffset } from './durations.ts';
import { lowerScalarCall, lowerVectorCall } from './lower-call.ts';
import type { Plan, RangeNode, ScalarNode, Selection, VectorNode } from './node.ts';

/** What an expression is planned for. */
export interface PlanContext extends QueryWindow {
  /** Step of subqueries that name none. */
  readonly defaultStep: Millis;
}

/** Turns a checked expression into plan nodes: parentheses gone, durations and `@` settled, query functions replaced. */
export function lower(expr: Expr, context: PlanContext): Plan {
  const type: ValueType = typeOf(expr);
  switch (type) {
    case 'scalar':
      return { type, node: lowerScalar(expr, context) };
    case 'vector':
      return { type, node: lowerVector(expr, context) };
    case 'matrix':
      return { type, node: lowerRange(expr, context) };
    default:
      return { type: 'string', value: stringOf(expr) };
  }
}

/** The expression inside any parentheses: annotations point there. */
export function unwrap(expr: Expr): Expr {
  let inner = expr;
  while (inner.kind === 'paren') inner = inner.expr;
  return inner;
}

/** The value of a string literal, possibly in parentheses. */
export function stringOf(expr: Expr): string {
  const inner = unwrap(expr);
  invariant(inner.kind === 'string', 'only literals are strings');
  return inner.value;
}

export function lowerScalar(wrapped: Expr, context: PlanContext): ScalarNode {
  const expr = unwrap(wrapped);
  switch (expr.kind) {
    case 'number':
      return { kind: 'constant', value: expr.value };
    case 'unary': {
      const child = lowerScalar(expr.expr, context);
      return expr.operator === '-' ? { kind: 'negation', child } : child;
    }
    case 'binary': {
      const left = lowerScalar(expr.left, context);
      return { kind: 'arithmetic', operator: expr.operator, left, right: lowerScalar(expr.right, context) };
    }
    default:
      invariant(expr.kind === 'call', `a ${expr.kind} is not a scalar`);
      return lowerScalarCall(expr, context);
  }
}

export function lowerVector(wrapped: Expr, context: PlanContext): VectorNode {
  const expr = unwrap(wrapped);
  switch (expr.kind) {
    case 'vector':
      return { kind: 'select', selection: selectionOf(expr, context), span: expr };
    case 'unary': {
      const child = lowerVector(expr.expr, context);
      return expr.operator === '-' ? { kind: 'vector-negation', child } : child;
    }
    case 'aggregate':
      return lowerAggregation(expr, context);
    case 'binary':
      return lowerBinary(expr, context);
    default:
      invariant(expr.kind === 'call', `a ${expr.kind} is not a vector`);
      return lowerVectorCall(expr, context);
  }
}

export function lowerRange(wrapped: Expr, context: PlanContext): RangeNode {
  const expr = unwrap(wrapped);
  if (expr.kind === 'subquery') return lowerSubquery(expr, context);
  invariant(expr.kind === 'matrix', `a ${expr.kind} is not a range vector`);
  return lowerMatrix(expr, context);
}

function lowerMatrix(expr: MatrixSelector, context: PlanContext): RangeNode {
  const selection = selectionOf(expr.selector, context);
  return { kind: 'range-select', selection, range: resolveLength(expr.range, context), span: expr };
}

function lowerSubquery(expr: Subquery, context: PlanContext): RangeNode {
  return {
    kind: 'subquery',
    child: lowerVector(expr.expr, context),
    range: resolveLength(expr.range, context),
    step: expr.step === null ? context.defaultStep : resolveLength(expr.step, context),
    offset: resolveOffset(expr.offset, context),
    at: resolveAt(expr.at, context),
    span: expr,
  };
}

/** The series and times of a selector. */
export function selectionOf(selector: VectorSelector, context: PlanContext): Selection {
  const boundary = selector.anchored ? 'anchored' : selector.smoothed ? 'smoothed' : 'plain';
  return {
    matchers: selector.matchers.map(createMatcher),
    offset: resolveOffset(selector.offset, context),
    at: resolveAt(selector.at, context),
    boundary,
  };
}

/** The time of an `@` modifier. */
export function resolveAt(modifier: AtModifier | null, { start, end }: QueryWindow): Millis | null {
  if (modifier === null) return null;
  if (typeof modifier.at === 'number') return modifier.at;
  return modifier.at === 'start' ? start : end;
}

function lowerAggregation(expr: Aggregation, context: PlanContext): VectorNode {
  const child = unwrap(expr.expr);
  const param = expr.param === null ? null : unwrap(expr.param);
  const label = param?.kind === 'string' ? param.value : '';
  return {
    kind: 'aggregate',
    operator: expr.operator,
    child: lowerVector(child, context),
    param: param === null || param.kind === 'string' ? null : lowerScalar(param, context),
    paramSpan: param ?? expr,
    label,
    grouping: [...new Set(expr.grouping)].sort(compareUtf8),
    without: expr.without,
    span: expr,
    childSpan: child,
  };
}

const PLAIN_MATCHING: VectorMatching = {
  cardinality: 'one-to-one',
  on: false,
  labels: [],
  include: [],
  fillLeft: null,
  fillRight: null,
};

function lowerBinary(expr: Binary, context: PlanContext): VectorNode {
  const { operator, bool, matching } = expr;
  const swapped = typeOf(expr.left) === 'scalar';
  if (swapped || typeOf(expr.right) === 'scalar') {
    const [vector, scalar] = swapped ? [expr.right, expr.left] : [expr.left, expr.right];
    return {
      kind: 'vector-scalar',
      operator,
      bool,
      vector: lowerVector(vector, context),
      scalar: lowerScalar(scalar, context),
      swapped,
      span: expr,
    };
  }
  const left = lowerVector(expr.left, context);
  const right = lowerVector(expr.right, context);
  const how = matching ?? PLAIN_MATCHING;
  if (operator === 'and' || operator === 'or' || operator === 'unless') {
    return { kind: 'set', operator, left, right, matching: how };
  }
  return { kind: 'vector-binary', operator, bool, left, right, matching: how, span: expr };
}

