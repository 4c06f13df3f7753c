import { BarographError } from './errors.ts';

/** The code of the error for a body that is longer than allowed; it is answered with status 413. */
export const BODY_TOO_LARGE = 'body-too-large';

/** A request's body while it arrives, in pieces. Throws `body-too-large` as soon as it is, or is announced to be. */
export class BodyGatherer {
  private readonly maxBytes: number;
  private readonly pieces: Uint8Array[] = [];
  private size = 0;

  /** `announced` is the Content-Length header, where there is one. */
  constructor(announced: string | null | undefined, maxBytes: number) {
    this.maxBytes = maxBytes;
    if (Number(announced ?? 0) > maxBytes) throw tooLarge(maxBytes);
  }

  add(piece: Uint8Array): void {
    this.size += piece.length;
    if (this.size > this.maxBytes) throw tooLarge(this.maxBytes);
    this.pieces.push(piece);
  }

  /** All of it, in a buffer of its own, which may be handed to another thread. */
  whole(): Uint8Array {
    const body = new Uint8Array(this.size);
    let at = 0;
    for (const piece of this.pieces) {
      body.set(piece, at);
      at += piece.length;
    }
    return body;
  }
}

function tooLarge(maxBytes: number): BarographError {
  return new BarographError(`the request's body is longer than ${maxBytes} bytes, the most this endpoint takes`, {
    kind: 'bad-request',
    code: BODY_TOO_LARGE,
    hint: 'Send it in several requests.',
  });
}
