import { systemClock } from '#lib/clock';
import { BarographError } from '#lib/errors';
import type { Millis } from '#model/time';
import type { Queryable } from '#storage/queryable';
import { Annotations } from './annotations.ts';
import type { Expr } from './ast.ts';
import { OperatorBuilder, type OperatorObserver } from './exec/build.ts';
import type { Execution, SampleCounters } from './exec/execution.ts';
import { Sources } from './exec/execution.ts';
import { finishVector } from './exec/finish.ts';
import { fromScalar } from './exec/from-scalar.ts';
import { readRawMatrix } from './exec/raw-matrix.ts';
import { SharedOperators } from './exec/shared-operators.ts';
import type { Explanation } from './explain.ts';
import { frameMemory } from './frame-memory.ts';
import { QueryGuard, type QueryLimits } from './limits.ts';
import { parse } from './parse.ts';
import { foldConstants } from './plan/fold-constants.ts';
import { lower } from './plan/lower.ts';
import { markStatistics } from './plan/mark-statistics.ts';
import type { Plan } from './plan/node.ts';
import { repeatedParts } from './plan/shared-parts.ts';
import { markStepInvariant } from './plan/step-invariant.ts';
import { formatExpr } from './print.ts';
import { typeName, typeOf } from './types.ts';
import type { QueryResult, QueryStatistics, StepGrid } from './value.ts';

export interface QueryOptions extends QueryLimits {
  /** How far back an instant selector looks for a sample. */
  readonly lookbackDelta: Millis;
  /** Step of subqueries that name none: the evaluation interval. */
  readonly defaultStep: Millis;
  /** Is told what each part of the expression costs. */
  readonly explanation?: Explanation;
}

export interface InstantQuery {
  /** Text, or a parsed expression: positions in annotations are then those of its canonical form. */
  readonly expr: string | Expr;
  readonly at: Millis;
}

export interface RangeQuery {
  readonly expr: string | Expr;
  readonly start: Millis;
  /** Belongs to the range when it is a step. */
  readonly end: Millis;
  /** Positive. */
  readonly step: Millis;
}

/**
 * Evaluates an expression at one time. A vector keeps the order that sort functions and topk give it. Rejects with
 * `promql-parse`, `promql-execution`, `promql-too-many-samples`, `promql-timeout` or `promql-canceled`.
 */
export function evaluateInstant(
  storage: Queryable,
  { expr, at }: InstantQuery,
  options: QueryOptions,
): Promise<QueryResult> {
  return evaluate(storage, instant(expr, at), options);
}

/**
 * Evaluates a vector or scalar expression at each step of a range; the result is a matrix, sorted by labels. Rejects as
 * `evaluateInstant` does, and for expressions of other types.
 */
export function evaluateRange(storage: Queryable, query: RangeQuery, options: QueryOptions): Promise<QueryResult> {
  return evaluate(storage, { ...query, isInstant: false }, options);
}

/**
 * Evaluates expressions at one time, all on the same data; what stands in several of them is computed once, and warnings
 * about it are given to the first one alone. An expression that fails has its error as result and harms no other, but the
 * limits are for all together: rejects as `evaluateInstant` does when one of them is reached.
 */
export async function evaluateTogether(
  storage: Queryable,
  { exprs, at }: { readonly exprs: readonly string[]; readonly at: Millis },
  options: QueryOptions,
): Promise<(QueryResult | BarographError)[]> {
  const guard = new QueryGuard(options);
  const queries = exprs.map((expr) => orError(() => new Evaluation(storage, instant(expr, at), { options, guard })));
  const valid = queries.filter((query) => query instanceof Evaluation);
  const shared = new SharedOperators(repeatedParts(valid.map(({ plan }) => plan)), guard);
  try {
    const results: (QueryResult | BarographError)[] = [];
    for (const query of queries.map((each) =>
      each instanceof Evaluation ? orError(() => each.build(shared)) : each,
    )) {
      results.push(query instanceof BarographError ? query : await settled(query()));
    }
    return results;
  } finally {
    for (const query of valid) query.close();
  }
}

function instant(expr: string | Expr, at: Millis): Query {
  return { expr, start: at, end: at, step: 0, isInstant: true };
}

/** What goes wrong with one expression is a result; what ends all of them is thrown. */
const ENDS_ALL: ReadonlySet<string> = new Set([
  'promql-too-many-samples',
  'promql-too-much-memory',
  'promql-timeout',
  'promql-canceled',
]);

function asResult(error: unknown): BarographError {
  if (error instanceof BarographError && !ENDS_ALL.has(error.code)) return error;
  throw error;
}

function orError<T>(make: () => T): T | BarographError {
  try {
    return make();
  } catch (error) {
    return asResult(error);
  }
}

function settled(result: Promise<QueryResult>): Promise<QueryResult | BarographError> {
  return result.catch(asResult);
}

interface Query extends RangeQuery {
  readonly isInstant: boolean;
}

