import { type KernelMemory, kernelsWanted, newKernelMemory, PAGE_BYTES } from './wasm.ts';

/** What the kernels of a thread have together. It never grows, so views of it stay valid; untouched pages take no memory. */
const HEAP_BYTES = 64 << 20;
/** Blocks are powers of two from here on. */
const SMALLEST_SHIFT = 10;

/** Addresses of columns of samples: of the first time, value and kind. */
export interface ColumnPlace {
  readonly t: number;
  readonly v: number;
  readonly kind: number;
}

/**
 * The memory of the kernels of one thread. What lies in it they read and write without copies; whoever allocates gives
 * back. When it is full, who asked does without a kernel.
 */
export class KernelHeap {
  readonly memory: KernelMemory;
  readonly u8: Uint8Array;
  readonly f64: Float64Array;
  /** By size: addresses of blocks that were given back. */
  private readonly free: number[][] = [];
  // Kernels may keep data of their own in the first page.
  private top = PAGE_BYTES;

  constructor(bytes = HEAP_BYTES) {
    this.memory = newKernelMemory(bytes / PAGE_BYTES);
    this.u8 = new Uint8Array(this.memory.buffer);
    this.f64 = new Float64Array(this.memory.buffer);
  }

  /** The address of so many bytes, whatever they hold; a multiple of 16. 0: there is no room. */
  alloc(bytes: number): number {
    const shift = shiftOf(bytes);
    const known = this.free[shift]?.pop();
    if (known !== undefined) return known;
    const address = this.top;
    if (address + 2 ** shift > this.u8.length) return 0;
    this.top += 2 ** shift;
    return address;
  }

  /** Gives back what `alloc` gave for as many bytes. */
  release(address: number, bytes: number): void {
    const shift = shiftOf(bytes);
    this.free[shift] ??= [];
    this.free[shift].push(address);
  }

  floats(address: number, count: number): Float64Array {
    return new Float64Array(this.memory.buffer, address, count);
  }

  integers(address: number, count: number): Int32Array {
    return new Int32Array(this.memory.buffer, address, count);
  }

  bytes(address: number, count: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, address, count);
  }
}

function shiftOf(bytes: number): number {
  return Math.max(SMALLEST_SHIFT, 32 - Math.clz32(Math.max(1, bytes) - 1));
}

let ofThread: KernelHeap | null | undefined;

/** This thread's heap; null where kernels are not wanted, or there is no memory for it. */
export function kernelHeap(): KernelHeap | null {
  if (ofThread === undefined) ofThread = kernelsWanted() ? newHeap() : null;
  return ofThread;
}

function newHeap(): KernelHeap | null {
  try {
    return new KernelHeap();
  } catch {
    return null;
  }
}
