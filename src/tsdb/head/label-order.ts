import type { Labels } from '#model/labels';
import type { Matcher } from '#model/matcher';
import { matchingPostings, type Postings, type PostingsIndex, selectionKey } from '#storage/postings';
import { type PairedSeries, sortedByLabels } from './label-sort.ts';

/** Ids that are kept for all selections together. */
const MOST_IDS = 1 << 20;

/** What is asked of the head. */
interface LabelledSeries extends PairedSeries {
  readonly index: PostingsIndex;
  /** Every series up to this id is in the index. */
  readonly seriesCount: number;
  of(id: number): Labels;
}

interface Ordered {
  /** The head's series when the index was asked. */
  readonly among: number;
  /** How many series the selection had, in the order of their ids. */
  readonly count: number;
  readonly ids: Uint32Array;
}

/**
 * Which series match, in label order. What was asked before is remembered: within a generation of the head, series are
 * only added, so that an old answer needs no more than the new ones put in their places.
 */
export class LabelOrder {
  private readonly series: LabelledSeries;
  private readonly known = new Map<string, Ordered>();
  private held = 0;

  constructor(series: LabelledSeries) {
    this.series = series;
  }

  /** The ids of the matching series in the order of their labels. Not to be changed. */
  matching(matchers: readonly Matcher[]): Uint32Array {
    const key = selectionKey(matchers);
    const before = this.known.get(key);
    const among = this.series.seriesCount;
    if (before?.among === among) return before.ids;
    const postings = matchingPostings(this.series.index, matchers);
    const ids = this.ordered(before, postings);
    this.remember(key, { among, count: postings.length, ids });
    return ids;
  }

  /** The same in whatever order costs least. */
  anyOrder(matchers: readonly Matcher[]): Uint32Array {
    const known = this.known.get(selectionKey(matchers));
    if (known?.among === this.series.seriesCount) return known.ids;
    return matchingPostings(this.series.index, matchers);
  }

  private ordered(before: Ordered | undefined, postings: Postings): Uint32Array {
    if (before?.count === postings.length) return before.ids;
    return before ? this.extended(before, postings) : sortedByLabels(postings, this.series);
  }

  private extended({ count, ids }: Ordered, postings: Postings): Uint32Array {
    const added = sortedByLabels(postings.subarray(count), this.series);
    const out = new Uint32Array(postings.length);
    let from = 0;
    let n = 0;
    for (const id of added) {
      const to = this.placeOf(id, ids, from);
      out.set(ids.subarray(from, to), n);
      n += to - from;
      out[n++] = id;
      from = to;
    }
    out.set(ids.subarray(from), n);
    return out;
  }

  /** The first index from `from` on whose series stands behind `id`. */
  private placeOf(id: number, ids: Uint32Array, from: number): number {
    const labels = this.series.of(id);
    let low = from;
    let high = ids.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.series.of(ids[middle]!).compare(labels) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // The oldest answers go first.
  private remember(key: string, ordered: Ordered): void {
    this.forget(key);
    this.held += ordered.count;
    for (const oldest of this.known.keys()) {
      if (this.held <= MOST_IDS) break;
      this.forget(oldest);
    }
    this.known.set(key, ordered);
  }

  private forget(key: string): void {
    this.held -= this.known.get(key)?.count ?? 0;
    this.known.delete(key);
  }
}
