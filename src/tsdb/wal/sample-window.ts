import { PendingRows } from '../write/pending-rows.ts';
import type { SampleRows } from './sample-rows.ts';

/** About 50 MB with the order. */
const MOST_ROWS = 2_000_000;
/** Rows that are given out together. */
const BATCH_ROWS = 4096;

/**
 * Plain samples of many commits, on their way into a head. They leave series by series: to write several samples of one
 * series costs little more than to write one, as most of it is waiting for the memory where its newest chunk lies.
 */
export class SampleWindow {
  private readonly rows = new PendingRows();
  private readonly batch = new PendingRows();
  private readonly most: number;

  constructor(most = MOST_ROWS) {
    this.most = most;
  }

  /** Whether it is time to give them out. */
  get isFull(): boolean {
    return this.rows.length >= this.most;
  }

  /** Adds the samples of a commit, behind those of the commits before it. */
  add(samples: SampleRows): void {
    this.rows.pushAll(columns(samples, 0, samples.length));
  }

  /**
   * Gives all of them out, a batch at a time, valid until the next: those of each series in the order in which they came, and,
   * when they are as many as there are series, all of a series one behind the other. Nothing may be added before the end.
   */
  *drain(lastId: number): Generator<SampleRows> {
    const { rows } = this;
    if (rows.length <= lastId) yield* this.asTheyCame();
    else yield* this.bySeries(lastId);
    rows.clear();
  }

  private *asTheyCame(): Generator<SampleRows> {
    const { rows } = this;
    for (let from = 0; from < rows.length; from += BATCH_ROWS) {
      const part = columns(rows, from, Math.min(rows.length, from + BATCH_ROWS));
      yield { ...part, length: part.id.length };
    }
  }

  private *bySeries(lastId: number): Generator<SampleRows> {
    const { rows, batch } = this;
    const { id, t, high, low } = rows;
    for (const i of orderOf(rows, lastId)) {
      batch.push(id[i]!, t[i]!, high[i]!, low[i]!);
      if (batch.length < BATCH_ROWS) continue;
      yield batch;
      batch.clear();
    }
    yield batch;
    batch.clear();
  }
}

/** The rows in the order of their ids, those of one id as they are: a counting sort. */
function orderOf({ id, length }: SampleRows, lastId: number): Uint32Array {
  const places = new Uint32Array(lastId + 2);
  for (let i = 0; i < length; i++) places[id[i]! + 1]!++;
  for (let n = 1; n < places.length; n++) places[n]! += places[n - 1]!;
  const order = new Uint32Array(length);
  for (let i = 0; i < length; i++) order[places[id[i]!]!++] = i;
  return order;
}

function columns({ id, t, high, low }: SampleRows, from: number, to: number) {
  return {
    id: id.subarray(from, to),
    t: t.subarray(from, to),
    high: high.subarray(from, to),
    low: low.subarray(from, to),
  };
}
