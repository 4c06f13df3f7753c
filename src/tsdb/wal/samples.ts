import { putRecord, RecordState, readRecord, type SampleRecord } from '#chunkenc/sample-record';
import { NO_START } from '#chunkenc/start-times';
import { fromBits, highBits, lowBits, STALE_HIGH, STALE_LOW } from '#chunkenc/value-bits';
import type { ByteReader, ByteWriter } from '#lib/varint';
import type { SampleRows } from './sample-rows.ts';
import { type CodedSamples, type SampleBatches, samplesKernel } from './samples-kernel.ts';

const VALUE_BITS = 0;
const VALUE_INTEGER = 1;
const VALUE_STALE = 2;
const KINDS = 4;
const LARGEST_INTEGER = 2 ** 48;

/**
 * Writes the samples of one commit: the first time, the number of samples, whether all have that time; then per sample
 * the difference of ids with the kind of value, the difference to the first time, the value. Uses the kernel of this thread
 * where there is one.
 */
export function encodeSamples(out: ByteWriter, rows: SampleRows, kernel = samplesKernel()): void {
  const base = rows.t[0] ?? 0;
  const sameTime = haveTime(rows.t, rows.length, base);
  out.varint(base);
  out.uvarint(rows.length);
  out.u8(sameTime ? 1 : 0);
  if (kernel !== null) kernel.encode(out, rows, sameTime ? null : base);
  else encodeAll(out, rows, sameTime ? null : base);
}

/** `base`: times are written as differences to it; null: they are not written. */
function encodeAll(out: ByteWriter, { length, id, t, high, low }: SampleRows, base: number | null): void {
  let last = 0;
  for (let i = 0; i < length; i++) {
    const step = id[i]! - last;
    last = id[i]!;
    const zigzag = step < 0 ? -step * 2 - 1 : step * 2;
    const v = fromBits(high[i]!, low[i]!);
    const kind = kindOf(high[i]!, low[i]!, v);
    out.uvarint(zigzag * KINDS + kind);
    if (base !== null) out.varint(t[i]! - base);
    if (kind === VALUE_INTEGER) out.varint(v);
    else if (kind === VALUE_BITS) {
      out.u32(high[i]!);
      out.u32(low[i]!);
    }
  }
}

function haveTime(times: Float64Array, length: number, time: number): boolean {
  for (let i = 0; i < length; i++) if (times[i] !== time) return false;
  return true;
}

function kindOf(high: number, low: number, v: number): number {
  if (high === STALE_HIGH && low === STALE_LOW) return VALUE_STALE;
  if (!(v < LARGEST_INTEGER && v > -LARGEST_INTEGER) || v !== Math.trunc(v)) return VALUE_BITS;
  // A negative zero is not kept by an integer.
  return v === 0 && high !== 0 ? VALUE_BITS : VALUE_INTEGER;
}

/** Columns to which plain samples are added. */
export interface SampleColumns extends SampleBatches {
  readonly length: number;
  /** The ids of those that are there. */
  readonly id: ArrayLike<number>;
  push(id: number, t: number, high: number, low: number): void;
}

/** Reads what `encodeSamples` wrote, to empty columns. Uses the kernel of this thread where there is one. */
export function decodeSamples(input: ByteReader, out: SampleColumns, kernel = samplesKernel()): void {
  const base = input.varint();
  const count = input.uvarint();
  const withTimes = input.u8() !== 1;
  const coded = { count, base, withTimes };
  const done = kernel === null ? 0 : kernel.decode(input, coded, out);
  if (done < count) decodeFrom(done, input, coded, out);
}

function decodeFrom(first: number, input: ByteReader, { count, base, withTimes }: CodedSamples, out: SampleColumns) {
  let id = first === 0 ? 0 : out.id[first - 1]!;
  for (let i = first; i < count; i++) {
    const head = input.uvarint();
    const zigzag = Math.floor(head / KINDS);
    id += zigzag % 2 === 1 ? -(zigzag + 1) / 2 : zigzag / 2;
    const t = withTimes ? base + input.varint() : base;
    const kind = head % KINDS;
    if (kind === VALUE_STALE) out.push(id, t, STALE_HIGH, STALE_LOW);
    else if (kind === VALUE_INTEGER) {
      const v = input.varint();
      out.push(id, t, highBits(v), lowBits(v));
    } else {
      const high = input.u32();
      out.push(id, t, high, input.u32());
    }
  }
}

/** The sample of a row. */
export function recordOf({ t, high, low, extras }: SampleRows, i: number): SampleRecord {
  const histogram = extras?.histograms[i] ?? null;
  return { t: t[i]!, high: high[i]!, low: low[i]!, histogram, start: extras?.starts[i] ?? NO_START };
}

/** Writes the samples of a commit that has more than floats: their number, then per sample the difference of ids, a record. */
export function encodeRows(out: ByteWriter, rows: SampleRows): void {
  out.uvarint(rows.length);
  const state = new RecordState();
  let last = 0;
  for (let i = 0; i < rows.length; i++) {
    out.varint(rows.id[i]! - last);
    last = rows.id[i]!;
    putRecord(out, recordOf(rows, i), state);
    // The next histogram is of another series: it does not refer to this one.
    state.histogram = null;
  }
}

/** Reads what `encodeRows` wrote. */
export function decodeRows(input: ByteReader, handle: (id: number, sample: SampleRecord) => void): void {
  const state = new RecordState();
  let id = 0;
  for (let left = input.uvarint(); left > 0; left--) {
    id += input.varint();
    handle(id, readRecord(input, state));
    state.histogram = null;
  }
}
