import { HISTOGRAM_HIGH, HISTOGRAM_LOW, type SampleRecord } from '#chunkenc/sample-record';
import { NO_START } from '#chunkenc/start-times';
import { highBits, lowBits, STALE_HIGH, STALE_LOW } from '#chunkenc/value-bits';
import { BarographError } from '#lib/errors';
import type { Exemplar } from '#model/exemplar';
import type { Histogram } from '#model/histogram';
import { histogramProblem } from '#model/histogram-validation';
import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import {
  type Appender,
  type AppendReport,
  REJECTED_DUPLICATE,
  REJECTED_OUT_OF_BOUNDS,
  REJECTED_OUT_OF_ORDER,
  REJECTED_SERIES_LIMIT,
  REJECTED_TOO_OLD,
  type Rejection,
  type SampleExtra,
  type SeriesRef,
} from '#storage/appender';
import { PendingExemplars } from '../exemplars/pending-exemplars.ts';
import type { SeriesId } from '../head/head-writer.ts';
import { DUPLICATE, OUT_OF_ORDER, type Outcome, TAKEN } from '../head/series-writer.ts';
import { recordOf } from '../wal/samples.ts';
import type { Committer } from './committer.ts';
import { type LiveHead, type MovedSeries, movedId } from './live-head.ts';
import { RejectionCounter, type Transaction } from './pending-rows.ts';

const TWO_32 = 2 ** 32;
// The varints of chunks and WAL are exact so far.
const LATEST = 2 ** 51;

/**
 * Collects one transaction. Samples are judged against the head and the transaction's own earlier samples at once, and
 * again when the commit is applied: other transactions may have come in between. Metadata that comes with samples is not
 * stored.
 */
export class HeadAppender implements Appender {
  private readonly live: LiveHead;
  private readonly committer: Pick<Committer, 'commit'>;
  private readonly transaction: Transaction;
  private readonly token: number;
  /** Into the head of the transaction. */
  private readonly moved: MovedSeries | null;
  /** In order from here on. */
  private bound = Number.NaN;
  /** Nothing before it is taken, in order or not. */
  private earliest = Number.NaN;
  private newest = Number.NaN;
  private readonly lateWindow: Millis;
  private done = false;
  /** How many rows `live` remembers as this transaction's. */
  private remembered = 0;

  constructor(live: LiveHead, committer: Pick<Committer, 'commit'>) {
    this.live = live;
    this.committer = committer;
    this.token = live.newToken();
    this.moved = live.moved;
    this.lateWindow = live.limits.lateWindow;
    this.transaction = {
      head: live.head,
      rows: live.takeRows(),
      ...{ late: null, exemplars: null },
      rejected: new RejectionCounter(),
      outOfOrderHistograms: 0,
      newSeries: 0,
    };
  }

  knows(ref: SeriesRef): boolean {
    return this.idOf(ref) !== 0;
  }

  renew(refs: Float64Array): void {
    const { moved, transaction } = this;
    if (moved === null) return;
    const before = moved.generation * TWO_32;
    for (let i = 0; i < refs.length; i++) {
      const id = movedId(moved, refs[i]! - before);
      if (id !== 0) refs[i] = transaction.head.generation * TWO_32 + id;
    }
  }

  float(ref: SeriesRef, labels: Labels, t: Millis, v: number, extra?: SampleExtra): SeriesRef | Rejection {
    const start = extra?.startTime ?? NO_START;
    const result =
      start === NO_START
        ? this.add(ref, labels, t, highBits(v), lowBits(v))
        : this.addRecord(ref, labels, { t, high: highBits(v), low: lowBits(v), histogram: null, start });
    if (extra?.exemplars) this.addExemplars(result, extra.exemplars, { t, isHistogram: false });
    return result;
  }

  floats(refs: Float64Array, times: Millis | Float64Array, values: Float64Array, from: number): number {
    const { live, transaction } = this;
    if (from >= refs.length) return from;
    if (Number.isNaN(this.bound)) this.begin(timeAt(times, from));
    if (live.head !== transaction.head) return from;
    const i = live.head.judgeRows({ refs, t: times, values }, from, this.bound, transaction.rows);
    return transaction.rows.highest === Number.POSITIVE_INFINITY || !live.head.hasKernel
      ? this.floatsOneByOne(refs, times, values, i)
      : i;
  }

