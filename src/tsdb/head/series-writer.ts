import { MAX_CHUNK_BYTES, MAX_SAMPLE_BYTES } from '#chunkenc/encoding';
import type { SampleRecord } from '#chunkenc/sample-record';
import { NO_START } from '#chunkenc/start-times';
import { XorSample } from '#chunkenc/xor-sample';
import type { Arena } from '#lib/arena';
import type { Millis } from '#model/time';
import { ChunkChains, inSegment, type SealedChunk } from './chunk-chains.ts';
import {
  CHUNK_BYTES,
  CHUNK_DATA,
  CHUNK_KIND_SHIFT,
  CHUNK_MIN_T_F64,
  CHUNK_OF_RECORDS,
  CHUNK_OF_XOR,
  SEGMENT_BYTES,
  SEGMENT_NEXT,
  SERIES_BITS,
  SERIES_DELTA,
  SERIES_LAST_HIGH,
  SERIES_LAST_LOW,
  SERIES_LAST_T_F64,
  SERIES_NEXT_AT_F64,
  SERIES_SEGMENTS_SHIFT,
  SERIES_VERSION_A,
  SERIES_VERSION_B,
  SERIES_WRITE_AT,
  VERSION_CHUNK,
  VERSION_COUNT,
  VERSION_SEQ,
} from './layout.ts';
import { RecordTails } from './record-tails.ts';

const SAMPLES_PER_CHUNK = 120;
const ONE_SEGMENT = 1 << SERIES_SEGMENTS_SHIFT;
// The record keeps the difference of two timestamps in one word.
const LONGEST_DELTA = 2 ** 32 - 1;

/** What became of a sample. */
export const TAKEN = 0;
export const SAME_AGAIN = 1;
export const OUT_OF_ORDER = 2;
export const DUPLICATE = 3;
export type Outcome = 0 | 1 | 2 | 3;

/** What the writer of series keeps outside of the arena; plain data. */
export interface SeriesWriterState {
  readonly slab: readonly [at: number, end: number];
  /** Series whose newest chunk is one of records, and whether of histograms. */
  readonly records: readonly (readonly [series: number, hasHistograms: boolean])[];
}

/** The most memory that one more sample can need, beside the bytes of a histogram. */
export const BYTES_PER_SAMPLE = 2 * SEGMENT_BYTES;

/**
 * Appends samples to series records: encodes straight into the open chunk, and cuts chunks where Prometheus does (120
 * samples aimed at, ends at multiples of the chunk range, never more than 240 samples or 1024 bytes).
 */
export class SeriesWriter {
  private readonly arena: Arena;
  private readonly chunkRange: Millis;
  private readonly sample = new XorSample();
  readonly chains: ChunkChains;
  private readonly records = new RecordTails();

  constructor(arena: Arena, chunkRange: Millis) {
    this.arena = arena;
    this.chunkRange = chunkRange;
    this.chains = new ChunkChains(arena);
  }

  /** What this writer knows beside the arena. Between two commits only. */
  state(): SeriesWriterState {
    return { slab: this.chains.slab, records: [...this.records.entries()] };
  }

  /** Goes on in an arena that has series, from the state that their writer had. */
  resume({ slab, records }: SeriesWriterState): void {
    this.chains.slab = slab;
    for (const [series, hasHistograms] of records) this.resumeRecords(series, hasHistograms);
  }

  /** Goes on with a series that was copied from another arena, as its writer would. */
  tookOver(old: SeriesWriter, { source, target }: { readonly source: number; readonly target: number }): void {
    const hasHistograms = old.records.kindOf(source);
    if (hasHistograms === null) this.records.forget(target);
    else this.resumeRecords(target, hasHistograms);
  }

  private resumeRecords(series: number, hasHistograms: boolean): void {
    const { arena, chains } = this;
    const word = series >>> 2;
    const version = word + (isNewerA(arena, word) ? SERIES_VERSION_A : SERIES_VERSION_B);
    const chunk = arena.u32[version + VERSION_CHUNK]!;
    const data = chains.data(chunk, arena.u32[word + SERIES_WRITE_AT]!);
    const minTime = arena.f64[(chunk >>> 3) + CHUNK_MIN_T_F64]!;
    this.records.resume(series, { data, count: arena.u32[version + VERSION_COUNT]!, minTime }, hasHistograms);
  }

