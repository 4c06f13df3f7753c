import { BarographError } from '#lib/errors';
import type { ByteReader, ByteWriter } from '#lib/varint';
import { type CounterResetHint, CUSTOM_BOUNDS_SCHEMA, type Histogram, type Span } from '#model/histogram';
import { bucketCount, type HistogramLayout } from './histogram-layout.ts';
import { NO_START } from './start-times.ts';
import { fromBits, highBits, lowBits, STALE_HIGH, STALE_LOW } from './value-bits.ts';

/** A sample of any kind: a histogram, or else a value by the halves of its bits. `start` = NO_START: not known. */
export interface SampleRecord {
  readonly t: number;
  readonly high: number;
  readonly low: number;
  readonly histogram: Histogram | null;
  readonly start: number;
}

/** The bits that stand for the value of a histogram where only bits are compared: no number has them. */
export const HISTOGRAM_HIGH = STALE_HIGH;
export const HISTOGRAM_LOW = STALE_LOW + 1;

const KIND_MASK = 3;
const FLOAT = 0;
const STALE = 1;
/** A histogram of the layout of the one before it, and one that brings its own. */
const SAME_LAYOUT = 2;
const OWN_LAYOUT = 3;
const HAS_START = 4;
const IS_INTEGER = 8;
const HINT_SHIFT = 4;
const HINTS: readonly CounterResetHint[] = ['unknown', 'not-reset', 'reset', 'gauge'];

const MOST_FIXED_BYTES = 128;
const MOST_NUMBER_BYTES = 20;
const MOST_BUCKETS = 1 << 20;

/** What a record refers to: the one before it. Each side has its own, and both must have seen the same records. */
export class RecordState {
  t = 0;
  histogram: Histogram | null = null;
}

/** Writes a sample as a record of whole bytes (docs/formats/wal.md has the drawing). */
export function putRecord(out: ByteWriter, sample: SampleRecord, state: RecordState): void {
  const { t, histogram, start } = sample;
  const base = histogram && state.histogram && sameLayout(state.histogram, histogram) ? state.histogram : null;
  out.u8(kindOf(sample, base !== null) | (start === NO_START ? 0 : HAS_START) | (histogram ? flagsOf(histogram) : 0));
  out.varint(t - state.t);
  if (start !== NO_START) out.varint(t - start);
  state.t = t;
  if (histogram) {
    if (base === null) putLayout(out, histogram);
    putNumbers(out, histogram, base);
    state.histogram = histogram;
  } else if (!isStale(sample)) {
    out.u32(sample.high);
    out.u32(sample.low);
  }
}

/** Reads what `putRecord` wrote. */
export function readRecord(input: ByteReader, state: RecordState): SampleRecord {
  const flags = input.u8();
  const kind = flags & KIND_MASK;
  const t = state.t + input.varint();
  const start = (flags & HAS_START) === 0 ? NO_START : t - input.varint();
  state.t = t;
  if (kind === FLOAT) {
    const high = input.u32();
    return { t, start, high, low: input.u32(), histogram: null };
  }
  if (kind === STALE) return { t, start, high: STALE_HIGH, low: STALE_LOW, histogram: null };
  const histogram = readHistogram(input, flags, kind === SAME_LAYOUT ? state.histogram : null);
  state.histogram = histogram;
  return { t, start, high: HISTOGRAM_HIGH, low: HISTOGRAM_LOW, histogram };
}

/** The record is not longer than this. */
export function mostRecordBytes({ positiveSpans, negativeSpans, customBounds, ...h }: Histogram): number {
  const spans = positiveSpans.length + negativeSpans.length;
  const numbers = h.positiveBuckets.length + h.negativeBuckets.length + (customBounds?.length ?? 0);
  return MOST_FIXED_BYTES + MOST_NUMBER_BYTES * (spans + numbers);
}

/** Where the samples of records go. */
export interface RecordSink {
  readonly length: number;
  pushFloat(t: number, v: number): void;
  pushStale(t: number): void;
  pushHistogram(t: number, histogram: Histogram): void;
  setStart(i: number, start: number): void;
}

/** Appends those of the first `count` records with start <= t <= end. */
export function readRecords(
  input: ByteReader,
  { count, start, end }: { readonly count: number; readonly start: number; readonly end: number },
  out: RecordSink,
): void {
  const state = new RecordState();
  for (let i = 0; i < count; i++) {
    const sample = readRecord(input, state);
    if (sample.t < start) continue;
    if (sample.t > end) break;
    if (sample.histogram) out.pushHistogram(sample.t, sample.histogram);
    else if (isStale(sample)) out.pushStale(sample.t);
    else out.pushFloat(sample.t, fromBits(sample.high, sample.low));
    if (sample.start !== NO_START) out.setStart(out.length - 1, sample.start);
  }
}

function isStale({ high, low }: SampleRecord): boolean {
  return high === STALE_HIGH && low === STALE_LOW;
}

function kindOf(sample: SampleRecord, hasSameLayout: boolean): number {
  if (sample.histogram) return hasSameLayout ? SAME_LAYOUT : OWN_LAYOUT;
  return isStale(sample) ? STALE : FLOAT;
}

function flagsOf({ isInteger, counterResetHint }: Histogram): number {
  return (isInteger ? IS_INTEGER : 0) | (HINTS.indexOf(counterResetHint) << HINT_SHIFT);
}

