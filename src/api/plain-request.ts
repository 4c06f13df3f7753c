import type { Context, Hono } from 'hono';
import type { Peer, PlainHandler, PlainRequest } from '#lib/http-exchange';
import { responseOf } from '#lib/whole-response';
import { readBody } from './body.ts';

/** What the server hands to routes beside a request. */
export interface Connection {
  readonly peer: Peer;
}

/** A route that can be answered both ways. */
export interface PlainRoute {
  readonly methods: readonly string[];
  readonly path: string;
  readonly run: PlainHandler;
}

/** Adds such routes to those of the long way. */
export function addPlainRoutes(app: Hono, routes: readonly PlainRoute[]): void {
  for (const { methods, path, run } of routes) {
    app.on([...methods], path, async (c) => responseOf(await run(plainRequest(c))));
  }
}

/** The request of the long way. */
export function plainRequest({ req, env }: Context): PlainRequest {
  return {
    method: req.method,
    path: req.path,
    search: new URL(req.url).search,
    peer: (env as Connection).peer,
    get signal() {
      return req.raw.signal;
    },
    header: (name) => req.header(name),
    body: (maxBytes) => readBody(req.raw, maxBytes),
  };
}
