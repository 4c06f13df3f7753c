import { kernelHeap } from '#lib/kernel-heap';
import { type PlacedColumns, SampleBuffer } from './sample-buffer.ts';

/** More samples than this go to ordinary memory. */
const CAPACITY = 1 << 16;

let ofThread: SampleBuffer | null = null;

/**
 * This thread's buffer in the memory of its kernels: who decodes into it and computes from it copies nothing. It belongs to
 * whoever uses it until he waits or hands on; nobody keeps samples in it.
 */
export function scratchBuffer(): SampleBuffer {
  ofThread ??= new SampleBuffer(undefined, placedColumns());
  ofThread.clear();
  return ofThread;
}

function placedColumns(): PlacedColumns | null {
  const heap = kernelHeap();
  const t = heap?.alloc(CAPACITY * 8) ?? 0;
  const v = heap?.alloc(CAPACITY * 8) ?? 0;
  const kind = heap?.alloc(CAPACITY) ?? 0;
  if (!heap || t === 0 || v === 0 || kind === 0) return null;
  const columns = { t: heap.floats(t, CAPACITY), v: heap.floats(v, CAPACITY), kind: heap.bytes(kind, CAPACITY) };
  return { ...columns, place: { t, v, kind } };
}
