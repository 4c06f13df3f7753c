import type { Hono } from 'hono';
import { textReply } from './reply.ts';

/** Answers a request whose path exists for the `allowed` methods only. */
export type MethodRefusal = (method: string, allowed: readonly string[]) => Response;

/**
 * Refuses every other method on the paths that `part` has so far: call it after the last route. Middleware and routes
 * for all methods are left alone.
 */
export function refuseOtherMethods(part: Hono, refusal: MethodRefusal = plainRefusal): Hono {
  const methods = new Map<string, string[]>();
  for (const { path, method } of part.routes) {
    if (method !== 'ALL') methods.set(path, [...(methods.get(path) ?? []), method]);
  }
  for (const [path, allowed] of methods) part.all(path, (c) => refusal(c.req.method, allowed));
  return part;
}

/** As Prometheus' router answers: plain text with an Allow header. */
function plainRefusal(_method: string, allowed: readonly string[]): Response {
  const response = textReply('Method Not Allowed\n', 405);
  response.headers.set('Allow', [...new Set([...allowed, 'OPTIONS'])].sort().join(', '));
  return response;
}
