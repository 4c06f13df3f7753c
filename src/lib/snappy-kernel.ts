import { SNAPPY_KERNEL } from './snappy-kernel.gen.ts';
import { type KernelMemory, PAGE_BYTES, startKernel } from './wasm.ts';

interface SnappyExports {
  /** See kernels/snappy.ts. */
  unpack(from: number, end: number, to: number, limit: number): number;
}

/** What the kernel may touch behind its input and its output. */
const SLACK = 16;

/** The kernel with memory that holds the input at its beginning and the output behind it. */
export class SnappyKernel {
  private readonly exports: SnappyExports;
  private readonly memory: KernelMemory;
  private bytes: Uint8Array;
  private output = 0;

  constructor() {
    const { exports, memory } = startKernel<SnappyExports>(SNAPPY_KERNEL, 1);
    this.exports = exports;
    this.memory = memory;
    this.bytes = new Uint8Array(memory.buffer);
  }

  /** Unpacks the elements of `input` from `next` on, `limit` bytes at most; gives how many came out, or an error below zero. */
  unpack(input: Uint8Array, next: number, limit: number): number {
    this.output = PAGE_BYTES + Math.ceil((input.length + SLACK) / 8) * 8;
    this.reserve(this.output + limit + SLACK);
    this.bytes.set(input, PAGE_BYTES);
    return this.exports.unpack(PAGE_BYTES + next, PAGE_BYTES + input.length, this.output, limit);
  }

  /** What came out; valid until the next call. */
  result(length: number): Uint8Array {
    return this.bytes.subarray(this.output, this.output + length);
  }

  private reserve(bytes: number): void {
    const missing = bytes - this.bytes.length;
    if (missing <= 0) return;
    this.memory.grow(Math.ceil(missing / PAGE_BYTES));
    this.bytes = new Uint8Array(this.memory.buffer);
  }
}
