import { SNAPPY_KERNEL } from './snappy-kernel.gen.ts';
import { type KernelMemory, newKernelMemory, PAGE_BYTES, startKernelIn } from './wasm.ts';

interface SnappyExports {
  /** See kernels/snappy.ts. */
  unpack(from: number, end: number, to: number, limit: number): number;
}

/** What the kernel may touch behind its input and its output. */
const SLACK = 16;

/** Memory for the kernel, which others may use too. */
export interface SnappyMemory {
  readonly memory: KernelMemory;
  /** The address of so many bytes, a multiple of 8, until the next call; 0: there is no room. */
  place(bytes: number): number;
}

/** The kernel in its memory, which holds the input and behind it the output. */
export class SnappyKernel {
  private readonly exports: SnappyExports;
  private readonly place: SnappyMemory;
  private bytes = new Uint8Array(0);
  private output = 0;

  constructor(place: SnappyMemory = new OwnMemory()) {
    this.exports = startKernelIn<SnappyExports>(SNAPPY_KERNEL, place.memory);
    this.place = place;
  }

  /**
   * Unpacks the elements of `input` from `next` on, `limit` bytes at most; gives how many came out, or an error below zero;
   * null when there is no memory.
   */
  unpack(input: Uint8Array, next: number, limit: number): number | null {
    const inputBytes = Math.ceil((input.length + SLACK) / 8) * 8;
    const at = this.place.place(inputBytes + limit + SLACK);
    if (at === 0) return null;
    if (this.bytes.buffer !== this.place.memory.buffer) this.bytes = new Uint8Array(this.place.memory.buffer);
    this.output = at + inputBytes;
    this.bytes.set(input, at);
    return this.exports.unpack(at + next, at + input.length, this.output, limit);
  }

  /** What came out; valid until the next call. */
  result(length: number): Uint8Array {
    return this.bytes.subarray(this.output, this.output + length);
  }
}

class OwnMemory implements SnappyMemory {
  readonly memory = newKernelMemory(1);

  place(bytes: number): number {
    const missing = PAGE_BYTES + bytes - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE_BYTES));
    return PAGE_BYTES;
  }
}
