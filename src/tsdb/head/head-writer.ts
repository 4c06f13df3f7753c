import type { SampleRecord } from '#chunkenc/sample-record';
import { Arena } from '#lib/arena';
import { BarographError } from '#lib/errors';
import type { Millis } from '#model/time';
import { type HeadDeletion, type SharedDeletions, shareDeletions } from '../deletions/head-deletions.ts';
import { LateWriter } from '../late/late-writer.ts';
import type { HeadHandle } from '../state.ts';
import type { SampleRows } from '../wal/sample-rows.ts';
import type { SealedChunk } from './chunk-chains.ts';
import { HeadKernel, type JudgedSamples, type RowColumns } from './head-kernel.ts';
import { LabelWriter } from './label-writer.ts';
import {
  ROOT_CHUNK_COUNT,
  ROOT_PAIR_COUNT,
  ROOT_SEQ,
  ROOT_SERIES,
  ROOT_SERIES_COUNT,
  SERIES_BYTES,
  SERIES_LABELS,
  SERIES_PAGE_SHIFT,
  SERIES_PAGES,
  SERIES_PER_PAGE,
} from './layout.ts';
import { SeriesLookup } from './series-lookup.ts';
import { BYTES_PER_SAMPLE, type Outcome, SeriesWriter, type SeriesWriterState, TAKEN } from './series-writer.ts';
import { Symbols } from './symbols.ts';

/** Ids of series that commit after commit refers to: ids count from 1, 0 = none. */
export type SeriesId = number;

/** What the writer of a head keeps outside of the arena; plain data. */
export interface HeadWriterState extends SeriesWriterState {
  readonly generation: number;
  readonly minTime: Millis;
  readonly maxTime: Millis;
  readonly series: number;
  readonly symbols: number;
  readonly deletions: readonly HeadDeletion[];
  /** Of the samples out of order: how many, and the earliest time; null when there are none. */
  readonly late: { readonly count: number; readonly minTime: Millis | null };
}

/** What became of rows. */
export interface TakenRows {
  readonly samples: number;
  /** +Infinity when there are none. */
  readonly earliest: Millis;
}

/** Rows of a transaction that are added to. */
interface AscendingRows extends RowColumns {
  /** The id of the last row; +Infinity when ids went down. */
  readonly highest: SeriesId;
  /** The time of the last row. */
  readonly lastTime: Millis;
}

/** A head as it stood between two commits. */
export interface HeadImage {
  readonly arena: Arena;
  readonly state: HeadWriterState;
  readonly lookup: Uint32Array<ArrayBuffer>;
}

/**
 * The writing side of one generation of the head: series by labels, their chunks, the label index, all in one arena.
 * Memory is only given back with the whole generation.
 */
export class HeadWriter {
  readonly arena: Arena;
  readonly generation: number;
  /** Samples that came out of order. */
  readonly late: LateWriter;
  minTime: Millis = Number.POSITIVE_INFINITY;
  maxTime: Millis = Number.NEGATIVE_INFINITY;
  /** What was deleted of it. */
  deletions: readonly HeadDeletion[] = [];
  private sharedDeletions: SharedDeletions = null;
  private readonly symbols: Symbols;
  private readonly labels: LabelWriter;
  /** For those who copy series. */
  readonly samples: SeriesWriter;
  private readonly directory: number;
  private readonly kernel: HeadKernel | null;
  private count = 0;
  private series = 0;
  private seq = 0;
  private readonly lookup: SeriesLookup;
  /** Of the series that was added last, and the addresses of its pairs. */
  private lastPairs: readonly string[] = [];
  private lastAddresses: readonly number[] = [];

