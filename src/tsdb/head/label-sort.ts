import { compareUtf8 } from '#lib/utf8';
import type { Postings } from '#storage/postings';

/** Label sets that are longer cost a little more. */
const MOST_LABELS = 64;

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
  const columns = columnsOf(ids, series);
  const places = rankPairs(columns, series);
  let order = Uint32Array.from(ids.keys());
  for (const ranks of columns.reverse()) order = sortedBy(ranks, order, places);
  for (let i = 0; i < order.length; i++) order[i] = ids[order[i]!]!;
  return order;
}

/** A column for each place in the label sets: the address of the pair that each series has there, 0 = it has fewer. */
function columnsOf(ids: Postings, series: PairedSeries): Uint32Array[] {
  const columns: Uint32Array[] = [];
  const own = new Uint32Array(MOST_LABELS);
  for (let i = 0; i < ids.length; i++) {
    const count = series.pairCount(ids[i]!);
    const pairs = count > own.length ? new Uint32Array(count) : own;
    series.copyPairs(ids[i]!, pairs, 0);
    while (columns.length < count) columns.push(new Uint32Array(ids.length));
    for (let label = 0; label < count; label++) columns[label]![i] = pairs[label]!;
  }
  return columns;
}

/** Replaces addresses by their places in the order of pairs, from 1. Returns the number of places, 0 with them. */
function rankPairs(columns: readonly Uint32Array[], series: PairedSeries): number {
  const distinct = numberPairs(columns);
  const texts = distinct.map((pair) => series.pairText(pair));
  const order = Array.from(texts.keys()).sort((a, b) => comparePairs(texts[a]!, texts[b]!));
  const rankOf = new Uint32Array(distinct.length + 1);
  for (let i = 0; i < order.length; i++) rankOf[order[i]! + 1] = i + 1;
  for (const column of columns) for (let i = 0; i < column.length; i++) column[i] = rankOf[column[i]!]!;
  return distinct.length + 1;
}

/** Replaces addresses by numbers from 1, in the order of their first occurrence. Returns the addresses by number - 1. */
function numberPairs(columns: readonly Uint32Array[]): number[] {
  const distinct: number[] = [];
  let keys = new Uint32Array(1024);
  let numbers = new Uint32Array(1024);
  for (const column of columns) {
    let last = 0;
    let lastNumber = 0;
    for (let i = 0; i < column.length; i++) {
      const pair = column[i]!;
      if (pair !== last) {
        const slot = slotOf(keys, pair);
        if (keys[slot] !== pair) {
          distinct.push(pair);
          keys[slot] = pair;
          numbers[slot] = distinct.length;
        }
        last = pair;
        lastNumber = numbers[slot]!;
        if (distinct.length * 2 > keys.length) [keys, numbers] = grown(distinct, keys.length * 4);
      }
      column[i] = lastNumber;
    }
  }
  return distinct;
}

function grown(distinct: readonly number[], length: number): [Uint32Array<ArrayBuffer>, Uint32Array<ArrayBuffer>] {
  const keys = new Uint32Array(length);
  const numbers = new Uint32Array(length);
  for (let n = 0; n < distinct.length; n++) {
    const slot = slotOf(keys, distinct[n]!);
    keys[slot] = distinct[n]!;
    numbers[slot] = n + 1;
  }
  return [keys, numbers];
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

/** Sorts by one label and keeps the order of those that have it in common. Series without it come first. */
function sortedBy(ranks: Uint32Array, order: Uint32Array<ArrayBuffer>, places: number): Uint32Array<ArrayBuffer> {
  const ends = new Uint32Array(places);
  for (let i = 0; i < ranks.length; i++) ends[ranks[i]!]!++;
  if (ends[ranks[0]!] === ranks.length) return order;
  for (let key = 1; key < places; key++) ends[key]! += ends[key - 1]!;
  const sorted = new Uint32Array(order.length);
  for (let n = order.length - 1; n >= 0; n--) sorted[--ends[ranks[order[n]!]!]!] = order[n]!;
  return sorted;
}
