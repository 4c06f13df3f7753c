import type { RangeNode, ScalarNode, VectorNode } from './node.ts';

/** What a pass does with each kind of node. */
export interface Rewrite {
  readonly scalar: (node: ScalarNode) => ScalarNode;
  readonly vector: (node: VectorNode) => VectorNode;
  readonly range: (node: RangeNode) => RangeNode;
}

/** The scalar node with its direct children rewritten. */
export function rewriteScalar(node: ScalarNode, { scalar, vector }: Rewrite): ScalarNode {
  switch (node.kind) {
    case 'constant':
    case 'time':
      return node;
    case 'arithmetic':
    case 'extreme':
      return { ...node, left: scalar(node.left), right: scalar(node.right) };
    case 'negation':
    case 'scalar-once':
      return { ...node, child: scalar(node.child) };
    case 'single-element':
      return { ...node, child: vector(node.child) };
  }
}

/** The range node with its direct children rewritten. */
export function rewriteRange(node: RangeNode, { vector }: Rewrite): RangeNode {
  return node.kind === 'subquery' ? { ...node, child: vector(node.child) } : node;
}

/** The vector node with its direct children rewritten. */
export function rewriteVector(node: VectorNode, rewrite: Rewrite): VectorNode {
  const { scalar, vector, range } = rewrite;
  switch (node.kind) {
    case 'select':
    case 'sample-time':
    case 'sample-start':
      return node;
    case 'window':
      return { ...node, range: range(node.range), args: node.args.map(scalar) };
    case 'absent-over-time':
      return { ...node, range: range(node.range) };
    case 'from-scalar':
      return { ...node, child: scalar(node.child) };
    case 'map':
      return { ...node, child: vector(node.child), args: node.args.map(scalar) };
    case 'histogram-quantiles':
      return { ...node, child: vector(node.child), quantiles: node.quantiles.map(scalar) };
    case 'histogram-fraction':
      return { ...node, child: vector(node.child), lower: scalar(node.lower), upper: scalar(node.upper) };
    case 'aggregate':
      return { ...node, child: vector(node.child), param: node.param && scalar(node.param) };
    case 'vector-scalar':
      return { ...node, vector: vector(node.vector), scalar: scalar(node.scalar) };
    case 'vector-binary':
    case 'set':
      return { ...node, left: vector(node.left), right: vector(node.right) };
    default:
      return { ...node, child: vector(node.child) };
  }
}