  /** Where there is no kernel, or series may come twice. */
  private floatsOneByOne(refs: Float64Array, times: Millis | Float64Array, values: Float64Array, from: number): number {
    const { rows } = this.transaction;
    for (let i = from; i < refs.length; i++) {
      const id = this.idOf(refs[i] as SeriesRef);
      const t = timeAt(times, i);
      if (!(id > 0 && t >= this.bound && t <= LATEST)) return i;
      const high = highBits(values[i]!);
      const low = lowBits(values[i]!);
      if (this.judge(id, t, high, low) !== TAKEN) return i;
      rows.push(id, t, high, low);
    }
    return refs.length;
  }

  /** Throws `bad-request` when the histogram is not a valid one. */
  histogram(ref: SeriesRef, labels: Labels, t: Millis, h: Histogram, extra?: SampleExtra): SeriesRef | Rejection {
    const problem = histogramProblem(h);
    if (problem !== null) {
      throw new BarographError(`${labels}: ${problem}`, { kind: 'bad-request', code: 'invalid-histogram' });
    }
    const start = extra?.startTime ?? NO_START;
    const sample = { t, high: HISTOGRAM_HIGH, low: HISTOGRAM_LOW, histogram: storable(h), start };
    const result = this.addRecord(ref, labels, sample);
    if (extra?.exemplars) this.addExemplars(result, extra.exemplars, { t, isHistogram: true });
    return result;
  }

  stale(ref: SeriesRef, labels: Labels, t: Millis): SeriesRef | Rejection {
    return this.add(ref, labels, t, STALE_HIGH, STALE_LOW);
  }

  end(ref: SeriesRef, labels: Labels, t: Millis): SeriesRef | Rejection {
    const id = this.admit(ref, labels, t);
    if (id < 0) return id as Rejection;
    const outcome = t < this.bound ? OUT_OF_ORDER : this.judge(id, t, STALE_HIGH, STALE_LOW);
    if (outcome === OUT_OF_ORDER) return this.refuseOutOfOrder(false);
    if (outcome === TAKEN) this.transaction.rows.push(id, t, STALE_HIGH, STALE_LOW);
    return this.answer(id, outcome);
  }

  commit(): Promise<AppendReport> {
    this.finish();
    return this.committer.commit(this.transaction);
  }

  rollback(): void {
    if (this.done) return;
    this.finish();
    this.live.returnRows(this.transaction.rows);
    if (this.transaction.late) this.live.returnRows(this.transaction.late);
  }

  /** What comes with a sample that was refused is not taken either. */
  private addExemplars(
    result: SeriesRef | Rejection,
    exemplars: readonly Exemplar[],
    sample: { readonly t: Millis; readonly isHistogram: boolean },
  ): void {
    if (result < 0) return;
    const { live, transaction } = this;
    transaction.exemplars ??= new PendingExemplars(live.exemplars);
    transaction.exemplars.add(live.labelsOf(transaction.head, this.idOf(result as SeriesRef)), exemplars, sample);
  }

  private finish(): void {
    if (this.done)
      throw new BarographError('BUG: an appender was used after its end', { kind: 'bug', code: 'appender-over' });
    this.done = true;
  }

  private add(ref: SeriesRef, labels: Labels, t: Millis, high: number, low: number): SeriesRef | Rejection {
    const id = this.admit(ref, labels, t);
    if (id < 0) return id as Rejection;
    const outcome = t < this.bound ? OUT_OF_ORDER : this.judge(id, t, high, low);
    if (outcome === OUT_OF_ORDER) return this.outOfOrder(id, { t, high, low, histogram: null, start: NO_START });
    if (outcome !== TAKEN) return this.answer(id, outcome);
    this.transaction.rows.push(id, t, high, low);
    return this.refOf(id);
  }

  private addRecord(ref: SeriesRef, labels: Labels, sample: SampleRecord): SeriesRef | Rejection {
    if (!(Math.abs(sample.start) <= LATEST)) {
      throw new BarographError(`${labels}: the start time ${sample.start} is out of range`, {
        kind: 'bad-request',
        code: 'start-time-out-of-range',
      });
    }
    const id = this.admit(ref, labels, sample.t);
    if (id < 0) return id as Rejection;
    const outcome = sample.t < this.bound ? OUT_OF_ORDER : this.judgeRecord(id, sample);
    if (outcome === OUT_OF_ORDER) return this.outOfOrder(id, sample);
    if (outcome === TAKEN) this.transaction.rows.pushRecord(id, sample);
    return this.answer(id, outcome);
  }

  /** The series' id, or why a sample of that time cannot be taken. */
  private admit(ref: SeriesRef, labels: Labels, t: Millis): SeriesId | Rejection {
    const { transaction } = this;
    if (Number.isNaN(this.bound)) this.begin(t);
    if (!(t >= this.earliest && t <= LATEST)) return this.outOfTime(t);
    const id = this.idOf(ref) || this.resolve(labels);
    if (id !== 0) return id;
    transaction.rejected.seriesLimit++;
    return REJECTED_SERIES_LIMIT;
  }

