import { crc32c } from './crc32c.ts';
import { CRC32C_KERNEL } from './crc32c-kernel.gen.ts';
import { kernelHeap } from './kernel-heap.ts';
import { startKernelIn } from './wasm.ts';

interface Crc32cExports {
  /** See kernels/crc32c.ts. */
  makeTables(tables: number): void;
  checksum(tables: number, from: number, to: number, before: number): number;
}

/** The CRC-32C of the bytes between two addresses in the heap of this thread's kernels, behind bytes with that of `before`. */
export type PlacedCrc32c = (from: number, to: number, before?: number) => number;

const TABLE_BYTES = 16 << 10;

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
  return (from, to, before = 0) => checksum(tables, from, to, before) >>> 0;
}

/** So many bytes are copied to the heap at a time. */
const PIECE_BYTES = 16 << 10;
/** What is shorter is done before it is copied. */
const SHORT_BYTES = 256;

let pieces: number | undefined;

/** As `crc32c`, several times as fast where bytes are many and there are kernels. */
export function crc32cOfMany(
  bytes: Uint8Array,
  { from = 0, to = bytes.length }: { readonly from?: number; readonly to?: number } = {},
): number {
  const heap = to - from < SHORT_BYTES ? null : kernelHeap();
  const placed = heap && placedCrc32c();
  if (heap === null || !placed) return crc32c(bytes, { from, to });
  pieces ??= heap.alloc(PIECE_BYTES);
  if (pieces === 0) return crc32c(bytes, { from, to });
  let crc = 0;
  for (let at = from; at < to; at += PIECE_BYTES) {
    const end = Math.min(to, at + PIECE_BYTES);
    heap.u8.set(bytes.subarray(at, end), pieces);
    crc = placed(pieces, pieces + end - at, crc);
  }
  return crc;
}