async function evaluate(storage: Queryable, query: Query, options: QueryOptions): Promise<QueryResult> {
  const guard = new QueryGuard(options);
  const evaluation = new Evaluation(storage, query, { options, guard });
  try {
    return await evaluation.build(new SharedOperators(repeatedParts([evaluation.plan]), guard))();
  } finally {
    evaluation.close();
  }
}

interface EvaluationOptions {
  readonly options: QueryOptions;
  readonly guard: QueryGuard;
}

/** One expression on its way: parsed and planned when it is made, then built, then run. */
class Evaluation {
  readonly plan: Plan;
  private readonly query: Query;
  private readonly execution: Execution;
  private readonly observer: OperatorObserver;
  private readonly timings: { readonly parse: number; readonly plan: number };

  /** Throws `promql-parse`. */
  constructor(storage: Queryable, query: Query, { options, guard }: EvaluationOptions) {
    const started = systemClock.monotonic();
    const expr = typeof query.expr === 'string' ? parse(query.expr) : query.expr;
    const text = typeof query.expr === 'string' ? query.expr : formatExpr(query.expr);
    if (!query.isInstant) checkRangeType(expr);
    const parsed = systemClock.monotonic();
    this.query = query;
    this.plan = planOf(expr, { text, query, options });
    const annotations = new Annotations(text);
    const counters: SampleCounters = { queryable: 0, seriesRead: 0, samplesRead: 0 };
    const sources = new Sources(storage, guard, annotations);
    this.execution = { lookbackDelta: options.lookbackDelta, annotations, guard, counters, sources };
    const memory = frameMemory(guard);
    this.observer = options.explanation?.observe({ expr, plan: this.plan, counters, inner: memory }) ?? memory;
    this.timings = { parse: parsed - started, plan: systemClock.monotonic() - parsed };
  }

  /** Makes the operators, which opens the queriers; what it returns runs them. Throws errors of `promql-execution`. */
  build(shared: SharedOperators): () => Promise<QueryResult> {
    const { execution, observer, plan, query } = this;
    execution.guard.check();
    const value = prepare(execution, { plan, builder: new OperatorBuilder(execution, observer, shared) }, query);
    return async () => {
      const { guard, annotations, counters } = execution;
      const started = systemClock.monotonic();
      const result = await value();
      guard.check();
      const statistics: QueryStatistics = {
        totalQueryableSamples: counters.queryable,
        peakSamples: guard.peakSamples,
        seriesRead: counters.seriesRead,
        samplesRead: counters.samplesRead,
        timingsMs: { ...this.timings, run: systemClock.monotonic() - started },
      };
      return { ...result, warnings: annotations.warnings, infos: annotations.infos, statistics };
    };
  }

  close(): void {
    this.execution.sources.close();
  }
}

function checkRangeType(expr: Expr): void {
  const type = typeOf(expr);
  if (type === 'vector' || type === 'scalar') return;
  throw new BarographError(
    `invalid expression type "${typeName(type)}" for range query, must be Scalar or instant Vector`,
    { kind: 'bad-request', code: 'promql-parse' },
  );
}

interface Planning {
  readonly text: string;
  readonly query: Query;
  readonly options: QueryOptions;
}

function planOf(expr: Expr, { text, query, options }: Planning): Plan {
  const { start, end, step } = query;
  const context = { query: text, start, end, step, defaultStep: options.defaultStep };
  return markStepInvariant(markStatistics(foldConstants(lower(expr, context))));
}

type QueryValue<R = QueryResult> = R extends unknown ? Omit<R, 'warnings' | 'infos' | 'statistics'> : never;

interface Planned {
  readonly plan: Plan;
  readonly builder: OperatorBuilder;
}

function prepare(execution: Execution, { plan, builder }: Planned, query: Query): () => Promise<QueryValue> {
  const grid = gridOf(query);
  const at = query.start;
  switch (plan.type) {
    case 'string':
      return () => Promise.resolve({ type: 'string', at, value: plan.value });
    case 'matrix': {
      const source = builder.range(plan.node, grid);
      return async () => ({ type: 'raw-matrix', series: await readRawMatrix(execution, source) });
    }
    case 'scalar': {
      const scalar = builder.scalar(plan.node, grid);
      if (query.isInstant) return async () => ({ type: 'scalar', at, value: (await scalar.values())[0]! });
      const vector = fromScalar(scalar, grid.count);
      return async () => ({ type: 'matrix', grid, frames: await finishVector(execution, vector, true) });
    }
    case 'vector': {
      const vector = builder.vector(plan.node, grid);
      return async () => {
        const frames = await finishVector(execution, vector, !query.isInstant);
        return query.isInstant ? { type: 'vector', at, frames } : { type: 'matrix', grid, frames };
      };
    }
  }
}

function gridOf({ start, end, step, isInstant }: Query): StepGrid {
  if (isInstant) return { start, step: 1, count: 1 };
  return { start, step, count: end < start ? 0 : Math.floor((end - start) / step) + 1 };
}
