import { FLOAT, type SampleColumns, STALE } from '#chunkenc/columns';
import { type Piece, resumeBatch } from '#chunkenc/resume-batch';
import type { XorDecoder } from '#chunkenc/xor-decoder';
import { XorStates } from '#chunkenc/xor-states';
import type { Arena } from '#lib/arena';
import { kernelHeap } from '#lib/kernel-heap';
import type { TimeRange } from '#model/time';
import { CHUNK_DATA, SEGMENT_BYTES, SEGMENT_NEXT } from './layout.ts';

/** Series that are remembered at one time, by the lowest bits of their ids. */
export const MOST_SERIES = 1 << 16;
const FIRST_BITS = (SEGMENT_NEXT - CHUNK_DATA) * 8;
const SEGMENT_BITS = SEGMENT_NEXT * 8;
const BATCH = 256;
/** Instead of a kind: the series has to be read by itself. */
export const UNKNOWN = 255;

/** The newest chunk of a series, and how many of its samples count. */
interface NewestChunk {
  readonly chunk: number;
  readonly count: number;
}

/** Some of a list. */
export interface Slice {
  readonly from: number;
  readonly to: number;
}

/** Series with the versions of their samples. */
export interface VersionedSeries {
  readonly ids: Uint32Array;
  readonly chunks: Uint32Array;
  readonly counts: Uint32Array;
}

/** What was found of some series, by their order. */
export class NewestColumns {
  /** Series at a time. */
  static readonly most = BATCH;
  readonly t = new Float64Array(BATCH);
  readonly v = new Float64Array(BATCH);
  /** As of samples, or UNKNOWN. */
  readonly kind = new Uint8Array(BATCH).fill(UNKNOWN);

  /** Appends what is known of one to `out`. */
  append(k: number, out: SampleColumns): void {
    out.reserve(1);
    const at = out.length++;
    out.t[at] = this.t[k]!;
    out.v[at] = this.v[k]!;
    out.kind[at] = this.kind[k]!;
    if (this.kind[k] === STALE) out.hasStale = true;
  }
}

/** Which chunks can be decoded this way. */
interface FloatChunks {
  hasFloatsBefore(chunk: number, end: number): boolean;
}

/** The table of this thread, and of which head it is. */
interface SharedStates {
  readonly states: XorStates;
  user: number;
}

let ofThread: SharedStates | null | undefined;

function sharedStates(): SharedStates | null {
  if (ofThread !== undefined) return ofThread;
  const heap = kernelHeap();
  const states = heap && XorStates.create(heap, MOST_SERIES);
  ofThread = states && { states, user: 0 };
  return ofThread;
}

let users = 0;

/**
 * The newest samples of series up to a time. Where decoding of a chunk stopped is remembered: who asks again a little later,
 * as refreshed dashboards and rules do, has only the new samples decoded.
 */
export class NewestSamples {
  private readonly arena: Arena;
  private readonly decoder: XorDecoder;
  private readonly chunks: FloatChunks;
  /** A number: the table outlives the heads that use it, and their memory must not live as long. */
  private readonly user = ++users;
  /** Places of the series whose chunks are in the batch. */
  private readonly added = new Uint32Array(BATCH);

  constructor(arena: Arena, decoder: XorDecoder, chunks: FloatChunks) {
    this.arena = arena;
    this.decoder = decoder;
    this.chunks = chunks;
  }

  /**
   * Appends the newest sample of the chunk to `out` if it lies in the range. False: that is not known here, read otherwise.
   */
  read(id: number, version: NewestChunk, range: TimeRange, out: SampleColumns): boolean {
    const states = this.states();
    if (states === null) return false;
    const i = id & (MOST_SERIES - 1);
    if (!isBefore(states, i, version, range.end)) {
      if (!this.chunks.hasFloatsBefore(version.chunk, range.end)) return false;
      states.begin(i, version.chunk);
    }
    if (states.samplesOf(i) < version.count && !this.goOn(states, i, { count: version.count, end: range.end }))
      return false;
    if (states.samplesOf(i) === 0) return false;
    if (states.timeOf(i) >= range.start) append(states, i, out);
    return true;
  }