  /** An empty head, or, with `image`, one that goes on where that stood. The image belongs to it then. */
  constructor(generation: number, chunkRange: Millis, image: HeadImage | null = null) {
    this.generation = generation;
    this.arena = image?.arena ?? Arena.create();
    this.symbols = new Symbols(this.arena);
    this.labels = new LabelWriter(this.arena, this.symbols);
    this.samples = new SeriesWriter(this.arena, chunkRange);
    this.late = new LateWriter(this.arena);
    if (image) this.resume(image);
    else this.create();
    this.directory = this.arena.root(ROOT_SERIES);
    this.lookup = new SeriesLookup(this.arena, (id) => this.recordOf(id), image?.lookup);
    this.kernel = HeadKernel.start(this.arena, this.samples.chains, chunkRange);
  }

  private create(): void {
    this.symbols.create();
    this.labels.create();
    this.arena.setRoot(ROOT_SERIES, this.arena.alloc(SERIES_PAGES * 4));
  }

  private resume({ arena, state }: HeadImage): void {
    this.symbols.resume(state.symbols);
    this.labels.resume();
    this.samples.resume(state);
    this.minTime = state.minTime;
    this.maxTime = state.maxTime;
    this.series = state.series;
    this.late.resume(state.late);
    this.deletions = state.deletions;
    this.sharedDeletions = shareDeletions(this.deletions);
    this.count = arena.root(ROOT_SERIES_COUNT);
    this.seq = arena.root(ROOT_SEQ);
  }

  /** What has to be kept beside the arena, to go on in a copy of it. Between two commits only. */
  state(): HeadWriterState {
    const { generation, minTime, maxTime, series, symbols, deletions, late } = this;
    return {
      ...{ generation, minTime, maxTime, series, symbols: symbols.count, deletions, ...this.samples.state() },
      late: { count: late.count, minTime: late.count === 0 ? null : late.minTime },
    };
  }

  /** A copy of the table that finds series by their labels: the last part of an image. */
  copyLookup(): Uint32Array<ArrayBuffer> {
    return this.lookup.copy();
  }

  get seriesCount(): number {
    return this.series;
  }

  /** Highest id so far. */
  get lastId(): SeriesId {
    return this.count;
  }

  /** For readers in any thread. */
  get handle(): HeadHandle {
    return { memory: this.arena.memory, generation: this.generation, deletions: this.sharedDeletions };
  }

  /** Number of the newest commit that readers may see. */
  get commit(): number {
    return this.seq;
  }

  get chunkCount(): number {
    return this.arena.root(ROOT_CHUNK_COUNT);
  }

  get pairCount(): number {
    return this.arena.root(ROOT_PAIR_COUNT);
  }

  /** Whether `judgeRows` adds anything. */
  get hasKernel(): boolean {
    return this.kernel !== null;
  }

  /** Whether a series has this id: ids that were left out have none. */
  has(id: SeriesId): boolean {
    return id > 0 && id <= this.count && this.arena.u32[(this.recordOf(id) >>> 2) + SERIES_LABELS] !== 0;
  }

  /** The series with these labels (name, value, … in label order), or 0. */
  find(pairs: readonly string[]): SeriesId {
    const addresses = new Array<number>(pairs.length / 2);
    for (let i = 0; i < pairs.length; i += 2) {
      const pair = this.labels.find(pairs[i]!, pairs[i + 1]!);
      if (pair === 0) return 0;
      addresses[i / 2] = pair;
    }
    return this.lookup.find(addresses);
  }

  /**
   * The series with these labels. When there is none it is added, if `isAdmitted` says so: otherwise 0. As `find` and `add`,
   * but each label is looked for once. `id`: what it gets then, higher than all others; ids between stay without labels.
   */
  findOrAdd(pairs: readonly string[], isAdmitted: () => boolean, id: SeriesId = this.count + 1): SeriesId {
    const addresses = this.addressesOf(pairs);
    const known = addresses.includes(0) ? 0 : this.lookup.find(addresses);
    if (known !== 0) return known;
    if (!isAdmitted()) return 0;
    for (let i = 0; i < addresses.length; i++) {
      if (addresses[i] === 0) addresses[i] = this.internPair(pairs[2 * i]!, pairs[2 * i + 1]!);
    }
    this.lastPairs = pairs;
    this.lastAddresses = addresses;
    return this.addUnder(id, addresses);
  }

