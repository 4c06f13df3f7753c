import { BarographError } from '#lib/errors';

/** The code of the error for a body that is longer than allowed; it is answered with status 413. */
export const BODY_TOO_LARGE = 'body-too-large';

/**
 * Reads a request's body into memory. Throws `body-too-large` as soon as more than `maxBytes` have arrived (or are
 * announced); what follows is not read. The bytes are in a buffer of their own, which may be handed to another thread.
 */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  const announced = request.headers.get('Content-Length');
  if (announced !== null) return readAnnounced(request, Number(announced), maxBytes);
  if (request.body === null) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return joined(chunks, size);
}

/** No more than what was announced arrives: without a stream of the web it takes half of the time. */
async function readAnnounced(request: Request, bytes: number, maxBytes: number): Promise<Uint8Array> {
  if (bytes > maxBytes) throw tooLarge(maxBytes);
  const body = new Uint8Array(await request.arrayBuffer());
  if (body.length > maxBytes) throw tooLarge(maxBytes);
  return body;
}

/** The same as UTF-8 text. */
export async function readTextBody(request: Request, maxBytes: number): Promise<string> {
  return new TextDecoder().decode(await readBody(request, maxBytes));
}

/** The media type of a Content-Type header in lower case, without parameters; '' when there is none. */
export function mediaType(request: Request): string {
  const [type = ''] = (request.headers.get('Content-Type') ?? '').split(';');
  return type.trim().toLowerCase();
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const body = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}

function tooLarge(maxBytes: number): BarographError {
  return new BarographError(`the request's body is longer than ${maxBytes} bytes, the most this endpoint takes`, {
    kind: 'bad-request',
    code: BODY_TOO_LARGE,
    hint: 'Send it in several requests.',
  });
}
