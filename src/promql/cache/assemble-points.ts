import { fastFloat } from '#lib/fast-float';
import { type EncodedPoints, encodePoints } from '#wire/points';
import type { PointRow } from '#wire/thin';
import type { StepGrid } from '../value.ts';
import { metricOf, type Piece } from './assemble.ts';
import type { MergedRows } from './merge-rows.ts';

export interface PointsInput {
  readonly pieces: readonly Piece[];
  readonly merged: MergedRows;
  readonly grid: StepGrid;
  readonly pixels: number;
}

/** What `encodeResultPoints` gives for the whole result, from pieces that follow each other in time. */
export function assemblePoints({ pieces, merged, grid, pixels }: PointsInput): EncodedPoints {
  return encodePoints({
    ...{ start: grid.start, step: grid.step, count: grid.count, rows: merged.count, pixels },
    fill: (row, into) => {
      let at = 0;
      pieces.forEach((piece, p) => {
        const own = merged.rows[p]![row]!;
        if (own >= 0) readSamples(piece, own, into, at);
        at += piece.to - piece.from;
      });
      return metricOf(pieces, merged, row);
    },
  });
}

const QUOTE = 0x22;
/** Behind a value stand a quote and a bracket. */
const TAIL = 2;

function readSamples({ text, from, to }: Piece, row: number, { values, present }: PointRow, at: number): void {
  const { table, text: bytes, count } = text;
  const first = row * (count + 2) + 1;
  for (let step = from; step < to; step++) {
    const begin = table[first + step]!;
    const end = table[first + step + 1]!;
    if (begin === end) continue;
    let quote = begin;
    while (bytes[quote] !== QUOTE) quote++;
    present[at + step - from] = 1;
    values[at + step - from] = readValue(bytes, quote + 1, end - TAIL);
  }
}

/** A value as `writeSampleValue` writes it. */
function readValue(bytes: Uint8Array, from: number, to: number): number {
  const value = fastFloat(bytes, from, to);
  if (!Number.isNaN(value)) return value;
  const text = String.fromCharCode(...bytes.subarray(from, to));
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
}
