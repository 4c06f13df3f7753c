import { type PointRow, thin } from './thin.ts';

/** The instants of a range query, and what was asked of it. */
export interface PointGrid {
  /** Unix ms. */
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** One series: sample k stands at `start + steps[k] * step`; without `steps` it has a sample at every instant. */
export interface PointSeries {
  readonly metric: Readonly<Record<string, string>>;
  /** Ascending. Null: one for each step of the grid. */
  readonly steps: Uint32Array | null;
  /** NaN is a value like any other: what is missing is not here. */
  readonly values: Float64Array;
}

/** The floats of a range query as columns. */
export interface Points extends PointGrid {
  /** Steps that one pixel stands for where samples were left out; 1 when all are here. */
  readonly pixel: number;
  readonly series: readonly PointSeries[];
}

export interface EncodePoints extends PointGrid {
  readonly rows: number;
  /** Fills the row, whose `present` is all 0 before, and gives the series' metric as JSON. */
  readonly fill: (row: number, into: PointRow) => Uint8Array;
  /**
   * How wide the picture is: with more than four samples for each pixel, those that no picture of this width needs are
   * left out. 0: all stay.
   */
  readonly pixels: number;
}

/** The bytes, and how many series are in them. */
export interface EncodedPoints {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly series: number;
}

/** Samples for each pixel up to which all of them are sent. */
const MOST_PER_PIXEL = 4;

/**
 * Writes columns in the format of docs/formats/query-stream.md. Series without samples are left out. The bytes are the
 * caller's, their length a multiple of 8.
 */
export function encodePoints({ start, step, count, rows, fill, pixels }: EncodePoints): EncodedPoints {
  const pixel = pixels > 0 && count > pixels * MOST_PER_PIXEL ? Math.ceil(count / pixels) : 1;
  const row = { values: new Float64Array(count), present: new Uint8Array(count) };
  const metrics: Uint8Array[] = [];
  const columns: Uint8Array[] = [];
  let series = 0;
  for (let r = 0; r < rows; r++) {
    row.present.fill(0);
    const metric = fill(r, row);
    if (pixel > 1) thin(row, pixel);
    const samples = countPresent(row.present);
    if (samples === 0) continue;
    metrics.push(encoder.encode(`${series++ > 0 ? ',' : ''}{"samples":${samples},"metric":`), metric, CLOSE);
    columns.push(packed(row, samples));
    if (samples < count) columns.push(bitmap(row.present));
  }
  const head = [encoder.encode(`{"start":${start},"step":${step},"count":${count},"pixel":${pixel},"series":[`)];
  return { data: joined([...head, ...metrics, END], columns), series };
}

const encoder = new TextEncoder();
const CLOSE = encoder.encode('}');
const END = encoder.encode(']}');
const SPACE = 0x20;

function countPresent(present: Uint8Array): number {
  let samples = 0;
  for (let i = 0; i < present.length; i++) samples += present[i]!;
  return samples;
}

function packed({ values, present }: PointRow, samples: number): Uint8Array {
  if (samples === values.length) return bytesOf(values.slice());
  const kept = new Float64Array(samples);
  let at = 0;
  for (let i = 0; i < present.length; i++) if (present[i] === 1) kept[at++] = values[i]!;
  return bytesOf(kept);
}

/** Bit i % 8 of byte i / 8, up to a multiple of 8 bytes. */
function bitmap(present: Uint8Array): Uint8Array {
  const bits = new Uint8Array(toEight(Math.ceil(present.length / 8)));
  for (let i = 0; i < present.length; i++) if (present[i] === 1) bits[i >> 3]! |= 1 << (i & 7);
  return bits;
}

function bytesOf(values: Float64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** The least multiple of 8 that is not below. */
function toEight(length: number): number {
  return Math.ceil(length / 8) * 8;
}

/** The length of the head with its padding, the head, the columns. */
function joined(head: readonly Uint8Array[], columns: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const written = sum(head);
  const padded = toEight(4 + written) - 4;
  const bytes = new Uint8Array(4 + padded + sum(columns));
  new DataView(bytes.buffer).setUint32(0, padded, true);
  let at = put(bytes, 4, head);
  bytes.fill(SPACE, at, 4 + padded);
  at = 4 + padded;
  put(bytes, at, columns);
  return bytes;
}

function sum(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((length, piece) => length + piece.length, 0);
}

function put(bytes: Uint8Array, start: number, pieces: readonly Uint8Array[]): number {
  let at = start;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return at;
}

interface Head extends PointGrid {
  readonly pixel: number;
  readonly series: readonly { readonly metric: PointSeries['metric']; readonly samples: number }[];
}

/**
 * Reads what `encodePoints` wrote. The columns are views of the bytes, which must begin at a multiple of 8 of their buffer.
 * Throws when they are cut short.
 */
export function decodePoints(bytes: Uint8Array): Points {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as Head;
  const { start, step, count, pixel } = head;
  let at = bytes.byteOffset + 4 + length;
  const series = head.series.map(({ metric, samples }): PointSeries => {
    const values = new Float64Array(bytes.buffer, at, samples);
    at += samples * 8;
    if (samples === count) return { metric, steps: null, values };
    const bits = new Uint8Array(bytes.buffer, at, Math.ceil(count / 8));
    at += toEight(bits.length);
    return { metric, steps: stepsOf(bits, samples), values };
  });
  return { start, step, count, pixel, series };
}

function stepsOf(bits: Uint8Array, samples: number): Uint32Array {
  const steps = new Uint32Array(samples);
  let at = 0;
  for (let i = 0; at < samples; i++) if ((bits[i >> 3]! >> (i & 7)) & 1) steps[at++] = i;
  return steps;
}