  /** What `append` would answer, without doing it. */
  check(series: number, t: Millis, high: number, low: number): Outcome {
    const { u32, f64 } = this.arena;
    const word = series >>> 2;
    if (u32[word + SERIES_WRITE_AT] === 0) return TAKEN;
    const lastT = f64[(series >>> 3) + SERIES_LAST_T_F64]!;
    if (t > lastT) return TAKEN;
    if (t < lastT) return OUT_OF_ORDER;
    return u32[word + SERIES_LAST_HIGH] === high && u32[word + SERIES_LAST_LOW] === low ? SAME_AGAIN : DUPLICATE;
  }

  /**
   * Appends a sample by the halves of its bits, as part of commit `seq`. Readers see it once that commit is published.
   * May take new views of the arena.
   */
  append(series: number, t: Millis, high: number, low: number, seq: number): Outcome {
    const outcome = this.check(series, t, high, low);
    if (outcome !== TAKEN) return outcome;
    const version = this.versionFor(series >>> 2, seq);
    const { arena } = this;
    let chunk = arena.u32[version + VERSION_CHUNK]!;
    let count = arena.u32[version + VERSION_COUNT]!;
    if (chunk === 0 || this.mustCut(series, chunk, count, t)) {
      const sample = { t, high, low, histogram: null, start: NO_START };
      if (chunk !== 0 && this.takesAsRecord(series, chunk, sample, seq)) return TAKEN;
      chunk = this.cut(series, { open: chunk, count, t }, CHUNK_OF_XOR);
      count = 0;
    }
    this.encode(series, t, count, high, low);
    const { u32, f64 } = this.arena;
    this.write(series >>> 2, chunk);
    f64[(series >>> 3) + SERIES_LAST_T_F64] = t;
    u32[(series >>> 2) + SERIES_LAST_HIGH] = high;
    u32[(series >>> 2) + SERIES_LAST_LOW] = low;
    Atomics.store(this.arena.u32, version + VERSION_CHUNK, chunk);
    Atomics.store(this.arena.u32, version + VERSION_COUNT, count + 1);
    return TAKEN;
  }

  /**
   * Appends a sample of any kind, as part of commit `seq`. Plain floats and staleness markers go as `append` would take
   * them, unless the series' newest chunk is one of records of their kind.
   */
  appendRecord(series: number, sample: SampleRecord, seq: number): Outcome {
    const { t, high, low, histogram, start } = sample;
    if (histogram === null && start === NO_START) return this.append(series, t, high, low, seq);
    const outcome = this.checkRecord(series, sample);
    if (outcome === TAKEN) this.take(series, sample, seq);
    return outcome;
  }

  /** What `appendRecord` would answer, without doing it. */
  checkRecord(series: number, { t, high, low, histogram }: SampleRecord): Outcome {
    const outcome = this.check(series, t, high, low);
    if (outcome !== SAME_AGAIN || histogram === null) return outcome;
    return this.records.isSame(series, histogram) ? SAME_AGAIN : DUPLICATE;
  }

  /** Hangs a sealed chunk of another head behind the newest one; `data` has no sample count. For the first commit only. */
  adopt(series: number, chunk: SealedChunk, seq: number): void {
    const { arena } = this;
    const version = this.versionFor(series >>> 2, seq);
    const address = this.chains.adopt(arena.u32[version + VERSION_CHUNK]!, chunk);
    Atomics.store(arena.u32, version + VERSION_CHUNK, address);
    Atomics.store(arena.u32, version + VERSION_COUNT, chunk.count);
    if (chunk.kind === CHUNK_OF_RECORDS) this.records.adopt(series, chunk);
    else this.records.forget(series);
    // The next sample begins a chunk of its own.
    arena.f64[(series >>> 3) + SERIES_NEXT_AT_F64] = Number.NEGATIVE_INFINITY;
    arena.f64[(series >>> 3) + SERIES_LAST_T_F64] = chunk.maxTime;
    arena.u32[(series >>> 2) + SERIES_LAST_HIGH] = chunk.lastHigh;
    arena.u32[(series >>> 2) + SERIES_LAST_LOW] = chunk.lastLow;
    arena.u32[(series >>> 2) + SERIES_WRITE_AT] = address;
  }

