import type { Arena } from '#lib/arena';
import type { Millis } from '#model/time';
import {
  CHUNK_BYTES,
  CHUNK_COUNT,
  CHUNK_DATA,
  CHUNK_KIND_SHIFT,
  CHUNK_MAX_T_F64,
  CHUNK_MIN_T_F64,
  CHUNK_PREVIOUS,
  ROOT_CHUNK_COUNT,
  SEGMENT_BYTES,
  SEGMENT_NEXT,
} from './layout.ts';

const SLAB_BYTES = 1 << 16;

/** A sealed chunk as it goes from one head to the next. */
export interface SealedChunk {
  /** CHUNK_OF_XOR or CHUNK_OF_RECORDS. */
  readonly kind: number;
  readonly minTime: Millis;
  readonly maxTime: Millis;
  readonly count: number;
  readonly data: Uint8Array;
  /** Halves of the last value's bits. */
  readonly lastHigh: number;
  readonly lastLow: number;
}

/** Makes chunks in the arena: chains of segments, each chunk hung behind the one before it. */
export class ChunkChains {
  private readonly arena: Arena;
  private slabAt = 0;
  private slabEnd = 0;

  constructor(arena: Arena) {
    this.arena = arena;
  }

  /** Where segments are taken from next. */
  get slab(): readonly [at: number, end: number] {
    return [this.slabAt, this.slabEnd];
  }

  /** After segments were taken without `newChunk` and `nextSegment`, or in an arena that has chunks. */
  set slab([at, end]: readonly [number, number]) {
    this.slabAt = at;
    this.slabEnd = end;
  }

  /** A new, open chunk without data. */
  newChunk(previous: number, minTime: Millis, kind: number): number {
    const chunk = this.newSegment();
    const { arena } = this;
    arena.u32[(chunk >>> 2) + CHUNK_PREVIOUS] = previous;
    arena.u32[(chunk >>> 2) + CHUNK_BYTES] = kind << CHUNK_KIND_SHIFT;
    arena.f64[(chunk >>> 3) + CHUNK_MIN_T_F64] = minTime;
    arena.setRoot(ROOT_CHUNK_COUNT, arena.root(ROOT_CHUNK_COUNT) + 1);
    return chunk;
  }

  /** Ends an open chunk whose last byte is at `at`. */
  seal(chunk: number, at: number, { count, maxTime }: { readonly count: number; readonly maxTime: Millis }): void {
    const { arena } = this;
    if (arena.u32[(chunk >>> 2) + CHUNK_COUNT] !== 0) return;
    arena.u32[(chunk >>> 2) + CHUNK_BYTES]! += inSegment(at, chunk);
    arena.f64[(chunk >>> 3) + CHUNK_MAX_T_F64] = maxTime;
    Atomics.store(arena.u32, (chunk >>> 2) + CHUNK_COUNT, count);
  }

  /** A sealed chunk behind another. */
  adopt(previous: number, chunk: SealedChunk): number {
    const address = this.newChunk(previous, chunk.minTime, chunk.kind);
    this.append(address, address + CHUNK_DATA - 1, chunk.data);
    const { arena } = this;
    arena.u32[(address >>> 2) + CHUNK_BYTES] = chunk.data.length | (chunk.kind << CHUNK_KIND_SHIFT);
    arena.u32[(address >>> 2) + CHUNK_COUNT] = chunk.count;
    arena.f64[(address >>> 3) + CHUNK_MAX_T_F64] = chunk.maxTime;
    return address;
  }

  /** Writes whole bytes behind the last byte, at `at`; gives the new last byte's address. */
  append(chunk: number, at: number, data: Uint8Array): number {
    let last = at;
    for (let done = 0; done < data.length; ) {
      let next = last + 1;
      if ((next & (SEGMENT_BYTES - 1)) === SEGMENT_NEXT) next = this.nextSegment(next, chunk);
      const room = SEGMENT_NEXT - (next & (SEGMENT_BYTES - 1));
      const length = Math.min(room, data.length - done);
      this.arena.u8.set(data.subarray(done, done + length), next);
      done += length;
      last = next + length - 1;
    }
    return last;
  }

  /** The data of a chunk whose last byte is at `at`. */
  data(chunk: number, at: number): Uint8Array {
    const { arena } = this;
    const parts: number[] = [];
    for (let segment = chunk, from = chunk + CHUNK_DATA; ; from = segment) {
      const isLast = (at & -SEGMENT_BYTES) >>> 0 === segment;
      parts.push(...arena.u8.subarray(from, isLast ? at + 1 : segment + SEGMENT_NEXT));
      if (isLast) return Uint8Array.from(parts);
      segment = arena.u32[(segment + SEGMENT_NEXT) >>> 2]!;
    }
  }

  /** A further segment of a chunk whose last one is full; `end` is the address of its last word. */
  nextSegment(end: number, chunk: number): number {
    const { arena } = this;
    arena.u32[(chunk >>> 2) + CHUNK_BYTES]! += inSegment(end - 1, chunk);
    const next = this.newSegment();
    Atomics.store(arena.u32, end >>> 2, next);
    return next;
  }

  /** A further segment behind `last`, 0 = none, whose data are written as a whole. Chunks are counted by `tookOver`. */
  takeSegment(last: number): number {
    const segment = this.newSegment();
    if (last !== 0) this.arena.u32[(last + SEGMENT_NEXT) >>> 2] = segment;
    return segment;
  }

  /** So many chunks were made by `takeSegment`. */
  tookOver(chunks: number): void {
    this.arena.setRoot(ROOT_CHUNK_COUNT, this.arena.root(ROOT_CHUNK_COUNT) + chunks);
  }

  private newSegment(): number {
    if (this.slabAt === this.slabEnd) {
      this.slabAt = this.arena.alloc(SLAB_BYTES, SEGMENT_BYTES);
      this.slabEnd = this.slabAt + SLAB_BYTES;
    }
    const segment = this.slabAt;
    this.slabAt += SEGMENT_BYTES;
    return segment;
  }
}

/** Bytes of data up to and with the byte `at` in its segment. */
export function inSegment(at: number, chunk: number): number {
  const offset = at & (SEGMENT_BYTES - 1);
  return offset + 1 - (at - offset === chunk ? CHUNK_DATA : 0);
}
