import { invariant } from '#lib/errors';
import { compareUtf8 } from '#lib/utf8';
import type { Aggregation, Binary, Expr, MatrixSelector, Subquery, VectorMatching } from '../ast.ts';
import { typeOf } from '../types.ts';
import { resolveLength, resolveOffset } from './durations.ts';
import { lowerScalarCall, lowerVectorCall } from './lower-call.ts';
import { type Lowering, type PlanContext, resolveAt, selectionOf, stringOf, unwrap } from './lowering.ts';
import type { Plan, RangeNode, ScalarNode, VectorNode } from './node.ts';

/** Turns a checked expression into plan nodes: parentheses gone, durations and `@` settled, query functions replaced. */
export function lower(expr: Expr, context: PlanContext): Plan {
  const lowering: Lowering = {
    context,
    scalar: (child) => lowerScalar(unwrap(child), lowering),
    vector: (child) => lowerVector(unwrap(child), lowering),
    range: (child) => lowerRange(unwrap(child), lowering),
  };
  const type = typeOf(expr);
  switch (type) {
    case 'scalar':
      return { type, node: lowering.scalar(expr) };
    case 'vector':
      return { type, node: lowering.vector(expr) };
    case 'matrix':
      return { type, node: lowering.range(expr) };
    default:
      return { type: 'string', value: stringOf(expr) };
  }
}

function lowerScalar(expr: Expr, lowering: Lowering): ScalarNode {
  switch (expr.kind) {
    case 'number':
      return { kind: 'constant', value: expr.value };
    case 'unary': {
      const child = lowering.scalar(expr.expr);
      return expr.operator === '-' ? { kind: 'negation', child } : child;
    }
    case 'binary': {
      const left = lowering.scalar(expr.left);
      return { kind: 'arithmetic', operator: expr.operator, left, right: lowering.scalar(expr.right) };
    }
    default:
      invariant(expr.kind === 'call', `a ${expr.kind} is not a scalar`);
      return lowerScalarCall(expr, lowering);
  }
}

function lowerVector(expr: Expr, lowering: Lowering): VectorNode {
  switch (expr.kind) {
    case 'vector':
      return { kind: 'select', selection: selectionOf(expr, lowering.context), span: expr };
    case 'unary': {
      const child = lowering.vector(expr.expr);
      return expr.operator === '-' ? { kind: 'vector-negation', child } : child;
    }
    case 'aggregate':
      return lowerAggregation(expr, lowering);
    case 'binary':
      return lowerBinary(expr, lowering);
    default:
      invariant(expr.kind === 'call', `a ${expr.kind} is not a vector`);
      return lowerVectorCall(expr, lowering);
  }
}

function lowerRange(expr: Expr, lowering: Lowering): RangeNode {
  if (expr.kind === 'subquery') return lowerSubquery(expr, lowering);
  invariant(expr.kind === 'matrix', `a ${expr.kind} is not a range vector`);
  return lowerMatrix(expr, lowering);
}

function lowerMatrix(expr: MatrixSelector, { context }: Lowering): RangeNode {
  const selection = selectionOf(expr.selector, context);
  return { kind: 'range-select', selection, range: resolveLength(expr.range, context), span: expr };
}

function lowerSubquery(expr: Subquery, { context, vector }: Lowering): RangeNode {
  return {
    kind: 'subquery',
    child: vector(expr.expr),
    range: resolveLength(expr.range, context),
    step: expr.step === null ? context.defaultStep : resolveLength(expr.step, context),
    offset: resolveOffset(expr.offset, context),
    at: resolveAt(expr.at, context),
    span: expr,
  };
}

function lowerAggregation(expr: Aggregation, lowering: Lowering): VectorNode {
  const child = unwrap(expr.expr);
  const param = expr.param === null ? null : unwrap(expr.param);
  return {
    kind: 'aggregate',
    operator: expr.operator,
    child: lowering.vector(child),
    param: param === null || param.kind === 'string' ? null : lowering.scalar(param),
    paramSpan: param ?? expr,
    label: param?.kind === 'string' ? param.value : '',
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

function lowerBinary(expr: Binary, lowering: Lowering): VectorNode {
  const { operator, bool, matching } = expr;
  const swapped = typeOf(expr.left) === 'scalar';
  if (swapped || typeOf(expr.right) === 'scalar') {
    const vector = lowering.vector(swapped ? expr.right : expr.left);
    const scalar = lowering.scalar(swapped ? expr.left : expr.right);
    return { kind: 'vector-scalar', operator, bool, vector, scalar, swapped, span: expr };
  }
  const left = lowering.vector(expr.left);
  const right = lowering.vector(expr.right);
  const how = matching ?? PLAIN_MATCHING;
  if (operator === 'and' || operator === 'or' || operator === 'unless') {
    return { kind: 'set', operator, left, right, matching: how };
  }
  return { kind: 'vector-binary', operator, bool, left, right, matching: how, span: expr };
}
