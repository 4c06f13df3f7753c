import { putRecord, RecordState, type SampleRecord } from '#chunkenc/sample-record';
import { NO_START } from '#chunkenc/start-times';
import type { Arena } from '#lib/arena';
import { ByteWriter } from '#lib/varint';
import type { Millis } from '#model/time';
import { ROOT_LATE, SERIES_PAGE_SHIFT, SERIES_PAGES, SERIES_PER_PAGE } from '../head/layout.ts';
import {
  ENTRY_BYTES,
  ENTRY_FIRST,
  ENTRY_NEWEST,
  FIRST_CAPACITY,
  MOST_CAPACITY,
  ROW_BYTES,
  ROW_HIGH,
  ROW_LOW,
  ROW_RECORD,
  ROW_SEQ,
  SEGMENT_CAPACITY,
  SEGMENT_HEADER_BYTES,
  SEGMENT_NEXT,
  SEGMENT_USED,
} from './late-layout.ts';

/**
 * Keeps the samples that came out of order beside the head's chunks, in the same arena and under the same series ids.
 * They are not sorted: readers do that, since most are written as a block before anybody asks for them.
 */
export class LateWriter {
  /** Rows so far. */
  count = 0;
  minTime: Millis = Number.POSITIVE_INFINITY;
  private readonly arena: Arena;
  private readonly record = new ByteWriter(256);

  constructor(arena: Arena) {
    this.arena = arena;
  }

  /** Goes on in an arena that has late samples. */
  resume({ count, minTime }: { readonly count: number; readonly minTime: Millis | null }): void {
    this.count = count;
    this.minTime = minTime ?? Number.POSITIVE_INFINITY;
  }

  /** Makes sure that a sample of each of these series finds room. */
  reserve(ids: Uint32Array, histogramBytes: number): void {
    for (const id of ids) this.page(id);
    const segment = SEGMENT_HEADER_BYTES + MOST_CAPACITY * ROW_BYTES + 8;
    this.arena.ensure(ids.length * segment + histogramBytes * 2);
  }

  /**
   * Adds a sample as part of commit `seq`. False when its series has one of the same time among the newest: senders that
   * try again must not fill the memory.
   */
  append(id: number, sample: SampleRecord, seq: number): boolean {
    const entry = this.entry(id);
    const { arena } = this;
    const newest = arena.u32[entry + ENTRY_NEWEST]!;
    if (newest !== 0 && this.hasTime(newest, sample.t)) return false;
    const record = this.recordFor(sample);
    const segment = newest !== 0 && hasRoom(arena, newest) ? newest : this.addSegment(entry, newest);
    const used = arena.u32[(segment >>> 2) + SEGMENT_USED]!;
    const row = segment + SEGMENT_HEADER_BYTES + used * ROW_BYTES;
    const word = row >>> 2;
    arena.f64[row >>> 3] = sample.t;
    arena.u32[word + ROW_HIGH] = sample.high;
    arena.u32[word + ROW_LOW] = sample.low;
    arena.u32[word + ROW_SEQ] = seq;
    arena.u32[word + ROW_RECORD] = record;
    Atomics.store(arena.u32, (segment >>> 2) + SEGMENT_USED, used + 1);
    this.count++;
    if (sample.t < this.minTime) this.minTime = sample.t;
    return true;
  }

  private hasTime(segment: number, t: Millis): boolean {
    const { u32, f64 } = this.arena;
    const used = u32[(segment >>> 2) + SEGMENT_USED]!;
    for (let i = 0; i < used; i++) if (f64[(segment + SEGMENT_HEADER_BYTES + i * ROW_BYTES) >>> 3] === t) return true;
    return false;
  }

  private recordFor(sample: SampleRecord): number {
    if (sample.histogram === null && sample.start === NO_START) return 0;
    const { record, arena } = this;
    record.clear();
    putRecord(record, sample, new RecordState());
    const address = arena.alloc(4 + record.length, 4);
    arena.u32[address >>> 2] = record.length;
    arena.u8.set(record.bytes, address + 4);
    return address;
  }

  private addSegment(entry: number, newest: number): number {
    const { arena } = this;
    const before = newest === 0 ? 0 : arena.u32[(newest >>> 2) + SEGMENT_CAPACITY]!;
    const capacity = before === 0 ? FIRST_CAPACITY : Math.min(before * 2, MOST_CAPACITY);
    const segment = arena.alloc(SEGMENT_HEADER_BYTES + capacity * ROW_BYTES);
    arena.u32[(segment >>> 2) + SEGMENT_CAPACITY] = capacity;
    const link = newest === 0 ? entry + ENTRY_FIRST : (newest >>> 2) + SEGMENT_NEXT;
    Atomics.store(arena.u32, link, segment);
    arena.u32[entry + ENTRY_NEWEST] = segment;
    return segment;
  }

  /** The word at which the entry of a series begins. */
  private entry(id: number): number {
    return (this.page(id) + (id & (SERIES_PER_PAGE - 1)) * ENTRY_BYTES) >>> 2;
  }

  private page(id: number): number {
    const { arena } = this;
    if (arena.root(ROOT_LATE) === 0) arena.setRoot(ROOT_LATE, arena.alloc(SERIES_PAGES * 4));
    const slot = (arena.root(ROOT_LATE) >>> 2) + (id >>> SERIES_PAGE_SHIFT);
    const known = arena.u32[slot]!;
    if (known !== 0) return known;
    const page = arena.alloc(SERIES_PER_PAGE * ENTRY_BYTES);
    Atomics.store(arena.u32, slot, page);
    return page;
  }
}

function hasRoom({ u32 }: Arena, segment: number): boolean {
  return u32[(segment >>> 2) + SEGMENT_USED]! < u32[(segment >>> 2) + SEGMENT_CAPACITY]!;
}
