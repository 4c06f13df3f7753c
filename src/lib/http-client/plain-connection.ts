import { connect, type Socket } from 'node:net';
import { BarographError } from '../errors.ts';
import { ArrivingAnswer } from './arriving-answer.ts';
import { tooLarge } from './body.ts';
import type { WholeAnswer } from './whole-exchange.ts';

/** Where to connect to. */
export type Place = { readonly host: string; readonly port: number } | { readonly path: string };

/** One request on its way over a connection. */
export interface PlainRequest {
  /** Request line and headers, to the empty line. */
  readonly head: string;
  /** The longest body taken, not decompressed. */
  readonly limit: number;
  /** Hears of the answer; its body is only good while it runs. Never throws. */
  readonly done: (answer: WholeAnswer) => void;
  /** Hears why there is no answer. */
  readonly failed: (error: unknown) => void;
}

/** Thrown for an answer that is no plain HTTP/1: another client may take it, or say what is wrong with it. */
export class UnusualAnswer extends Error {}

/** Idle connections are kept longer than any usual scrape interval. */
const KEEP_ALIVE = 300_000;

// Read and looked at in one go. On Windows the system writes into it ahead of that: there each connection needs its own.
const newBuffer = () => Buffer.allocUnsafeSlow(256 << 10);
const isShared = process.platform !== 'win32';
let ofThread: Buffer | null = null;

function readBuffer(): Buffer {
  if (!isShared) return newBuffer();
  ofThread ??= newBuffer();
  return ofThread;
}

/** A connection without TLS that carries one request at a time. Ends by itself: after an error, or when it is idle for long. */
export class PlainConnection {
  /** Whether an answer came over it before. */
  isUsed = false;
  isOpen = true;
  private readonly socket: Socket;
  private readonly onClose: () => void;
  private request: PlainRequest | null = null;
  private answer = new ArrivingAnswer();
  private error: unknown = null;

  constructor(place: Place, onClose: () => void) {
    this.onClose = onClose;
    const buffer = readBuffer();
    const onread = { buffer, callback: (length: number) => this.read(buffer.subarray(0, length)) };
    this.socket = connect({ ...place, noDelay: true, onread });
    this.socket.setTimeout(KEEP_ALIVE, () => this.request === null && this.close());
    this.socket.on('error', (error) => {
      this.error ??= error;
    });
    this.socket.on('close', () => this.closed());
  }

  /** Sends a request. The one before it has been answered. */
  send(request: PlainRequest): void {
    this.request = request;
    this.answer = new ArrivingAnswer();
    this.socket.ref();
    this.socket.write(request.head, 'latin1');
  }

  /** Ends at once; the request under way, if any, fails with `error`. */
  close(error: unknown = null): void {
    this.isOpen = false;
    this.error ??= error;
    this.fail(error);
    this.socket.destroy();
  }

  private read(piece: Buffer): boolean {
    const { request, answer } = this;
    // Nobody asked.
    if (request === null) {
      this.close();
      return true;
    }
    const progress = answer.take(piece);
    if (answer.length > request.limit) this.close(tooLarge(request.limit));
    else if (progress === 'malformed') this.close(new UnusualAnswer());
    else if (progress === 'done') this.finish(request);
    return true;
  }

  private finish(request: PlainRequest): void {
    const { answer } = this;
    const { status, headers, isKept } = answer.head!;
    this.isUsed = true;
    if (!isKept || answer.hasMore) this.isOpen = false;
    this.request = null;
    request.done({ status, headers, body: answer.body(), heldBack: 0 });
    answer.release();
    if (this.isOpen) this.socket.unref();
    else this.socket.destroy();
  }

  private closed(): void {
    this.isOpen = false;
    const { request, answer } = this;
    if (request !== null && this.error === null && answer.endsHere()) this.finish(request);
    else this.fail(this.lost());
    this.onClose();
  }

  private lost(): unknown {
    const { error, answer } = this;
    if (answer.head === null) return error ?? closedEarly();
    return new BarographError('unexpected EOF', { kind: 'unavailable', code: 'bad-answer', cause: error ?? undefined });
  }

  private fail(error: unknown): void {
    const { request } = this;
    this.request = null;
    this.answer.release();
    request?.failed(error);
  }
}

/** As undici calls it. */
function closedEarly(): Error {
  return Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' });
}
