import type { SampleColumns } from '#chunkenc/columns';
import { type RecordSink, readRecords } from '#chunkenc/sample-record';
import { XorDecoder } from '#chunkenc/xor-decoder';
import { Arena } from '#lib/arena';
import { ByteSlabs } from '#lib/byte-slabs';
import { ByteReader } from '#lib/varint';
import type { TimeRange } from '#model/time';
import type { HeadHandle } from '../state.ts';
import { LabelOrder } from './label-order.ts';
import { LabelReader } from './label-reader.ts';
import { readLast } from './last-sample.ts';
import {
  CHUNK_BYTES,
  CHUNK_BYTES_MASK,
  CHUNK_COUNT,
  CHUNK_DATA,
  CHUNK_KIND_SHIFT,
  CHUNK_MAX_T_F64,
  CHUNK_MIN_T_F64,
  CHUNK_OF_RECORDS,
  CHUNK_PREVIOUS,
  ROOT_SEQ,
  ROOT_SERIES,
  ROOT_SERIES_COUNT,
  SEGMENT_BYTES,
  SEGMENT_NEXT,
  SERIES_LAST_HIGH,
  SERIES_LAST_LOW,
  SERIES_LAST_T_F64,
} from './layout.ts';
import { NewestKernel } from './newest-kernel.ts';
import { NewestSamples } from './newest-samples.ts';
import { SeriesLabels } from './series-labels.ts';
import { SeriesRecords } from './series-records.ts';
import { Symbols } from './symbols.ts';
import { readVersion, type Version, VersionBatch } from './versions.ts';

export type { Version } from './versions.ts';

/** Where the samples of the head go. */
export type HeadSink = SampleColumns & RecordSink;

/** One chunk of a series: its address and how many samples of it count. */
export type ChunkRef = Readonly<Version>;

/** Reads one generation of the head, in the writer's thread or another, while the writer goes on. Not for several threads. */
export class HeadReader {
  readonly generation: number;
  readonly index: LabelReader;
  readonly labels: SeriesLabels;
  readonly order: LabelOrder;
  private readonly arena: Arena;
  private readonly records: SeriesRecords;
  /** For many series at once. */
  readonly versions: VersionBatch;
  readonly newest: NewestSamples;
  private readonly decoder = new XorDecoder();
  private readonly copies = new ByteSlabs();
  private readonly newestKernel: NewestKernel | null;

  constructor({ memory, generation }: HeadHandle) {
    this.generation = generation;
    this.arena = Arena.attach(memory);
    this.records = new SeriesRecords(this.arena, this.arena.root(ROOT_SERIES));
    const symbols = new Symbols(this.arena);
    this.index = new LabelReader(this.arena, symbols);
    this.labels = new SeriesLabels({ arena: this.arena, symbols, index: this.index, records: this.records });
    this.order = new LabelOrder(this.labels);
    this.versions = new VersionBatch(this.arena, this.records);
    this.newest = new NewestSamples(this.arena, this.decoder, this);
    this.newestKernel = NewestKernel.start(memory);
  }

  /** The newest commit that may be read. */
  get seq(): number {
    return this.arena.root(ROOT_SEQ);
  }

  /** The version of a series after commit `seq`, as `readVersion` finds it. */
  versionAt(id: number, seq: number, out: Version): boolean {
    return readVersion(this.arena, this.recordOf(id), seq, out);
  }

  /** The time of the last sample, whatever its commit. In the writer's thread only. */
  lastTime(id: number): number {
    return this.arena.f64[(this.recordOf(id) >>> 3) + SERIES_LAST_T_F64]!;
  }

  /** Whether there is certainly no sample at this time or later. */
  endsBefore(id: number, time: number): boolean {
    // What is not published yet may make it later, never earlier.
    return this.arena.f64[(this.recordOf(id) >>> 3) + SERIES_LAST_T_F64]! < time;
  }

