import { type KernelHeap, kernelHeap } from '#lib/kernel-heap';
import type { ByteReader, ByteWriter } from '#lib/varint';
import { startKernelIn } from '#lib/wasm';
import type { SampleRows } from './sample-rows.ts';
import { SAMPLES_KERNEL } from './samples-kernel.gen.ts';

interface SamplesExports {
  /** See kernels/samples.ts. */
  encode(rows: number, count: number, before: number, base: number, withTimes: boolean): number;
  decode(rows: number, count: number, bytes: number, before: number, base: number, withTimes: boolean): number;
}

// Where kernels/samples.ts looks for things.
const ROWS = 1024;
const IDS = 8 * ROWS;
const HIGHS = 12 * ROWS;
const LOWS = 16 * ROWS;
const BYTES = 20 * ROWS;
const MOST_BYTES = 24;

/** Columns to which samples are added. */
export interface SampleBatches {
  pushAll(columns: Pick<SampleRows, 'id' | 't' | 'high' | 'low'>): void;
}

/** What is to be read. */
export interface CodedSamples {
  readonly count: number;
  /** The time that those of samples are differences to. */
  readonly base: number;
  /** Whether samples have times. */
  readonly withTimes: boolean;
}

/** Encodes samples for the WAL, and decodes them, in the memory of this thread's kernels. */
export class SamplesKernel {
  private readonly exports: SamplesExports;
  private readonly place: number;
  private readonly times: Float64Array;
  private readonly ids: Uint32Array;
  private readonly highs: Uint32Array;
  private readonly lows: Uint32Array;
  private readonly bytes: Uint8Array;

  private constructor(heap: KernelHeap, place: number) {
    const { buffer } = heap.memory;
    this.exports = startKernelIn<SamplesExports>(SAMPLES_KERNEL, heap.memory);
    this.place = place;
    this.times = new Float64Array(buffer, place, ROWS);
    this.ids = new Uint32Array(buffer, place + IDS, ROWS);
    this.highs = new Uint32Array(buffer, place + HIGHS, ROWS);
    this.lows = new Uint32Array(buffer, place + LOWS, ROWS);
    this.bytes = heap.bytes(place + BYTES, ROWS * MOST_BYTES);
  }

  /** Null where there is none: kernels are off, or their memory is full. */
  static start(): SamplesKernel | null {
    const heap = kernelHeap();
    const place = heap?.alloc(BYTES + ROWS * MOST_BYTES) ?? 0;
    return heap === null || place === 0 ? null : new SamplesKernel(heap, place);
  }

  /** Writes the ids, kinds and values of rows, and their times as differences to `base`; null: without them. */
  encode(out: ByteWriter, { id, t, high, low, length }: SampleRows, base: number | null): void {
    for (let from = 0; from < length; from += ROWS) {
      const to = Math.min(length, from + ROWS);
      this.ids.set(id.subarray(from, to));
      this.highs.set(high.subarray(from, to));
      this.lows.set(low.subarray(from, to));
      if (base !== null) this.times.set(t.subarray(from, to));
      const before = from === 0 ? 0 : id[from - 1]!;
      const size = this.exports.encode(this.place, to - from, before, base ?? 0, base !== null);
      out.write(this.bytes.subarray(0, size));
    }
  }

  /** Reads samples as `encode` wrote them; gives how many: those that it does not understand are left to its twin. */
  decode(input: ByteReader, { count, base, withTimes }: CodedSamples, out: SampleBatches): number {
    let before = 0;
    for (let done = 0; done < count; ) {
      const { at } = input;
      const rows = Math.min(ROWS, count - done);
      const bytes = input.read(Math.min(input.end - at, this.bytes.length));
      this.bytes.set(bytes);
      const used = this.exports.decode(this.place, rows, bytes.length, before, base, withTimes);
      input.at = at + Math.max(0, used);
      if (used < 0) return done;
      out.pushAll({
        id: this.ids.subarray(0, rows),
        t: this.times.subarray(0, rows),
        high: this.highs.subarray(0, rows),
        low: this.lows.subarray(0, rows),
      });
      before = this.ids[rows - 1]!;
      done += rows;
    }
    return count;
  }
}

let ofThread: SamplesKernel | null | undefined;

/** This thread's kernel. */
export function samplesKernel(): SamplesKernel | null {
  if (ofThread === undefined) ofThread = SamplesKernel.start();
  return ofThread;
}
