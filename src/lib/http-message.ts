import type { IncomingMessage, ServerResponse } from 'node:http';
import { BodyGatherer } from './body-gatherer.ts';
import type { Peer, PlainRequest } from './http-exchange.ts';
import { type StopSignal, StopSource } from './stop-signal.ts';

/** A request as Node's parser gives it. */
export class MessageRequest implements PlainRequest {
  readonly path: string;
  readonly search: string;
  private readonly incoming: IncomingMessage;
  private readonly outgoing: ServerResponse;
  private stop: StopSource | null = null;

  constructor(incoming: IncomingMessage, outgoing: ServerResponse) {
    const { url = '' } = incoming;
    const end = pathLength(url);
    this.incoming = incoming;
    this.outgoing = outgoing;
    this.path = url.slice(0, end);
    this.search = url.slice(end);
  }

  get method(): string {
    return this.incoming.method ?? '';
  }

  get peer(): Peer {
    return peerOf(this.incoming.socket);
  }

  get signal(): StopSignal {
    this.stop ??= this.stoppedWithClient();
    return this.stop;
  }

  header(name: string): string | undefined {
    const value = this.incoming.headers[name];
    return typeof value === 'string' ? value : undefined;
  }

  async body(maxBytes: number): Promise<Uint8Array> {
    const body = new BodyGatherer(this.header('content-length'), maxBytes);
    await this.arrived((piece) => body.add(piece));
    return body.whole();
  }

  private stoppedWithClient(): StopSource {
    const { outgoing } = this;
    const stop = new StopSource();
    const closed = () => {
      if (!outgoing.writableFinished) stop.abort('the client went away');
    };
    if (outgoing.closed) closed();
    else outgoing.once('close', closed);
    return stop;
  }

  /** Hands over the body as it arrives. What comes after a piece that is refused is not read. */
  private arrived(take: (piece: Uint8Array) => void): Promise<void> {
    const { incoming } = this;
    return new Promise((resolve, reject) => {
      const gone = () => reject(new Error('the client went away before it had sent all of its request'));
      incoming.on('data', (piece: Uint8Array) => {
        try {
          take(piece);
        } catch (error) {
          incoming.removeAllListeners('data');
          incoming.pause();
          reject(error);
        }
      });
      incoming.once('end', resolve);
      incoming.once('error', gone);
      incoming.once('close', gone);
    });
  }
}

/** An IPv4 client of a socket for both families looks like one of IPv6. */
export function peerOf({ remoteAddress = '' }: { readonly remoteAddress?: string | undefined }): Peer {
  return { address: remoteAddress.replace(/^::ffff:/, '') };
}

/** The path of a request's target, '' where it is not one that begins with a path. */
export function pathOf({ url = '' }: Pick<IncomingMessage, 'url'>): string {
  return url.slice(0, pathLength(url));
}

function pathLength(url: string): number {
  const end = url.indexOf('?');
  return end < 0 ? url.length : end;
}

const USUAL_HOST = /^[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*(?::\d{1,5})?$/;

/**
 * Whether a request says everything once and in the usual form, so that it can be read without what the fetch standard
 * makes of hosts, targets and headers that come twice.
 */
export function isUsual({ headers, rawHeaders, url = '' }: IncomingMessage): boolean {
  if (!USUAL_HOST.test(headers.host ?? '') || url.includes('#')) return false;
  return 2 * Object.keys(headers).length === rawHeaders.length;
}
