import type { Plan, VectorNode } from './node.ts';
import { type Rewrite, rewriteRange, rewriteScalar, rewriteVector } from './rewrite.ts';

/** A text that is equal for parts of plans that compute the same: places in the query's text do not count. */
export function partKey(node: VectorNode): string {
  return JSON.stringify(node, (name, value: unknown) => {
    if (PLACES.has(name)) return undefined;
    if (name === 'matchers')
      return (value as MatcherList).map((matcher) => [matcher.name, matcher.operator, matcher.value]);
    // JSON knows neither NaN and infinities nor a negative zero.
    if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)))
      return `number ${1 / value} ${value}`;
    return value;
  });
}

type MatcherList = Extract<VectorNode, { kind: 'select' }>['selection']['matchers'];

const PLACES: ReadonlySet<string> = new Set(['span', 'paramSpan', 'childSpan', 'quantileSpans']);

/** Parts that cost more to compute again than to keep. */
const WORTH_KEEPING: ReadonlySet<VectorNode['kind']> = new Set(['window', 'aggregate', 'absent-over-time', 'info']);

/**
 * The keys of costly parts that stand in several places of the plans. What is inside of a repeated part is not looked at
 * again.
 */
export function repeatedParts(plans: readonly Plan[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  const visit: Rewrite = {
    scalar: (node) => rewriteScalar(node, visit),
    range: (node) => rewriteRange(node, visit),
    vector: (node) => {
      if (!WORTH_KEEPING.has(node.kind)) return rewriteVector(node, visit);
      const key = partKey(node);
      if (seen.has(key)) {
        repeated.add(key);
        return node;
      }
      seen.add(key);
      return rewriteVector(node, visit);
    },
  };
  for (const plan of plans) {
    if (plan.type === 'scalar') visit.scalar(plan.node);
    else if (plan.type === 'vector') visit.vector(plan.node);
    else if (plan.type === 'matrix') visit.range(plan.node);
  }
  return repeated;
}
