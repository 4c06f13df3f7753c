import { type AnswerHead, parseAnswerHead } from './answer-head.ts';
import { ChunkedBody, type Progress } from './chunked-body.ts';

/** The longest head taken, with the informational ones before it. */
const LONGEST_HEAD = 16 << 10;
const BEGINNING = 'HTTP/1.';
const SMALLEST_BUFFER = 64 << 10;
/** Buffers that are kept for the next long answer, and how long they may be. */
const MOST_SPARE = 8;
const LONGEST_SPARE = 4 << 20;
const spare: Buffer[] = [];

/**
 * An answer while it arrives. One that comes in a single piece stays where it is; pieces are put together in a buffer that
 * is used again. `release` gives it back.
 */
export class ArrivingAnswer {
  head: AnswerHead | null = null;
  private buffer: Buffer | null = null;
  private bytes: Buffer = Buffer.alloc(0);
  private filled = 0;
  /** Where the head starts that is read. */
  private headStart = 0;
  private bodyStart = 0;
  private chunks: ChunkedBody | null = null;

  /** Takes the next piece, which is only looked at now unless it is the last. */
  take(piece: Buffer): Progress {
    if (this.buffer === null) this.bytes = piece;
    else this.append(piece);
    this.filled += piece.length;
    const progress = this.read();
    if (progress === 'more' && this.buffer === null) this.keep(piece);
    return progress;
  }

  /** The connection was closed. Whether the answer is whole by that. */
  endsHere(): boolean {
    return this.head?.framing === 'until-close';
  }

  /**
   * The body so far, not decompressed: good until the next piece arrives anywhere, or `release`. No Buffer, whose `slice`
   * would be no copy.
   */
  body(): Uint8Array {
    const { buffer, byteOffset } = this.bytes;
    return new Uint8Array(buffer, byteOffset + this.bodyStart, this.length);
  }

  /** Of the body, so far. */
  get length(): number {
    return this.head === null ? 0 : this.bodyEnd() - this.bodyStart;
  }

  /** Whether something came behind the end. */
  get hasMore(): boolean {
    const end = this.chunks === null ? this.bodyEnd() : this.chunks.position;
    return this.filled > end;
  }

  /** Nobody looks at the body any more. */
  release(): void {
    if (this.buffer !== null && this.buffer.length <= LONGEST_SPARE && spare.length < MOST_SPARE)
      spare.push(this.buffer);
    this.buffer = null;
  }

  private read(): Progress {
    while (this.head === null) {
      const progress = this.readHead();
      if (progress !== 'done') return progress;
    }
    if (this.chunks !== null) return this.chunks.read(this.bytes, this.filled);
    const { framing } = this.head;
    return typeof framing === 'number' && this.filled - this.bodyStart >= framing ? 'done' : 'more';
  }

  /** Reads one head: an informational one is followed by another. */
  private readHead(): Progress {
    const { bytes, filled, headStart } = this;
    const end = bytes.subarray(0, filled).indexOf('\r\n\r\n', headStart, 'latin1');
    if (end < 0) return filled > LONGEST_HEAD || !this.mayBeHttp() ? 'malformed' : 'more';
    const head = end > LONGEST_HEAD ? null : parseAnswerHead(bytes.toString('latin1', headStart, end));
    if (head === null) return 'malformed';
    if (head.status < 200) {
      this.headStart = end + 4;
      return 'done';
    }
    this.head = head;
    this.bodyStart = end + 4;
    if (head.framing === 'chunked') this.chunks = new ChunkedBody(this.bodyStart);
    return 'done';
  }

  /** Whoever speaks another protocol may wait for us then. */
  private mayBeHttp(): boolean {
    const { bytes, filled, headStart } = this;
    const length = Math.min(BEGINNING.length, filled - headStart);
    return bytes.toString('latin1', headStart, headStart + length) === BEGINNING.slice(0, length);
  }

  private bodyEnd(): number {
    if (this.chunks !== null) return this.chunks.end;
    const framing = this.head?.framing;
    return typeof framing === 'number' ? Math.min(this.filled, this.bodyStart + framing) : this.filled;
  }

  private append(piece: Buffer): void {
    const needed = this.filled + piece.length;
    if (needed > this.buffer!.length) this.move(this.bytes, needed);
    this.buffer!.set(piece, this.filled);
  }

  private keep(piece: Buffer): void {
    this.move(piece, this.filled);
  }

  /** Moves what has arrived to a buffer with room for `needed` bytes and as many again. */
  private move(from: Buffer, needed: number): void {
    const found = spare.findIndex(({ length }) => length >= needed);
    const buffer =
      found < 0 ? Buffer.allocUnsafeSlow(Math.max(SMALLEST_BUFFER, needed * 2)) : spare.splice(found, 1)[0]!;
    from.copy(buffer, 0, 0, this.filled);
    this.release();
    this.buffer = buffer;
    this.bytes = buffer;
  }
}
