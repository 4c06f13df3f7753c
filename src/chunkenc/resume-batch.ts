import { type KernelHeap, kernelHeap } from '#lib/kernel-heap';
import { startKernelIn } from '#lib/wasm';
import { RESUME_KERNEL } from './resume-kernel.gen.ts';

interface ResumeExports {
  /** See kernels/resume.ts. */
  resumeMany(rows: number, count: number, end: number): void;
}

const MOST = 256;
const ROW_WORDS = 4;
// What comes with a row at most, and what the kernel may read behind it.
const PIECE_WORDS = 15;
const STRIDE_WORDS = PIECE_WORDS + 4;

/** Goes on decoding many chunks with one call, each from where its state in `XorStates` says. */
export class ResumeBatch {
  static readonly most = MOST;
  private readonly exports: ResumeExports;
  private readonly rowsAt: number;
  private readonly rows: Uint32Array;
  private readonly piecesAt: number;
  private readonly pieces: Uint32Array;
  private length = 0;

  private constructor({ memory }: KernelHeap, rowsAt: number, piecesAt: number) {
    this.exports = startKernelIn<ResumeExports>(RESUME_KERNEL, memory);
    this.rowsAt = rowsAt;
    this.rows = new Uint32Array(memory.buffer, rowsAt, MOST * ROW_WORDS);
    this.piecesAt = piecesAt;
    this.pieces = new Uint32Array(memory.buffer, piecesAt, MOST * STRIDE_WORDS);
  }

  /** Null when the heap has no room for it. */
  static create(heap: KernelHeap): ResumeBatch | null {
    const rows = heap.alloc(4 * MOST * ROW_WORDS);
    const pieces = heap.alloc(4 * MOST * STRIDE_WORDS);
    return rows === 0 || pieces === 0 ? null : new ResumeBatch(heap, rows, pieces);
  }

  /** Begins another batch, of at most `most` chunks. */
  begin(): void {
    this.length = 0;
  }

  /**
   * Adds a chunk of `count` samples: the address of its state, and words `from` to `to`, at most 15, which the state's bits
   * count from. What lies behind these words is not decoded.
   */
  add(state: number, count: number, { words, from, to }: Piece): void {
    const { rows, pieces, length } = this;
    const row = length * ROW_WORDS;
    let at = length * STRIDE_WORDS;
    rows[row] = state;
    rows[row + 1] = this.piecesAt + 4 * at;
    rows[row + 2] = 4 * (to - from);
    rows[row + 3] = count;
    for (let i = from; i < to; i++) pieces[at++] = words[i]!;
    this.length = length + 1;
  }

  /** Goes on in all of them up to the last sample that is not after `end`. */
  run(end: number): void {
    this.exports.resumeMany(this.rowsAt, this.length, end);
  }

  /** Whether the state of a chunk, by the order of adding, now has all that was asked for; false: decode it by itself. */
  isDone(i: number): boolean {
    return this.rows[i * ROW_WORDS + 3] === 1;
  }
}

/** Some words of a larger array. */
export interface Piece {
  readonly words: Uint32Array;
  readonly from: number;
  readonly to: number;
}

let ofThread: ResumeBatch | null | undefined;

/** This thread's; null where kernels are not wanted. */
export function resumeBatch(): ResumeBatch | null {
  if (ofThread !== undefined) return ofThread;
  const heap = kernelHeap();
  ofThread = heap && ResumeBatch.create(heap);
  return ofThread;
}
