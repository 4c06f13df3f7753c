import type { ProtobufReader } from '#lib/protobuf';
import { readTimestamp } from '#lib/protobuf-messages';
import type { Exemplar } from '#model/exemplar';
import type { Histogram, Span } from '#model/histogram';
import { decodeExemplar } from './exemplar.ts';

/** A bucket of a classic histogram; counts are cumulative. */
export interface ClassicBucket {
  readonly upperBound: number;
  readonly count: number;
  readonly exemplar: Exemplar | null;
}

/** One side of a native histogram as sent. */
interface Side {
  readonly spans: Span[];
  readonly deltas: number[];
  readonly counts: number[];
}

/** io.prometheus.client.Histogram: a classic histogram, a native one, or both of the same observations. */
export interface ExposedHistogram {
  count: number;
  countFloat: number;
  sum: number;
  schema: number;
  zeroThreshold: number;
  zeroCount: number;
  zeroCountFloat: number;
  startTime: number | null;
  readonly buckets: ClassicBucket[];
  readonly positive: Side;
  readonly negative: Side;
  /** Those of the native histogram. */
  readonly exemplars: Exemplar[];
}

/** Reads the message at hand. Throws `bad-request` for malformed ones. */
export function decodeHistogram(reader: ProtobufReader): ExposedHistogram {
  const end = reader.nested();
  const h = emptyHistogram();
  while (reader.nextField(end)) decodeField(reader, h);
  return h;
}

function emptyHistogram(): ExposedHistogram {
  const numbers = { count: 0, countFloat: 0, sum: 0, schema: 0, zeroThreshold: 0, zeroCount: 0, zeroCountFloat: 0 };
  const side = (): Side => ({ spans: [], deltas: [], counts: [] });
  return { ...numbers, startTime: null, buckets: [], positive: side(), negative: side(), exemplars: [] };
}

function decodeField(reader: ProtobufReader, h: ExposedHistogram): void {
  switch (reader.field) {
    case 1:
      h.count = reader.uint();
      break;
    case 2:
      h.sum = reader.double();
      break;
    case 3:
      h.buckets.push(decodeBucket(reader));
      break;
    case 4:
      h.countFloat = reader.double();
      break;
    case 5:
      h.schema = reader.sint();
      break;
    case 6:
      h.zeroThreshold = reader.double();
      break;
    case 7:
      h.zeroCount = reader.uint();
      break;
    case 8:
      h.zeroCountFloat = reader.double();
      break;
    case 15:
      h.startTime = readTimestamp(reader);
      break;
    case 16:
      h.exemplars.push(decodeExemplar(reader));
      break;
    default:
      decodeSides(reader, h);
  }
}

function decodeSides(reader: ProtobufReader, { positive, negative }: ExposedHistogram): void {
  switch (reader.field) {
    case 9:
      negative.spans.push(decodeSpan(reader));
      break;
    case 10:
      reader.packed(() => negative.deltas.push(reader.sint()));
      break;
    case 11:
      reader.packed(() => negative.counts.push(reader.double()));
      break;
    case 12:
      positive.spans.push(decodeSpan(reader));
      break;
    case 13:
      reader.packed(() => positive.deltas.push(reader.sint()));
      break;
    case 14:
      reader.packed(() => positive.counts.push(reader.double()));
      break;
    default:
      reader.skip();
  }
}

function decodeSpan(reader: ProtobufReader): Span {
  const end = reader.nested();
  let offset = 0;
  let length = 0;
  while (reader.nextField(end)) {
    if (reader.field === 1) offset = reader.sint();
    else if (reader.field === 2) length = reader.uint();
    else reader.skip();
  }
  return { offset, length };
}

function decodeBucket(reader: ProtobufReader): ClassicBucket {
  const end = reader.nested();
  let upperBound = 0;
  let count = 0;
  let countFloat = 0;
  let exemplar: Exemplar | null = null;
  while (reader.nextField(end)) {
    if (reader.field === 1) count = reader.uint();
    else if (reader.field === 2) upperBound = reader.double();
    else if (reader.field === 3) exemplar = decodeExemplar(reader);
    else if (reader.field === 4) countFloat = reader.double();
    else reader.skip();
  }
  return { upperBound, count: count > 0 ? count : countFloat, exemplar };
}

/** Whether the message has a native histogram: an empty one shows itself by a span without buckets. */
export function isNative({ positive, negative, zeroThreshold, zeroCount, zeroCountFloat }: ExposedHistogram): boolean {
  return (
    positive.spans.length > 0 || negative.spans.length > 0 || zeroThreshold > 0 || zeroCount > 0 || zeroCountFloat > 0
  );
}

/** The native histogram of the message. Not checked: it may be invalid. */
export function nativeHistogram(h: ExposedHistogram, gauge: boolean): Histogram {
  const isFloat = h.countFloat > 0 || h.zeroCountFloat > 0;
  return {
    schema: h.schema,
    zeroThreshold: h.zeroThreshold,
    zeroCount: isFloat ? h.zeroCountFloat : h.zeroCount,
    count: isFloat ? h.countFloat : h.count,
    sum: h.sum,
    positiveSpans: withoutEmpty(h.positive.spans),
    positiveBuckets: bucketsOf(h.positive, isFloat),
    negativeSpans: withoutEmpty(h.negative.spans),
    negativeBuckets: bucketsOf(h.negative, isFloat),
    customBounds: null,
    counterResetHint: gauge ? 'gauge' : 'unknown',
    ...(isFloat ? {} : { isInteger: true }),
  };
}

/** Native exemplars need a timestamp. Without any of its own, a histogram has those of its classic buckets. */
export function nativeExemplars({ exemplars, buckets }: ExposedHistogram): Exemplar[] {
  const all = exemplars.length > 0 ? exemplars : buckets.flatMap(({ exemplar }) => (exemplar ? [exemplar] : []));
  return all.filter(({ timestamp }) => timestamp !== null);
}

/** Spans without buckets are left out; what they skip goes to the next one. */
function withoutEmpty(spans: readonly Span[]): Span[] {
  const kept: Span[] = [];
  let skipped = 0;
  for (const { offset, length } of spans) {
    skipped += offset;
    if (length === 0) continue;
    kept.push({ offset: skipped, length });
    skipped = 0;
  }
  return kept;
}

function bucketsOf({ deltas, counts }: Side, isFloat: boolean): Float64Array {
  if (isFloat) return Float64Array.from(counts);
  let count = 0;
  return Float64Array.from(deltas, (delta) => {
    count += delta;
    return count;
  });
}