  private begin(t: Millis): void {
    const { live, lateWindow } = this;
    this.bound = live.lowerBound(t);
    this.newest = live.newestTime(t);
    this.earliest = lateWindow > 0 ? Math.min(this.bound, this.newest - lateWindow) : this.bound;
  }

  private outOfTime(t: Millis): Rejection {
    const { rejected } = this.transaction;
    if (this.lateWindow > 0 && t < this.earliest) {
      rejected.tooOld++;
      return REJECTED_TOO_OLD;
    }
    rejected.outOfBounds++;
    return REJECTED_OUT_OF_BOUNDS;
  }

  /** Takes a sample that is out of order if the window allows it. */
  private outOfOrder(id: SeriesId, sample: SampleRecord): SeriesRef | Rejection {
    const { live, transaction, lateWindow, newest } = this;
    live.lateness.observe(newest - sample.t);
    if (lateWindow === 0) return this.refuseOutOfOrder(sample.histogram !== null);
    if (sample.t < newest - lateWindow) {
      transaction.rejected.tooOld++;
      return REJECTED_TOO_OLD;
    }
    transaction.late ??= live.takeRows();
    transaction.late.pushRecord(id, sample);
    return this.refOf(id);
  }

  private refuseOutOfOrder(isHistogram: boolean): Rejection {
    const { transaction } = this;
    transaction.rejected.outOfOrder++;
    if (isHistogram) transaction.outOfOrderHistograms++;
    return REJECTED_OUT_OF_ORDER;
  }

  private answer(id: SeriesId, outcome: Outcome): SeriesRef | Rejection {
    const { rejected } = this.transaction;
    if (outcome === DUPLICATE) {
      rejected.duplicate++;
      return REJECTED_DUPLICATE;
    }
    return this.refOf(id);
  }

  // Once the head was replaced, its ids mean other series to the new one: the transaction stays with the old ids, which
  // are translated at the commit.
  private judge(id: SeriesId, t: Millis, high: number, low: number) {
    const { live, transaction, token } = this;
    if (live.head !== transaction.head || id > transaction.rows.highest) {
      return transaction.head.check(id, t, high, low);
    }
    this.rememberRows();
    return live.check(token, id, t, high, low);
  }

  private judgeRecord(id: SeriesId, sample: SampleRecord): Outcome {
    const { live, transaction, token } = this;
    if (live.head !== transaction.head || id > transaction.rows.highest) {
      return transaction.head.checkRecord(id, sample);
    }
    this.rememberRows();
    return live.checkRecord(token, id, sample);
  }

  /** Put off until a series may come twice: as long as ids go up, no sample has one of its series before it here. */
  private rememberRows(): void {
    const { live, transaction, token } = this;
    const { rows } = transaction;
    const { id, t, high, low, extras } = rows;
    for (let i = this.remembered; i < rows.length; i++) {
      if (extras === null) live.remember(token, id[i]!, t[i]!, high[i]!, low[i]!);
      else live.rememberRecord(token, id[i]!, recordOf(rows, i));
    }
    this.remembered = rows.length;
  }

  private idOf(ref: SeriesRef): SeriesId {
    const id = ref % TWO_32;
    const { head } = this.transaction;
    return (ref - id) / TWO_32 === head.generation && id <= head.lastId ? id : 0;
  }

  private resolve(labels: Labels): SeriesId {
    if (labels.size === 0) {
      throw new BarographError('a series without labels cannot be stored', { kind: 'bad-request', code: 'no-labels' });
    }
    const { live, transaction } = this;
    if (live.head !== transaction.head)
      return transaction.head.find(labels.pairs) || transaction.head.add(labels.pairs);
    const before = live.head.lastId;
    const id = live.seriesFor(labels.pairs);
    if (id > before) transaction.newSeries++;
    return id;
  }

  private refOf(id: SeriesId): SeriesRef {
    return (this.transaction.head.generation * TWO_32 + id) as SeriesRef;
  }
}

function timeAt(times: Millis | Float64Array, i: number): Millis {
  return typeof times === 'number' ? times : times[i]!;
}

/** Integers beyond 2^53 are not exact as numbers any more: such a histogram is one of floats. */
function storable(h: Histogram): Histogram {
  return h.isInteger && h.count > Number.MAX_SAFE_INTEGER ? { ...h, isInteger: false } : h;
}
