import { expect } from 'vitest';
import type { Api } from '#api/app';
import { readBody } from '#api/body';
import type { Peer, PlainRequest } from '#lib/http-exchange';
import { responseOf } from '#lib/whole-response';

/**
 * Answers a request the long way. Where the short way would take it, that is asked before, and both answers must be the
 * same to the byte; `undo` takes back what was noted of the first one.
 */
export async function playedBothWays(api: Api, request: Request, { peer, undo }: Playing): Promise<Response> {
  const run = api.short(request.method, new URL(request.url).pathname);
  if (run === null) return api.fetch(request, peer);
  const again = await repeatable(request);
  const short = responseOf(await run(plainRequestOf(again(), peer)));
  undo();
  const long = await api.fetch(again(), peer);
  expect(await facts(short)).toEqual(await facts(long.clone()));
  return long;
}

interface Playing {
  readonly peer: Peer;
  readonly undo: () => void;
}

/** A clone of a request would wait for both to be read to the end. */
async function repeatable(request: Request): Promise<() => Request> {
  const { url, method, headers, signal } = request;
  const body = request.body === null ? null : await request.arrayBuffer();
  return () => new Request(url, { method, headers, signal, body });
}

async function facts(response: Response) {
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: Buffer.from(await response.arrayBuffer()).toString('latin1'),
  };
}

function plainRequestOf(request: Request, peer: Peer): PlainRequest {
  const { method, headers, signal } = request;
  const { pathname, search } = new URL(request.url);
  const header = (name: string) => headers.get(name) ?? undefined;
  return { method, path: pathname, search, peer, signal, header, body: (maxBytes) => readBody(request, maxBytes) };
}
