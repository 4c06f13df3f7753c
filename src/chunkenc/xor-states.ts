import type { KernelHeap } from '#lib/kernel-heap';
import { fromBits, STALE_HIGH, STALE_LOW } from './value-bits.ts';

const STATE_BYTES = 48;
// Words of a state: those of kernels/xor.ts, then two of its user's.
const SAMPLES = 0;
const BITS = 1;
const TIME_F64 = 1;
const DISTANCE_F64 = 2;
const VALUE_LOW = 6;
const VALUE_HIGH = 7;
const CHUNK = 10;
const PIECE = 11;

/**
 * A table in the heap of the kernels: where decoding of a chunk stopped, with the sample before that place. Beside it the
 * chunk, and the piece of it in which the place is; `bits` counts from the piece's beginning.
 */
export class XorStates {
  private readonly address: number;
  private readonly words: Uint32Array;
  private readonly floats: Float64Array;

  private constructor(heap: KernelHeap, address: number, count: number) {
    this.address = address;
    this.words = new Uint32Array(heap.memory.buffer, address, (count * STATE_BYTES) / 4);
    this.floats = heap.floats(address, (count * STATE_BYTES) / 8);
    this.clear();
  }

  /** Null when the heap has no room for so many. */
  static create(heap: KernelHeap, count: number): XorStates | null {
    const address = heap.alloc(count * STATE_BYTES);
    return address === 0 ? null : new XorStates(heap, address, count);
  }

  clear(): void {
    this.words.fill(0);
  }

  addressOf(i: number): number {
    return this.address + i * STATE_BYTES;
  }

  /** Begins a chunk, whose first piece this is. */
  begin(i: number, chunk: number): void {
    const { words } = this;
    const word = i * (STATE_BYTES / 4);
    words[word + SAMPLES] = 0;
    words[word + CHUNK] = chunk;
    words[word + PIECE] = chunk;
  }

  /** Goes on from the piece behind the one that has so many bits. */
  nextPiece(i: number, bits: number, piece: number): void {
    const word = i * (STATE_BYTES / 4);
    this.words[word + BITS]! -= bits;
    this.words[word + PIECE] = piece;
  }

  chunkOf(i: number): number {
    return this.words[i * (STATE_BYTES / 4) + CHUNK]!;
  }

  pieceOf(i: number): number {
    return this.words[i * (STATE_BYTES / 4) + PIECE]!;
  }

  bitsOf(i: number): number {
    return this.words[i * (STATE_BYTES / 4) + BITS]!;
  }

  /** How many samples were decoded. */
  samplesOf(i: number): number {
    return this.words[i * (STATE_BYTES / 4) + SAMPLES]!;
  }

  /** Of the last one. */
  timeOf(i: number): number {
    return this.floats[i * (STATE_BYTES / 8) + TIME_F64]!;
  }

  /** Of the last one from the one before it; 0 where there is none. */
  distanceOf(i: number): number {
    return this.samplesOf(i) < 2 ? 0 : this.floats[i * (STATE_BYTES / 8) + DISTANCE_F64]!;
  }

  /** The halves of the bits of the last one. */
  valueBitsOf(i: number): { readonly high: number; readonly low: number } {
    const word = i * (STATE_BYTES / 4);
    return { high: this.words[word + VALUE_HIGH]!, low: this.words[word + VALUE_LOW]! };
  }

  /** Of the last one; null: a staleness marker. */
  valueOf(i: number): number | null {
    const { words } = this;
    const word = i * (STATE_BYTES / 4);
    const [low, high] = [words[word + VALUE_LOW]!, words[word + VALUE_HIGH]!];
    return low === STALE_LOW && high === STALE_HIGH ? null : fromBits(high, low);
  }
}
