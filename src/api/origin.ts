import type { Context } from 'hono';
import type { Peer } from '#lib/http-server';
import type { RunOptions } from '#promql/job';

/** What the server hands to routes beside a request. */
export interface Connection {
  readonly peer: Peer;
}

/** The query belongs to who sent the request, and stops when they go away. */
export function requestOptions(c: Context): Required<Pick<RunOptions, 'signal' | 'origin'>> {
  const { peer } = c.env as Connection;
  const client = {
    address: peer.address,
    userAgent: c.req.header('User-Agent')?.slice(0, 200) ?? '',
    dashboard: c.req.header('X-Dashboard-Uid')?.slice(0, 200) ?? '',
  };
  return { signal: c.req.raw.signal, origin: { kind: 'http', client, method: c.req.method, path: c.req.path } };
}
