import type { Aggregation, Expr } from '#promql/ast';
import { type Check, correcting, mapExpr, rateOf, selectorsOf } from './check.ts';
import { isBuckets } from './counters.ts';

/** `histogram_quantile` of the bucket counters themselves: a mean over the whole life of the process. */
export const quantileOfCounters: Check = correcting((node) => {
  if (node.kind !== 'call' || node.func !== 'histogram_quantile') return null;
  const [level, buckets] = node.args;
  if (level === undefined || buckets === undefined || !hasRawBuckets(buckets)) return null;
  const finding =
    'histogram_quantile() of the bucket counters themselves looks at every request since the program began, and hardly moves: ' +
    'take the rate of the buckets first';
  return { finding, expr: { ...node, args: [level, withRates(buckets)] } };
});

function hasRawBuckets(expr: Expr): boolean {
  if (expr.kind === 'vector') return isBuckets(expr);
  if (expr.kind === 'aggregate' || expr.kind === 'paren') return hasRawBuckets(expr.expr);
  return false;
}

function withRates(expr: Expr): Expr {
  if (expr.kind === 'vector') return rateOf(expr);
  return expr.kind === 'aggregate' || expr.kind === 'paren' ? { ...expr, expr: withRates(expr.expr) } : expr;
}

/** Buckets summed without their label `le`: no quantile can be found any more. */
export const quantileWithoutLe: Check = correcting((node) => {
  if (node.kind !== 'call' || node.func !== 'histogram_quantile') return null;
  const [level, buckets] = node.args;
  if (level === undefined || buckets === undefined) return null;
  const kept = mapExpr(buckets, (inner) => (inner.kind === 'aggregate' && losesLe(inner) ? keepingLe(inner) : inner));
  if (!someAggregation(buckets, losesLe)) return null;
  const finding = 'histogram_quantile() needs the label le, which the aggregation inside it drops';
  return { finding, expr: { ...node, args: [level, kept] } };
});

function losesLe(node: Aggregation): boolean {
  return node.grouping.includes('le') === node.without && selectorsOf(node.expr).some(isBuckets);
}

function keepingLe(node: Aggregation): Aggregation {
  const others = node.grouping.filter((label) => label !== 'le');
  return { ...node, grouping: node.without ? others : [...others, 'le'] };
}

function someAggregation(expr: Expr, fits: (node: Aggregation) => boolean): boolean {
  let found = false;
  mapExpr(expr, (node) => {
    found ||= node.kind === 'aggregate' && fits(node);
    return node;
  });
  return found;
}
