import { BodyGatherer } from '#lib/body-gatherer';

export { BODY_TOO_LARGE } from '#lib/body-gatherer';

/**
 * Reads a request's body into memory. Throws `body-too-large` as soon as more than `maxBytes` have arrived (or are
 * announced); what follows is not read. The bytes are in a buffer of their own, which may be handed to another thread.
 */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  const announced = request.headers.get('Content-Length');
  const body = new BodyGatherer(announced, maxBytes);
  if (announced !== null) {
    // No more than what was announced arrives; without a stream of the web it takes half of the time.
    const whole = new Uint8Array(await request.arrayBuffer());
    body.add(whole);
    return whole;
  }
  if (request.body !== null) for await (const piece of request.body as AsyncIterable<Uint8Array>) body.add(piece);
  return body.whole();
}

/** The same as UTF-8 text. */
export async function readTextBody(request: Request, maxBytes: number): Promise<string> {
  return new TextDecoder().decode(await readBody(request, maxBytes));
}

/** The media type of a Content-Type header in lower case, without parameters; '' when there is none. */
export function mediaType(contentType: string | null | undefined): string {
  const [type = ''] = (contentType ?? '').split(';');
  return type.trim().toLowerCase();
}
