import { HISTOGRAM_HIGH, HISTOGRAM_LOW, type SampleRecord } from '#chunkenc/sample-record';
import { NO_START } from '#chunkenc/start-times';
import { fromBits, STALE_HIGH, STALE_LOW } from '#chunkenc/value-bits';
import { ByteReader } from '#lib/varint';
import { type CounterResetHint, CUSTOM_BOUNDS_SCHEMA, type Histogram, type Span } from '#model/histogram';
import { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { StoredExemplar } from '../exemplars/exemplar-store.ts';

const TWO_32 = 2 ** 32;

/** Records of Prometheus' write-ahead log by their first byte. */
const SERIES = 1;
const SAMPLES = 2;
const TOMBSTONES = 3;
const EXEMPLARS = 4;
const METADATA = 6;
const HISTOGRAMS = 7;
const FLOAT_HISTOGRAMS = 8;
const CUSTOM_HISTOGRAMS = 9;
const CUSTOM_FLOAT_HISTOGRAMS = 10;
const SAMPLES_WITH_STARTS = 11;
const HISTOGRAMS_WITH_STARTS = 12;
const FLOAT_HISTOGRAMS_WITH_STARTS = 13;

const NO_START_MARK = 0;
const SAME_START_MARK = 1;
const HINTS: readonly CounterResetHint[] = ['unknown', 'reset', 'not-reset', 'gauge'];

/** What a log tells, in its order. References are those of the program that wrote it. */
export interface LogHandler {
  series(ref: number, pairs: readonly string[]): void;
  sample(ref: number, sample: SampleRecord): void;
  /** Samples of the series from `from` to `to` are deleted. */
  tombstone(ref: number, from: Millis, to: Millis): void;
  exemplar(ref: number, exemplar: StoredExemplar): void;
  /** A record of metadata, which storage does not keep. */
  metadata(): void;
}

type ReadHistogram = (input: ByteReader) => Histogram | null;

/**
 * Reads one record. Types that say nothing of series and samples (markers of what was written elsewhere) are passed over, as are
 * unknown ones. Throws `corrupt-data` when the record ends too early.
 */
export function readLogRecord(record: Uint8Array, handler: LogHandler): void {
  const input = new ByteReader(record, 1);
  const type = record[0];
  if (type === SERIES) readSeries(input, handler);
  else if (type === SAMPLES) readRows(input, handler, readFloat);
  else if (type === TOMBSTONES) readTombstones(input, handler);
  else if (type === EXEMPLARS) readExemplars(input, handler);
  else if (type === METADATA) handler.metadata();
  else if (type === HISTOGRAMS || type === CUSTOM_HISTOGRAMS)
    readRows(input, handler, (at) => histogramValue(at, readIntegers));
  else if (type === FLOAT_HISTOGRAMS || type === CUSTOM_FLOAT_HISTOGRAMS) {
    readRows(input, handler, (at) => histogramValue(at, readFloats));
  } else if (type === SAMPLES_WITH_STARTS) readStartedRows(input, handler, readFloat);
  else if (type === HISTOGRAMS_WITH_STARTS) readStartedRows(input, handler, (at) => histogramValue(at, readIntegers));
  else if (type === FLOAT_HISTOGRAMS_WITH_STARTS) {
    readStartedRows(input, handler, (at) => histogramValue(at, readFloats));
  }
}

function readSeries(input: ByteReader, handler: LogHandler): void {
  while (!input.done) {
    const ref = input.u64();
    handler.series(ref, readPairs(input));
  }
}

function readTombstones(input: ByteReader, handler: LogHandler): void {
  while (!input.done) {
    const ref = input.u64();
    const from = input.varint();
    handler.tombstone(ref, from, input.varint());
  }
}

function readExemplars(input: ByteReader, handler: LogHandler): void {
  if (input.done) return;
  const firstRef = input.u64();
  const firstTime = signed64(input);
  while (!input.done) {
    const ref = firstRef + input.varint();
    const t = firstTime + input.varint();
    const value = f64(input);
    const labels = Labels.fromSorted(readPairs(input));
    handler.exemplar(ref, { labels, value, t, hasTime: true });
  }
}

function readPairs(input: ByteReader): string[] {
  return Array.from({ length: input.uvarint() * 2 }, () => input.string());
}

type SampleValue = Pick<SampleRecord, 'high' | 'low' | 'histogram'>;

/** Samples as differences to the first one. */
function readRows(input: ByteReader, handler: LogHandler, readValue: (input: ByteReader) => SampleValue): void {
  if (input.done) return;
  const firstRef = input.u64();
  const firstTime = signed64(input);
  while (!input.done) {
    const ref = firstRef + input.varint();
    const t = firstTime + input.varint();
    handler.sample(ref, { ...readValue(input), t, start: NO_START });
  }
}

/** Samples with start times: references as differences to the one before, times to the first one. */
function readStartedRows(input: ByteReader, handler: LogHandler, readValue: (input: ByteReader) => SampleValue): void {
  if (input.done) return;
  let ref = input.varint();
  const firstTime = input.varint();
  const firstStart = input.varint();
  let t = firstTime;
  let start = firstStart;
  for (;;) {
    handler.sample(ref, { ...readValue(input), t, start: start === 0 ? NO_START : start });
    if (input.done) return;
    ref += input.varint();
    t = firstTime + input.varint();
    start = readStart(input, start, firstStart);
  }
}

function readStart(input: ByteReader, before: Millis, first: Millis): Millis {
  const mark = input.u8();
  if (mark === NO_START_MARK) return 0;
  return mark === SAME_START_MARK ? before : first + input.varint();
}

function readFloat(input: ByteReader): SampleValue {
  const high = input.u32();
  return { high, low: input.u32(), histogram: null };
}

/** A histogram whose sum is a staleness marker is one. */
function histogramValue(input: ByteReader, read: ReadHistogram): SampleValue {
  const histogram = read(input);
  if (histogram === null) return { high: STALE_HIGH, low: STALE_LOW, histogram };
  return { high: HISTOGRAM_HIGH, low: HISTOGRAM_LOW, histogram };
}

function readIntegers(input: ByteReader): Histogram | null {
  const counterResetHint = HINTS[input.u8()] ?? 'unknown';
  const schema = input.varint();
  const zeroThreshold = f64(input);
  const zeroCount = input.uvarint();
  const count = input.uvarint();
  const sum = readSum(input);
  const spans = readSpans(input);
  const positiveBuckets = readDeltas(input);
  const buckets = { positiveBuckets, negativeBuckets: readDeltas(input), customBounds: readBounds(input, schema) };
  if (sum === null) return null;
  return { schema, zeroThreshold, zeroCount, count, sum, ...spans, ...buckets, counterResetHint, isInteger: true };
}

function readFloats(input: ByteReader): Histogram | null {
  const counterResetHint = HINTS[input.u8()] ?? 'unknown';
  const schema = input.varint();
  const zeroThreshold = f64(input);
  const zeroCount = f64(input);
  const count = f64(input);
  const sum = readSum(input);
  const spans = readSpans(input);
  const positiveBuckets = readNumbers(input);
  const buckets = { positiveBuckets, negativeBuckets: readNumbers(input), customBounds: readBounds(input, schema) };
  if (sum === null) return null;
  return { schema, zeroThreshold, zeroCount, count, sum, ...spans, ...buckets, counterResetHint };
}

/** Null: a staleness marker, whose bits a number does not keep. */
function readSum(input: ByteReader): number | null {
  const high = input.u32();
  const low = input.u32();
  return high === STALE_HIGH && low === STALE_LOW ? null : fromBits(high, low);
}

function readSpans(input: ByteReader): Pick<Histogram, 'positiveSpans' | 'negativeSpans'> {
  const read = () =>
    Array.from({ length: input.uvarint() }, (): Span => {
      const offset = input.varint();
      return { offset, length: input.uvarint() };
    });
  const positiveSpans = read();
  return { positiveSpans, negativeSpans: read() };
}

/** Counts as differences to their left neighbours. */
function readDeltas(input: ByteReader): Float64Array {
  let count = 0;
  return Float64Array.from({ length: input.uvarint() }, () => (count += input.varint()));
}

function readNumbers(input: ByteReader): Float64Array {
  return Float64Array.from({ length: input.uvarint() }, () => f64(input));
}

function readBounds(input: ByteReader, schema: number): Float64Array | null {
  return schema === CUSTOM_BOUNDS_SCHEMA ? readNumbers(input) : null;
}

function f64(input: ByteReader): number {
  const high = input.u32();
  return fromBits(high, input.u32());
}

function signed64(input: ByteReader): number {
  const high = input.u32() | 0;
  return high * TWO_32 + input.u32();
}
