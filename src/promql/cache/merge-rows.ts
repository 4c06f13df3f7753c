import { Labels } from '#model/labels';
import type { RangeText } from './range-text.ts';

/** The series of several texts as one list: `rows[p][i]` is the row that series i has in text p, -1 for none. */
export interface MergedRows {
  readonly count: number;
  readonly rows: readonly Int32Array[];
}

/** Joins series with the same metric; the result is in the order that each of the texts has: by labels. */
export function mergeRows(texts: readonly RangeText[]): MergedRows {
  const room = texts.reduce((sum, { rows }) => sum + rows, 0);
  const rows = texts.map(() => new Int32Array(room));
  const next = new Int32Array(texts.length);
  let count = 0;
  while (true) {
    const first = agree(texts, next) ? 0 : firstOf(texts, next);
    if (first < 0) break;
    const row = next[first]!;
    for (let p = 0; p < texts.length; p++) {
      const own = next[p]!;
      const has = own < texts[p]!.rows && (p === first || sameMetric(texts[p]!, own, texts[first]!, row));
      rows[p]![count] = has ? own : -1;
      if (has) next[p]!++;
    }
    count++;
  }
  return { count, rows: rows.map((column) => column.subarray(0, count)) };
}

/** Whether the next row of all texts is of the same metric: nearly always so. */
function agree(texts: readonly RangeText[], next: Int32Array): boolean {
  for (let p = 0; p < texts.length; p++) {
    if (next[p]! >= texts[p]!.rows) return false;
    if (p > 0 && !sameMetric(texts[p]!, next[p]!, texts[0]!, next[0]!)) return false;
  }
  return true;
}

/** The text whose next row comes first; -1 when all are through. */
function firstOf(texts: readonly RangeText[], next: Int32Array): number {
  let first = -1;
  for (let p = 0; p < texts.length; p++) {
    if (next[p]! >= texts[p]!.rows) continue;
    if (first < 0 || comesBefore(texts[p]!, next[p]!, texts[first]!, next[first]!)) first = p;
  }
  return first;
}

function comesBefore(a: RangeText, rowA: number, b: RangeText, rowB: number): boolean {
  return !sameMetric(a, rowA, b, rowB) && labelsOf(a, rowA).compare(labelsOf(b, rowB)) < 0;
}

function sameMetric(a: RangeText, rowA: number, b: RangeText, rowB: number): boolean {
  let at = a.table[rowA * (a.count + 2)]!;
  let other = b.table[rowB * (b.count + 2)]!;
  const end = a.table[rowA * (a.count + 2) + 1]!;
  if (b.table[rowB * (b.count + 2) + 1]! - other !== end - at) return false;
  while (at < end) if (a.text[at++] !== b.text[other++]) return false;
  return true;
}

const STRING = /"(?:[^"\\]|\\.)*"/g;

function labelsOf(text: RangeText, row: number): Labels {
  const from = row * (text.count + 2);
  // A decoder takes no shared memory.
  const metric = new TextDecoder().decode(text.text.slice(text.table[from]!, text.table[from + 1]!));
  return Labels.fromSorted((metric.match(STRING) ?? []).map((quoted) => JSON.parse(quoted) as string));
}
