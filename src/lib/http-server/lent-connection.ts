import { Duplex } from 'node:stream';

/** What lends itself: its socket without what would end it. */
export interface Lender {
  readonly remoteAddress: string;
  /** `sent` is called when the system has them, or the connection is gone. */
  write(pieces: readonly Uint8Array[], sent: () => void): void;
  /** All was written; the connection waits for another request, or ends. */
  goOn(isKept: boolean): void;
  cut(): void;
}

/**
 * A connection as Node's server sees it for one request: what can be read from it is that request, what is written to it goes
 * to the client. After the answer it is given back.
 */
export class LentConnection extends Duplex {
  readonly remoteAddress: string;
  private readonly lender: Lender;
  private isBack = false;

  constructor(lender: Lender, request: Uint8Array) {
    super({ allowHalfOpen: true });
    this.remoteAddress = lender.remoteAddress;
    this.lender = lender;
    this.push(request);
  }

  /** The answer is sent: the server may forget it, and the connection goes on. */
  giveBack(): void {
    const isKept = !this.writableEnded;
    this.isBack = true;
    this.destroy();
    this.lender.goOn(isKept);
  }

  override _read(): void {}

  override _write(bytes: Uint8Array, _encoding: BufferEncoding, done: () => void): void {
    this.lender.write([bytes], done);
  }

  override _writev(pieces: readonly { readonly chunk: Uint8Array }[], done: () => void): void {
    this.lender.write(
      pieces.map(({ chunk }) => chunk),
      done,
    );
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.isBack) this.lender.cut();
    done(error);
  }
}
