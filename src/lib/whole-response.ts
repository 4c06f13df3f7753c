import { lengthOf, type WholeReply } from './http-exchange.ts';

type Head = Pick<Response, 'headers' | 'ok' | 'redirected' | 'status' | 'statusText' | 'type' | 'url'>;
/** Response without its body, which a class may not replace with accessors. */
const ResponseHead: new (body: null, init: ResponseInit) => Head = Response;

/**
 * A response whose body lies in memory. The server sends it in one piece, where it draws other bodies from a stream: that
 * costs more than a small query does, and a copy of a large answer. To everybody else it is a response like any other.
 */
export class WholeResponse extends ResponseHead implements Response {
  /** The body. Nobody may change these bytes any more. */
  readonly pieces: readonly Uint8Array[];
  /** A piece that nobody else knows: who has sent the response may give its memory back. */
  readonly owned: Uint8Array | null;
  private streamed: Response | null = null;

  constructor(pieces: readonly Uint8Array[], init: ResponseInit, owned: Uint8Array | null = null) {
    super(null, init);
    this.pieces = pieces;
    this.owned = owned;
  }

  get byteLength(): number {
    return lengthOf(this);
  }

  /** The body as one piece. */
  whole(): Uint8Array<ArrayBuffer> {
    return Buffer.concat(this.pieces);
  }

  get body(): Response['body'] {
    return this.asStream().body;
  }

  get bodyUsed(): boolean {
    return this.streamed?.bodyUsed ?? false;
  }

  arrayBuffer(): Promise<ArrayBuffer> {
    return this.asStream().arrayBuffer();
  }

  blob(): Promise<Blob> {
    return this.asStream().blob();
  }

  clone(): Response {
    return new WholeResponse(this.pieces, this);
  }

  formData(): Promise<FormData> {
    return this.asStream().formData();
  }

  json(): Promise<unknown> {
    return this.asStream().json();
  }

  text(): Promise<string> {
    return this.asStream().text();
  }

  private asStream(): Response {
    // Some statuses may not even have an empty one.
    this.streamed ??= new Response(this.byteLength === 0 ? null : this.whole(), this);
    return this.streamed;
  }
}

/** The reply as a response. */
export function responseOf({ pieces, owned, ...head }: WholeReply): WholeResponse {
  return new WholeResponse(pieces, head, owned);
}

/** The response as a reply. */
export function replyOf({ status, headers, pieces, owned }: WholeResponse): WholeReply {
  return { status, headers: Object.fromEntries(headers), pieces, owned };
}
