import type { Binary, Expr } from '#promql/ast';
import { formatExpr, formatMatcher } from '#promql/print';
import type { Rule } from '../rule.ts';
import { bare, type Check, correcting, mapExpr, selectorsOf, shownLabels } from './check.ts';

/** A part of a metric's series divided by all of them: each meets only itself, and the ratio is always 1. */
export const ratioToItself: Check = correcting((node, rule) => {
  if (node.kind !== 'binary' || node.operator !== '/' || !pairsByAllLabels(node)) return null;
  const narrowed = narrowedBy(node.left, node.right);
  if (narrowed === null) return null;
  const labels = narrowed.map(({ name }) => name);
  const sum = (side: Expr): Expr => summed(side, labels, rule);
  const finding =
    `the ratio is always 1: both sides keep the label ${labels.join(', ')}, so that each series of ` +
    `${narrowed.map(formatMatcher).join(', ')} is divided by itself. Sum both sides over it`;
  return { finding, expr: { ...node, left: sum(node.left), right: sum(node.right) } };
});

function pairsByAllLabels({ matching }: Binary): boolean {
  return matching !== null && matching.cardinality === 'one-to-one' && !matching.on && matching.labels.length === 0;
}

/** The matchers that the left side has beyond those of the right, when the sides are the same otherwise. */
function narrowedBy(left: Expr, right: Expr) {
  const [mine, ...others] = selectorsOf(left);
  const [theirs, ...more] = selectorsOf(right);
  if (!mine || !theirs || others.length > 0 || more.length > 0 || !keepsLabels(left) || !keepsLabels(right))
    return null;
  const shared = new Set(theirs.matchers.map(formatMatcher));
  const extra = mine.matchers.filter((matcher) => !shared.has(formatMatcher(matcher)));
  const widened = mapExpr(left, (node) => (node.kind === 'vector' ? { ...node, matchers: theirs.matchers } : node));
  return extra.length > 0 && formatExpr(widened) === formatExpr(right) ? extra : null;
}

function keepsLabels(expr: Expr): boolean {
  const inner = bare(expr);
  return inner.kind === 'vector' || inner.kind === 'matrix' || (inner.kind === 'call' && inner.args.every(keepsLabels));
}

/** By the labels that the alert shows; where it shows none, by all but those that tell the sides apart. */
function summed(expr: Expr, without: readonly string[], rule: Rule): Expr {
  const shown = shownLabels(rule).filter((label) => !without.includes(label));
  const { start, end } = expr;
  const grouping = shown.length > 0 ? shown : [...new Set(without)];
  return {
    kind: 'aggregate',
    operator: 'sum',
    expr: bare(expr),
    param: null,
    grouping,
    without: shown.length === 0,
    start,
    end,
  };
}
