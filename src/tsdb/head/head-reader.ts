import type { SampleColumns } from '#chunkenc/columns';
import { type RecordSink, readRecords } from '#chunkenc/sample-record';
import { XorDecoder } from '#chunkenc/xor-decoder';
import { Arena } from '#lib/arena';
import { compareUtf8 } from '#lib/utf8';
import { ByteReader } from '#lib/varint';
import { Labels } from '#model/labels';
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
  PAIR_NAME,
  PAIR_VALUE,
  ROOT_SEQ,
  ROOT_SERIES,
  ROOT_SERIES_COUNT,
  SEGMENT_BYTES,
  SEGMENT_NEXT,
  SERIES_LABELS,
  SERIES_LAST_HIGH,
  SERIES_LAST_LOW,
  SERIES_LAST_T_F64,
} from './layout.ts';
import { NewestKernel } from './newest-kernel.ts';
import { NewestSamples } from './newest-samples.ts';
import { SeriesRecords } from './series-records.ts';
import { Symbols } from './symbols.ts';
import { readVersion, type Version, VersionBatch } from './versions.ts';

/** Label sets that are remembered: about 30 MB. */
const MOST_LABELS = 1 << 17;

export type { Version } from './versions.ts';

/** Where the samples of the head go. */
export type HeadSink = SampleColumns & RecordSink;

/** One chunk of a series: its address and how many samples of it count. */
export type ChunkRef = Readonly<Version>;

/** Reads one generation of the head, in the writer's thread or another, while the writer goes on. Not for several threads. */
export class HeadReader {
  readonly generation: number;
  readonly index: LabelReader;
  readonly order = new LabelOrder(this);
  private readonly arena: Arena;
  private readonly symbols: Symbols;
  private readonly records: SeriesRecords;
  /** For many series at once. */
  readonly versions: VersionBatch;
  readonly newest: NewestSamples;
  private readonly decoder = new XorDecoder();
  private readonly newestKernel: NewestKernel | null;
  /** By id. */
  private knownLabels: (Labels | undefined)[] = [];
  private knownCount = 0;
  /** Symbols of label names that were asked for, as they were among so many series. */
  private readonly nameSymbols = new Map<string, number>();
  private namesAmong = 0;
  /** The name and the value that were asked for last. */
  private lastName = '';
  private lastSymbol = 0;
  private lastValue = 0;
  private lastText = '';

