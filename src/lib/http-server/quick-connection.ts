import type { Socket } from 'node:net';
import { BodyGatherer } from '../body-gatherer.ts';
import {
  NO_ANSWER,
  type Peer,
  type PlainHandler,
  type PlainRequest,
  type ShortWay,
  type WholeReply,
} from '../http-exchange.ts';
import { pathLength, peerOf } from '../http-message.ts';
import { releaseMemory } from '../release-memory.ts';
import { type StopSignal, StopSource } from '../stop-signal.ts';
import { type Lender, LentConnection } from './lent-connection.ts';
import { replyHead } from './reply-head.ts';
import { type RequestHead, RequestHeads } from './request-head.ts';

export interface QuickConnectionOptions {
  readonly short: ShortWay;
  /** For how many ms a connection waits for a request. */
  readonly patience: number;
  /** Answers what is read from this, and calls `giveBack` when it has. */
  readonly lend: (connection: LentConnection) => void;
  /** Takes over the connection; what was read of it and not answered can be read again. */
  readonly handOver: (socket: Socket) => void;
  /** The connection ended, or was handed over. */
  readonly onEnd: (connection: QuickConnection) => void;
}

const END_OF_HEAD = '\r\n\r\n';
/** Longer ones are left to Node's parser. */
const LONGEST_HEAD = 16 * 1024;
/** Pieces that are no longer together are copied into one. */
const LONGEST_COPY = 32 * 1024;
const NO_BYTES = Buffer.alloc(0);

/**
 * A connection whose requests are read here and not by Node's server, whose objects cost as much as a light query: as long as
 * each comes whole, in the usual form, and after the answer to the one before. What the short way does not answer is lent to
 * Node's server for one answer; with the first request in another form the connection is handed over for good, as if nothing
 * had been read of what follows.
 */
export class QuickConnection implements Lender {
  private readonly socket: Socket;
  private readonly options: QuickConnectionOptions;
  private readonly peer: Peer;
  private readonly heads = new RequestHeads();
  /** Stops what answers the request under way; null: there is none. */
  private busy: { abort(reason: unknown): void } | null = null;
  /** What came during that. */
  private early: Buffer[] = [];
  private isEnding = false;
  private readonly onData = (bytes: Buffer) => this.arrived(bytes);
  private readonly onIdle = () => this.busy === null && this.socket.destroy();
  private readonly onHalfClosed = () => this.socket.destroy();
  private readonly onClose = () => this.closed();
  private readonly onError = () => {};

  constructor(socket: Socket, options: QuickConnectionOptions) {
    this.socket = socket;
    this.options = options;
    this.peer = peerOf(socket);
    socket.on('data', this.onData).on('end', this.onHalfClosed).on('close', this.onClose).on('error', this.onError);
    socket.setTimeout(options.patience).on('timeout', this.onIdle);
  }

  /** Ends the connection when no request is under way, otherwise behind its answer. */
  end(): void {
    this.isEnding = true;
    if (this.busy === null) this.socket.destroy();
  }

  /** Ends it at once. */
  cut(): void {
    this.socket.destroy();
  }

  get remoteAddress(): string {
    return this.socket.remoteAddress ?? '';
  }

  write(pieces: readonly Uint8Array[], sent: () => void): void {
    const { socket } = this;
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (length <= LONGEST_COPY) {
      socket.write(Buffer.concat(pieces, length), sent);
      return;
    }
    // All in one call of the system.
    socket.cork();
    pieces.forEach((piece, i) => void socket.write(piece, i + 1 < pieces.length ? undefined : sent));
    socket.uncork();
  }

  /** The answer to the request under way is sent. */
  goOn(isKept: boolean): void {
    if (this.socket.destroyed) return;
    if (!isKept || this.isEnding) {
      this.socket.destroySoon();
      return;
    }
    this.busy = null;
    const bytes = this.early.length === 0 ? NO_BYTES : Buffer.concat(this.early.splice(0));
    this.socket.resume();
    if (bytes.length > 0) this.take(bytes);
  }

  private arrived(bytes: Buffer): void {
    if (this.busy === null) this.take(bytes);
    else {
      this.early.push(bytes);
      this.socket.pause();
    }
  }

  private take(bytes: Buffer): void {
    const end = bytes.subarray(0, LONGEST_HEAD).indexOf(END_OF_HEAD, 0, 'latin1') + END_OF_HEAD.length;
    const head = end < END_OF_HEAD.length ? null : this.heads.read(bytes.toString('latin1', 0, end));
    if (head === null || bytes.length !== end + head.bodyLength) {
      this.handOver(bytes);
      return;
    }
    const run = this.options.short(head.method, head.target.slice(0, pathLength(head.target)));
    if (run === null) this.lend(bytes);
    else void this.answer(run, head, bytes.subarray(end));
  }

  /** Lets Node's server answer. */
  private lend(bytes: Buffer): void {
    const lent = new LentConnection(this, bytes);
    this.busy = { abort: () => void lent.destroy() };
    this.options.lend(lent);
  }

  private async answer(run: PlainHandler, head: RequestHead, body: Buffer): Promise<void> {
    const stop = new StopSource();
    this.busy = stop;
    let reply: WholeReply;
    try {
      reply = await run(new QuickRequest(head, body, { peer: this.peer, signal: stop }));
    } catch {
      reply = NO_ANSWER;
    }
    if (this.busy === stop) this.send(reply, head.isKept && reply.headers['connection'] !== 'close');
  }

  private send(reply: WholeReply, isKept: boolean): void {
    const head = replyHead(reply, isKept ? Math.trunc(this.options.patience / 1000) : null);
    this.write([Buffer.from(head, 'latin1'), ...reply.pieces], () => this.sent(reply, isKept));
  }

  /** The system has all of it, or the connection is gone. */
  private sent({ owned }: WholeReply, isKept: boolean): void {
    if (owned !== null && !this.socket.destroyed) releaseMemory(owned);
    this.goOn(isKept);
  }

  private handOver(bytes: Buffer): void {
    const { socket } = this;
    socket.off('data', this.onData).off('end', this.onHalfClosed).off('close', this.onClose).off('error', this.onError);
    socket.setTimeout(0).off('timeout', this.onIdle);
    socket.pause();
    socket.unshift(bytes);
    this.options.onEnd(this);
    this.options.handOver(socket);
    socket.resume();
  }

  private closed(): void {
    const { busy } = this;
    this.busy = null;
    busy?.abort('the client went away');
    this.options.onEnd(this);
  }
}

/** A request that is there as a whole. */
class QuickRequest implements PlainRequest {
  readonly method: string;
  readonly path: string;
  readonly search: string;
  readonly peer: Peer;
  readonly signal: StopSignal;
  private readonly headers: RequestHead['headers'];
  private readonly bytes: Buffer;

  constructor(
    { method, target, headers }: RequestHead,
    bytes: Buffer,
    { peer, signal }: Pick<PlainRequest, 'peer' | 'signal'>,
  ) {
    const end = pathLength(target);
    this.method = method;
    this.path = target.slice(0, end);
    this.search = target.slice(end);
    this.peer = peer;
    this.signal = signal;
    this.headers = headers;
    this.bytes = bytes;
  }

  header(name: string): string | undefined {
    return this.headers.get(name);
  }

  async body(maxBytes: number): Promise<Uint8Array> {
    const body = new BodyGatherer(this.header('content-length'), maxBytes);
    body.add(this.bytes);
    return body.whole();
  }
}
