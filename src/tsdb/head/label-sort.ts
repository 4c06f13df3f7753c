import { compareUtf8 } from '#lib/utf8';
import type { Postings } from '#storage/postings';

/** Series whose labels are pairs with addresses: equal pairs have the same address. */
export interface PairedSeries {
  pairCount(id: number): number;
  /** Writes the addresses of a series' pairs, in label order, to `out` from `at` on. */
  copyPairs(id: number, out: Uint32Array, at: number): void;
  /** Name and value. */
  pairText(pair: number): readonly [string, string];
}

/**
 * The ids in the order of their labels. Label sets are not compared one with another: the pairs that occur are put in order
 * once, then the series, by the places of their last pairs first (a radix sort): of n series with l labels each, n × l steps.
 */
export function sortedByLabels(ids: Postings, series: PairedSeries): Uint32Array {
  const { pairs, starts } = pairsOf(ids, series);
  const places = rankPairs(pairs, series);
  let order = Uint32Array.from(ids, (_, i) => i);
  let most = 0;
  for (let i = 0; i < ids.length; i++) most = Math.max(most, starts[i + 1]! - starts[i]!);
  for (let label = most - 1; label >= 0; label--) order = sortedAt(label, { order, ranks: pairs, starts, places });
  return order.map((i) => ids[i]!);
}

interface FlatPairs {
  readonly pairs: Uint32Array;
  /** Where the pairs of the i-th series begin; one more at the end. */
  readonly starts: Uint32Array;
}

function pairsOf(ids: Postings, series: PairedSeries): FlatPairs {
  const starts = new Uint32Array(ids.length + 1);
  for (let i = 0; i < ids.length; i++) starts[i + 1] = starts[i]! + series.pairCount(ids[i]!);
  const pairs = new Uint32Array(starts[ids.length]!);
  for (let i = 0; i < ids.length; i++) series.copyPairs(ids[i]!, pairs, starts[i]!);
  return { pairs, starts };
}

/** Replaces addresses by their places in the order of pairs, from 1. Returns the number of places, 0 with them. */
function rankPairs(pairs: Uint32Array, series: PairedSeries): number {
  const distinct = numberPairs(pairs);
  const texts = distinct.map((pair) => series.pairText(pair));
  const order = Array.from(texts.keys()).sort((a, b) => comparePairs(texts[a]!, texts[b]!));
  const rankOf = new Uint32Array(distinct.length);
  for (let i = 0; i < order.length; i++) rankOf[order[i]!] = i + 1;
  for (let i = 0; i < pairs.length; i++) pairs[i] = rankOf[pairs[i]!]!;
  return distinct.length + 1;
}

/** Replaces addresses by numbers from 0, in the order of their first occurrence. Returns the addresses by number. */
function numberPairs(pairs: Uint32Array): number[] {
  const distinct: number[] = [];
  let keys = new Uint32Array(1024);
  let numbers = new Uint32Array(1024);
  for (let i = 0; i < pairs.length; i++) {
    const pair = pairs[i]!;
    const slot = slotOf(keys, pair);
    if (keys[slot] === pair) {
      pairs[i] = numbers[slot]!;
      continue;
    }
    keys[slot] = pair;
    numbers[slot] = distinct.length;
    pairs[i] = distinct.length;
    distinct.push(pair);
    if (distinct.length * 2 > keys.length) {
      keys = new Uint32Array(keys.length * 4);
      numbers = new Uint32Array(keys.length);
      for (let n = 0; n < distinct.length; n++) {
        const to = slotOf(keys, distinct[n]!);
        keys[to] = distinct[n]!;
        numbers[to] = n;
      }
    }
  }
  return distinct;
}

/** Where the key stands, or is to stand: the table has a power of two places, 0 = free. */
function slotOf(keys: Uint32Array, key: number): number {
  const mask = keys.length - 1;
  let slot = (Math.imul(key, 0x9e3779b1) >>> 7) & mask;
  while (keys[slot] !== 0 && keys[slot] !== key) slot = (slot + 1) & mask;
  return slot;
}

function comparePairs([nameA, valueA]: readonly [string, string], [nameB, valueB]: readonly [string, string]): number {
  return nameA === nameB ? compareUtf8(valueA, valueB) : compareUtf8(nameA, nameB);
}

interface Sorting {
  readonly order: Uint32Array<ArrayBuffer>;
  readonly ranks: Uint32Array;
  readonly starts: Uint32Array;
  readonly places: number;
}

/** Sorts by one label and keeps the order of those that have it in common. Series without it come first. */
function sortedAt(label: number, { order, ranks, starts, places }: Sorting): Uint32Array<ArrayBuffer> {
  const ends = new Uint32Array(places);
  const keys = new Uint32Array(order.length);
  for (let n = 0; n < order.length; n++) {
    const at = starts[order[n]!]! + label;
    const key = at < starts[order[n]! + 1]! ? ranks[at]! : 0;
    keys[n] = key;
    ends[key]!++;
  }
  if (ends[keys[0]!] === order.length) return order;
  for (let key = 1; key < places; key++) ends[key]! += ends[key - 1]!;
  const sorted = new Uint32Array(order.length);
  for (let n = order.length - 1; n >= 0; n--) sorted[--ends[keys[n]!]!] = order[n]!;
  return sorted;
}
