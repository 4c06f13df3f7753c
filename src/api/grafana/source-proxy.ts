import { type Context, Hono } from 'hono';
import type { DataSource, DataSources } from '#dashboards/data-sources';
import { refused } from '#dashboards/refusals';
import type { CachedAnswer, SourceRequest } from '#dashboards/source-request';
import { errorMessage } from '#lib/errors';
import { WholeResponse } from '#lib/whole-response';
import { readBody } from '../body.ts';
import { jsonReply } from '../reply.ts';
import { sameOriginOnly } from '../same-origin.ts';
import type { Asker } from './source-asker.ts';

export interface SourceProxyOptions {
  readonly sources: DataSources;
  readonly ask: Asker;
}

const MAX_BODY_BYTES = 10 * 1024 * 1024;
const METHODS = ['GET', 'POST', 'PUT', 'DELETE'] as const;

/** What a POST to a Prometheus may ask for: all that reads. */
const PROMETHEUS_POSTS = /^api\/v1\/(query|query_range|query_exemplars|series|labels|format_query|parse_query)$/;

/** /datasources/proxy, …/resources and …/health of Grafana's API. */
export function sourceProxyApi({ sources, ask }: SourceProxyOptions): Hono {
  const app = new Hono();
  app.use('/datasources/*', sameOriginReads);
  const pass = async (c: Context, source: DataSource | undefined, path: string) => {
    if (source === undefined) throw refused('source-not-found');
    const refusal = refusalOf(source, c.req.method, path);
    if (refusal !== null) return jsonReply({ message: refusal }, 403);
    return answerOf(await ask(source, await requestOf(c, path), c.req.raw.signal));
  };
  app.on([...METHODS], '/datasources/proxy/uid/:uid/*', (c) =>
    pass(c, sources.get(c.req.param('uid')), rest(c, 'proxy/uid/')),
  );
  app.on([...METHODS], '/datasources/proxy/:id{[0-9]+}/*', (c) => {
    return pass(
      c,
      sources.all().find(({ id }) => String(id) === c.req.param('id')),
      rest(c, 'proxy/'),
    );
  });
  app.on([...METHODS], '/datasources/uid/:uid/resources/*', (c) => {
    return pass(c, sources.get(c.req.param('uid')), rest(c, 'uid/').replace(/^resources\//, ''));
  });
  app.get('/datasources/uid/:uid/health', (c) => health(c, sources.get(c.req.param('uid')), ask));
  app.get('/datasources/:id{[0-9]+}/health', (c) => {
    return health(
      c,
      sources.all().find(({ id }) => String(id) === c.req.param('id')),
      ask,
    );
  });
  return app;
}

/** Only what goes on to a data source is kept from other origins here; writing is for all of the API. */
const sameOriginReads: typeof sameOriginOnly = (c, next) => {
  return /\/datasources\/(proxy\/|uid\/[^/]+\/resources\/)/.test(c.req.path) ? sameOriginOnly(c, next) : next();
};

/** What stands behind the uid or id in the path, as it was sent. */
function rest(c: Context, before: string): string {
  const { pathname } = new URL(c.req.url);
  const tail = pathname.slice(pathname.indexOf(`/datasources/${before}`) + `/datasources/${before}`.length);
  return tail.slice(tail.indexOf('/') + 1);
}

/** Grafana's refusals: who may ask a Prometheus for data may not delete it. */
function refusalOf({ type }: DataSource, method: string, path: string): string | null {
  if (type !== 'prometheus') return null;
  if (method === 'DELETE') return 'Deletes not allowed on proxied Prometheus datasource';
  if (method === 'PUT') return 'Puts not allowed on proxied Prometheus datasource';
  if (method === 'POST' && !PROMETHEUS_POSTS.test(path)) {
    return 'Posts not allowed on proxied Prometheus datasource except on /query, /query_range, /series and /labels';
  }
  return null;
}

async function requestOf(c: Context, path: string): Promise<SourceRequest> {
  const method = c.req.method as SourceRequest['method'];
  const contentType = c.req.header('Content-Type') ?? 'application/octet-stream';
  const body = method === 'GET' || method === 'DELETE' ? null : await readBody(c.req.raw, MAX_BODY_BYTES);
  return { method, path, query: new URL(c.req.url).search.slice(1), body, contentType };
}

/** What comes from elsewhere is shown as data only: it must not run as a page of ours. */
function answerOf({ status, contentType, body, cache }: CachedAnswer): Response {
  const headers = {
    ...{ 'Content-Type': contentType, 'X-DS-Cache': cache, 'X-Content-Type-Options': 'nosniff' },
    ...{ 'Content-Security-Policy': 'sandbox', 'Cache-Control': 'no-store' },
  };
  if (status === 204 || status === 304) return new Response(null, { status, headers });
  return new WholeResponse([body], { status, headers });
}

const QUESTIONS: Readonly<Record<string, { readonly path: string; readonly query: string; readonly good: string }>> = {
  prometheus: { path: 'api/v1/query', query: 'query=1%2B1', good: 'Successfully queried the Prometheus API.' },
  alertmanager: { path: 'api/v2/status', query: '', good: 'Health check passed.' },
};

async function health(c: Context, source: DataSource | undefined, ask: Asker): Promise<Response> {
  if (source === undefined) throw refused('source-not-found');
  const { type } = source;
  const question = QUESTIONS[type];
  if (question === undefined) {
    return ill(`This version has no panels for data sources of type ${type}: requests are passed on, and that is all.`);
  }
  const { path, query, good } = question;
  try {
    const request = { method: 'GET', path, query, body: null, contentType: '', fresh: true } as const;
    const { status, body } = await ask(source, request, c.req.raw.signal);
    if (status === 200) return jsonReply({ message: good, status: 'OK' });
    return ill(`The data source answered ${status}: ${new TextDecoder().decode(body.slice(0, 500))}`);
  } catch (error) {
    return ill(errorMessage(error));
  }
}

function ill(message: string): Response {
  return jsonReply({ message, status: 'ERROR' }, 400);
}
