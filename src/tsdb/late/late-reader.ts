import { HISTOGRAM_HIGH, RecordState, readRecord, type SampleRecord } from '#chunkenc/sample-record';
import { NO_START } from '#chunkenc/start-times';
import { fromBits, STALE_HIGH, STALE_LOW } from '#chunkenc/value-bits';
import { Arena } from '#lib/arena';
import { ByteReader } from '#lib/varint';
import type { TimeRange } from '#model/time';
import type { SampleBuffer } from '#storage/sample-buffer';
import { type DeletionIndex, deletionIndex, type HeadDeletion, isDeleted } from '../deletions/head-deletions.ts';
import { ROOT_LATE, ROOT_SERIES_COUNT, SERIES_PAGE_SHIFT, SERIES_PAGES, SERIES_PER_PAGE } from '../head/layout.ts';
import type { HeadHandle } from '../state.ts';
import {
  ENTRY_BYTES,
  ENTRY_FIRST,
  ROW_BYTES,
  ROW_HIGH,
  ROW_LOW,
  ROW_RECORD,
  ROW_SEQ,
  SEGMENT_HEADER_BYTES,
  SEGMENT_NEXT,
  SEGMENT_USED,
} from './late-layout.ts';

const NONE: readonly HeadDeletion[] = [];

/** Which late samples are meant: those of commits behind `after` up to `seq` whose times lie in the range. */
export interface LateSelection extends TimeRange {
  readonly seq: number;
  readonly after?: number;
}

/** Reads the late samples of one generation of the head, from any thread, while the writer goes on. */
export class LateReader {
  private readonly arena: Arena;
  private readonly deletions: DeletionIndex | null;

  /** What was deleted before a later commit wrote it again is there. */
  constructor({ memory, deletions }: Pick<HeadHandle, 'memory' | 'deletions'>) {
    this.arena = Arena.attach(memory);
    this.deletions = deletionIndex(deletions);
  }

  /** Whether there are none at all. */
  get isEmpty(): boolean {
    return this.arena.root(ROOT_LATE) === 0;
  }

  /** Ids of the series that have any, ascending. */
  *ids(): Generator<number> {
    if (this.isEmpty) return;
    const count = this.arena.root(ROOT_SERIES_COUNT);
    for (let page = 0; page < SERIES_PAGES && page << SERIES_PAGE_SHIFT <= count; page++) {
      if (this.pageAt(page) === 0) continue;
      for (let i = 0; i < SERIES_PER_PAGE; i++) {
        const id = (page << SERIES_PAGE_SHIFT) + i;
        if (this.firstSegment(id) !== 0) yield id;
      }
    }
  }

  /** The ranges that have such samples, each of `length` and at a multiple of it, in order. */
  ranges({ end, seq, length }: { readonly end: number; readonly seq: number; readonly length: number }): TimeRange[] {
    const slots = new Set<number>();
    const selection = { start: Number.NEGATIVE_INFINITY, end, seq };
    for (const id of this.ids())
      for (const row of this.rows(id, selection)) slots.add(Math.floor(this.timeAt(row) / length));
    const sorted = [...slots].sort((a, b) => a - b);
    return sorted.map((slot) => ({ start: slot * length, end: Math.min((slot + 1) * length - 1, end) }));
  }

  /** Whether the series has such samples. */
  has(id: number, selection: LateSelection): boolean {
    return this.rows(id, selection).next().done !== true;
  }

  /** The samples in order of time; of equal times, the one that came first. */
  samples(id: number, selection: LateSelection): SampleRecord[] {
    const sorted = Array.from(this.rows(id, selection), (row) => this.sampleAt(row)).sort((a, b) => a.t - b.t);
    return sorted.filter((sample, i) => i === 0 || sample.t !== sorted[i - 1]!.t);
  }

  /** Appends `samples` to `out`. */
  read(id: number, selection: LateSelection, out: SampleBuffer): void {
    for (const sample of this.samples(id, selection)) pushSample(out, sample);
  }

  /** The addresses of the rows, in the order of their arrival. */
  private *rows(id: number, { seq, after = 0, start, end }: LateSelection): Generator<number> {
    const { arena } = this;
    const deleted = this.deletions?.of(id) ?? NONE;
    for (let segment = this.firstSegment(id); segment !== 0; ) {
      arena.reach(segment + SEGMENT_HEADER_BYTES);
      const used = Atomics.load(arena.u32, (segment >>> 2) + SEGMENT_USED);
      arena.reach(segment + SEGMENT_HEADER_BYTES + used * ROW_BYTES);
      for (let i = 0; i < used; i++) {
        const row = segment + SEGMENT_HEADER_BYTES + i * ROW_BYTES;
        const t = arena.f64[row >>> 3]!;
        const commit = arena.u32[(row >>> 2) + ROW_SEQ]!;
        if (t < start || t > end || commit <= after || commit > seq) continue;
        if (deleted.length === 0 || !isDeleted(deleted, t, commit)) yield row;
      }
      segment = Atomics.load(arena.u32, (segment >>> 2) + SEGMENT_NEXT);
    }
  }

  private timeAt(row: number): number {
    return this.arena.f64[row >>> 3]!;
  }

  private sampleAt(row: number): SampleRecord {
    const { arena } = this;
    const word = row >>> 2;
    const record = arena.u32[word + ROW_RECORD]!;
    if (record === 0) {
      const [high, low] = [arena.u32[word + ROW_HIGH]!, arena.u32[word + ROW_LOW]!];
      return { t: arena.f64[row >>> 3]!, high, low, histogram: null, start: NO_START };
    }
    arena.reach(record + 4);
    const length = arena.u32[record >>> 2]!;
    arena.reach(record + 4 + length);
    const bytes = arena.u8.slice(record + 4, record + 4 + length);
    return readRecord(new ByteReader(bytes), new RecordState());
  }

  private firstSegment(id: number): number {
    const page = this.pageAt(id >>> SERIES_PAGE_SHIFT);
    if (page === 0) return 0;
    const { arena } = this;
    const entry = page + (id & (SERIES_PER_PAGE - 1)) * ENTRY_BYTES;
    arena.reach(entry + ENTRY_BYTES);
    return Atomics.load(arena.u32, (entry >>> 2) + ENTRY_FIRST);
  }

  private pageAt(page: number): number {
    const directory = this.arena.root(ROOT_LATE);
    if (directory === 0) return 0;
    this.arena.reach(directory + SERIES_PAGES * 4);
    return Atomics.load(this.arena.u32, (directory >>> 2) + page);
  }
}

function pushSample(out: SampleBuffer, { t, high, low, histogram, start }: SampleRecord): void {
  // Its neighbours are not those that it was compared with.
  if (histogram !== null && high === HISTOGRAM_HIGH) out.pushHistogram(t, unhinted(histogram));
  else if (high === STALE_HIGH && low === STALE_LOW) out.pushStale(t);
  else out.pushFloat(t, fromBits(high, low));
  out.setStart(out.length - 1, start);
}

function unhinted(histogram: NonNullable<SampleRecord['histogram']>) {
  return histogram.counterResetHint === 'gauge' ? histogram : { ...histogram, counterResetHint: 'unknown' as const };
}
