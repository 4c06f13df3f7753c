import { crc32 } from './crc32.ts';
import { INFLATE_KERNEL } from './inflate-kernel.gen.ts';
import { type KernelHeap, kernelHeap } from './kernel-heap.ts';
import { startKernelIn } from './wasm.ts';

interface InflateExports {
  /** See kernels/inflate.ts. */
  inflate(from: number, last: number, to: number, limit: number, work: number): number;
  stoppedAt(): number;
}

/** The longest input and the longest text: what is longer is not done in between. */
const INPUT_BYTES = 1 << 20;
const TEXT_BYTES = 4 << 20;
/** What the kernel may touch behind input and text. */
const SLACK = 512;
const WORK_BYTES = 64 << 10;
const HEADER_BYTES = 10;
const TRAILER_BYTES = 8;

/** Unpacks one gzip member (RFC 1952) in the memory of this thread's kernels, where its text lies until the next call. */
export class InflateKernel {
  private readonly heap: KernelHeap;
  private readonly exports: InflateExports;
  private readonly work: number;
  private readonly input: number;
  private readonly text: number;

  private constructor(
    heap: KernelHeap,
    places: { readonly work: number; readonly input: number; readonly text: number },
  ) {
    this.heap = heap;
    this.exports = startKernelIn<InflateExports>(INFLATE_KERNEL, heap.memory);
    this.work = places.work;
    this.input = places.input;
    this.text = places.text;
  }

  /** Null where there is none: kernels are off, their memory is full, or the processor lacks its instructions. */
  static start(): InflateKernel | null {
    const heap = kernelHeap();
    if (heap === null) return null;
    const [work, input, text] = [heap.alloc(WORK_BYTES), heap.alloc(INPUT_BYTES), heap.alloc(TEXT_BYTES)];
    if (work === 0 || input === 0 || text === 0) return null;
    try {
      return new InflateKernel(heap, { work, input, text });
    } catch {
      return null;
    }
  }

  /**
   * The text, which is no longer than `maxBytes`, until the next call. Null for everything that is long or out of the
   * ordinary, and for what is damaged: zlib has to look at it.
   */
  gunzip(bytes: Uint8Array, maxBytes: number): Uint8Array | null {
    const { heap, input, text, exports } = this;
    const { length } = bytes;
    if (length > INPUT_BYTES - SLACK || !isPlainMember(bytes)) return null;
    heap.u8.set(bytes, input);
    const last = input + length - TRAILER_BYTES;
    const limit = Math.min(maxBytes, TEXT_BYTES - SLACK);
    const size = exports.inflate(input + HEADER_BYTES, last, text, limit, this.work);
    if (size < 0 || exports.stoppedAt() !== last) return null;
    const unpacked = heap.u8.subarray(text, text + size);
    const trailer = new DataView(heap.memory.buffer, last, TRAILER_BYTES);
    return trailer.getUint32(0, true) === crc32(unpacked) && trailer.getUint32(4, true) === size ? unpacked : null;
  }
}

/** Whether it starts as most do: without a name, a comment, or whatever else may stand there. */
function isPlainMember(bytes: Uint8Array): boolean {
  if (bytes.length < HEADER_BYTES + TRAILER_BYTES) return false;
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8 && bytes[3] === 0;
}

let ofThread: InflateKernel | null | undefined;

/** This thread's kernel. */
export function inflateKernel(): InflateKernel | null {
  if (ofThread === undefined) ofThread = InflateKernel.start();
  return ofThread;
}
