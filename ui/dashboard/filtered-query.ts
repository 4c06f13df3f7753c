import type { AdhocFilter } from '#dashboards/adhoc';
import type { MatcherSpec } from '#model/matcher';
import type { Expr, VectorSelector } from '#promql/ast';
import { parse } from '#promql/parse';
import { formatExpr } from '#promql/print';

/** The expression with the filters among the matchers of every selector. Throws what `parse` throws. */
export function withFilters(expr: string, filters: readonly AdhocFilter[]): string {
  const matchers = filters.map(({ key, operator, value }): MatcherSpec => ({ name: key, operator, value }));
  return formatExpr(filtered(parse(expr), matchers));
}

function filtered(expr: Expr, matchers: readonly MatcherSpec[]): Expr {
  const inside = <T extends Expr>(inner: T): Expr => filtered(inner, matchers);
  switch (expr.kind) {
    case 'number':
    case 'string':
      return expr;
    case 'vector':
      return selecting(expr, matchers);
    case 'matrix':
      return { ...expr, selector: selecting(expr.selector, matchers) };
    case 'call':
      return { ...expr, args: expr.args.map(inside) };
    case 'binary':
      return { ...expr, left: inside(expr.left), right: inside(expr.right) };
    case 'aggregate':
      return { ...expr, expr: inside(expr.expr), param: expr.param === null ? null : inside(expr.param) };
    case 'subquery':
    case 'unary':
    case 'paren':
      return { ...expr, expr: inside(expr.expr) };
  }
}

function selecting(selector: VectorSelector, matchers: readonly MatcherSpec[]): VectorSelector {
  return { ...selector, matchers: [...selector.matchers, ...matchers] };
}
