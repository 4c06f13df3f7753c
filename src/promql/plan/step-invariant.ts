import type { Plan, RangeNode, ScalarNode, VectorNode } from './node.ts';
import { type Rewrite, rewriteRange, rewriteScalar, rewriteVector } from './rewrite.ts';

/** Wraps the largest parts whose value is the same at every step (everything with `@`), so that they are computed once. */
export function markStepInvariant(plan: Plan): Plan {
  switch (plan.type) {
    case 'scalar':
      return { ...plan, node: pass.scalar(plan.node) };
    case 'vector':
      return { ...plan, node: pass.vector(plan.node) };
    case 'matrix':
      return { ...plan, node: pass.range(plan.node) };
    case 'string':
      return plan;
  }
}

const pass: Rewrite = {
  scalar: (node) => {
    if (node.kind === 'constant') return node;
    return isScalarInvariant(node) ? { kind: 'scalar-once', child: node } : rewriteScalar(node, pass);
  },
  vector: (node) => {
    if (isVectorInvariant(node)) return { kind: 'vector-once', child: insideOnce(node) };
    return rewriteVector(node, pass);
  },
  range: (node) => rewriteRange(node, pass),
};

// Within something computed once, a subquery still has many steps.
const inside: Rewrite = {
  scalar: (node) => rewriteScalar(node, inside),
  vector: (node) => rewriteVector(node, inside),
  range: (node) => rewriteRange(node, pass),
};

function insideOnce(node: VectorNode): VectorNode {
  return rewriteVector(node, inside);
}

function isScalarInvariant(node: ScalarNode): boolean {
  switch (node.kind) {
    case 'constant':
      return true;
    case 'time':
      return false;
    case 'arithmetic':
    case 'extreme':
      return isScalarInvariant(node.left) && isScalarInvariant(node.right);
    case 'negation':
    case 'scalar-once':
      return isScalarInvariant(node.child);
    case 'single-element':
      return isVectorInvariant(node.child);
  }
}

function isRangeInvariant(node: RangeNode): boolean {
  return node.kind === 'subquery' ? node.at !== null : node.selection.at !== null;
}

function isVectorInvariant(node: VectorNode): boolean {
  switch (node.kind) {
    case 'select':
    case 'sample-time':
    case 'sample-start':
      return node.selection.at !== null;
    case 'window':
      // A prediction counts from the step's time.
      return node.func !== 'predict_linear' && isRangeInvariant(node.range) && node.args.every(isScalarInvariant);
    case 'absent-over-time':
      return isRangeInvariant(node.range);
    case 'from-scalar':
      return isScalarInvariant(node.child);
    case 'map':
      return node.func !== 'timestamp' && isVectorInvariant(node.child) && node.args.every(isScalarInvariant);
    case 'histogram-quantiles':
      return isVectorInvariant(node.child) && node.quantiles.every(isScalarInvariant);
    case 'histogram-fraction':
      return isVectorInvariant(node.child) && isScalarInvariant(node.lower) && isScalarInvariant(node.upper);
    case 'aggregate':
      return isVectorInvariant(node.child) && (node.param === null || isScalarInvariant(node.param));
    case 'vector-scalar':
      return isVectorInvariant(node.vector) && isScalarInvariant(node.scalar);
    case 'vector-binary':
    case 'set':
      return isVectorInvariant(node.left) && isVectorInvariant(node.right);
    case 'info':
      return node.at !== null && isVectorInvariant(node.child);
    // Warns when it is part of a range query.
    case 'sort':
    case 'sort-by-label':
      return false;
    default:
      return isVectorInvariant(node.child);
  }
}
