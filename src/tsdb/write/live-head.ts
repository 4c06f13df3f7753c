import type { SampleRecord } from '#chunkenc/sample-record';
import { equalHistograms, type Histogram } from '#model/histogram';
import { type Labels, METRIC_NAME } from '#model/labels';
import type { Millis } from '#model/time';
import type { ExemplarStore } from '../exemplars/exemplar-store.ts';
import { HeadReader } from '../head/head-reader.ts';
import type { HeadWriter, SeriesId } from '../head/head-writer.ts';
import { DUPLICATE, OUT_OF_ORDER, type Outcome, SAME_AGAIN, TAKEN } from '../head/series-writer.ts';
import { Lateness } from '../lateness.ts';
import type { SeriesDefinition } from '../wal/series.ts';
import type { NewSeries } from './new-series.ts';
import { PendingRows } from './pending-rows.ts';
import { jobOf, type SeriesBudget } from './series-budget.ts';

/** Rows that are kept for the next transactions: as many as are committed together. */
const POOL = 32;

/** Series that went over into the next generation of a head. */
export interface MovedSeries {
  /** That they came from. */
  readonly generation: number;
  /** Their new ids by the old ones; 0 = it is gone. */
  readonly ids: Uint32Array;
}

/** What of the head changes while the program runs. */
export interface HeadLimits {
  /** Range of the blocks that the head is cut into; chunks never cross its multiples. */
  readonly chunkRange: Millis;
  /** How far behind the newest sample of the head a sample may be that is out of order. 0: not at all. */
  lateWindow: Millis;
}

/**
 * The head that is being written, with what the writer alone has to remember: series that the WAL does not know yet, and
 * the last pending sample of each series, by which an appender finds duplicates among its own.
 */
export class LiveHead {
  head: HeadWriter;
  /** Earlier samples are refused: they are, or will be, in blocks. */
  minValidTime: Millis;
  readonly limits: HeadLimits;
  /** By how much samples were out of order, taken or not. */
  readonly lateness = new Lateness();
  readonly exemplars: ExemplarStore;
  readonly budget: SeriesBudget;
  readonly news: NewSeries;
  /** Where the series of the head before this one are; null: there was none. */
  moved: MovedSeries | null = null;
  /** What heads had that others took the place of. */
  readonly removed = { series: 0, chunks: 0 };
  private unlogged: SeriesDefinition[] = [];
  private readonly pool: PendingRows[] = [];
  private owners = new Uint32Array(1024);
  private pendingT = new Float64Array(1024);
  private pendingHigh = new Uint32Array(1024);
  private pendingLow = new Uint32Array(1024);
  /** Where the last pending sample is a histogram. */
  private readonly pendingHistograms = new Map<SeriesId, Histogram>();
  private reader: HeadReader | null = null;
  private tokens = 0;

  constructor(
    head: HeadWriter,
    minValidTime: Millis,
    { limits, exemplars, budget, news }: Pick<LiveHead, 'limits' | 'exemplars' | 'budget' | 'news'>,
  ) {
    this.head = head;
    this.minValidTime = minValidTime;
    this.limits = limits;
    this.exemplars = exemplars;
    this.budget = budget;
    this.news = news;
    this.recount();
  }

  /** Counts the series of each job anew: others have been put into the head. */
  recount(): void {
    this.budget.reset(seriesByJob(this.head));
  }

  /** Another generation takes the place of the head. The WAL knows all its series; `ids` are those by the ids before, 0 = it is gone. */
  replace(head: HeadWriter, ids: Uint32Array): void {
    this.moved = { generation: this.head.generation, ids };
    this.removed.series += this.head.seriesCount - head.seriesCount;
    this.removed.chunks += this.head.chunkCount - head.chunkCount;
    this.head = head;
    this.unlogged = [];
    this.recount();
    // It would hold the memory of the head before.
    this.reader = null;
    this.owners.fill(0);
    this.pendingHistograms.clear();
  }

  /** The earliest time that an appender who begins now may write, given the time of its first sample. */
  lowerBound(t: Millis): Millis {
    return Math.max(this.minValidTime, this.newestTime(t) - this.limits.chunkRange / 2);
  }

  /** The time of the newest sample; `t` when there is none. */
  newestTime(t: Millis): Millis {
    return this.head.maxTime === Number.NEGATIVE_INFINITY ? t : this.head.maxTime;
  }

