import { kernelHeap } from '#lib/kernel-heap';
import { startKernelIn } from '#lib/wasm';
import { COLUMNS_KERNEL } from './columns-kernel.gen.ts';

/** See kernels/columns.ts. All columns are addresses in the kernel heap of this thread. */
export interface ColumnsKernel {
  sameNumbers(a: number, b: number, count: number): 0 | 1;
  falls(v: number, from: number, to: number): 0 | 1;
  rateRun(
    v: number,
    first: number,
    stride: number,
    gaps: number,
    steps: number,
    isCounter: number,
    factor: number,
    nearZero: number,
    sampled: number,
    toStart: number,
    toEnd: number,
    seconds: number,
    out: number,
  ): void;
  addSums(first: number, second: number, seen: number, values: number, present: number, steps: number): void;
}

let ofThread: ColumnsKernel | null | undefined;

/** This thread's kernel over columns; null where there is none: kernels are off, or the processor lacks its instructions. */
export function columnsKernel(): ColumnsKernel | null {
  if (ofThread === undefined) ofThread = start();
  return ofThread;
}

function start(): ColumnsKernel | null {
  const heap = kernelHeap();
  if (heap === null) return null;
  try {
    return startKernelIn<ColumnsKernel>(COLUMNS_KERNEL, heap.memory);
  } catch {
    return null;
  }
}
