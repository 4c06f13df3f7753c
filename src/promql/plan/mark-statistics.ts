import type { Plan, RangeNode, VectorNode } from './node.ts';
import { type Rewrite, rewriteRange, rewriteScalar, rewriteVector } from './rewrite.ts';

/**
 * Marks the selectors of which only count and sum of histograms are wanted. Prometheus reads those without buckets and
 * finds counter resets while it reads; that changes which annotations a query gets, so it is done here as well.
 */
export function markStatistics(plan: Plan): Plan {
  switch (plan.type) {
    case 'scalar':
      return { ...plan, node: outside.scalar(plan.node) };
    case 'vector':
      return { ...plan, node: outside.vector(plan.node) };
    default:
      return plan;
  }
}

const outside = passWith((selection) => selection);
const inside = passWith((selection) => ({ ...selection, resolvesResets: true }));
// Nothing below needs less than whole histograms.
const needsBuckets: Rewrite = {
  scalar: (node) => rewriteScalar(node, needsBuckets),
  vector: (node) => rewriteVector(node, needsBuckets),
  range: (node) => rewriteRange(node, needsBuckets),
};

type Mark = (selection: Extract<VectorNode, { kind: 'select' }>['selection']) => typeof selection;

function passWith(mark: Mark): Rewrite {
  const pass: Rewrite = {
    scalar: (node) => rewriteScalar(node, pass),
    vector: (node) => {
      if (node.kind === 'select') return { ...node, selection: mark(node.selection) };
      if (usesBuckets(node)) return rewriteVector(node, needsBuckets);
      return rewriteVector(node, isStatistic(node) ? inside : pass);
    },
    range: (node: RangeNode) => {
      if (node.kind === 'subquery') return rewriteRange(node, needsBuckets);
      return { ...node, selection: mark(node.selection) };
    },
  };
  return pass;
}

function isStatistic(node: VectorNode): boolean {
  if (node.kind !== 'histogram-statistic') return false;
  return node.func === 'histogram_count' || node.func === 'histogram_sum' || node.func === 'histogram_avg';
}

function usesBuckets(node: VectorNode): boolean {
  if (node.kind === 'histogram-quantiles' || node.kind === 'histogram-fraction') return true;
  const isBinary = node.kind === 'vector-scalar' || node.kind === 'vector-binary';
  return isBinary && (node.operator === '</' || node.operator === '>/');
}
