import { type Context, Hono } from 'hono';
import { flushingGzip } from '#lib/gzip';
import type { QueryJob } from '#promql/job';
import { encodeAnswer, STREAM_TYPE, type StreamError } from '#wire/query-stream';
import { acceptsCoding } from '../accepts-coding.ts';
import { readTextBody } from '../body.ts';
import { apiFailure, badParameter, badRequest } from '../errors.ts';
import { Params } from '../params.ts';
import { plainRequest } from '../plain-request.ts';
import { type QueryApiOptions, runOptions } from './query.ts';

/** Far more than the queries of a large dashboard. */
const MAX_BODY_BYTES = 10 << 20;
const MAX_QUERIES = 1000;
/** Of one request at a time; the others wait here instead of before everybody else's queries. */
const AT_ONCE = 8;

/** One query of a request: its name there, and the parameters of /query (with `time`) or /query_range. */
interface Asked {
  readonly id: string;
  readonly params: Params;
}

/**
 * POST /query_stream: the queries of a whole page in one request, `{"queries":[{"id","query","start","end","step","pixels"}
 * or {"id","query","time"}, …]}`. Each is answered as soon as it is there, in the format of docs/formats/query-stream.md; one
 * that fails leaves the others. Mounted at /api/v1.
 */
export function queryStreamApi(options: QueryApiOptions): Hono {
  const app = new Hono();
  app.post('/query_stream', async (c) => {
    const asked = readQueries(await readTextBody(c.req.raw, MAX_BODY_BYTES));
    const gone = new AbortController();
    const signal = AbortSignal.any([c.req.raw.signal, gone.signal]);
    const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) => {
        // Not awaited: what is enqueued before the reader asks waits for it.
        void answerAll(asked, (one) => answerOne(c, one, { ...options, signal }), controller);
      },
      cancel: () => gone.abort(),
    });
    return streamReply(stream, c.req.header('Accept-Encoding') ?? '');
  });
  return app;
}

function streamReply(stream: ReadableStream<Uint8Array<ArrayBuffer>>, accepted: string): Response {
  const headers = {
    'Content-Type': STREAM_TYPE,
    'Cache-Control': 'no-store',
    // Proxies that gather an answer before they pass it on would make the first panel wait for the last.
    'X-Accel-Buffering': 'no',
    Vary: 'Accept-Encoding',
  };
  if (!acceptsCoding(accepted, 'gzip')) return new Response(stream, { headers });
  return new Response(stream.pipeThrough(flushingGzip()), { headers: { ...headers, 'Content-Encoding': 'gzip' } });
}

function readQueries(text: string): Asked[] {
  const queries = memberQueries(text);
  if (queries.length > MAX_QUERIES)
    throw badRequest(`"queries" holds more than ${MAX_QUERIES}: ask in several requests`);
  const asked = queries.map(readQuery);
  if (new Set(asked.map(({ id }) => id)).size < asked.length) throw badRequest('two queries have the same "id"');
  return asked;
}

function memberQueries(text: string): readonly unknown[] {
  try {
    const body = JSON.parse(text) as { readonly queries?: unknown } | null;
    if (Array.isArray(body?.queries)) return body.queries;
  } catch (error) {
    throw badRequest(`the body is not JSON: ${(error as Error).message}`);
  }
  throw badRequest('the body must be {"queries":[…]}');
}

const MEMBERS = ['query', 'time', 'start', 'end', 'step', 'pixels', 'timeout'];

function readQuery(written: unknown): Asked {
  const { id, ...rest } = (written ?? {}) as Record<string, unknown>;
  if (typeof id !== 'string') throw badRequest('each of "queries" needs an "id" that is a text');
  const values = new URLSearchParams();
  for (const [name, value] of Object.entries(rest)) {
    if (!MEMBERS.includes(name)) throw badRequest(`a query has ${MEMBERS.join(', ')}, no ${JSON.stringify(name)}`);
    if (typeof value !== 'string' && typeof value !== 'number')
      throw badParameter(name, 'it must be a text or a number');
    values.append(name, String(value));
  }
  return { id, params: new Params(values) };
}

/** Never throws: what goes wrong with a query is its answer. */
async function answerOne(
  c: Context,
  { id, params }: Asked,
  { queries, clock, signal }: Answering,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const job = jobOf(params, clock.now());
    const answer = await queries.run(job, { ...runOptions(plainRequest(c), params), signal, cache: true });
    if (answer.kind !== 'points' && answer.kind !== 'json') throw new Error(`BUG: an answer of ${answer.kind}`);
    const { kind, warnings, infos, data } = answer;
    return encodeAnswer({ id, kind, warnings, infos }, data);
  } catch (error) {
    const { status, errorType, message, hint } = apiFailure(error);
    const body: StreamError = { status, errorType, error: message, hint };
    const head = { id, kind: 'error', warnings: [], infos: [] } as const;
    return encodeAnswer(head, new TextEncoder().encode(JSON.stringify(body)));
  }
}

interface Answering extends QueryApiOptions {
  readonly signal: AbortSignal;
}

function jobOf(params: Params, now: number): QueryJob {
  const common = { expr: params.get('query'), lookbackDelta: null, stats: false, limit: 0 };
  if (params.get('step') === '') return { kind: 'instant', at: params.time('time', now), form: 'json', ...common };
  return { kind: 'range', ...params.grid(), form: 'points', pixels: params.limit('pixels'), ...common };
}

async function answerAll(
  asked: readonly Asked[],
  answer: (one: Asked) => Promise<Uint8Array<ArrayBuffer>>,
  controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>,
): Promise<void> {
  const waiting = asked.values();
  const work = async (): Promise<void> => {
    for (const one of waiting) controller.enqueue(await answer(one));
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    controller.close();
  } catch {
    // The reader is gone, and with it the controller.
  }
}
