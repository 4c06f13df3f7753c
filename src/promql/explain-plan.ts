import { type Call, childrenOf, type Expr } from './ast.ts';
import { unwrap } from './plan/lowering.ts';
import type { Plan, PlanNode } from './plan/node.ts';

/** A part of an expression and the plan node that computes it; null where the plan has nothing of its own for it. */
export interface PlannedExpr {
  readonly expr: Expr;
  readonly node: PlanNode | null;
  /** Computed once for all steps. */
  readonly once: boolean;
}

/** The whole expression with its plan. */
export function plannedRoot(expr: Expr, plan: Plan): PlannedExpr {
  return planned(expr, plan.type === 'string' ? null : plan.node);
}

/**
 * The parts directly under one that select or make series, in the order they were written: parentheses and numbers are
 * no parts. A range selector has none.
 */
export function plannedChildren({ expr, node }: PlannedExpr): PlannedExpr[] {
  if (expr.kind === 'matrix') return [];
  const nodes = nodesUnder(expr, node);
  return childrenOf(expr)
    .map((child, i) => planned(child, nodes[i] ?? null))
    .filter((child) => makesSeries(child.expr));
}

function planned(written: Expr, given: PlanNode | null): PlannedExpr {
  let expr = unwrap(written);
  while (expr.kind === 'unary' && expr.operator === '+') expr = unwrap(expr.expr);
  let node = given;
  let once = false;
  while (node?.kind === 'vector-once' || node?.kind === 'scalar-once') {
    node = node.child;
    once = true;
  }
  return { expr, node, once };
}

function makesSeries(expr: Expr): boolean {
  if (expr.kind === 'vector' || expr.kind === 'matrix') return true;
  if (expr.kind === 'call' && expr.func === 'vector') return true;
  return childrenOf(expr).some(makesSeries);
}

type MaybeNode = PlanNode | null;

/** The plan nodes of `childrenOf(expr)`, as far as there are any. */
function nodesUnder(expr: Expr, node: MaybeNode): readonly MaybeNode[] {
  switch (node?.kind) {
    case 'aggregate':
      return expr.kind === 'aggregate' && expr.param !== null ? [node.param, node.child] : [node.child];
    case 'vector-scalar':
      return node.swapped ? [node.scalar, node.vector] : [node.vector, node.scalar];
    case 'vector-binary':
    case 'set':
    case 'arithmetic':
    case 'extreme':
      return [node.left, node.right];
    case 'window':
      return windowNodes(expr, node);
    case 'absent-over-time':
      return [node.range];
    case 'map':
      return [node.child, ...node.args];
    case 'histogram-quantiles':
      return isCallOf(expr, 'histogram_quantile')
        ? [node.quantiles[0]!, node.child]
        : [node.child, null, ...node.quantiles];
    case 'histogram-fraction':
      return [node.lower, node.upper, node.child];
    default:
      return node !== null && node !== undefined && 'child' in node ? [node.child] : [];
  }
}

function windowNodes(expr: Expr, { range, args }: Extract<PlanNode, { kind: 'window' }>): readonly MaybeNode[] {
  const scalars = [...args];
  return childrenOf(expr).map((child) => {
    const { kind } = unwrap(child);
    return kind === 'matrix' || kind === 'subquery' ? range : (scalars.shift() ?? null);
  });
}

function isCallOf(expr: Expr, func: Call['func']): boolean {
  return expr.kind === 'call' && expr.func === func;
}
