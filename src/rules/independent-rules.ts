import { METRIC_NAME } from '#model/labels';
import { childrenOf, type Expr, type VectorSelector } from '#promql/ast';
import { ALERTS_METRIC } from './evaluate.ts';
import { FOR_STATE_METRIC } from './restore.ts';
import type { Rule } from './rule.ts';

/** More are not asked at once, so that other queries get their turn. */
const MOST = 50;

/**
 * Cuts a group's rules, in their order, into runs of which no rule reads what another one of the run writes: those may be
 * evaluated on the same data.
 */
export function independentRuns<T extends { readonly rule: Rule }>(rules: readonly T[]): T[][] {
  const runs: T[][] = [];
  let run: T[] = [];
  let written = new Set<string>();
  for (const each of rules) {
    if (run.length === MOST || readsAny(each.rule.expr, written)) {
      runs.push(run);
      run = [];
      written = new Set();
    }
    run.push(each);
    for (const metric of metricsOf(each.rule)) written.add(metric);
  }
  return run.length > 0 ? [...runs, run] : runs;
}

function metricsOf({ kind, name }: Rule): readonly string[] {
  return kind === 'recording' ? [name] : [ALERTS_METRIC, FOR_STATE_METRIC];
}

/** Whether an expression may select series of any of these metrics. */
function readsAny(expr: Expr, metrics: ReadonlySet<string>): boolean {
  if (metrics.size === 0) return false;
  if (expr.kind === 'vector') return selectsAny(expr, metrics);
  // It also reads series that it does not name.
  if (expr.kind === 'call' && expr.func === 'info') return true;
  return childrenOf(expr).some((child) => readsAny(child, metrics));
}

function selectsAny({ matchers }: VectorSelector, metrics: ReadonlySet<string>): boolean {
  const name = matchers.find((matcher) => matcher.name === METRIC_NAME && matcher.operator === '=');
  return name === undefined || metrics.has(name.value);
}
