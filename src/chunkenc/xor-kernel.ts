import { invariant } from '#lib/errors';
import { type KernelMemory, PAGE_BYTES, startKernel } from '#lib/wasm';
import { type DecodeOptions, FLOAT, type SampleColumns, type TimeBounds, type XorChunk } from './columns.ts';
import { ENDS_EARLY, LONG_VARINT, malformed, NO_COUNT, TIME_RANGE, WIDE_VALUE } from './xor-errors.ts';
import { XOR_KERNEL } from './xor-kernel.gen.ts';

interface XorExports {
  /** See kernels/xor.ts. */
  decodeXor(
    data: number,
    bytes: number,
    count: number,
    start: number,
    end: number,
    times: number,
    values: number,
    kinds: number,
    stride: 0 | 1,
  ): number;
}

// The kernel's memory: columns for the most samples that a chunk can say it has, then the chunk.
const MOST_SAMPLES = 65_536;
const TIMES = PAGE_BYTES;
const VALUES = TIMES + 8 * MOST_SAMPLES;
const KINDS = VALUES + 8 * MOST_SAMPLES;
const DATA = KINDS + MOST_SAMPLES;
const SLACK = 64;

const HAS_STALE = 1 << 30;
const REASONS: Readonly<Record<number, string>> = {
  [-1]: ENDS_EARLY,
  [-2]: LONG_VARINT,
  [-3]: TIME_RANGE,
  [-4]: WIDE_VALUE,
};

/** The kernel of this thread and its memory as arrays. */
class XorKernel {
  readonly decodeXor: XorExports['decodeXor'];
  /** Whose chunk is in the memory. */
  user: object | null = null;
  data!: Uint8Array;
  words!: Uint32Array;
  times!: Float64Array;
  values!: Float64Array;
  kinds!: Uint8Array;
  private readonly memory: KernelMemory;

  constructor() {
    const { exports, memory } = startKernel<XorExports>(XOR_KERNEL, DATA / PAGE_BYTES + 1);
    this.decodeXor = exports.decodeXor;
    this.memory = memory;
    this.takeViews();
  }

  /** Makes room for a chunk of so many bytes. */
  reserve(bytes: number): void {
    const missing = bytes + SLACK - this.data.length;
    if (missing <= 0) return;
    this.memory.grow(Math.ceil(missing / PAGE_BYTES));
    this.takeViews();
  }

  private takeViews(): void {
    const { buffer } = this.memory;
    this.data = new Uint8Array(buffer, DATA);
    this.words = new Uint32Array(buffer, DATA);
    this.times = new Float64Array(buffer, TIMES, MOST_SAMPLES);
    this.values = new Float64Array(buffer, VALUES, MOST_SAMPLES);
    this.kinds = new Uint8Array(buffer, KINDS, MOST_SAMPLES);
  }
}

let ofThread: XorKernel | null = null;

/** The decoder in WebAssembly. */
export class KernelXorDecoder {
  private readonly kernel: XorKernel;
  private length = 0;

  constructor() {
    ofThread ??= new XorKernel();
    this.kernel = ofThread;
  }

  begin(): void {
    this.length = 0;
    this.kernel.user = this;
  }

  add(bytes: Uint8Array): void {
    const { kernel, length } = this;
    this.length = length + bytes.length;
    kernel.reserve(this.length);
    kernel.data.set(bytes, length);
  }

  addWords(words: Uint32Array, from: number, to: number): void {
    const { kernel, length } = this;
    this.length = length + (to - from) * 4;
    kernel.reserve(this.length);
    const target = kernel.words;
    let at = length >>> 2;
    for (let i = from; i < to; i++) target[at++] = words[i]!;
  }

  load(chunk: Uint8Array): number {
    if (chunk.length < 2) throw malformed(NO_COUNT);
    this.begin();
    this.add(chunk.subarray(2));
    return (chunk[0]! << 8) | chunk[1]!;
  }

  decode(options: DecodeOptions, out: SampleColumns): void {
    const result = this.run(options, 1);
    this.hand(result & ~HAS_STALE, result >= HAS_STALE, out);
  }

  decodeChunks(chunks: readonly XorChunk[], { start, end }: TimeBounds, out: SampleColumns): void {
    let done = 0;
    let hasStale = false;
    for (const { data } of chunks) {
      const count = this.load(data);
      if (done + count > MOST_SAMPLES) {
        this.hand(done, hasStale, out);
        done = 0;
        hasStale = false;
      }
      const result = this.run({ count, start, end }, 1, done);
      done += result & ~HAS_STALE;
      hasStale ||= result >= HAS_STALE;
    }
    this.hand(done, hasStale, out);
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
    if (this.run(options, 0) === 0) return;
    out.reserve(1);
    const { kernel } = this;
    const at = out.length++;
    out.t[at] = kernel.times[0]!;
    out.v[at] = kernel.values[0]!;
    out.kind[at] = kernel.kinds[0]!;
    out.hasStale ||= kernel.kinds[0] !== FLOAT;
  }

  /** Decodes behind the samples that are in the memory already. */
  private run({ count, start, end }: DecodeOptions, stride: 0 | 1, done = 0): number {
    const { kernel, length } = this;
    invariant(
      kernel.user === this && count <= MOST_SAMPLES,
      'a chunk must be begun and added right before it is decoded',
    );
    kernel.user = null;
    const times = TIMES + 8 * done;
    const values = VALUES + 8 * done;
    const result = kernel.decodeXor(DATA, length, count, start, end, times, values, KINDS + done, stride);
    if (result < 0) throw malformed(REASONS[result]!);
    return result;
  }
}
