import { Hono } from 'hono';
import { compress } from 'hono/compress';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { errorMessage } from '#lib/errors';
import type { Log } from '#lib/log';
import { notFound } from './errors.ts';
import { cors, errorReply, textReply } from './reply.ts';

/** The parts of the HTTP interface, each made by its own file. */
export interface ApiParts {
  /** Mounted at /api/v1. */
  readonly prometheus: readonly Hono[];
  /** Mounted at /api/v2. */
  readonly alertmanager: Hono;
  /** Mounted at /api. */
  readonly grafana: readonly Hono[];
  /** Mounted at the root: /-/…, /metrics, /federate. */
  readonly root: readonly Hono[];
  readonly pages: Hono;
  /** Path prefix of everything: '' or `/prometheus`. */
  readonly prefix: string;
  readonly ready: () => boolean;
  readonly stopping: () => boolean;
  readonly log: Log;
}

/** What answers before the data is there. */
const ALWAYS = /^\/(-\/|metrics|api\/v1\/status\/walreplay|api\/health)/;

/** Everything that the server answers, on one port. */
export function createApi(parts: ApiParts): (request: Request) => Response | Promise<Response> {
  const app = new Hono().basePath(parts.prefix === '' ? '/' : parts.prefix);
  app.use(async (c, next) => {
    const path = c.req.path.slice(parts.prefix.length);
    if (parts.ready() || ALWAYS.test(path) || !path.startsWith('/api/v')) return next();
    const response = textReply('Service Unavailable\n', 503);
    response.headers.set('X-Prometheus-Stopping', String(parts.stopping()));
    return response;
  });
  app.use('/api/*', cors, compress());
  app.use('/federate', compress());
  app.use('/metrics', compress());
  for (const part of parts.prometheus) app.route('/api/v1', withErrors(part));
  app.route('/api/v2', parts.alertmanager);
  for (const part of parts.grafana) app.route('/api', part);
  for (const part of parts.root) app.route('/', withErrors(part));
  app.all('/api/v1/*', () => textReply('404 page not found\n', 404));
  app.all('/api/*', (c) => errorReply(notFound(`path ${c.req.path} was not found`)));
  app.route('/', parts.pages);
  app.onError((error) => {
    parts.log.error('A request failed unexpectedly', { error });
    return new Response(errorMessage(error), { status: 500 as ContentfulStatusCode });
  });
  return (request) => app.fetch(request);
}

/** Prometheus' error envelope for whatever a route throws. */
function withErrors(part: Hono): Hono {
  part.onError(errorReply);
  return part;
}
