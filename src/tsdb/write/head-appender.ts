import { highBits, lowBits, STALE_HIGH, STALE_LOW } from '#chunkenc/value-bits';
import { BarographError } from '#lib/errors';
import type { Histogram } from '#model/histogram';
import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import {
  type Appender,
  type AppendReport,
  REJECTED_DUPLICATE,
  REJECTED_OUT_OF_BOUNDS,
  REJECTED_OUT_OF_ORDER,
  REJECTED_SERIES_LIMIT,
  type Rejection,
  type SeriesRef,
} from '#storage/appender';
import type { SeriesId } from '../head/head-writer.ts';
import { DUPLICATE, OUT_OF_ORDER, SAME_AGAIN } from '../head/series-writer.ts';
import type { Committer } from './committer.ts';
import type { LiveHead } from './live-head.ts';
import { RejectionCounter, type Transaction } from './pending-rows.ts';

const TWO_32 = 2 ** 32;
// The varints of chunks and WAL are exact so far.
const LATEST = 2 ** 51;

/**
 * Collects one transaction. Samples are judged against the head and the transaction's own earlier samples at once, and
 * again when the commit is applied: other transactions may have come in between. Exemplars, metadata and start times that
 * come with samples are not stored.
 */
export class HeadAppender implements Appender {
  private readonly live: LiveHead;
  private readonly committer: Committer;
  private readonly transaction: Transaction;
  private readonly token: number;
  private bound = Number.NaN;
  private done = false;

  constructor(live: LiveHead, committer: Committer) {
    this.live = live;
    this.committer = committer;
    this.token = live.newToken();
    this.transaction = { head: live.head, rows: live.takeRows(), rejected: new RejectionCounter(), newSeries: 0 };
  }

  knows(ref: SeriesRef): boolean {
    return this.idOf(ref) !== 0;
  }

  float(ref: SeriesRef, labels: Labels, t: Millis, v: number): SeriesRef | Rejection {
    return this.add(ref, labels, t, highBits(v), lowBits(v));
  }

  /** Native histograms are not stored: throws `bad-request`. */
  histogram(_ref: SeriesRef, labels: Labels, _t: Millis, _h: Histogram): SeriesRef | Rejection {
    throw new BarographError(`native histograms are not stored, and ${labels} has one`, {
      kind: 'bad-request',
      code: 'native-histogram',
      hint: 'Send classic histograms: scrape_native_histograms: false, or send_native_histograms: false at the sender.',
    });
  }

  stale(ref: SeriesRef, labels: Labels, t: Millis): SeriesRef | Rejection {
    return this.add(ref, labels, t, STALE_HIGH, STALE_LOW);
  }

  commit(): Promise<AppendReport> {
    this.finish();
    return this.committer.commit(this.transaction);
  }

  rollback(): void {
    if (this.done) return;
    this.finish();
    this.live.returnRows(this.transaction.rows);
  }

  private finish(): void {
    if (this.done)
      throw new BarographError('BUG: an appender was used after its end', { kind: 'bug', code: 'appender-over' });
    this.done = true;
  }

  private add(ref: SeriesRef, labels: Labels, t: Millis, high: number, low: number): SeriesRef | Rejection {
    const { live, transaction } = this;
    if (Number.isNaN(this.bound)) this.bound = live.lowerBound(t);
    if (!(t >= this.bound && t <= LATEST)) {
      transaction.rejected.outOfBounds++;
      return REJECTED_OUT_OF_BOUNDS;
    }
    const id = this.idOf(ref) || this.resolve(labels);
    if (id === 0) {
      transaction.rejected.seriesLimit++;
      return REJECTED_SERIES_LIMIT;
    }
    switch (this.judge(id, t, high, low)) {
      case OUT_OF_ORDER:
        transaction.rejected.outOfOrder++;
        return REJECTED_OUT_OF_ORDER;
      case DUPLICATE:
        transaction.rejected.duplicate++;
        return REJECTED_DUPLICATE;
      case SAME_AGAIN:
        return this.refOf(id);
      default:
        transaction.rows.push(id, t, high, low);
        return this.refOf(id);
    }
  }

  // Once the head was replaced, its ids mean other series to the new one: the transaction stays with the old ids, which
  // are translated at the commit.
  private judge(id: SeriesId, t: Millis, high: number, low: number) {
    const { live, transaction, token } = this;
    if (live.head !== transaction.head) return transaction.head.check(id, t, high, low);
    const outcome = live.check(token, id, t, high, low);
    if (outcome !== OUT_OF_ORDER && outcome !== DUPLICATE) live.remember(token, id, t, high, low);
    return outcome;
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
