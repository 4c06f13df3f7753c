const CR = 13;
const LF = 10;
/** The longest line with a chunk's size and its extensions, and the longest trailers. */
const LONGEST_LINE = 1024;
const LONGEST_TRAILERS = 16 << 10;
const SIZE_LINE = /^([0-9a-f]{1,8})[ \t]*(?:;.*)?$/i;

/** What reading came to: more bytes are needed, the end was reached, or these are no chunks. */
export type Progress = 'more' | 'done' | 'malformed';

/**
 * A body in chunks (RFC 9112 §7.1) while it arrives: their contents are moved together where they lie. What a chunk's
 * extensions and the trailers say is not looked at.
 */
export class ChunkedBody {
  /** The end of the contents so far. */
  end: number;
  /** What was read so far. */
  position: number;
  private phase: 'size' | 'data' | 'data-end' | 'trailers' = 'size';
  /** Bytes of the chunk that are still to come. */
  private left = 0;
  private trailers = 0;

  constructor(start: number) {
    this.end = start;
    this.position = start;
  }

  /** Goes on with what has arrived in the same bytes, or in others to which they were moved: `[0, filled)`. */
  read(bytes: Uint8Array, filled: number): Progress {
    for (;;) {
      const progress = this.step(bytes, filled);
      if (progress !== null) return progress;
    }
  }

  /** One part more; null: there may be another one. */
  private step(bytes: Uint8Array, filled: number): Progress | null {
    if (this.phase === 'data') return this.readData(bytes, filled);
    const end = bytes.indexOf(LF, this.position);
    if (end < 0 || end >= filled) return filled - this.position > LONGEST_LINE ? 'malformed' : 'more';
    if (end === this.position || bytes[end - 1] !== CR) return 'malformed';
    const from = this.position;
    this.position = end + 1;
    if (this.phase === 'size') return this.readSize(bytes, from, end - 1);
    if (this.phase === 'trailers') return this.readTrailer(end - 1 - from);
    this.phase = 'size';
    return end - 1 === from ? null : 'malformed';
  }

  private readSize(bytes: Uint8Array, from: number, end: number): Progress | null {
    const found = end - from > LONGEST_LINE ? null : SIZE_LINE.exec(String.fromCharCode(...bytes.subarray(from, end)));
    if (found === null) return 'malformed';
    this.left = Number.parseInt(found[1]!, 16);
    this.phase = this.left === 0 ? 'trailers' : 'data';
    return null;
  }

  private readData(bytes: Uint8Array, filled: number): Progress | null {
    const size = Math.min(this.left, filled - this.position);
    bytes.copyWithin(this.end, this.position, this.position + size);
    this.end += size;
    this.position += size;
    this.left -= size;
    if (this.left > 0) return 'more';
    this.phase = 'data-end';
    return null;
  }

  private readTrailer(length: number): Progress | null {
    if (length === 0) return 'done';
    this.trailers += length;
    return this.trailers > LONGEST_TRAILERS ? 'malformed' : null;
  }
}
