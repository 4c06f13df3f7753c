import { type KernelHeap, kernelHeap } from '#lib/kernel-heap';
import { startKernelIn } from '#lib/wasm';
import { PAGE_KERNEL } from './page-kernel.gen.ts';
import type { PagePattern } from './page-pattern.ts';
import { NEWLINE } from './text/bytes.ts';

interface PageExports {
  /** See kernels/page.ts. */
  readValues(
    body: number,
    end: number,
    text: number,
    starts: number,
    row: number,
    rows: number,
    values: number,
    powers: number,
  ): number;
  stoppedAt(): number;
}

/** A value, and where it ends. */
export interface FoundValue {
  readonly value: number;
  readonly end: number;
}

/** Reads the value that begins at `at` and ends before a byte that ends values; null for what is none. */
export type SlowValue = (bytes: Uint8Array, at: number) => FoundValue | null;

interface Reading {
  readonly at: number;
  readonly end: number;
  readonly slow: SlowValue;
}

/** Longer pages, and those with more rows, are read without the kernel. */
const BODY_BYTES = 4 << 20;
const MOST_ROWS = 1 << 16;
/** What the kernel may touch behind body and texts. */
const SLACK = 64;
const POWERS = 23;

/** Reads repeated pages in the memory of this thread's kernels. */
export class PageKernel {
  private readonly heap: KernelHeap;
  private readonly exports: PageExports;
  private readonly body: number;
  private readonly text: number;
  private readonly starts: number;
  private readonly values: number;
  private readonly powers: number;

  private constructor(heap: KernelHeap, addresses: readonly number[]) {
    this.heap = heap;
    this.exports = startKernelIn<PageExports>(PAGE_KERNEL, heap.memory);
    [this.body, this.text, this.starts, this.values, this.powers] = addresses as [
      number,
      number,
      number,
      number,
      number,
    ];
    heap.floats(this.powers, POWERS).set(Array.from({ length: POWERS }, (_, power) => 10 ** power));
  }

  /** Null where there is none: kernels are off, their memory is full, or the processor lacks its instructions. */
  static start(): PageKernel | null {
    const heap = kernelHeap();
    if (heap === null) return null;
    const sizes = [BODY_BYTES, BODY_BYTES, (MOST_ROWS + 2) * 4, MOST_ROWS * 8, POWERS * 8];
    const addresses = sizes.map((size) => heap.alloc(size));
    if (addresses.includes(0)) return null;
    try {
      return new PageKernel(heap, addresses);
    } catch {
      return null;
    }
  }

  /** Whether a page of so many bytes with this pattern has room. */
  takes({ length, text }: PagePattern, body: Uint8Array): boolean {
    return length <= MOST_ROWS && text.length <= BODY_BYTES - SLACK && body.length <= BODY_BYTES - SLACK;
  }

  /**
   * The values of a page by row, good until the next call; null when it is not the pattern's. What is no plain number is
   * read by `slow` from the page's bytes.
   */
  read({ length, text, start }: PagePattern, body: Uint8Array, slow: SlowValue): Float64Array | null {
    const { heap } = this;
    const at = this.place(body);
    const end = at + body.length;
    const behind = heap.u8[end]!;
    heap.u8[end] = NEWLINE;
    heap.u8.set(text, this.text);
    heap.integers(this.starts, start.length).set(start);
    const values = heap.floats(this.values, length);
    const isRead = this.readAll(values, { at, end, slow });
    heap.u8[end] = behind;
    return isRead ? values : null;
  }

  private readAll(values: Float64Array, { at, end, slow }: Reading): boolean {
    const { heap, exports, text, starts, powers } = this;
    const rows = values.length;
    let next = at;
    let row = 0;
    while (true) {
      row = exports.readValues(next, end, text, starts, row, rows, this.values, powers);
      if (row < 0 || row === rows) return row === rows;
      const found = slow(heap.u8, exports.stoppedAt());
      if (found === null) return false;
      values[row++] = found.value;
      next = found.end;
    }
  }

  /** Where the page lies in the heap: where it is already, or in a place for it. */
  private place(body: Uint8Array): number {
    if (body.buffer === this.heap.memory.buffer) return body.byteOffset;
    this.heap.u8.set(body, this.body);
    return this.body;
  }
}

let ofThread: PageKernel | null | undefined;

/** This thread's kernel. */
export function pageKernel(): PageKernel | null {
  if (ofThread === undefined) ofThread = PageKernel.start();
  return ofThread;
}
