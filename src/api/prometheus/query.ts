import { type Context, Hono } from 'hono';
import type { Clock } from '#lib/clock';
import type { QueryAnswer, QueryJob, QueryRunner, RunOptions } from '#promql/job';
import { parse } from '#promql/parse';
import { prettify, toJsonAst } from '#promql/print';
import { badParameter } from '../errors.ts';
import type { Params } from '../params.ts';
import { readParams, success, successBytes } from '../reply.ts';

export interface QueryApiOptions {
  readonly queries: QueryRunner;
  readonly clock: Clock;
}

/** /query, /query_range, /format_query and /parse_query of Prometheus' API. Mounted at /api/v1. */
export function queryApi({ queries, clock }: QueryApiOptions): Hono {
  const app = new Hono();

  app.on(['GET', 'POST'], '/query', async (c) => {
    const params = await readParams(c);
    const job: QueryJob = { kind: 'instant', at: params.time('time', clock.now()), ...expression(params) };
    return answer(await queries.run(job, runOptions(c, params)));
  });
  app.on(['GET', 'POST'], '/query_range', async (c) => {
    const params = await readParams(c);
    const job: QueryJob = { kind: 'range', ...params.grid(), ...expression(params) };
    return answer(await queries.run(job, runOptions(c, params)));
  });
  app.on(['GET', 'POST'], '/format_query', async (c) => {
    const params = await readParams(c);
    return success(prettify(parse(params.get('query'))));
  });
  app.on(['GET', 'POST'], '/parse_query', async (c) => {
    const params = await readParams(c);
    return success(toJsonAst(parse(params.get('query'))));
  });
  return app;
}

function expression(params: Params) {
  return {
    expr: params.get('query'),
    lookbackDelta: positive(params, 'lookback_delta'),
    stats: params.get('stats') !== '',
    limit: params.limit(),
    form: 'json' as const,
  };
}

function positive(params: Params, name: string): number | null {
  const duration = params.duration(name);
  if (duration !== null && duration <= 0) throw badParameter(name, 'must be positive');
  return duration;
}

/** The query stops when the client goes away. */
export function runOptions(c: Context, params: Params): RunOptions {
  const timeout = positive(params, 'timeout');
  return { signal: c.req.raw.signal, ...(timeout === null ? {} : { timeout }) };
}

/** Sends an answer that is JSON already. */
export function answer(result: QueryAnswer): Response {
  if (result.kind !== 'json') throw new Error(`BUG: a ${result.kind} answer where JSON was asked for`);
  return successBytes(result.data, result);
}
