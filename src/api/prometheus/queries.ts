import { Hono } from 'hono';
import { responseOf } from '#lib/whole-response';
import type { QueryJob } from '#promql/job';
import type { LiveQuery, QueryActivity, SlowQuery } from '#promql/query-activity';
import { notFound } from '../errors.ts';
import { plainRequest } from '../plain-request.ts';
import { readParams, success } from '../reply.ts';
import { answer, expression, type QueryApiOptions, runOptions } from './query.ts';

/** What the endpoints about queries ask. */
export interface QueriesApiOptions extends QueryApiOptions {
  readonly activity: QueryActivity;
}

/**
 * /status/queries, what runs now and what was slow; DELETE /status/queries/<id>, which ends one; /explain, what each part
 * of an expression costs. Mounted at /api/v1. Browsers let no page of another origin send DELETE: the answers to their
 * preflight do not name it.
 */
export function queriesApi({ queries, clock, activity }: QueriesApiOptions): Hono {
  const app = new Hono();
  app.get('/status/queries', () => {
    const now = clock.now();
    return success({
      running: activity.running().map((query) => liveJson(query, now)),
      slow: activity.slow().map(slowJson),
    });
  });
  app.delete('/status/queries/:id', (c) => {
    const id = c.req.param('id');
    if (!activity.kill(id)) throw notFound(`query ${id} does not run: it has ended, or never was`);
    return new Response(null, { status: 204 });
  });
  app.on(['GET', 'POST'], '/explain', async (c) => {
    const params = await readParams(c);
    const asked = { ...expression(params), form: 'explain' as const };
    const job: QueryJob =
      params.get('step') === ''
        ? { kind: 'instant', at: params.time('time', clock.now()), ...asked }
        : { kind: 'range', ...params.grid(), ...asked };
    return responseOf(answer(await queries.run(job, runOptions(plainRequest(c), params))));
  });
  return app;
}

/** Times as the rest of the API writes them: RFC 3339 for what happened, Unix seconds for what is asked. */
function liveJson({ id, query, kind, start, end, step, client, ...rest }: LiveQuery, now: number) {
  const { arrived, started, samples, bytes } = rest;
  return {
    ...{ id, query, kind, start: seconds(start), end: seconds(end), step: seconds(step), client },
    state: started === null ? 'queued' : 'running',
    arrived: new Date(arrived).toISOString(),
    started: started === null ? null : new Date(started).toISOString(),
    queuedSeconds: ((started ?? now) - arrived) / 1000,
    runningSeconds: started === null ? 0 : (now - started) / 1000,
    ...{ samples, bytes },
  };
}

function slowJson({ start, end, step, last, ...rest }: SlowQuery) {
  return { ...rest, start: start / 1000, end: end / 1000, step: step / 1000, last: new Date(last).toISOString() };
}

function seconds(millis: number | null): number | null {
  return millis === null ? null : millis / 1000;
}
