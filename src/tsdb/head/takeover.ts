import type { Arena } from '#lib/arena';
import type { Millis } from '#model/time';
import type { HeadReader } from './head-reader.ts';
import type { HeadWriter, SeriesId } from './head-writer.ts';
import {
  CHUNK_MAX_T_F64,
  CHUNK_MIN_T_F64,
  CHUNK_PREVIOUS,
  SEGMENT_BYTES,
  SEGMENT_NEXT,
  SERIES_LABELS,
  SERIES_LAST_T_F64,
  SERIES_VERSION_A,
  SERIES_VERSION_B,
  SERIES_WRITE_AT,
  VERSION_CHUNK,
  VERSION_COUNT,
  VERSION_SEQ,
} from './layout.ts';

const NEXT_WORD = SEGMENT_NEXT / 4;

/**
 * Moves series of a head, between two commits, into the next one, whose first commit is being made: their records and
 * chunks as they lie in memory, so that the next writer goes on where this one stood.
 */
export class Takeover {
  private readonly old: HeadWriter;
  private readonly next: HeadWriter;
  private readonly reader: HeadReader;
  /** Addresses of label pairs in the next head by those in the old one. */
  private readonly pairs = new Map<number, number>();
  private readonly chunks: number[] = [];

  constructor(old: HeadWriter, next: HeadWriter, reader: HeadReader) {
    this.old = old;
    this.next = next;
    this.reader = reader;
  }

  /** Moves the chunks of a series that end at `from` or later, and the series if it has any: its new id then, otherwise 0. */
  series(id: SeriesId, from: Millis): SeriesId {
    const { old, next, chunks } = this;
    const source = old.recordOf(id);
    this.findChunks(source, old.arena.u32[newestVersion(old.arena, source >>> 2) + VERSION_CHUNK]!, from);
    if (chunks.length === 0) return 0;
    const added = next.addWithPairs(this.pairsOf(source));
    this.copy(source, next.recordOf(added));
    return added;
  }

  /** Moves a series that was moved before, and has got samples since, once more. What was moved of it is left lying. */
  again(id: SeriesId, moved: SeriesId, from: Millis): void {
    const { old, next } = this;
    const source = old.recordOf(id);
    const target = next.recordOf(moved);
    this.findChunks(source, old.arena.u32[newestVersion(old.arena, source >>> 2) + VERSION_CHUNK]!, from);
    next.samples.chains.tookOver(-lengthOfChain(next.arena, target));
    this.copy(source, target);
  }

  /** The number of the commit that has written a series last. */
  commitOf(id: SeriesId): number {
    const { arena } = this.old;
    return arena.u32[newestVersion(arena, this.old.recordOf(id) >>> 2) + VERSION_SEQ]!;
  }

  private copy(source: number, target: number): void {
    const { old, next } = this;
    const count = old.arena.u32[newestVersion(old.arena, source >>> 2) + VERSION_COUNT]!;
    // Nothing else is written between here and the chunks: the record stays where it is.
    const [chunk, writeAt] = this.copyChunks(old.arena.u32[(source >>> 2) + SERIES_WRITE_AT]!);
    this.copyRecord(source, target, { chunk, count, writeAt });
    next.samples.tookOver(old.samples, { source, target });
    next.widen(...this.timesOf(source));
  }

  /** The newest chunk first. */
  private findChunks(record: number, newest: number, from: Millis): void {
    const { chunks } = this;
    const { u32, f64 } = this.old.arena;
    chunks.length = 0;
    if (newest === 0 || f64[(record >>> 3) + SERIES_LAST_T_F64]! < from) return;
    chunks.push(newest);
    for (let chunk = u32[(newest >>> 2) + CHUNK_PREVIOUS]!; chunk !== 0; chunk = u32[(chunk >>> 2) + CHUNK_PREVIOUS]!) {
      if (f64[(chunk >>> 3) + CHUNK_MAX_T_F64]! < from) return;
      chunks.push(chunk);
    }
  }

  private pairsOf(record: number): number[] {
    const { u32 } = this.old.arena;
    const labels = u32[(record >>> 2) + SERIES_LABELS]! >>> 2;
    const addresses = new Array<number>(u32[labels]!);
    for (let i = 0; i < addresses.length; i++) addresses[i] = this.pairOf(u32[labels + 1 + i]!);
    return addresses;
  }

  private pairOf(pair: number): number {
    const known = this.pairs.get(pair);
    if (known !== undefined) return known;
    const interned = this.next.internPair(...this.reader.labels.pairText(pair));
    this.pairs.set(pair, interned);
    return interned;
  }

  /** The address of the newest chunk, and where its writer goes on. */
  private copyChunks(writeAt: number): readonly [chunk: number, writeAt: number] {
    const { chunks, old, next } = this;
    const { chains } = next.samples;
    let [previous, movedAt] = [0, 0];
    for (let i = chunks.length - 1; i >= 0; i--) {
      let [first, last] = [0, 0];
      for (let segment = chunks[i]!; segment !== 0; ) {
        const copy = chains.takeSegment(last);
        const { u32 } = next.arena;
        copySegment(old.arena.u32, segment >>> 2, u32, copy >>> 2);
        if (first === 0) {
          first = copy;
          u32[(copy >>> 2) + CHUNK_PREVIOUS] = previous;
        }
        if (i === 0 && (writeAt & -SEGMENT_BYTES) >>> 0 === segment) movedAt = copy + (writeAt & (SEGMENT_BYTES - 1));
        last = copy;
        segment = old.arena.u32[(segment >>> 2) + NEXT_WORD]!;
      }
      previous = first;
    }
    chains.tookOver(chunks.length);
    return [previous, movedAt];
  }

  private copyRecord(source: number, target: number, { chunk, count, writeAt }: Newest): void {
    const from = this.old.arena.u32;
    const to = this.next.arena.u32;
    for (let word = 0; word < SERIES_LABELS; word++) to[(target >>> 2) + word] = from[(source >>> 2) + word]!;
    to[(target >>> 2) + SERIES_WRITE_AT] = writeAt;
    const version = (target >>> 2) + SERIES_VERSION_A;
    to[version + VERSION_SEQ] = this.next.commit + 1;
    to[version + VERSION_CHUNK] = chunk;
    to[version + VERSION_COUNT] = count;
  }

  private timesOf(record: number): readonly [from: Millis, to: Millis] {
    const { f64 } = this.old.arena;
    return [f64[(this.chunks.at(-1)! >>> 3) + CHUNK_MIN_T_F64]!, f64[(record >>> 3) + SERIES_LAST_T_F64]!];
  }
}

interface Newest {
  readonly chunk: number;
  readonly count: number;
  readonly writeAt: number;
}

function newestVersion({ u32 }: Arena, record: number): number {
  const [a, b] = [record + SERIES_VERSION_A, record + SERIES_VERSION_B];
  return u32[a + VERSION_SEQ]! >= u32[b + VERSION_SEQ]! ? a : b;
}

/** How many chunks a series of the next head has, which has one version. */
function lengthOfChain({ u32 }: Arena, record: number): number {
  let length = 0;
  let chunk = u32[(record >>> 2) + SERIES_VERSION_A + VERSION_CHUNK]!;
  for (; chunk !== 0; chunk = u32[(chunk >>> 2) + CHUNK_PREVIOUS]!) length++;
  return length;
}

/** All but the address of the next segment. */
function copySegment(from: Uint32Array, source: number, to: Uint32Array, target: number): void {
  for (let word = 0; word < NEXT_WORD; word++) to[target + word] = from[source + word]!;
}
