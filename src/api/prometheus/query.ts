import { Hono } from 'hono';
import type { Clock } from '#lib/clock';
import type { PlainRequest, WholeReply } from '#lib/http-exchange';
import type { QueryAnswer, QueryJob, QueryRunner, RunOptions } from '#promql/job';
import { parse } from '#promql/parse';
import { prettify, toJsonAst } from '#promql/print';
import { badParameter } from '../errors.ts';
import { requestOptions } from '../origin.ts';
import type { Params } from '../params.ts';
import { addPlainRoutes, type PlainRoute } from '../plain-request.ts';
import { paramsOf, readParams, success, successReply } from '../reply.ts';

/** What the query endpoints ask. */
export interface QueryApiOptions {
  readonly queries: QueryRunner;
  readonly clock: Clock;
}

/** /query and /query_range of Prometheus' API. */
export function queryRoutes({ queries, clock }: QueryApiOptions): readonly PlainRoute[] {
  const methods = ['GET', 'POST'];
  return [
    {
      ...{ methods, path: '/query' },
      run: async (request) => {
        const params = await paramsOf(request);
        const job: QueryJob = { kind: 'instant', at: params.time('time', clock.now()), ...expression(params) };
        return answer(await queries.run(job, runOptions(request, params)));
      },
    },
    {
      ...{ methods, path: '/query_range' },
      run: async (request) => {
        const params = await paramsOf(request);
        const job: QueryJob = { kind: 'range', ...params.grid(), ...expression(params) };
        const cache = params.get('nocache') !== '1';
        return answer(await queries.run(job, { ...runOptions(request, params), cache }));
      },
    },
  ];
}

/** The same with /format_query and /parse_query. Mounted at /api/v1. */
export function queryApi(routes: readonly PlainRoute[]): Hono {
  const app = new Hono();
  addPlainRoutes(app, routes);
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

/** What `/query` and `/query_range` have in common. */
export function expression(params: Params) {
  return {
    expr: params.get('query'),
    lookbackDelta: lookbackDelta(params),
    stats: params.get('stats') !== '',
    limit: params.limit(),
    form: 'json' as const,
  };
}

/** As in Prometheus, zero and less stand for the server's own. */
function lookbackDelta(params: Params): number | null {
  const duration = params.duration('lookback_delta');
  return duration !== null && duration > 0 ? duration : null;
}

function timeoutOf(params: Params): number | null {
  const duration = params.duration('timeout');
  if (duration !== null && duration <= 0) throw badParameter('timeout', 'the timeout must be positive');
  return duration;
}

/** How a request's query runs. */
export function runOptions(request: PlainRequest, params: Params): RunOptions {
  const timeout = timeoutOf(params);
  return { ...requestOptions(request), ...(timeout === null ? {} : { timeout }) };
}

/** The reply with an answer that is JSON already. */
export function answer(result: QueryAnswer): WholeReply {
  if (result.kind !== 'json') throw new Error(`BUG: a ${result.kind} answer where JSON was asked for`);
  return successReply(result.data, result);
}
