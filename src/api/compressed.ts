import type { MiddlewareHandler } from 'hono';
import { type Coding, compress } from '#lib/gzip';
import { lengthOf, type WholeReply, withHeaders } from '#lib/http-exchange';
import { replyOf, responseOf, WholeResponse } from '#lib/whole-response';
import { acceptsCoding } from './accepts-coding.ts';

/** Shorter ones fit in a packet as they are. */
const MIN_BYTES = 1024;

/** The reply, compressed where it is long enough and the client takes it; `accepted` is its Accept-Encoding header. */
export function compressedReply(reply: WholeReply, accepted = ''): WholeReply | Promise<WholeReply> {
  const marked = withHeaders(reply, { vary: 'Accept-Encoding' });
  const coding = lengthOf(reply) < MIN_BYTES ? undefined : codingFor(accepted);
  return coding === undefined ? marked : packed(marked, coding);
}

async function packed(reply: WholeReply, coding: Coding): Promise<WholeReply> {
  const body = await compress(Buffer.concat(reply.pieces), coding);
  return { ...withHeaders(reply, { 'content-encoding': coding }), pieces: [body], owned: null };
}

/** The same for all routes of the long way. */
export const compressed: MiddlewareHandler = async (c, next) => {
  await next();
  const { res } = c;
  if (!(res instanceof WholeResponse) || c.req.method === 'HEAD') return;
  const reply = await compressedReply(replyOf(res), c.req.header('Accept-Encoding'));
  // Set over another response, it would become one with a stream.
  c.res = undefined;
  c.res = responseOf(reply);
};

/** The coding that an Accept-Encoding header chooses; undefined: none that this program makes. */
export function codingFor(accepted: string): Coding | undefined {
  return (['gzip', 'deflate'] as const).find((coding) => acceptsCoding(accepted, coding));
}