  constructor({ memory, generation }: HeadHandle) {
    this.generation = generation;
    this.arena = Arena.attach(memory);
    this.symbols = new Symbols(this.arena);
    this.index = new LabelReader(this.arena, this.symbols);
    this.records = new SeriesRecords(this.arena, this.arena.root(ROOT_SERIES));
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

  /** The data of a chunk, without the sample count. Behind those of an open chunk there may be zeros. */
  data({ chunk }: ChunkRef): Uint8Array {
    const { arena } = this;
    const known = arena.u32[(chunk >>> 2) + CHUNK_BYTES]! & CHUNK_BYTES_MASK;
    const data = new Uint8Array(this.sealedCountOf(chunk) > 0 ? known : known + SEGMENT_NEXT);
    let from = chunk + CHUNK_DATA;
    for (let done = 0, segment = chunk; done < data.length; from = segment) {
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

  /** The labels of a series; the same object again as long as it is remembered. */
  labels(id: number): Labels {
    const known = this.knownLabels[id];
    if (known !== undefined) return known;
    const labels = this.readLabels(id);
    // Bounded by forgetting everything: what is in use comes back at once.
    if (this.knownCount >= MOST_LABELS) {
      this.knownLabels = [];
      this.knownCount = 0;
    }
    for (let i = this.knownLabels.length; i < id; i++) this.knownLabels.push(undefined);
    this.knownLabels[id] = labels;
    this.knownCount++;
    return labels;
  }

  /** The value of one label of a series, '' when it is absent. */
  label(id: number, name: string): string {
    const symbol = this.symbolOf(name);
    const word = this.labelsOf(id) >>> 2;
    for (let i = 0, count = symbol === 0 ? 0 : this.arena.u32[word]!; i < count; i++) {
      const pair = this.pairAt(word, i) >>> 2;
      if (this.arena.u32[pair + PAIR_NAME] === symbol) return this.valueText(this.arena.u32[pair + PAIR_VALUE]!);
    }
    return '';
  }

  /** Series come in order: the one before often has the same value. */
  private valueText(symbol: number): string {
    if (this.lastValue !== symbol) {
      this.lastText = this.symbols.text(symbol);
      this.lastValue = symbol;
    }
    return this.lastText;
  }

  /** The symbol of a label name; 0: no series has the label. */
  private symbolOf(name: string): number {
    if (this.lastName !== name) {
      const symbol = this.findSymbol(name);
      if (symbol === 0) return 0;
      this.lastSymbol = symbol;
      this.lastName = name;
    }
    return this.lastSymbol;
  }

  private findSymbol(name: string): number {
    const among = this.seriesCount;
    if (this.namesAmong !== among) this.nameSymbols.clear();
    this.namesAmong = among;
    let symbol = this.nameSymbols.get(name);
    if (symbol === undefined) {
      symbol = this.symbols.find(name);
      this.nameSymbols.set(name, symbol);
    }
    return symbol;
  }

  private readLabels(id: number): Labels {
    // Looked at after the record was reached: the views before it may be too short.
    const word = this.labelsOf(id) >>> 2;
    const count = this.arena.u32[word]!;
    const pairs = new Array<string>(count * 2);
    for (let i = 0; i < count; i++) {
      const pair = this.pairAt(word, i) >>> 2;
      pairs[2 * i] = this.symbols.text(this.arena.u32[pair + PAIR_NAME]!);
      pairs[2 * i + 1] = this.symbols.text(this.arena.u32[pair + PAIR_VALUE]!);
    }
    return Labels.fromSorted(pairs);
  }

  pairCount(id: number): number {
    return this.arena.u32[this.labelsOf(id) >>> 2]!;
  }

  copyPairs(id: number, out: Uint32Array, at: number): void {
    const word = this.labelsOf(id) >>> 2;
    const { u32 } = this.arena;
    for (let i = 0, count = u32[word]!; i < count; i++) out[at + i] = u32[word + 1 + i]!;
  }

  pairText(pair: number): readonly [string, string] {
    return [this.index.nameOf(pair), this.index.valueOf(pair)];
  }

  /** Orders two series by their labels. */
  compare(a: number, b: number): number {
    const wordA = this.labelsOf(a) >>> 2;
    const wordB = this.labelsOf(b) >>> 2;
    const countA = this.arena.u32[wordA]!;
    const countB = this.arena.u32[wordB]!;
    for (let i = 0; i < countA && i < countB; i++) {
      const pairA = this.pairAt(wordA, i);
      const pairB = this.pairAt(wordB, i);
      if (pairA === pairB) continue;
      const sameName = this.arena.u32[(pairA >>> 2) + PAIR_NAME] === this.arena.u32[(pairB >>> 2) + PAIR_NAME];
      if (sameName) return compareUtf8(this.index.valueOf(pairA), this.index.valueOf(pairB));
      return compareUtf8(this.index.nameOf(pairA), this.index.nameOf(pairB));
    }
    return countA - countB;
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

  private pairAt(labelsWord: number, i: number): number {
    const pair = this.arena.u32[labelsWord + 1 + i]!;
    this.arena.reach(pair + 8);
    return pair;
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

  private labelsOf(id: number): number {
    const record = this.recordOf(id);
    const labels = this.arena.u32[(record >>> 2) + SERIES_LABELS]!;
    this.arena.reach(labels + 4);
    this.arena.reach(labels + 4 + 4 * this.arena.u32[labels >>> 2]!);
    return labels;
  }

  private recordOf(id: number): number {
    return this.records.addressOf(id);
  }
}
