/** The Content-Type of a stream of answers. */
export const STREAM_TYPE = 'application/x-barograph-query-stream';

/**
 * What became of one of the queries of a stream. The body is columns (`decodePoints`), JSON of the `data` member of
 * Prometheus' API, or JSON of a `StreamError`.
 */
export interface StreamHead {
  /** As the query was called in the request. */
  readonly id: string;
  readonly kind: 'points' | 'json' | 'error';
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

/** Why a query has no answer, as a request of its own would have been told. */
export interface StreamError {
  readonly status: number;
  readonly errorType: string;
  readonly error: string;
  readonly hint?: string | undefined;
}

export interface StreamAnswer {
  readonly head: StreamHead;
  /** Begins at the start of its buffer. */
  readonly body: Uint8Array<ArrayBuffer>;
}

/** The lengths of head and body, each four bytes. */
const LENGTHS = 8;

/** An answer in the format of docs/formats/query-stream.md, in one piece. */
export function encodeAnswer(head: StreamHead, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(head));
  const bytes = new Uint8Array(LENGTHS + text.length + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, text.length, true);
  view.setUint32(4, body.length, true);
  bytes.set(text, LENGTHS);
  bytes.set(body, LENGTHS + text.length);
  return bytes;
}

/** The answers of a stream as each is there as a whole. Throws when the stream ends within one, or fails. */
export async function* readAnswers(stream: ReadableStream<Uint8Array>): AsyncGenerator<StreamAnswer, void> {
  const reader = stream.getReader();
  const arrived = new Arrived();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      arrived.add(next.value);
      for (let answer = takeAnswer(arrived); answer !== null; answer = takeAnswer(arrived)) yield answer;
    }
    if (arrived.length > 0) throw new Error('the stream of answers ended within an answer');
  } finally {
    reader.cancel().catch(() => {});
  }
}

function takeAnswer(arrived: Arrived): StreamAnswer | null {
  const lengths = arrived.peek(LENGTHS);
  if (lengths === null) return null;
  const view = new DataView(lengths.buffer, lengths.byteOffset);
  const headLength = view.getUint32(0, true);
  const bodyLength = view.getUint32(4, true);
  if (arrived.length < LENGTHS + headLength + bodyLength) return null;
  arrived.take(LENGTHS);
  const head = JSON.parse(new TextDecoder().decode(arrived.take(headLength))) as StreamHead;
  return { head, body: arrived.take(bodyLength) };
}

/** Bytes that came in pieces and leave in others. */
class Arrived {
  length = 0;
  private readonly pieces: Uint8Array[] = [];
  /** Of the first piece, what is gone already. */
  private gone = 0;

  add(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.pieces.push(piece);
    this.length += piece.length;
  }

  /** A copy of the first bytes; null when there are fewer. */
  peek(count: number): Uint8Array<ArrayBuffer> | null {
    if (this.length < count) return null;
    const bytes = new Uint8Array(count);
    let at = 0;
    for (let p = 0; at < count; p++) {
      const from = p === 0 ? this.gone : 0;
      const part = this.pieces[p]!.subarray(from, from + count - at);
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  /** The first bytes, which must be there, as a copy. */
  take(count: number): Uint8Array<ArrayBuffer> {
    const bytes = this.peek(count)!;
    this.length -= count;
    this.gone += count;
    while (this.pieces.length > 0 && this.gone >= this.pieces[0]!.length) this.gone -= this.pieces.shift()!.length;
    return bytes;
  }
}
