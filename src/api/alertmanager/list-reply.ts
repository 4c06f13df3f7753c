import type { Context } from 'hono';
import { nextTurn } from '#lib/event-loop';
import { flushingGzip } from '#lib/gzip';
import { WholeResponse } from '#lib/whole-response';
import { acceptsCoding } from '../accepts-coding.ts';

/** A list up to this length is made at once and sent in one piece. */
const SHORT_LENGTH = 256 * 1024;
/** A long one is sent in pieces of at least this length: each costs a call of the system. */
const PIECE_LENGTH = 128 * 1024;
const JSON_TYPE = { 'Content-Type': 'application/json' };
const encoder = new TextEncoder();

/**
 * Answers a list as JSON. A long one is made slice by slice while it is sent, no faster than its reader takes it, and
 * whatever else is to be done has its turn in between.
 */
export function listReply<T>(c: Context, slices: Iterable<readonly T[]>, json: (item: T) => object): Response {
  const pieces = listText(slices, json);
  let text = '';
  while (text.length < SHORT_LENGTH) {
    const { value, done } = pieces.next();
    if (done) return new WholeResponse([encoder.encode(text)], { headers: JSON_TYPE });
    text += value;
  }
  return streamed(bytesOf(text, pieces), c.req.header('Accept-Encoding') ?? '');
}

function* listText<T>(slices: Iterable<readonly T[]>, json: (item: T) => object): Generator<string, void> {
  let before = '[';
  for (const items of slices) {
    yield before + JSON.stringify(items.map(json)).slice(1, -1);
    before = ',';
  }
  yield before === '[' ? '[]' : ']';
}

function bytesOf(start: string, pieces: Iterator<string>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start: (controller) => controller.enqueue(encoder.encode(start)),
    pull: async (controller) => {
      const { text, isLast } = await nextPiece(pieces);
      if (text !== '') controller.enqueue(encoder.encode(text));
      if (isLast) controller.close();
    },
  });
}

/** With turns for others between the slices that it is made of. */
async function nextPiece(slices: Iterator<string>): Promise<{ readonly text: string; readonly isLast: boolean }> {
  let text = '';
  while (text.length < PIECE_LENGTH) {
    await nextTurn();
    const { value, done } = slices.next();
    if (done) return { text, isLast: true };
    text += value;
  }
  return { text, isLast: false };
}

function streamed(bytes: ReadableStream<Uint8Array<ArrayBuffer>>, accepted: string): Response {
  const headers = { ...JSON_TYPE, Vary: 'Accept-Encoding' };
  if (!acceptsCoding(accepted, 'gzip')) return new Response(bytes, { headers });
  return new Response(bytes.pipeThrough(flushingGzip()), { headers: { ...headers, 'Content-Encoding': 'gzip' } });
}