  /** The id of the series, made when new; 0 when the budget does not allow it. */
  seriesFor(pairs: readonly string[]): SeriesId {
    const { head, budget } = this;
    const before = head.lastId;
    const id = head.findOrAdd(pairs, () => budget.admits(jobOf(pairs), head.seriesCount));
    if (id <= before) return id;
    budget.add(jobOf(pairs));
    this.news.add(metricOf(pairs));
    this.unlogged.push({ id, pairs });
    return id;
  }

  /** Series that the next write to the WAL must define. */
  takeUnlogged(): SeriesDefinition[] {
    const taken = this.unlogged;
    this.unlogged = [];
    return taken;
  }

  /** The same, without taking them. */
  get unloggedSeries(): readonly SeriesDefinition[] {
    return this.unlogged;
  }

  /** Gives back what could not be written, or has to be written again. */
  returnUnlogged(series: readonly SeriesDefinition[]): void {
    this.unlogged = [...series, ...this.unlogged];
  }

  newToken(): number {
    this.tokens = (this.tokens + 1) >>> 0 || 1;
    return this.tokens;
  }

  /** What would become of a sample behind those that the transaction `token` has for the same series. */
  check(token: number, id: SeriesId, t: Millis, high: number, low: number): Outcome {
    if (id >= this.owners.length || this.owners[id] !== token) return this.head.check(id, t, high, low);
    const last = this.pendingT[id]!;
    if (t > last) return TAKEN;
    if (t < last) return OUT_OF_ORDER;
    return this.pendingHigh[id] === high && this.pendingLow[id] === low ? SAME_AGAIN : DUPLICATE;
  }

  /** `check` for a sample of any kind. */
  checkRecord(token: number, id: SeriesId, sample: SampleRecord): Outcome {
    const { t, high, low, histogram } = sample;
    if (id >= this.owners.length || this.owners[id] !== token) return this.head.checkRecord(id, sample);
    const outcome = this.check(token, id, t, high, low);
    if (outcome !== SAME_AGAIN || histogram === null) return outcome;
    return equalHistograms(this.pendingHistograms.get(id)!, histogram) ? SAME_AGAIN : DUPLICATE;
  }

  /** `remember` for a sample of any kind. */
  rememberRecord(token: number, id: SeriesId, { t, high, low, histogram }: SampleRecord): void {
    this.remember(token, id, t, high, low);
    if (histogram) this.pendingHistograms.set(id, histogram);
  }

  /** Remembers a sample as the last one of its series in the transaction. */
  remember(token: number, id: SeriesId, t: Millis, high: number, low: number): void {
    if (id >= this.owners.length) this.growPending(id);
    this.owners[id] = token;
    this.pendingT[id] = t;
    this.pendingHigh[id] = high;
    this.pendingLow[id] = low;
  }

  /** The labels of a series of this head or one before it. */
  labelsOf(head: HeadWriter, id: SeriesId): Labels {
    if (this.reader?.generation !== head.generation) this.reader = new HeadReader(head.handle);
    return this.reader.labels.of(id);
  }

  takeRows(): PendingRows {
    return this.pool.pop() ?? new PendingRows();
  }

  returnRows(rows: PendingRows): void {
    rows.clear();
    if (this.pool.length < POOL) this.pool.push(rows);
  }

  private growPending(id: SeriesId): void {
    const capacity = Math.max(id + 1, this.owners.length * 2);
    this.owners = grown(this.owners, new Uint32Array(capacity));
    this.pendingT = grown(this.pendingT, new Float64Array(capacity));
    this.pendingHigh = grown(this.pendingHigh, new Uint32Array(capacity));
    this.pendingLow = grown(this.pendingLow, new Uint32Array(capacity));
  }
}

function metricOf(pairs: readonly string[]): string {
  for (let i = 0; i < pairs.length; i += 2) if (pairs[i] === METRIC_NAME) return pairs[i + 1]!;
  return '';
}

function seriesByJob(head: HeadWriter): Map<string, number> {
  const { index } = new HeadReader(head.handle);
  return new Map(index.pairsOf('job').map((pair) => [index.valueOf(pair), index.countOf(pair)]));
}

function grown<T extends Float64Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** The id that a series has now; 0 = it is gone, or was none of that generation. */
export function movedId({ ids }: MovedSeries, before: SeriesId): SeriesId {
  return before > 0 && before < ids.length ? ids[before]! : 0;
}
