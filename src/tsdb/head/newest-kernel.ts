import { FLOAT, type SampleColumns, STALE } from '#chunkenc/columns';
import type { SharedMemory } from '#lib/arena';
import { compileKernel, type KernelModule, kernelsWanted, startModule } from '#lib/wasm';
import type { TimeRange } from '#model/time';
import { NEWEST_KERNEL } from './newest-kernel.gen.ts';

interface NewestExports {
  /** See kernels/newest.ts. */
  newest(chunk: number, count: number, end: number): number;
  foundTime(): number;
  foundValue(): number;
}

// What `newest` says.
const NOTHING = 0;
const IS_STALE = 2;
const UNUSUAL = 3;

let compiled: KernelModule | null = null;

/** Reads the newest samples of chunks of floats where they lie, in the head's memory; remembers nothing. */
export class NewestKernel {
  private readonly exports: NewestExports;

  private constructor(memory: SharedMemory) {
    compiled ??= compileKernel(NEWEST_KERNEL);
    this.exports = startModule<NewestExports, SharedMemory>(compiled, memory);
  }

  /** Null where kernels are not wanted. */
  static start(memory: SharedMemory): NewestKernel | null {
    return kernelsWanted() ? new NewestKernel(memory) : null;
  }

  /**
   * Appends the last sample that is not after the range, if it lies in it, of the first `count` of a chunk. False: the chunk
   * has to be read otherwise.
   */
  read(
    { chunk, count }: { readonly chunk: number; readonly count: number },
    range: TimeRange,
    out: SampleColumns,
  ): boolean {
    const found = this.exports.newest(chunk, count, range.end);
    if (found === NOTHING || found === UNUSUAL) return found === NOTHING;
    const t = this.exports.foundTime();
    if (t >= range.start) append(t, found === IS_STALE ? null : this.exports.foundValue(), out);
    return true;
  }
}

function append(t: number, value: number | null, out: SampleColumns): void {
  out.reserve(1);
  const at = out.length++;
  out.t[at] = t;
  out.v[at] = value ?? Number.NaN;
  out.kind[at] = value === null ? STALE : FLOAT;
  if (value === null) out.hasStale = true;
}