  /**
   * Finds the newest samples up to `end` of series `from` to `to`, at most as many as there is room for in `out`, all at once:
   * waits for memory overlap, and a kernel is called once. It only finds those of which enough is remembered.
   */
  lookAhead(series: VersionedSeries, { from, to }: Slice, end: number, out: NewestColumns): void {
    out.kind.fill(UNKNOWN);
    const states = this.states();
    const batch = resumeBatch();
    if (states === null || batch === null) return;
    const added = this.added;
    let n = 0;
    batch.begin();
    for (let k = from; k < to; k++) {
      const i = series.ids[k]! & (MOST_SERIES - 1);
      const count = series.counts[k]!;
      if (!isBefore(states, i, { chunk: series.chunks[k]!, count }, end)) continue;
      batch.add(states.addressOf(i), count, this.pieceOf(states, i));
      added[n++] = k;
    }
    batch.run(end);
    for (let j = 0; j < n; j++) {
      if (!batch.isDone(j)) continue;
      const k = added[j]!;
      const i = series.ids[k]! & (MOST_SERIES - 1);
      this.moveOn(states, i);
      tell(states, i, out, k - from);
    }
  }

  private pieceOf(states: XorStates, i: number): Piece {
    const piece = states.pieceOf(i);
    const { arena } = this;
    arena.reach(piece + SEGMENT_BYTES);
    const from = piece === states.chunkOf(i) ? piece + CHUNK_DATA : piece;
    return { words: arena.u32, from: from >>> 2, to: (piece + SEGMENT_NEXT) >>> 2 };
  }

  private states(): XorStates | null {
    const shared = sharedStates();
    if (shared === null) return null;
    if (shared.user !== this.user) {
      shared.user = this.user;
      shared.states.clear();
    }
    return shared.states;
  }

  private goOn(states: XorStates, i: number, options: { count: number; end: number }): boolean {
    const { decoder } = this;
    decoder.begin();
    this.addPieces(states.pieceOf(i), states.chunkOf(i));
    try {
      if (!decoder.resume(states.addressOf(i), options)) return false;
    } catch (error) {
      states.begin(i, 0);
      throw error;
    }
    this.moveOn(states, i);
    return true;
  }

  private addPieces(piece: number, chunk: number): void {
    const { arena, decoder } = this;
    let from = piece === chunk ? chunk + CHUNK_DATA : piece;
    for (let segment = piece; segment !== 0; from = segment) {
      arena.reach(segment + SEGMENT_BYTES);
      decoder.addWords(arena.u32, from >>> 2, (segment + SEGMENT_NEXT) >>> 2);
      // Where the samples that count go on was there before the version that was read.
      segment = arena.u32[(segment + SEGMENT_NEXT) >>> 2]!;
    }
  }

  /** Leaves the pieces that are decoded to their end. */
  private moveOn(states: XorStates, i: number): void {
    const { u32 } = this.arena;
    for (;;) {
      const piece = states.pieceOf(i);
      const bits = piece === states.chunkOf(i) ? FIRST_BITS : SEGMENT_BITS;
      if (states.samplesOf(i) === 0 || states.bitsOf(i) < bits) return;
      const next = Atomics.load(u32, (piece + SEGMENT_NEXT) >>> 2);
      if (next === 0) return;
      states.nextPiece(i, bits, next);
    }
  }
}

/** Whether what is wanted lies behind the place at which decoding stopped, or is the sample before it. */
function isBefore(states: XorStates, i: number, { chunk, count }: NewestChunk, end: number): boolean {
  const samples = states.samplesOf(i);
  return states.chunkOf(i) === chunk && samples > 0 && samples <= count && states.timeOf(i) <= end;
}

function tell(states: XorStates, i: number, out: NewestColumns, k: number): void {
  const value = states.valueOf(i);
  out.t[k] = states.timeOf(i);
  out.v[k] = value ?? Number.NaN;
  out.kind[k] = value === null ? STALE : FLOAT;
}

function append(states: XorStates, i: number, out: SampleColumns): void {
  out.reserve(1);
  const at = out.length++;
  const value = states.valueOf(i);
  out.t[at] = states.timeOf(i);
  out.v[at] = value ?? Number.NaN;
  out.kind[at] = value === null ? STALE : FLOAT;
  if (value === null) out.hasStale = true;
}
