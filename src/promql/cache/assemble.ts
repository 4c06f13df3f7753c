import type { StepGrid } from '../value.ts';
import type { MergedRows } from './merge-rows.ts';
import type { RangeText } from './range-text.ts';

/** Some steps of a text: from `from` up to before `to`. */
export interface Piece {
  readonly text: RangeText;
  readonly from: number;
  readonly to: number;
}

const encoder = new TextEncoder();
const HEAD = encoder.encode('{"resultType":"matrix","result":[');
const METRIC = encoder.encode('{"metric":');
const VALUES = encoder.encode(',"values":');
const SERIES_END = encoder.encode(']}');
const TAIL = encoder.encode(']}');
const COMMA = 0x2c;
const OPEN = 0x5b;

/** The `data` member of a range query's answer, and how many series it has. */
export interface AssembledData {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly series: number;
}

/** The answer from pieces that follow each other in time. */
export function assembleData(pieces: readonly Piece[], merged: MergedRows): AssembledData {
  const lengths = rowLengths(pieces, merged);
  const frame = METRIC.length + VALUES.length + SERIES_END.length + 1;
  let room = HEAD.length + TAIL.length;
  let series = 0;
  for (let i = 0; i < merged.count; i++) {
    if (lengths[i] === 0) continue;
    room += lengths[i]! + frame + metricOf(pieces, merged, i).length;
    series++;
  }
  // No comma before the first series.
  const out = new Uint8Array(series > 0 ? room - 1 : room);
  let at = put(out, 0, HEAD);
  for (let i = 0; i < merged.count; i++) {
    if (lengths[i] === 0) continue;
    if (at > HEAD.length) out[at++] = COMMA;
    at = put(out, at, METRIC);
    at = put(out, at, metricOf(pieces, merged, i));
    const values = put(out, at, VALUES);
    at = putSamples(out, values, pieces, merged, i);
    out[values] = OPEN;
    at = put(out, at, SERIES_END);
  }
  put(out, at, TAIL);
  return { data: out, series };
}

/** The same steps as a text of its own in shared memory. */
export function assembleText(pieces: readonly Piece[], merged: MergedRows, grid: StepGrid): RangeText {
  const lengths = rowLengths(pieces, merged);
  const kept = Array.from({ length: merged.count }, (_, i) => i).filter((i) => lengths[i]! > 0);
  const bytes = kept.reduce((sum, i) => sum + lengths[i]! + metricOf(pieces, merged, i).length, 0);
  const text = new Uint8Array(new SharedArrayBuffer(bytes));
  const stride = grid.count + 2;
  // Filled outside of shared memory, which is slow to write word by word.
  const table = new Uint32Array(stride * kept.length);
  let at = 0;
  kept.forEach((i, row) => {
    table[row * stride] = at;
    at = put(text, at, metricOf(pieces, merged, i));
    putIndex(table, row * stride + 1, at, pieces, merged, i);
    at = putSamples(text, at, pieces, merged, i);
  });
  const shared = new Uint32Array(new SharedArrayBuffer(table.byteLength));
  shared.set(table);
  return { ...grid, rows: kept.length, table: shared, text };
}

function put(out: Uint8Array, at: number, bytes: Uint8Array): number {
  out.set(bytes, at);
  return at + bytes.length;
}

/** Bytes of samples of each series. */
function rowLengths(pieces: readonly Piece[], { count, rows }: MergedRows): Float64Array {
  const lengths = new Float64Array(count);
  pieces.forEach(({ text: { table, count: steps }, from, to }, p) => {
    const own = rows[p]!;
    for (let i = 0; i < count; i++) {
      const first = own[i]! * (steps + 2) + 1;
      if (own[i]! >= 0) lengths[i]! += table[first + to]! - table[first + from]!;
    }
  });
  return lengths;
}

/** The JSON of a series' metric. */
export function metricOf(pieces: readonly Piece[], { rows }: MergedRows, i: number): Uint8Array {
  const p = rows.findIndex((own) => own[i]! >= 0);
  const { text, table, count } = pieces[p]!.text;
  const first = rows[p]![i]! * (count + 2);
  return text.subarray(table[first]!, table[first + 1]!);
}

function putSamples(out: Uint8Array, start: number, pieces: readonly Piece[], { rows }: MergedRows, i: number): number {
  let at = start;
  for (let p = 0; p < pieces.length; p++) {
    const { text, from, to } = pieces[p]!;
    const row = rows[p]![i]!;
    if (row < 0) continue;
    const first = row * (text.count + 2) + 1;
    at = put(out, at, text.text.subarray(text.table[first + from]!, text.table[first + to]!));
  }
  return at;
}

/** Writes where each step of series i begins, and the end of the last, when its samples begin at `start`. */
function putIndex(
  out: Uint32Array,
  to: number,
  start: number,
  pieces: readonly Piece[],
  { rows }: MergedRows,
  i: number,
): void {
  let at = to;
  let position = start;
  for (let p = 0; p < pieces.length; p++) {
    const { text, from, to: end } = pieces[p]!;
    const row = rows[p]![i]!;
    if (row < 0) {
      out.fill(position, at, at + end - from);
    } else {
      const first = row * (text.count + 2) + 1;
      shiftIndex(text.table.subarray(first + from, first + end), position - text.table[first + from]!, out, at);
      position += text.table[first + end]! - text.table[first + from]!;
    }
    at += end - from;
  }
  out[at] = position;
}

function shiftIndex(index: Uint32Array, by: number, out: Uint32Array, at: number): void {
  for (let k = 0; k < index.length; k++) out[at + k] = index[k]! + by;
}
