import type { Dispatcher } from 'undici';
import { BarographError } from '../errors.ts';
import { GZIP_TOO_LARGE, gunzip } from '../gzip.ts';
import { connectionLost } from './failure.ts';

/** What is taken when the caller sets no limit: a page made to fill the memory must not. */
const LARGEST_BODY = 2 ** 30;

/**
 * Reads a body to its end and decompresses it. Rejects with code `body-too-large` as soon as it is known to be longer
 * than `maxBytes` (0: 1 GiB); the rest is not read then and the connection is given up.
 */
export async function readBody(
  body: Dispatcher.ResponseData['body'],
  { encoding, maxBytes }: { readonly encoding: string; readonly maxBytes: number },
): Promise<Uint8Array> {
  const limit = maxBytes > 0 ? maxBytes : LARGEST_BODY;
  const bytes = await readAll(body, limit);
  if (encoding === '' || encoding === 'identity' || bytes.length === 0) return bytes;
  if (encoding !== 'gzip') {
    const message = `the answer is encoded as ${JSON.stringify(encoding)}, only gzip is understood`;
    throw new BarographError(message, { kind: 'unavailable', code: 'bad-answer' });
  }
  try {
    return await gunzip(bytes, limit);
  } catch (error) {
    if (error instanceof BarographError && error.code === GZIP_TOO_LARGE) throw tooLarge(limit);
    throw error;
  }
}

async function readAll(body: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of body) {
      length += chunk.length;
      if (length > limit) throw tooLarge(limit);
      chunks.push(chunk);
    }
  } catch (error) {
    if (!connectionLost(error)) throw error;
    throw new BarographError('unexpected EOF', { kind: 'unavailable', code: 'bad-answer', cause: error });
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length);
}

function tooLarge(limit: number): BarographError {
  return new BarographError(`body size limit exceeded: the answer is longer than ${limit} bytes`, {
    kind: 'unavailable',
    code: 'body-too-large',
  });
}
