import { invariant } from '#lib/errors';
import { type ColumnPlace, KernelHeap, kernelHeap } from '#lib/kernel-heap';
import { startKernelIn } from '#lib/wasm';
import {
  type DecodeOptions,
  FLOAT,
  type ResumeOptions,
  type SampleColumns,
  type TimeBounds,
  type XorChunk,
} from './columns.ts';
import { ENDS_EARLY, LONG_VARINT, malformed, NO_COUNT, TIME_RANGE, WIDE_VALUE } from './xor-errors.ts';
import { XOR_KERNEL } from './xor-kernel.gen.ts';

interface XorExports {
  /** See kernels/xor.ts. */
  decodeXor(
    source: number,
    bytes: number,
    data: number,
    count: number,
    start: number,
    end: number,
    times: number,
    values: number,
    kinds: number,
    stride: 0 | 1,
    state: number,
  ): number;
}

// A chunk can say that it has so many samples, and no sample is longer than 19 bytes.
const MOST_SAMPLES = 65_536;
const MOST_BYTES = 20 * MOST_SAMPLES;
/** The kernel overwrites this much behind a chunk. */
const SLACK = 64;

const HAS_STALE = 1 << 30;
const REASONS: Readonly<Record<number, string>> = {
  [-1]: ENDS_EARLY,
  [-2]: LONG_VARINT,
  [-3]: TIME_RANGE,
  [-4]: WIDE_VALUE,
};

/** The kernel of this thread, room for a chunk, and columns for samples that go elsewhere. */
class XorKernel {
  readonly decodeXor: XorExports['decodeXor'];
  /** Whose chunk is in the memory. */
  user: object | null = null;
  readonly chunk: number;
  /** Where the kernel takes the chunk that it decodes. */
  readonly taken: number;
  readonly data: Uint8Array;
  readonly words: Uint32Array;
  readonly place: ColumnPlace;
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly kinds: Uint8Array;
  readonly heap: KernelHeap;

  constructor(heap: KernelHeap) {
    this.heap = heap;
    this.decodeXor = startKernelIn<XorExports>(XOR_KERNEL, heap.memory).decodeXor;
    this.chunk = heap.alloc(MOST_BYTES + SLACK);
    this.taken = heap.alloc(MOST_BYTES + SLACK);
    this.place = { t: heap.alloc(8 * MOST_SAMPLES), v: heap.alloc(8 * MOST_SAMPLES), kind: heap.alloc(MOST_SAMPLES) };
    const { t, v, kind } = this.place;
    invariant(
      this.chunk !== 0 && this.taken !== 0 && t !== 0 && v !== 0 && kind !== 0,
      'no room for the kernel that decodes chunks',
    );
    this.data = heap.bytes(this.chunk, MOST_BYTES);
    this.words = new Uint32Array(heap.memory.buffer, this.chunk, MOST_BYTES / 4);
    this.times = heap.floats(t, MOST_SAMPLES);
    this.values = heap.floats(v, MOST_SAMPLES);
    this.kinds = heap.bytes(kind, MOST_SAMPLES);
  }
}

let ofThread: XorKernel | null = null;

/** The decoder in WebAssembly. */
export class KernelXorDecoder {
  private readonly kernel: XorKernel;
  private length = 0;

  constructor() {
    ofThread ??= new XorKernel(kernelHeap() ?? new KernelHeap());
    this.kernel = ofThread;
  }

  begin(): void {
    this.length = 0;
    this.kernel.user = this;
  }

  // What does not fit lies behind any sample that a chunk can have.
  add(bytes: Uint8Array): void {
    const { kernel, length } = this;
    const taken = Math.min(bytes.length, MOST_BYTES - length);
    kernel.data.set(taken === bytes.length ? bytes : bytes.subarray(0, taken), length);
    this.length = length + taken;
  }

  addWords(words: Uint32Array, from: number, to: number): void {
    const { kernel, length } = this;
    const target = kernel.words;
    let at = length >>> 2;
    const end = Math.min(to, from + target.length - at);
    for (let i = from; i < end; i++) target[at++] = words[i]!;
    this.length = at << 2;
  }

  load(chunk: Uint8Array): number {
    if (chunk.length < 2) throw malformed(NO_COUNT);
    this.begin();
    this.add(chunk.subarray(2));
    return (chunk[0]! << 8) | chunk[1]!;
  }

  decode(options: DecodeOptions, out: SampleColumns): void {
    if (this.decodesInto(out, options.count)) {
      this.decodeHere(options, out);
      return;
    }
    const result = this.run(options, 1, this.kernel.place, 0);
    this.hand(result & ~HAS_STALE, result >= HAS_STALE, out);
  }

