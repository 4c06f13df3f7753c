import type { MiddlewareHandler } from 'hono';
import { type Coding, compress } from '#lib/gzip';
import { WholeResponse } from '#lib/whole-response';
import { acceptsCoding } from './accepts-coding.ts';

/** Shorter ones fit in a packet as they are. */
const MIN_BYTES = 1024;

/** Compresses answers that are long enough, for clients that take it. */
export const compressed: MiddlewareHandler = async (c, next) => {
  await next();
  const { res } = c;
  if (!(res instanceof WholeResponse) || c.req.method === 'HEAD') return;
  res.headers.append('Vary', 'Accept-Encoding');
  if (res.byteLength < MIN_BYTES) return;
  const coding = codingFor(c.req.header('Accept-Encoding') ?? '');
  if (coding === undefined) return;
  const body = await compress(res.whole(), coding);
  res.headers.set('Content-Encoding', coding);
  // Set over another response, it would become one with a stream.
  c.res = undefined;
  c.res = new WholeResponse([body], res);
};

/** The coding that an Accept-Encoding header chooses; undefined: none that this program makes. */
export function codingFor(accepted: string): Coding | undefined {
  return (['gzip', 'deflate'] as const).find((coding) => acceptsCoding(accepted, coding));
}