  /** Appends a plain sample behind records, if it belongs there. */
  private takesAsRecord(series: number, chunk: number, sample: SampleRecord, seq: number): boolean {
    const { arena, records } = this;
    if (kindOf(arena, chunk) !== CHUNK_OF_RECORDS) return false;
    if (!records.takes(series, sample)) {
      records.forget(series);
      return false;
    }
    this.take(series, sample, seq);
    return true;
  }

  /** Writes a sample into a chunk of records. */
  private take(series: number, sample: SampleRecord, seq: number): void {
    const { arena, records } = this;
    const word = series >>> 2;
    const version = this.versionFor(word, seq);
    let chunk = arena.u32[version + VERSION_CHUNK]!;
    let count = arena.u32[version + VERSION_COUNT]!;
    const isOpen = chunk !== 0 && kindOf(arena, chunk) === CHUNK_OF_RECORDS;
    const isDue = sample.t >= arena.f64[(series >>> 3) + SERIES_NEXT_AT_F64]!;
    if (!isOpen || isDue || !records.hasRoom(series, sample, count)) {
      chunk = this.cut(series, { open: chunk, count, t: sample.t }, CHUNK_OF_RECORDS);
      count = 0;
    }
    const bytes = records.encode(series, sample, count === 0);
    const at = this.chains.append(chunk, arena.u32[word + SERIES_WRITE_AT]!, bytes);
    arena.u32[word + SERIES_WRITE_AT] = at;
    arena.f64[(series >>> 3) + SERIES_LAST_T_F64] = sample.t;
    arena.u32[word + SERIES_LAST_HIGH] = sample.high;
    arena.u32[word + SERIES_LAST_LOW] = sample.low;
    Atomics.store(arena.u32, version + VERSION_CHUNK, chunk);
    Atomics.store(arena.u32, version + VERSION_COUNT, count + 1);
  }

  /** The version that belongs to this commit, as a word index; the other one stays for readers who began before. */
  private versionFor(word: number, seq: number): number {
    const { u32 } = this.arena;
    const a = word + SERIES_VERSION_A;
    const b = word + SERIES_VERSION_B;
    const [newer, older] = isNewerA(this.arena, word) ? [a, b] : [b, a];
    if (u32[newer + VERSION_SEQ] === seq) return newer;
    Atomics.store(u32, older + VERSION_SEQ, seq);
    Atomics.store(u32, older + VERSION_CHUNK, u32[newer + VERSION_CHUNK]!);
    Atomics.store(u32, older + VERSION_COUNT, u32[newer + VERSION_COUNT]!);
    return older;
  }

  private mustCut(series: number, chunk: number, count: number, t: Millis): boolean {
    const { u32, f64 } = this.arena;
    const at = u32[(series >>> 2) + SERIES_WRITE_AT]!;
    // With the bits of its kind, a chunk of records is always too long.
    if (u32[(chunk >>> 2) + CHUNK_BYTES]! + inSegment(at, chunk) + 2 > MAX_CHUNK_BYTES - MAX_SAMPLE_BYTES) return true;
    const nextAt = (series >>> 3) + SERIES_NEXT_AT_F64;
    const last = f64[(series >>> 3) + SERIES_LAST_T_F64]!;
    if (t - last > LONGEST_DELTA) return true;
    if (count === SAMPLES_PER_CHUNK / 4) {
      const start = f64[(chunk >>> 3) + CHUNK_MIN_T_F64]!;
      f64[nextAt] = predictedEnd(start, last, f64[nextAt]!);
    }
    return t >= f64[nextAt]! || count >= SAMPLES_PER_CHUNK * 2;
  }

