import { goMax, goMin, scalarOperation } from '../fn/arithmetic.ts';
import type { Plan, ScalarNode } from './node.ts';
import { type Rewrite, rewriteRange, rewriteScalar, rewriteVector } from './rewrite.ts';

/** Computes what depends on nothing but numbers in the query, with the operations that a step would use. */
export function foldConstants(plan: Plan): Plan {
  switch (plan.type) {
    case 'scalar':
      return { ...plan, node: fold(plan.node) };
    case 'vector':
      return { ...plan, node: pass.vector(plan.node) };
    case 'matrix':
      return { ...plan, node: pass.range(plan.node) };
    case 'string':
      return plan;
  }
}

const pass: Rewrite = {
  scalar: fold,
  vector: (node) => rewriteVector(node, pass),
  range: (node) => rewriteRange(node, pass),
};

function fold(unfolded: ScalarNode): ScalarNode {
  const node = rewriteScalar(unfolded, pass);
  if (node.kind === 'negation' && node.child.kind === 'constant') return { ...node.child, value: -node.child.value };
  if (node.kind !== 'arithmetic' && node.kind !== 'extreme') return node;
  const { left, right } = node;
  if (left.kind !== 'constant' || right.kind !== 'constant') return node;
  return { kind: 'constant', value: operationOf(node)(left.value, right.value) };
}

/** The operation of a scalar node with two children. */
export function operationOf(
  node: Extract<ScalarNode, { kind: 'arithmetic' | 'extreme' }>,
): (a: number, b: number) => number {
  if (node.kind === 'arithmetic') return scalarOperation(node.operator);
  return node.func === 'min_of' ? goMin : goMax;
}
