import type { StopSignal } from './stop-signal.ts';

/** Who is at the other end of the connection. */
export interface Peer {
  /** The IP address; '' when the connection is gone already. */
  readonly address: string;
}

/** What a route needs of a request, whichever way it came. */
export interface PlainRequest {
  /** In capitals. */
  readonly method: string;
  readonly path: string;
  /** The query string with its `?`, or ''. */
  readonly search: string;
  readonly peer: Peer;
  /** Aborts when the client goes away. */
  readonly signal: StopSignal;
  /** The value of a header, whose name is in lower case. */
  header(name: string): string | undefined;
  /** Reads the body, once. Rejects as `BodyGatherer` does; the bytes are in a buffer of their own. */
  body(maxBytes: number): Promise<Uint8Array>;
}

/** A reply whose body lies in memory. */
export interface WholeReply {
  readonly status: number;
  /** By name in lower case. The length is not among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body. Nobody may change these bytes any more. */
  readonly pieces: readonly Uint8Array[];
  /** A piece that nobody else knows: who has sent the reply may give its memory back. */
  readonly owned: Uint8Array | null;
}

/** Answers a request in full; rejects only for what nobody expected. */
export type PlainHandler = (request: PlainRequest) => Promise<WholeReply>;

/**
 * Who answers requests of this method and path the short way, from what Node's parser gives and without the objects of
 * the fetch standard; null: nobody, they go the long way.
 */
export type ShortWay = (method: string, path: string) => PlainHandler | null;

/** The number of bytes of a reply's body. */
export function lengthOf({ pieces }: Pick<WholeReply, 'pieces'>): number {
  let length = 0;
  for (const piece of pieces) length += piece.length;
  return length;
}

/** The reply with more headers: Vary joins what is there, all others take its place. */
export function withHeaders(reply: WholeReply, more: Readonly<Record<string, string>>): WholeReply {
  const headers = { ...reply.headers, ...more };
  const { vary } = reply.headers;
  if (vary !== undefined && more['vary'] !== undefined) headers['vary'] = `${vary}, ${more['vary']}`;
  return { ...reply, headers };
}
