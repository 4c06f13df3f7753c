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
import type { Explanation } from './explain.ts';
import { frameMemory } from './frame-memory.ts';
import { QueryGuard, type QueryLimits } from './limits.ts';
import { parse } from './parse.ts';
import { foldConstants } from './plan/fold-constants.ts';
import { lower } from './plan/lower.ts';
import { markStatistics } from './plan/mark-statistics.ts';
import type { Plan } from './plan/node.ts';
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
  return evaluate(storage, { expr, start: at, end: at, step: 0, isInstant: true }, options);
}

/**
 * Evaluates a vector or scalar expression at each step of a range; the result is a matrix, sorted by labels. Rejects as
 * `evaluateInstant` does, and for expressions of other types.
 */
export function evaluateRange(storage: Queryable, query: RangeQuery, options: QueryOptions): Promise<QueryResult> {
  return evaluate(storage, { ...query, isInstant: false }, options);
}

interface Query extends RangeQuery {
  readonly isInstant: boolean;
}

async function evaluate(storage: Queryable, query: Query, options: QueryOptions): Promise<QueryResult> {
  const started = systemClock.monotonic();
  const expr = typeof query.expr === 'string' ? parse(query.expr) : query.expr;
  const text = typeof query.expr === 'string' ? query.expr : formatExpr(query.expr);
  if (!query.isInstant) checkRangeType(expr);
  const parsed = systemClock.monotonic();
  const plan = planOf(expr, { text, query, options });
  const annotations = new Annotations(text);
  const guard = new QueryGuard(options);
  const counters: SampleCounters = { queryable: 0, seriesRead: 0, samplesRead: 0 };
  const sources = new Sources(storage, guard, annotations);
  const { lookbackDelta } = options;
  const memory = frameMemory(guard);
  const observer = options.explanation?.observe({ expr, plan, counters, inner: memory }) ?? memory;
  const planned = systemClock.monotonic();
  try {
    guard.check();
    const execution = { lookbackDelta, annotations, guard, counters, sources };
    const value = await run(execution, { plan, observer }, query);
    guard.check();
    const timingsMs = { parse: parsed - started, plan: planned - parsed, run: systemClock.monotonic() - planned };
    const statistics: QueryStatistics = {
      totalQueryableSamples: counters.queryable,
      peakSamples: guard.peakSamples,
      seriesRead: counters.seriesRead,
      samplesRead: counters.samplesRead,
      timingsMs,
    };
    return { ...value, warnings: annotations.warnings, infos: annotations.infos, statistics };
  } finally {
    sources.close();
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
  readonly observer: OperatorObserver;
}

async function run(execution: Execution, { plan, observer }: Planned, query: Query): Promise<QueryValue> {
  const builder = new OperatorBuilder(execution, observer);
  const grid = gridOf(query);
  const at = query.start;
  switch (plan.type) {
    case 'string':
      return { type: 'string', at, value: plan.value };
    case 'matrix':
      return { type: 'raw-matrix', series: await readRawMatrix(execution, builder.range(plan.node, grid)) };
    case 'scalar': {
      const scalar = builder.scalar(plan.node, grid);
      if (query.isInstant) return { type: 'scalar', at, value: (await scalar.values())[0]! };
      return { type: 'matrix', grid, frames: await finishVector(execution, fromScalar(scalar, grid.count), true) };
    }
    case 'vector': {
      const frames = await finishVector(execution, builder.vector(plan.node, grid), !query.isInstant);
      return query.isInstant ? { type: 'vector', at, frames } : { type: 'matrix', grid, frames };
    }
  }
}

function gridOf({ start, end, step, isInstant }: Query): StepGrid {
  if (isInstant) return { start, step: 1, count: 1 };
  return { start, step, count: end < start ? 0 : Math.floor((end - start) / step) + 1 };
}
