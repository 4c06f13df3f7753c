import type { Context, MiddlewareHandler } from 'hono';
import { readUrl } from '#lib/read-url';
import { jsonReply } from './reply.ts';

/**
 * Refuses what changes something when a browser sends it for a page of another origin: such a page could otherwise write
 * with the rights of whoever looks at it. Programs send no Origin.
 */
export const sameOriginWrites: MiddlewareHandler = async (c, next) => {
  const reading = c.req.method === 'GET' || c.req.method === 'HEAD';
  if (!reading && isForeign(c)) return jsonReply({ message: 'origin not allowed' }, 403);
  return next();
};

/** Refuses every request that a browser sends for a page of another origin: what it brings is not ours to show. */
export const sameOriginOnly: MiddlewareHandler = async (c, next) => {
  const site = c.req.header('Sec-Fetch-Site');
  if (isForeign(c) || site === 'cross-site') return jsonReply({ message: 'origin not allowed' }, 403);
  return next();
};

function isForeign(c: Context): boolean {
  const origin = c.req.header('Origin');
  if (origin === undefined) return false;
  const own = [c.req.header('Host') ?? new URL(c.req.url).host, c.req.header('X-Forwarded-Host')];
  const host = readUrl(origin)?.host ?? '';
  return host === '' || !own.includes(host);
}