  /** Whether any chunk of the version may hold samples of the range. */
  overlaps(id: number, { chunk, count }: Version, { start, end }: TimeRange): boolean {
    if (count === 0) return false;
    let address = chunk;
    let last = this.lastTimeOf(id, chunk);
    while (address !== 0 && last >= start) {
      if (this.minTimeOf(address) <= end) return true;
      address = this.previousOf(address);
      if (address !== 0) last = this.maxTimeOf(address);
    }
    return false;
  }

  /** The chunks of a version that may hold samples of the range, in order of time. */
  chunks({ chunk, count }: Version, { start, end }: TimeRange): ChunkRef[] {
    const found: ChunkRef[] = [];
    for (let address = chunk; address !== 0 && count > 0; address = this.previousOf(address)) {
      if (address !== chunk && this.maxTimeOf(address) < start) break;
      if (this.minTimeOf(address) > end) continue;
      found.push({ chunk: address, count: address === chunk ? count : this.sealedCountOf(address) });
    }
    return found.reverse();
  }

  /** Appends the samples of the range to `out`. */
  read(version: Version, range: TimeRange, out: HeadSink): void {
    const { chunk, count } = version;
    const { start, end } = range;
    if (count === 0) return;
    // Mostly the newest chunk is all that is wanted.
    if (this.minTimeOf(chunk) <= start) this.decode(chunk, { count, start, end }, out);
    else for (const ref of this.chunks(version, range)) this.decode(ref.chunk, { count: ref.count, start, end }, out);
  }

  /**
   * Appends the newest sample of the range to `out`, perhaps with some before it. `remembers`: where decoding stopped is kept,
   * for who asks for the same series again; those who read more series than are kept would only push each other out.
   */
  readNewest(id: number, version: Version, range: TimeRange, out: HeadSink, remembers = true): void {
    const { chunk, count } = version;
    if (count === 0 || this.isLast(id, version, range, out)) return;
    // What is remembered of the newest chunk spares a look at it.
    if (remembers && this.newest.read(id, version, range, out)) return;
    const { start, end } = range;
    const before = out.length;
    for (let address = chunk; address !== 0 && out.length === before; address = this.previousOf(address)) {
      if (address !== chunk && this.maxTimeOf(address) < start) return;
      if (this.minTimeOf(address) > end) continue;
      const own = { chunk: address, count: address === chunk ? count : this.sealedCountOf(address) };
      const isRead = remembers
        ? address !== chunk && this.newest.read(id, own, range, out)
        : this.readDirectly(own, range, out);
      if (isRead) continue;
      const options = { count: own.count, start, end };
      if (this.kindOf(address) === CHUNK_OF_RECORDS) this.decode(address, options, out);
      else this.load(address).decodeNewest(options, out);
    }
  }

  /** False: the decoder has to do it. */
  private readDirectly(own: Version, range: TimeRange, out: HeadSink): boolean {
    const { newestKernel } = this;
    return newestKernel !== null && this.kindOf(own.chunk) !== CHUNK_OF_RECORDS && newestKernel.read(own, range, out);
  }

  /** The chunk is only looked at where the last sample may be the one: each look is a wait for memory. */
  private isLast(id: number, version: Version, range: TimeRange, out: HeadSink): boolean {
    const record = this.recordOf(id);
    if (this.arena.f64[(record >>> 3) + SERIES_LAST_T_F64]! > range.end) return false;
    return this.kindOf(version.chunk) !== CHUNK_OF_RECORDS && readLast(this.arena, record, version, range, out);
  }

  /** Whether the chunk has floats alone and begins at `end` or before. */
  hasFloatsBefore(chunk: number, end: number): boolean {
    return this.kindOf(chunk) !== CHUNK_OF_RECORDS && this.minTimeOf(chunk) <= end;
  }

  /** Appends the samples of one chunk to `out`. */
  decode(chunk: number, options: { count: number } & TimeRange, out: HeadSink): void {
    if (this.kindOf(chunk) === CHUNK_OF_RECORDS) {
      readRecords(new ByteReader(this.data({ chunk, count: options.count })), options, out);
      return;
    }
    this.load(chunk).decode(options, out);
  }

