import type { ByteWriter } from '#lib/byte-writer';
import { FRACTION_TABLES, SAMPLE_VALUE_BYTES, writeSampleValue } from '#lib/float-text';
import { type KernelHeap, kernelHeap } from '#lib/kernel-heap';
import { startKernelIn } from '#lib/wasm';
import { FLOATS_KERNEL } from './floats-kernel.gen.ts';
import type { SampleColumns, StepIndex } from './sample-columns.ts';
import type { StepTimes } from './step-times.ts';

/** See kernels/floats.ts. */
interface FloatsExports {
  takeTables(powers: number, halfSteps: number, magnitudes: number, nextMagnitudeAt: number): void;
  writeFloats(
    values: number,
    present: number,
    from: number,
    to: number,
    text: number,
    ends: number,
    out: number,
    starts: number,
  ): number;
  end(): number;
}

/** A query has 11,000 steps at most. */
const MOST_STEPS = 1 << 14;
/** So many are written at a time. */
const STEPS = 1024;
/** The kernel copies so much before each value. */
const MOST_TIME_BYTES = 32;
const QUOTE = 0x22;
const CLOSE = 0x5d;

/** Columns of this thread's kernel: values go in, text comes out. */
class FloatsKernel {
  private readonly kernel: FloatsExports;
  private readonly heap: KernelHeap;
  private readonly place: ReturnType<typeof placesIn>;
  private readonly values: Float64Array;
  private readonly present: Uint8Array;
  private readonly starts: Uint32Array;
  private times: StepTimes | null = null;

  constructor(heap: KernelHeap, place: ReturnType<typeof placesIn>) {
    this.kernel = startKernelIn<FloatsExports>(FLOATS_KERNEL, heap.memory);
    this.heap = heap;
    this.place = place;
    this.values = heap.floats(place.values, STEPS);
    this.present = heap.bytes(place.present, STEPS);
    this.starts = new Uint32Array(heap.memory.buffer, place.starts, STEPS);
    const { powers, halfSteps, magnitudes, nextMagnitudeAt } = FRACTION_TABLES;
    const tables = [powers, halfSteps, magnitudes, nextMagnitudeAt].map((table) => copied(heap, table));
    this.kernel.takeTables(...(tables as [number, number, number, number]));
  }

  /** As `writeFloats` of samples without histograms. False: the times are too many or too long. */
  write(writer: ByteWriter, columns: SampleColumns, times: StepTimes, index: StepIndex | null): boolean {
    if (this.times !== times && !this.take(times)) return false;
    const steps = times.ends.length - 1;
    for (let from = 0; from < steps; from += STEPS) {
      const part = { from, to: Math.min(from + STEPS, steps) };
      this.load(columns, part);
      const before = writer.length;
      writer.append(this.heap.u8.subarray(this.place.out, this.writePart(part, times)));
      if (index !== null) this.noteStarts(index, part, before);
    }
    return true;
  }

  private take(times: StepTimes): boolean {
    const { heap, place } = this;
    const { text, ends, longest } = times;
    if (ends.length > MOST_STEPS || longest > MOST_TIME_BYTES) return false;
    heap.u8.set(text, place.text);
    new Uint32Array(heap.memory.buffer, place.ends, ends.length).set(ends);
    this.times = times;
    return true;
  }

  private load({ values, present, base }: SampleColumns, { from, to }: Part): void {
    this.values.set(values.subarray(base + from, base + to));
    if (present === null) this.present.fill(1, 0, to - from);
    else this.present.set(present.subarray(base + from, base + to));
  }

  /** Gives the address behind the text. */
  private writePart({ from, to }: Part, times: StepTimes): number {
    const { kernel, place } = this;
    const ends = place.ends + 4 * from;
    let at = place.out;
    for (let i = 0; ; i++) {
      i = kernel.writeFloats(place.values, place.present, i, to - from, place.text, ends, at, place.starts);
      at = kernel.end();
      if (i === to - from) return at;
      at = this.writeSlowly(at, this.values[i]!, { times, step: from + i });
    }
  }

  private writeSlowly(start: number, value: number, { times, step }: { times: StepTimes; step: number }): number {
    const { u8 } = this.heap;
    const [from, to] = [times.ends[step]!, times.ends[step + 1]!];
    u8.set(times.text.subarray(from, to), start);
    const at = writeSampleValue(u8, start + to - from, value);
    u8[at] = QUOTE;
    u8[at + 1] = CLOSE;
    return at + 2;
  }

  private noteStarts({ table, at }: StepIndex, { from, to }: Part, before: number): void {
    const { starts, place } = this;
    for (let i = from; i < to; i++) table[at + i] = before + starts[i - from]! - place.out;
  }
}

/** Steps `from` up to, not including, `to`. */
interface Part {
  readonly from: number;
  readonly to: number;
}

function placesIn(heap: KernelHeap) {
  return {
    values: heap.alloc(8 * STEPS),
    present: heap.alloc(STEPS),
    starts: heap.alloc(4 * STEPS),
    ends: heap.alloc(4 * MOST_STEPS),
    text: heap.alloc(MOST_TIME_BYTES * (MOST_STEPS + 1)),
    out: heap.alloc(STEPS * (MOST_TIME_BYTES + SAMPLE_VALUE_BYTES + 2) + 64),
  };
}

function copied(heap: KernelHeap, table: Float64Array | Int32Array): number {
  const address = heap.alloc(table.byteLength);
  heap.u8.set(new Uint8Array(table.buffer, table.byteOffset, table.byteLength), address);
  return address;
}

let ofThread: FloatsKernel | null | undefined;

/** This thread's kernel that writes floats as text; null where kernels are off or have no room. */
export function floatsKernel(): FloatsKernel | null {
  if (ofThread === undefined) ofThread = start();
  return ofThread;
}

function start(): FloatsKernel | null {
  const heap = kernelHeap();
  const place = heap && placesIn(heap);
  return heap && place && Object.values(place).every((address) => address !== 0) ? new FloatsKernel(heap, place) : null;
}