  /** Of pairs that are not known: 0. Series that are added one after the other have most of them in common. */
  private addressesOf(pairs: readonly string[]): number[] {
    const { lastPairs, lastAddresses } = this;
    const addresses = new Array<number>(pairs.length / 2);
    for (let i = 0; i < addresses.length; i++) {
      const name = pairs[2 * i]!;
      const value = pairs[2 * i + 1]!;
      const isSame = value === lastPairs[2 * i + 1] && name === lastPairs[2 * i];
      addresses[i] = isSame ? lastAddresses[i]! : this.labels.find(name, value);
    }
    return addresses;
  }

  /** Adds a series that `find` does not find. Readers know its labels from then on, and no samples of it. */
  add(pairs: readonly string[]): SeriesId {
    const addresses = new Array<number>(pairs.length / 2);
    for (let i = 0; i < pairs.length; i += 2) addresses[i / 2] = this.internPair(pairs[i]!, pairs[i + 1]!);
    return this.addUnder(this.count + 1, addresses);
  }

  /** The address of a label pair, for `addWithPairs`. */
  internPair(name: string, value: string): number {
    return this.labels.intern(name, value);
  }

  /** Adds a series, by its label pairs in label order, that is not there. */
  addWithPairs(addresses: readonly number[]): SeriesId {
    return this.addUnder(this.count + 1, addresses);
  }

  private addUnder(id: SeriesId, addresses: readonly number[]): SeriesId {
    this.placeRecord(id, addresses);
    this.lookup.add(id, addresses, this.series);
    this.count = id;
    this.series++;
    for (const pair of addresses) this.labels.addPosting(pair, id);
    // Last: who sees the count finds all series up to it in the index.
    this.arena.setRoot(ROOT_SERIES_COUNT, id);
    return id;
  }

  /**
   * Makes sure that `samples` more samples find room, with histograms of at most so many bytes, so that a commit cannot
   * fail half-way.
   */
  reserve(samples: number, histogramBytes = 0): void {
    this.arena.ensure(samples * BYTES_PER_SAMPLE + histogramBytes * 2 + (1 << 17));
  }

  /** What `append` would answer. */
  check(id: SeriesId, t: Millis, high: number, low: number): Outcome {
    return this.samples.check(this.recordOf(id), t, high, low);
  }

  /**
   * Adds samples that are not before `bound` to `rows`, from the i-th on, as long as `append` would simply take them and their
   * ids go up from the last one of `rows`, or stay the same. Gives the first that it does not add. May always end at once.
   */
  judgeRows(samples: JudgedSamples, i: number, bound: Millis, rows: AscendingRows): number {
    const { kernel, count: lastId } = this;
    const { length } = samples.refs;
    if (kernel === null) return i;
    const ids = this.generation * 2 ** 32;
    for (let from = i; ; ) {
      const end = Math.min(length, from + kernel.most);
      const admission = { ids, lastId, bound, after: rows.highest, afterT: rows.lastTime };
      const next = kernel.judge(samples, from, admission, rows);
      if (next < end || next === length) return next;
      from = next;
    }
  }

  /** Appends a sample to the commit that is being made; nobody sees it before `publish`. */
  append(id: SeriesId, t: Millis, high: number, low: number): Outcome {
    const outcome = this.samples.append(this.recordOf(id), t, high, low, this.seq + 1);
    if (outcome === TAKEN) this.widen(t, t);
    return outcome;
  }

  /**
   * Appends samples that are not before `bound` to the commit that is being made, in their order; gives how many it took
   * and the earliest time among them. `other` is called for each row that it does not take, when it is its turn: it may be
   * appended by `append`.
   */
  appendRows(rows: SampleRows, bound: Millis, other: (i: number) => void): TakenRows {
    const { kernel } = this;
    const taken = { samples: 0, earliest: Number.POSITIVE_INFINITY };
    if (kernel === null) {
      for (let i = 0; i < rows.length; i++) other(i);
      return taken;
    }
    for (let from = 0; from < rows.length; from += kernel.most) {
      const count = kernel.load(rows, from, { seq: this.seq + 1, bound });
      taken.samples += count;
      for (let i = kernel.append(0, count); i < count; i = kernel.append(i + 1, count)) {
        taken.samples--;
        other(from + i);
      }
      taken.earliest = Math.min(taken.earliest, kernel.earliest);
      this.widen(kernel.earliest, kernel.latest);
    }
    return taken;
  }