  /** The decoder with the data of a chunk of floats. */
  private load(chunk: number): XorDecoder {
    const { arena, decoder } = this;
    decoder.begin();
    let from = chunk + CHUNK_DATA;
    for (let segment = chunk; segment !== 0; from = segment) {
      arena.reach(segment + SEGMENT_BYTES);
      decoder.addWords(arena.u32, from >>> 2, (segment + SEGMENT_NEXT) >>> 2);
      // Where the samples that count go on was there before the version that was read.
      segment = arena.u32[(segment + SEGMENT_NEXT) >>> 2]!;
    }
    return decoder;
  }

  /** A copy of the data of a chunk, without the sample count, behind `room` bytes. Behind those of an open chunk there may be zeros. */
  data({ chunk }: ChunkRef, room = 0): Uint8Array {
    const { arena } = this;
    const known = arena.u32[(chunk >>> 2) + CHUNK_BYTES]! & CHUNK_BYTES_MASK;
    const data = this.copies.take(room + (this.sealedCountOf(chunk) > 0 ? known : known + SEGMENT_NEXT));
    let from = chunk + CHUNK_DATA;
    for (let done = room, segment = chunk; done < data.length; from = segment) {
      arena.reach(segment + SEGMENT_BYTES);
      const end = Math.min(segment + SEGMENT_NEXT, from + data.length - done);
      data.set(arena.u8.subarray(from, end), done);
      done += end - from;
      segment = arena.u32[(segment + SEGMENT_NEXT) >>> 2]!;
      if (segment === 0) break;
    }
    return data;
  }

  /** Highest id that a series has. Some below may have no labels and no samples. */
  get seriesCount(): number {
    return this.arena.root(ROOT_SERIES_COUNT);
  }

  /** Halves of the bits of the last value, whatever its commit. In the writer's thread only. */
  lastBits(id: number): { readonly high: number; readonly low: number } {
    const record = this.recordOf(id) >>> 2;
    return { high: this.arena.u32[record + SERIES_LAST_HIGH]!, low: this.arena.u32[record + SERIES_LAST_LOW]! };
  }

  /** CHUNK_OF_XOR or CHUNK_OF_RECORDS. */
  kindOf(chunk: number): number {
    this.arena.reach(chunk + SEGMENT_BYTES);
    return this.arena.u32[(chunk >>> 2) + CHUNK_BYTES]! >>> CHUNK_KIND_SHIFT;
  }

  /** Whether the chunk is sealed and all its samples count: its end is then known. */
  isWhole({ chunk, count }: ChunkRef): boolean {
    return this.sealedCountOf(chunk) === count;
  }

  minTimeOf(chunk: number): number {
    this.arena.reach(chunk + SEGMENT_BYTES);
    return this.arena.f64[(chunk >>> 3) + CHUNK_MIN_T_F64]!;
  }

  /** Of sealed chunks. */
  maxTimeOf(chunk: number): number {
    this.arena.reach(chunk + SEGMENT_BYTES);
    return this.arena.f64[(chunk >>> 3) + CHUNK_MAX_T_F64]!;
  }

  /** The times of the first and the last sample of a version that has any. */
  timesOf(id: number, version: Version): TimeRange {
    const [first] = this.chunks(version, { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY });
    return { start: this.minTimeOf(first!.chunk), end: this.lastTimeOf(id, version.chunk) };
  }

  private lastTimeOf(id: number, chunk: number): number {
    if (this.sealedCountOf(chunk) > 0) return this.maxTimeOf(chunk);
    const record = this.recordOf(id);
    return this.arena.f64[(record >>> 3) + SERIES_LAST_T_F64]!;
  }

  private sealedCountOf(chunk: number): number {
    this.arena.reach(chunk + SEGMENT_BYTES);
    return Atomics.load(this.arena.u32, (chunk >>> 2) + CHUNK_COUNT);
  }

  private previousOf(chunk: number): number {
    this.arena.reach(chunk + SEGMENT_BYTES);
    return this.arena.u32[(chunk >>> 2) + CHUNK_PREVIOUS]!;
  }

  private recordOf(id: number): number {
    return this.records.addressOf(id);
  }
}