  private cut(series: number, { open, count, t }: OpenChunk, kind: number): number {
    const { arena, chains } = this;
    const maxTime = arena.f64[(series >>> 3) + SERIES_LAST_T_F64]!;
    if (open !== 0) chains.seal(open, arena.u32[(series >>> 2) + SERIES_WRITE_AT]!, { count, maxTime });
    const chunk = chains.newChunk(open, t, kind);
    arena.u32[(series >>> 2) + SERIES_WRITE_AT] = chunk + CHUNK_DATA - 1;
    arena.u32[(series >>> 2) + SERIES_BITS] = kind === CHUNK_OF_XOR ? ONE_SEGMENT : 0;
    arena.f64[(series >>> 3) + SERIES_NEXT_AT_F64] =
      Math.floor(t / this.chunkRange) * this.chunkRange + this.chunkRange;
    return chunk;
  }

  private encode(series: number, t: Millis, count: number, high: number, low: number): void {
    const { sample } = this;
    const { u32, f64 } = this.arena;
    const word = series >>> 2;
    if (count === 0) {
      sample.first(t, high, low);
    } else {
      sample.lastHigh = u32[word + SERIES_LAST_HIGH]!;
      sample.lastLow = u32[word + SERIES_LAST_LOW]!;
      sample.leading = (u32[word + SERIES_BITS]! >>> 8) & 0xff;
      sample.trailing = (u32[word + SERIES_BITS]! >>> 16) & 0xff;
      sample.delta = u32[word + SERIES_DELTA]!;
      const delta = t - f64[(series >>> 3) + SERIES_LAST_T_F64]!;
      if (count === 1) sample.second(delta, high, low);
      else sample.next(delta, high, low);
    }
    u32[word + SERIES_DELTA] = sample.delta;
  }

  /** Appends the bits of `this.sample` to the open chunk. */
  private write(word: number, chunk: number): void {
    let { u8, u32 } = this.arena;
    const { words, bits, leading, trailing } = this.sample;
    let at = u32[word + SERIES_WRITE_AT]!;
    let free = u32[word + SERIES_BITS]! & 0xff;
    let segments = u32[word + SERIES_BITS]! >>> SERIES_SEGMENTS_SHIFT;
    for (let i = 0, left = bits; left > 0; i++, left -= 32) {
      let value = words[i]!;
      for (let n = Math.min(left, 32); n > 0; ) {
        if (free === 0) {
          at++;
          free = 8;
          if ((at & (SEGMENT_BYTES - 1)) === SEGMENT_NEXT) {
            at = this.chains.nextSegment(at, chunk);
            if (segments > 0) segments++;
            ({ u8, u32 } = this.arena);
          }
        }
        const taken = Math.min(free, n);
        u8[at]! |= value >>> (32 - free);
        value <<= taken;
        free -= taken;
        n -= taken;
      }
    }
    u32[word + SERIES_WRITE_AT] = at;
    u32[word + SERIES_BITS] = free | (leading << 8) | (trailing << 16) | (segments << SERIES_SEGMENTS_SHIFT);
  }
}

/** The chunk that is cut off, 0 = none, the samples in it, and the time of the sample that begins another. */
interface OpenChunk {
  readonly open: number;
  readonly count: number;
  readonly t: Millis;
}

/** Whether the first version of a series is the newer one. */
function isNewerA({ u32 }: Arena, word: number): boolean {
  return u32[word + SERIES_VERSION_A]! >= u32[word + SERIES_VERSION_B]!;
}

function kindOf({ u32 }: Arena, chunk: number): number {
  return u32[(chunk >>> 2) + CHUNK_BYTES]! >>> CHUNK_KIND_SHIFT;
}

/** The end of a chunk such that chunks of equal length fill the time up to `latest` (as Prometheus predicts it). */
function predictedEnd(start: Millis, last: Millis, latest: Millis): Millis {
  const chunks = (latest - start) / ((last - start + 1) * 4);
  return chunks <= 1 ? latest : Math.trunc(start + (latest - start) / Math.floor(chunks));
}