  /** What `appendRecord` would answer. */
  checkRecord(id: SeriesId, sample: SampleRecord): Outcome {
    return this.samples.checkRecord(this.recordOf(id), sample);
  }

  /** Appends a sample of any kind to the commit that is being made. */
  appendRecord(id: SeriesId, sample: SampleRecord): Outcome {
    const outcome = this.samples.appendRecord(this.recordOf(id), sample, this.seq + 1);
    if (outcome === TAKEN) this.widen(sample.t, sample.t);
    return outcome;
  }

  /**
   * Adds a sample that is out of order to the commit that is being made; false when it is there already. The times of the
   * head do not count it.
   */
  appendLate(id: SeriesId, sample: SampleRecord): boolean {
    return this.late.append(id, sample, this.seq + 1);
  }

  /** Marks samples as deleted. Readers who take the handle from then on do not see them. */
  delete(added: readonly HeadDeletion[]): void {
    this.deletions = [...this.deletions, ...added];
    this.sharedDeletions = shareDeletions(this.deletions);
  }

  /** Adds a sealed chunk of an earlier head to the commit that is being made. Chunks of a series come in order of time. */
  adopt(id: SeriesId, chunk: SealedChunk): void {
    this.samples.adopt(this.recordOf(id), chunk, this.seq + 1);
    this.widen(chunk.minTime, chunk.maxTime);
  }

  /** Ends the commit: readers see all of it from now on. */
  publish(): void {
    this.seq++;
    this.arena.setRoot(ROOT_SEQ, this.seq);
  }

  /** There are samples of these times. */
  widen(from: Millis, to: Millis): void {
    if (from < this.minTime) this.minTime = from;
    if (to > this.maxTime) this.maxTime = to;
  }

  /** The address of a series' record. */
  recordOf(id: SeriesId): number {
    const page = this.arena.u32[(this.directory >>> 2) + (id >>> SERIES_PAGE_SHIFT)]!;
    return page + (id & (SERIES_PER_PAGE - 1)) * SERIES_BYTES;
  }

  private placeRecord(id: SeriesId, addresses: readonly number[]): void {
    const { arena } = this;
    for (let page = this.count >>> SERIES_PAGE_SHIFT; page <= id >>> SERIES_PAGE_SHIFT; page++) this.ensurePage(page);
    const labels = arena.alloc(4 + 4 * addresses.length, 4);
    arena.u32[labels >>> 2] = addresses.length;
    for (let i = 0; i < addresses.length; i++) arena.u32[(labels >>> 2) + 1 + i] = addresses[i]!;
    const word = (this.recordOf(id) >>> 2) + SERIES_LABELS;
    arena.willWrite(word * 4, 4);
    arena.u32[word] = labels;
  }

  private ensurePage(page: number): void {
    const { arena } = this;
    if (page >= SERIES_PAGES) throw tooMany();
    const entry = (this.directory >>> 2) + page;
    if (arena.u32[entry] !== 0) return;
    const address = arena.alloc(SERIES_PER_PAGE * SERIES_BYTES, SERIES_BYTES);
    arena.willWrite(entry * 4, 4);
    Atomics.store(arena.u32, entry, address);
  }
}

function tooMany(): BarographError {
  return new BarographError(`the head cannot hold more than ${SERIES_PAGES * SERIES_PER_PAGE} series`, {
    kind: 'unavailable',
    code: 'too-many-series',
    hint: 'Scrape fewer series, or drop labels that change all the time.',
  });
}
