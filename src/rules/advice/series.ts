import { nearest } from '#lib/nearest';
import { childrenOf, type Expr } from '#promql/ast';
import { type Check, saying, selectorsOf } from './check.ts';

/** Metrics that no series has: the rule can never have a result. */
export const absentMetric: Check = saying(({ expr }, { names }) => {
  if (names === null || looksForAbsence(expr)) return [];
  const missing = selectorsOf(expr).filter(({ name }) => name !== '' && !names.has(name));
  return [...new Set(missing.map(({ name }) => name))].map((name) => {
    const near = nearest(name, [...names]);
    return `no series is named ${name}${near === undefined ? ': check the name, and that its target is scraped' : `; did you mean ${near}?`}`;
  });
});

function looksForAbsence(expr: Expr): boolean {
  if (expr.kind === 'call' && expr.func.startsWith('absent')) return true;
  return childrenOf(expr).some(looksForAbsence);
}

/** Aggregations by labels that have a value for each user or request. */
export const unboundedLabel: Check = saying(({ expr }) => {
  const labels = groupings(expr).filter((label) => UNBOUNDED.test(label));
  return [...new Set(labels)].map(
    (label) =>
      `label ${label} has as many values as there are users or requests, and each is a series of its own: take it out of the metric, and count by something that has few values`,
  );
});

const UNBOUNDED = /^(user_?id|request_?id|trace_?id|span_?id|session_?id|email|timestamp|uuid)$/i;

function groupings(expr: Expr): readonly string[] {
  const own = expr.kind === 'aggregate' && !expr.without ? expr.grouping : [];
  return [...own, ...childrenOf(expr).flatMap(groupings)];
}
