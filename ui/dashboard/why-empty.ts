import type { Expr, VectorSelector } from '#promql/ast';
import { childrenOf } from '#promql/ast';
import { parse } from '#promql/parse';
import { formatExpr } from '#promql/print';

/** What series there are in the time range of a panel. */
export interface SeriesSource {
  metricNames(): Promise<readonly string[]>;
  /** Whether any series matches an instant vector selector. */
  hasSeries(selector: string): Promise<boolean>;
}

/** So many names are said; nobody reads more in a panel. */
const MOST_NAMED = 3;

/** Why queries that succeeded gave no series, for the person in front of the empty panel. Throws what the source throws. */
export async function whyEmpty(exprs: readonly string[], source: SeriesSource): Promise<string> {
  const selectors = exprs.flatMap((expr) => selectorsIn(parse(expr)));
  const known = new Set(await source.metricNames());
  const named = selectors.map(({ name }) => name).filter((name) => name !== '');
  const unknown = [...new Set(named)].filter((name) => !known.has(name));
  if (unknown.length > 0) return `No data: there is no ${listed(unknown)} in this time range.`;
  const written = [...new Set(selectors.map(plainSelector))];
  const there = await Promise.all(written.map((selector) => source.hasSeries(selector)));
  const missing = written.filter((_, i) => !there[i]);
  if (missing.length > 0) return `No data: no series match ${listed(missing)}.`;
  return 'No data: there are series, but the query leaves none of them.';
}

function selectorsIn(expr: Expr): VectorSelector[] {
  if (expr.kind === 'vector') return [expr];
  if (expr.kind === 'matrix') return [expr.selector];
  return childrenOf(expr).flatMap(selectorsIn);
}

/** Without offset and the like: only what selects. */
function plainSelector(selector: VectorSelector): string {
  return formatExpr({ ...selector, offset: 0, at: null, anchored: false, smoothed: false });
}

function listed(texts: readonly string[]): string {
  const rest = texts.length - MOST_NAMED;
  return texts.slice(0, MOST_NAMED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