  decodeChunks(chunks: readonly XorChunk[], { start, end }: TimeBounds, out: SampleColumns): void {
    let done = 0;
    let hasStale = false;
    for (const { data } of chunks) {
      const count = this.load(data);
      if (done === 0 && this.decodesInto(out, count)) {
        this.decodeHere({ count, start, end }, out);
        continue;
      }
      if (done + count > MOST_SAMPLES) {
        this.hand(done, hasStale, out);
        done = 0;
        hasStale = false;
      }
      const result = this.run({ count, start, end }, 1, this.kernel.place, done);
      done += result & ~HAS_STALE;
      hasStale ||= result >= HAS_STALE;
    }
    this.hand(done, hasStale, out);
  }

  decodePlaced(address: number, bytes: number, { start, end }: TimeBounds, out: SampleColumns): boolean {
    const { data, heap } = this.kernel;
    if (bytes < 2 || bytes - 2 > data.length) return false;
    const count = (heap.u8[address]! << 8) | heap.u8[address + 1]!;
    if (!this.decodesInto(out, count)) return false;
    this.kernel.user = null;
    const call = { source: address + 2, bytes: bytes - 2, stride: 1 } as const;
    this.enter(this.call(call, { count, start, end }, out.place!, out.length), out);
    return true;
  }

  resume(state: number, { count, end }: ResumeOptions): boolean {
    const { kernel, length } = this;
    invariant(kernel.user === this, 'a chunk must be begun and added right before it is decoded');
    kernel.user = null;
    const call = { source: kernel.chunk, bytes: length, stride: 0, state } as const;
    this.call(call, { count, start: Number.NEGATIVE_INFINITY, end }, kernel.place, 0);
    return true;
  }

  /** Whether these are columns that the kernel reaches, with room for so many samples more. */
  private decodesInto({ place, length, t }: SampleColumns, count: number): boolean {
    return place !== null && place !== undefined && length + count <= t.length;
  }

  private decodeHere(options: DecodeOptions, out: SampleColumns): void {
    this.enter(this.run(options, 1, out.place!, out.length), out);
  }

  private enter(result: number, out: SampleColumns): void {
    out.length += result & ~HAS_STALE;
    out.hasStale ||= result >= HAS_STALE;
  }

  /** Copies samples out of the kernel's memory. */
  private hand(count: number, hasStale: boolean, out: SampleColumns): void {
    if (count === 0) return;
    out.reserve(count);
    const { times, values, kinds } = this.kernel;
    const first = out.length;
    const { t, v, kind } = out;
    t.set(times.subarray(0, count), first);
    v.set(values.subarray(0, count), first);
    if (hasStale) for (let i = 0; i < count; i++) kind[first + i] = kinds[i]!;
    else kind.fill(FLOAT, first, first + count);
    out.hasStale ||= hasStale;
    out.length = first + count;
  }

  decodeNewest(options: DecodeOptions, out: SampleColumns): void {
    if (this.run(options, 0, this.kernel.place, 0) === 0) return;
    out.reserve(1);
    const { kernel } = this;
    const at = out.length++;
    out.t[at] = kernel.times[0]!;
    out.v[at] = kernel.values[0]!;
    out.kind[at] = kernel.kinds[0]!;
    out.hasStale ||= kernel.kinds[0] !== FLOAT;
  }

  /** Decodes the chunk that was added to columns of the heap, from sample `at` on. */
  private run(options: DecodeOptions, stride: 0 | 1, place: ColumnPlace, at: number): number {
    const { kernel, length } = this;
    invariant(
      kernel.user === this && options.count <= MOST_SAMPLES,
      'a chunk must be begun and added right before it is decoded',
    );
    kernel.user = null;
    return this.call({ source: kernel.chunk, bytes: length, stride }, options, place, at);
  }

  private call(
    { source, bytes, stride, state = 0 }: ChunkCall,
    options: DecodeOptions,
    place: ColumnPlace,
    at: number,
  ): number {
    const { kernel } = this;
    const { count, start, end } = options;
    const [t, v, kind] = [place.t + 8 * at, place.v + 8 * at, place.kind + at];
    const result = kernel.decodeXor(source, bytes, kernel.taken, count, start, end, t, v, kind, stride, state);
    if (result < 0) throw malformed(REASONS[result]!);
    return result;
  }
}

/** The data of a chunk in the heap, without the sample count. */
interface ChunkCall {
  readonly source: number;
  readonly bytes: number;
  readonly stride: 0 | 1;
  /** Address of where decoding stopped, and stops this time. */
  readonly state?: number;
}
