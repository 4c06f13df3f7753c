import type { Arena, SharedMemory } from '#lib/arena';
import { compileKernel, type KernelModule, kernelsWanted, startModule } from '#lib/wasm';
import type { Millis } from '#model/time';
import type { SampleRows } from '../wal/sample-rows.ts';
import { HEAD_KERNEL } from './head-kernel.gen.ts';
import { ROOT_ROWS, ROOT_SERIES } from './layout.ts';

interface HeadExports {
  /** See kernels/head.ts. */
  begin(rows: number, count: number): void;
  append(rows: number, from: number, count: number): number;
  judge(rows: number, count: number, ids: number, lastId: number, after: number, afterT: number): number;
}

// Where kernels/head.ts looks for things.
const ROWS = 256;
const EARLIEST_F64 = 0;
const LATEST_F64 = 1;
const BOUND_F64 = 2;
const SEQ = 6;
const DIRECTORY = 7;
const SLAB = 8;
const RANGE_F64 = 6;
const TIMES_F64 = 7;
const IDS = 14 + 2 * ROWS;
const HIGHS = IDS + ROWS;
const LOWS = HIGHS + ROWS;
const REFS_F64 = (LOWS + 2 * ROWS) / 2;
const VALUES_F64 = REFS_F64 + ROWS;
const PLACE_BYTES = (VALUES_F64 + ROWS) * 8;

/** Samples on their way into a transaction. */
export interface JudgedSamples {
  /** What stands for the series: their ids, and `ids` more. */
  readonly refs: Float64Array;
  readonly values: Float64Array;
  /** One time for all, or the time of each. */
  readonly t: Millis | Float64Array;
}

/**
 * Which of them are simply taken: those not before `bound` whose ids go up from `after` to `lastId`, or stay the same while
 * times go up from `afterT`.
 */
interface Admission {
  readonly ids: number;
  readonly lastId: number;
  readonly after: number;
  readonly afterT: Millis;
  readonly bound: Millis;
}

/** Rows to which samples are added. */
export interface RowColumns {
  pushAll(columns: Pick<SampleRows, 'id' | 't' | 'high' | 'low'>): void;
}

/** Where segments are taken from: goes with every call. */
interface Slab {
  slab: readonly [at: number, end: number];
}

let compiled: KernelModule | null = null;

/** Appends plain samples to the head in its own memory, a few hundred at a time. */
export class HeadKernel {
  private readonly arena: Arena;
  private readonly chains: Slab;
  private readonly exports: HeadExports;
  private readonly place: number;

  private constructor(arena: Arena, chains: Slab, chunkRange: Millis) {
    compiled ??= compileKernel(HEAD_KERNEL);
    this.arena = arena;
    this.chains = chains;
    this.exports = startModule<HeadExports, SharedMemory>(compiled, arena.memory);
    // Always anew: in an arena that comes from the disk another program may have made a smaller one.
    this.place = arena.alloc(PLACE_BYTES);
    arena.setRoot(ROOT_ROWS, this.place);
    arena.f64[(this.place >>> 3) + RANGE_F64] = chunkRange;
  }

  /** Null where kernels are not wanted: the twin then does everything. */
  static start(arena: Arena, chains: Slab, chunkRange: Millis): HeadKernel | null {
    return kernelsWanted() ? new HeadKernel(arena, chains, chunkRange) : null;
  }

  /** How many rows one batch has at most. */
  get most(): number {
    return ROWS;
  }

  /** Takes the rows from `from` on, as part of commit `seq`; gives how many they are. What is before `bound` is left out. */
  load(rows: SampleRows, from: number, { seq, bound }: { readonly seq: number; readonly bound: Millis }): number {
    const { u32, f64 } = this.arena;
    const { place } = this;
    const word = place >>> 2;
    const double = place >>> 3;
    const end = Math.min(rows.length, from + ROWS);
    u32.set(rows.id.subarray(from, end), word + IDS);
    f64.set(rows.t.subarray(from, end), double + TIMES_F64);
    u32.set(rows.high.subarray(from, end), word + HIGHS);
    u32.set(rows.low.subarray(from, end), word + LOWS);
    f64[double + EARLIEST_F64] = Number.POSITIVE_INFINITY;
    f64[double + LATEST_F64] = Number.NEGATIVE_INFINITY;
    f64[double + BOUND_F64] = bound;
    u32[word + SEQ] = seq;
    u32[word + DIRECTORY] = this.arena.root(ROOT_SERIES);
    this.exports.begin(place, end - from);
    return end - from;
  }

  /** Appends what was loaded, from the i-th of `count` on, up to the first that is left to the twin; gives that one's place. */
  append(i: number, count: number): number {
    const { arena, chains, place } = this;
    const slab = (place >>> 2) + SLAB;
    [arena.u32[slab], arena.u32[slab + 1]] = chains.slab;
    const at = this.exports.append(place, i, count);
    chains.slab = [arena.u32[slab]!, arena.u32[slab + 1]!];
    return at;
  }

  /**
   * Puts samples from `from` on into `rows`, as long as they are simply taken: their series are known and have nothing as late.
   * Gives the first that is not, or `from + most`, or how many there are.
   */
  judge({ refs, values, t }: JudgedSamples, from: number, admission: Admission, rows: RowColumns): number {
    const { u32, f64 } = this.arena;
    const { place } = this;
    const word = place >>> 2;
    const double = place >>> 3;
    const end = Math.min(refs.length, from + ROWS);
    f64.set(refs.subarray(from, end), double + REFS_F64);
    f64.set(values.subarray(from, end), double + VALUES_F64);
    if (typeof t === 'number') f64.fill(t, double + TIMES_F64, double + TIMES_F64 + end - from);
    else f64.set(t.subarray(from, end), double + TIMES_F64);
    f64[double + BOUND_F64] = admission.bound;
    u32[word + DIRECTORY] = this.arena.root(ROOT_SERIES);
    const { ids, lastId, after, afterT } = admission;
    const count = this.exports.judge(place, end - from, ids, lastId, after, afterT);
    rows.pushAll({
      id: u32.subarray(word + IDS, word + IDS + count),
      t: f64.subarray(double + TIMES_F64, double + TIMES_F64 + count),
      high: u32.subarray(word + HIGHS, word + HIGHS + count),
      low: u32.subarray(word + LOWS, word + LOWS + count),
    });
    return from + count;
  }

  /** The earliest time that `append` took since `load`. */
  get earliest(): Millis {
    return this.arena.f64[(this.place >>> 3) + EARLIEST_F64]!;
  }

  get latest(): Millis {
    return this.arena.f64[(this.place >>> 3) + LATEST_F64]!;
  }
}
