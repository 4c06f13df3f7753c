import { BarographError } from '../errors.ts';
import { GZIP_TOO_LARGE, gunzip, gunzipNow } from '../gzip.ts';
import { releaseMemory } from '../release-memory.ts';
import { Turns } from '../turns.ts';

/** What is taken when the caller sets no limit: a page made to fill the memory must not. */
const LARGEST_BODY = 2 ** 28;

/** So many bodies are decompressed at a time: each may become as long as the longest that is taken. */
const turns = new Turns(2);

/** The longest body that is taken, given what the caller allows: 0 = no limit of its own. */
export function bodyLimit(maxBytes: number): number {
  return maxBytes > 0 ? maxBytes : LARGEST_BODY;
}

/**
 * Decompresses a body that was read to its end. Rejects with code `body-too-large` as soon as it is known to be longer than
 * `limit`, and with the reason of the signal when that has aborted: whoever waits for the body has no time for it any more.
 */
export async function decoded(
  bytes: Uint8Array,
  encoding: string,
  { limit, signal }: { readonly limit: number; readonly signal: AbortSignal },
): Promise<Uint8Array> {
  if (!isEncoded(bytes, encoding)) return bytes;
  let text: Uint8Array;
  try {
    text = await turns.take(() => gunzip(bytes, limit), signal);
  } catch (error) {
    if (error instanceof BarographError && error.code === GZIP_TOO_LARGE) throw tooLarge(limit);
    throw error;
  }
  if (signal.aborted) releaseMemory(text);
  signal.throwIfAborted();
  return text;
}

/**
 * The same at once, for what does not take long; null: `decoded` has to do it. What comes out is only good until the next
 * call.
 */
export function decodedNow(bytes: Uint8Array, encoding: string, limit: number): Uint8Array | null {
  return isEncoded(bytes, encoding) ? gunzipNow(bytes, limit) : bytes;
}

function isEncoded(bytes: Uint8Array, encoding: string): boolean {
  if (encoding === '' || encoding === 'identity' || bytes.length === 0) return false;
  if (encoding === 'gzip') return true;
  const message = `the answer is encoded as ${JSON.stringify(encoding)}, only gzip is understood`;
  throw new BarographError(message, { kind: 'unavailable', code: 'bad-answer' });
}

/** A body while it arrives. */
export class ArrivingBody {
  private readonly limit: number;
  private readonly chunks: Uint8Array[] = [];
  private length = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Takes the next piece. Gives the error for a body that is too long now: the rest need not come. */
  add(chunk: Uint8Array): BarographError | null {
    this.length += chunk.length;
    if (this.length > this.limit) return tooLarge(this.limit);
    this.chunks.push(chunk);
    return null;
  }

  /** All of it. */
  bytes(): Uint8Array {
    return this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks, this.length);
  }
}

/** For a body longer than `limit`. */
export function tooLarge(limit: number): BarographError {
  return new BarographError(`body size limit exceeded: the answer is longer than ${limit} bytes`, {
    kind: 'unavailable',
    code: 'body-too-large',
  });
}