function readHistogram(input: ByteReader, flags: number, base: Histogram | null): Histogram {
  const isInteger = (flags & IS_INTEGER) !== 0;
  const layout = base ?? readLayout(input);
  const sum = readFloat(input);
  const positive = bucketCount(layout.positiveSpans);
  const numbers = base ? numbersOf(base) : new Float64Array(2 + positive + bucketCount(layout.negativeSpans));
  readNumbers(input, numbers, isInteger);
  const { schema, zeroThreshold, positiveSpans, negativeSpans, customBounds } = layout;
  return {
    ...{ schema, zeroThreshold, positiveSpans, negativeSpans, customBounds, sum },
    count: numbers[0]!,
    zeroCount: numbers[1]!,
    positiveBuckets: numbers.slice(2, 2 + positive),
    negativeBuckets: numbers.slice(2 + positive),
    counterResetHint: HINTS[(flags >>> HINT_SHIFT) & 3]!,
    ...(isInteger ? { isInteger } : {}),
  };
}

/** All counts in one row: count, zero count, positive buckets, negative buckets. */
function numbersOf({ count, zeroCount, positiveBuckets, negativeBuckets }: Histogram): Float64Array {
  const numbers = new Float64Array(2 + positiveBuckets.length + negativeBuckets.length);
  numbers[0] = count;
  numbers[1] = zeroCount;
  numbers.set(positiveBuckets, 2);
  numbers.set(negativeBuckets, 2 + positiveBuckets.length);
  return numbers;
}

/** The sum; then again and again how many counts are as before, and the next one; integers as difference. */
function putNumbers(out: ByteWriter, histogram: Histogram, base: Histogram | null): void {
  out.u32(highBits(histogram.sum));
  out.u32(lowBits(histogram.sum));
  const numbers = numbersOf(histogram);
  const before = base ? numbersOf(base) : new Float64Array(numbers.length);
  let unchanged = 0;
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i]!;
    if (Object.is(number, before[i])) {
      unchanged++;
      continue;
    }
    out.uvarint(unchanged);
    unchanged = 0;
    if (histogram.isInteger) out.varint(number - before[i]!);
    else putFloat(out, number);
  }
  if (unchanged > 0) out.uvarint(unchanged);
}

function readNumbers(input: ByteReader, numbers: Float64Array, isInteger: boolean): void {
  for (let i = input.uvarint(); i < numbers.length; ) {
    numbers[i] = isInteger ? numbers[i]! + input.varint() : readFloat(input);
    i++;
    if (i < numbers.length) i += input.uvarint();
  }
}

function putLayout(out: ByteWriter, layout: HistogramLayout): void {
  out.varint(layout.schema);
  putFloat(out, layout.zeroThreshold);
  putSpans(out, layout.positiveSpans);
  putSpans(out, layout.negativeSpans);
  if (layout.schema !== CUSTOM_BOUNDS_SCHEMA) return;
  const bounds = layout.customBounds ?? [];
  out.uvarint(bounds.length);
  for (const bound of bounds) putFloat(out, bound);
}

function readLayout(input: ByteReader): HistogramLayout {
  const schema = input.varint();
  const zeroThreshold = readFloat(input);
  const positiveSpans = readSpans(input);
  const negativeSpans = readSpans(input);
  const isCustom = schema === CUSTOM_BOUNDS_SCHEMA;
  const customBounds = isCustom
    ? Float64Array.from({ length: checked(input.uvarint()) }, () => readFloat(input))
    : null;
  return { schema, zeroThreshold, positiveSpans, negativeSpans, customBounds };
}

function putSpans(out: ByteWriter, spans: readonly Span[]): void {
  out.uvarint(spans.length);
  for (const { offset, length } of spans) {
    out.varint(offset);
    out.uvarint(length);
  }
}

function readSpans(input: ByteReader): Span[] {
  const spans = Array.from({ length: checked(input.uvarint()) }, () => ({
    offset: input.varint(),
    length: input.uvarint(),
  }));
  checked(bucketCount(spans));
  return spans;
}

// Damaged bytes must not ask for gigabytes.
function checked(count: number): number {
  if (count <= MOST_BUCKETS) return count;
  throw new BarographError(`malformed sample: a histogram of ${count} buckets`, {
    kind: 'corrupt-data',
    code: 'malformed-sample',
  });
}

function putFloat(out: ByteWriter, value: number): void {
  out.u32(highBits(value));
  out.u32(lowBits(value));
}

function readFloat(input: ByteReader): number {
  const high = input.u32();
  return fromBits(high, input.u32());
}

function sameLayout(a: Histogram, b: Histogram): boolean {
  return (
    a.schema === b.schema &&
    a.zeroThreshold === b.zeroThreshold &&
    (a.isInteger === true) === (b.isInteger === true) &&
    sameSpans(a.positiveSpans, b.positiveSpans) &&
    sameSpans(a.negativeSpans, b.negativeSpans) &&
    sameBounds(a.customBounds, b.customBounds)
  );
}

function sameSpans(a: readonly Span[], b: readonly Span[]): boolean {
  if (a === b) return true;
  return (
    a.length === b.length && a.every(({ offset, length }, i) => offset === b[i]!.offset && length === b[i]!.length)
  );
}

function sameBounds(a: Float64Array | null, b: Float64Array | null): boolean {
  if (a === null || b === null) return a === b;
  return a.length === b.length && a.every((bound, i) => bound === b[i]);
}
