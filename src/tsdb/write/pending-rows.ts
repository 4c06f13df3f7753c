import { mostRecordBytes, type SampleRecord } from '#chunkenc/sample-record';
import { NO_START } from '#chunkenc/start-times';
import type { Histogram } from '#model/histogram';
import type { Millis } from '#model/time';
import type { RejectionCounts } from '#storage/appender';
import type { PendingExemplars } from '../exemplars/pending-exemplars.ts';
import type { HeadWriter } from '../head/head-writer.ts';
import type { RowExtras, SampleRows } from '../wal/sample-rows.ts';

/** Samples of one transaction in columns that grow. */
export class PendingRows implements SampleRows {
  length = 0;
  id = new Uint32Array(256);
  t = new Float64Array(256);
  high = new Uint32Array(256);
  low = new Uint32Array(256);
  extras: RowExtras | null = null;
  /** The most that the histograms need in memory. */
  histogramBytes = 0;
  /** The highest id, as long as ids do not go down from row to row; then +Infinity. */
  highest = 0;

  /** The time of the last row; NaN when there is none. */
  get lastTime(): Millis {
    return this.length === 0 ? Number.NaN : this.t[this.length - 1]!;
  }

  push(id: number, t: number, high: number, low: number): void {
    if (this.length === this.id.length) this.grow();
    const i = this.length++;
    this.highest = id >= this.highest ? id : Number.POSITIVE_INFINITY;
    this.id[i] = id;
    this.t[i] = t;
    this.high[i] = high;
    this.low[i] = low;
  }

  /** Adds plain samples whose ids go up from `highest`, or stay the same. */
  pushAll({ id, t, high, low }: Pick<SampleRows, 'id' | 't' | 'high' | 'low'>): void {
    const from = this.length;
    const end = from + id.length;
    if (from === end) return;
    while (end > this.id.length) this.grow();
    this.id.set(id, from);
    this.high.set(high, from);
    this.low.set(low, from);
    this.t.set(t, from);
    this.highest = id[id.length - 1]!;
    this.length = end;
  }

  pushRecord(id: number, { t, high, low, histogram, start }: SampleRecord): void {
    this.push(id, t, high, low);
    if (histogram === null && start === NO_START) return;
    const i = this.length - 1;
    this.extras ??= { histograms: [], starts: new Float64Array(this.id.length) };
    this.extras.starts[i] = start;
    if (histogram === null) return;
    (this.extras.histograms as (Histogram | undefined)[])[i] = histogram;
    this.histogramBytes += mostRecordBytes(histogram);
  }

  clear(): void {
    this.length = 0;
    this.extras = null;
    this.histogramBytes = 0;
    this.highest = 0;
  }

  private grow(): void {
    const capacity = this.id.length * 2;
    this.id = grown(this.id, new Uint32Array(capacity));
    this.t = grown(this.t, new Float64Array(capacity));
    this.high = grown(this.high, new Uint32Array(capacity));
    this.low = grown(this.low, new Uint32Array(capacity));
    if (!this.extras) return;
    this.extras = { ...this.extras, starts: grown(this.extras.starts, new Float64Array(capacity)) };
  }
}

function grown<T extends Float64Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** Rejections while they are counted. */
export class RejectionCounter implements RejectionCounts {
  outOfOrder = 0;
  tooOld = 0;
  outOfBounds = 0;
  duplicate = 0;
  seriesLimit = 0;
}

/** What an appender hands to the committer. */
export interface Transaction {
  /** The ids in `rows` are of this head. */
  readonly head: HeadWriter;
  readonly rows: PendingRows;
  /** Samples that are out of order, within the window. */
  late: PendingRows | null;
  exemplars: PendingExemplars | null;
  readonly rejected: RejectionCounter;
  /** Of those rejected as out of order. */
  outOfOrderHistograms: number;
  newSeries: number;
}
