import { CRC32C_KERNEL } from './crc32c-kernel.gen.ts';
import { kernelHeap } from './kernel-heap.ts';
import { startKernelIn } from './wasm.ts';

interface Crc32cExports {
  /** See kernels/crc32c.ts. */
  makeTables(tables: number): void;
  checksum(tables: number, from: number, to: number): number;
}

/** The CRC-32C of the bytes between two addresses in the heap of this thread's kernels. */
export type PlacedCrc32c = (from: number, to: number) => number;

const TABLE_BYTES = 8 << 10;

let ofThread: PlacedCrc32c | null | undefined;

/** Null where there are no kernels: then no bytes have addresses either. */
export function placedCrc32c(): PlacedCrc32c | null {
  if (ofThread === undefined) ofThread = start();
  return ofThread;
}

function start(): PlacedCrc32c | null {
  const heap = kernelHeap();
  const tables = heap ? heap.alloc(TABLE_BYTES) : 0;
  if (heap === null || tables === 0) return null;
  const { makeTables, checksum } = startKernelIn<Crc32cExports>(CRC32C_KERNEL, heap.memory);
  makeTables(tables);
  return (from, to) => checksum(tables, from, to) >>> 0;
}
