import { promisify } from 'node:util';
import { deflate, gzip } from 'node:zlib';
import type { MiddlewareHandler } from 'hono';
import { WholeResponse } from '#lib/whole-response';
import { acceptsCoding } from './accepts-coding.ts';

/** Shorter ones fit in a packet as they are. */
const MIN_BYTES = 1024;
/** The least work: on answers of queries, more of it takes some percent off the size and doubles the time. */
const LEVEL = 1;
const CODINGS = { gzip: promisify(gzip), deflate: promisify(deflate) } as const;
type Coding = keyof typeof CODINGS;

/** Compresses answers that are long enough, outside of this thread, for clients that take it. */
export const compressed: MiddlewareHandler = async (c, next) => {
  await next();
  const { res } = c;
  if (!(res instanceof WholeResponse) || c.req.method === 'HEAD') return;
  res.headers.append('Vary', 'Accept-Encoding');
  if (res.byteLength < MIN_BYTES) return;
  const coding = codingFor(c.req.header('Accept-Encoding') ?? '');
  if (coding === undefined) return;
  const body = await CODINGS[coding](res.whole(), { level: LEVEL });
  res.headers.set('Content-Encoding', coding);
  // Set over another response, it would become one with a stream.
  c.res = undefined;
  c.res = new WholeResponse([body], res);
};

function codingFor(accepted: string): Coding | undefined {
  return (['gzip', 'deflate'] as const).find((coding) => acceptsCoding(accepted, coding));
}
