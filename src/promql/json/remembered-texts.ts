import type { ByteWriter } from '#lib/byte-writer';

const PIECE_BITS = 20;
const PIECE_BYTES = 1 << PIECE_BITS;
const IN_PIECE = PIECE_BYTES - 1;
/** In front of each text. */
const LENGTH_BYTES = 3;

/** What texts can be remembered for. */
export interface TextOwner {
  /** 0, or what RememberedTexts wrote there. */
  textPlace: number;
}

/**
 * Bytes that belong to objects, one behind the other in the order in which they came: who asks in that order again walks
 * through memory, where an array for each would be three places to wait for. An object's place is written into itself, so
 * that one RememberedTexts is all that it may be in.
 */
export class RememberedTexts<K extends TextOwner> {
  private readonly mostPieces: number;
  private pieces: Uint8Array[] = [];
  /** The place of the first byte of the pieces. Places only grow: those before it are of texts that are forgotten. */
  private oldest = PIECE_BYTES;
  /** In the last piece. */
  private filled = PIECE_BYTES;

  /** When there are more bytes than this, all are forgotten. */
  constructor(mostBytes: number) {
    this.mostPieces = Math.max(1, mostBytes >>> PIECE_BITS);
  }

  /** Appends what is remembered for the object; false when that is nothing. */
  append({ textPlace }: K, writer: ByteWriter): boolean {
    if (textPlace < this.oldest) return false;
    writer.append(this.textAt(textPlace - this.oldest));
    return true;
  }

  /** What is remembered for the object. Not to be changed. */
  get({ textPlace }: K): Uint8Array | undefined {
    return textPlace < this.oldest ? undefined : this.textAt(textPlace - this.oldest);
  }

  /** Remembers a copy, if it is not too long. */
  remember(key: K, text: Uint8Array): void {
    const length = LENGTH_BYTES + text.length;
    if (length > PIECE_BYTES) return;
    if (this.filled + length > PIECE_BYTES) this.beginPiece();
    const at = this.filled;
    const piece = this.pieces[this.pieces.length - 1]!;
    piece[at] = text.length;
    piece[at + 1] = text.length >>> 8;
    piece[at + 2] = text.length >>> 16;
    piece.set(text, at + LENGTH_BYTES);
    key.textPlace = this.oldest + (this.pieces.length - 1) * PIECE_BYTES + at;
    this.filled = at + length;
  }

  private textAt(place: number): Uint8Array {
    const piece = this.pieces[place >>> PIECE_BITS]!;
    const at = place & IN_PIECE;
    const start = at + LENGTH_BYTES;
    return piece.subarray(start, start + (piece[at]! | (piece[at + 1]! << 8) | (piece[at + 2]! << 16)));
  }

  /** The memory of what is forgotten is not used again: somebody may still look at it. */
  private beginPiece(): void {
    if (this.pieces.length === this.mostPieces) {
      this.oldest += this.mostPieces * PIECE_BYTES;
      this.pieces = [];
    }
    this.pieces.push(new Uint8Array(PIECE_BYTES));
    this.filled = 0;
  }
}
