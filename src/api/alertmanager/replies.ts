import { BarographError, errorMessage } from '#lib/errors';
import { type PlainRequest, type WholeReply, withHeaders } from '#lib/http-exchange';
import { BODY_TOO_LARGE, mediaType } from '../body.ts';
import { plainJsonReply } from '../reply.ts';
import { BodyProblem, type BodyReader } from './body.ts';

/** Far more than a rule group sends at once. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** The headers of every answer of this API. */
export const NOT_KEPT: WholeReply['headers'] = { 'cache-control': 'no-store' };

/** Replies to what was posted as JSON; what is not as the API says is replied to as Alertmanager's validator does. */
export async function replyToJson<T>(
  request: PlainRequest,
  reader: BodyReader<T>,
  run: (posted: T) => Promise<WholeReply>,
): Promise<WholeReply> {
  const type = mediaType(request.header('content-type')) || 'application/octet-stream';
  if (type !== 'application/json') {
    return problemReply(
      415,
      415,
      `unsupported media type ${JSON.stringify(type)}, only [application/json] are allowed`,
    );
  }
  const posted = reader(new TextDecoder().decode(await request.body(MAX_BODY_BYTES)));
  if (posted instanceof BodyProblem) return problemReply(posted.status, posted.code, posted.message);
  return withHeaders(await run(posted), NOT_KEPT);
}

/** A reply without a body. */
export function emptyReply(status: number): WholeReply {
  return { status, headers: {}, pieces: [], owned: null };
}

/** The validator's errors have a code and a message. */
export function problemReply(status: number, code: number, message: string): WholeReply {
  return withHeaders(plainJsonReply({ code, message }, status), NOT_KEPT);
}

/** The handlers' own errors are a bare JSON string. */
export function handlerFailure(error: unknown): WholeReply {
  if (error instanceof BarographError && error.code === BODY_TOO_LARGE) return problemReply(413, 413, error.message);
  return withHeaders(plainJsonReply(errorMessage(error), statusOf(error)), NOT_KEPT);
}

function statusOf(error: unknown): number {
  if (!(error instanceof BarographError)) return 500;
  if (error.code === 'silence-not-found') return 404;
  return error.kind === 'bad-request' ? 400 : 500;
}
