import type { ProtobufReader } from '#lib/protobuf';
import { type CounterResetHint, CUSTOM_BOUNDS_SCHEMA, type Histogram, type Span } from '#model/histogram';
import { isStaleMarker } from './sample-value.ts';

const RESET_HINTS: readonly CounterResetHint[] = ['unknown', 'reset', 'not-reset', 'gauge'];

/** One side of a histogram as sent: integer counts as differences, or float counts as they are. */
interface WrittenBuckets {
  readonly spans: Span[];
  readonly deltas: number[];
  readonly counts: number[];
}

/** A histogram with its times; null stands for a stale marker. A start time of 0 means that none was sent. */
export interface WrittenHistogram {
  readonly t: number;
  readonly startTime: number;
  readonly histogram: Histogram | null;
}

/**
 * Reads a histogram, the same message in both versions (prompb.Histogram, and writev2.Histogram, which adds the start
 * time): integer histograms have an integer count and bucket counts as differences from the bucket before, float
 * histograms a float count and absolute bucket counts. A sum of StaleNaN makes it a stale marker. What is written is not
 * checked beyond its form: the histogram given may be invalid.
 */
export function decodeHistogram(reader: ProtobufReader): WrittenHistogram {
  const end = reader.nested();
  const positive: WrittenBuckets = { spans: [], deltas: [], counts: [] };
  const negative: WrittenBuckets = { spans: [], deltas: [], counts: [] };
  const bounds: number[] = [];
  let [count, zeroCount, sum, schema, zeroThreshold, t, startTime] = [0, 0, 0, 0, 0, 0, 0];
  let isFloat = false;
  let stale = false;
  let hint = 0;
  while (reader.nextField(end)) {
    switch (reader.field) {
      case 1:
        count = reader.uint();
        isFloat = false;
        break;
      case 2:
        count = reader.double();
        isFloat = true;
        break;
      case 3:
        stale = isStaleMarker(reader);
        sum = reader.double();
        break;
      case 4:
        schema = reader.sint();
        break;
      case 5:
        zeroThreshold = reader.double();
        break;
      case 6:
        zeroCount = reader.uint();
        break;
      case 7:
        zeroCount = reader.double();
        break;
      case 8:
        negative.spans.push(decodeSpan(reader));
        break;
      case 9:
        reader.packed(() => negative.deltas.push(reader.sint()));
        break;
      case 10:
        reader.packed(() => negative.counts.push(reader.double()));
        break;
      case 11:
        positive.spans.push(decodeSpan(reader));
        break;
      case 12:
        reader.packed(() => positive.deltas.push(reader.sint()));
        break;
      case 13:
        reader.packed(() => positive.counts.push(reader.double()));
        break;
      case 14:
        hint = reader.uint();
        break;
      case 15:
        t = reader.int();
        break;
      case 16:
        reader.packed(() => bounds.push(reader.double()));
        break;
      case 17:
        startTime = reader.int();
        break;
      default:
        reader.skip();
    }
  }
  if (stale) return { t, startTime, histogram: null };
  const histogram: Histogram = {
    ...{ schema, zeroThreshold, zeroCount, count, sum },
    positiveSpans: positive.spans,
    positiveBuckets: bucketsOf(positive, isFloat),
    negativeSpans: negative.spans,
    negativeBuckets: bucketsOf(negative, isFloat),
    customBounds: schema === CUSTOM_BOUNDS_SCHEMA || bounds.length > 0 ? Float64Array.from(bounds) : null,
    ...(isFloat ? {} : { isInteger: true }),
    counterResetHint: RESET_HINTS[hint] ?? 'unknown',
  };
  return { t, startTime, histogram };
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

function bucketsOf({ deltas, counts }: WrittenBuckets, isFloat: boolean): Float64Array {
  if (isFloat) return Float64Array.from(counts);
  let count = 0;
  return Float64Array.from(deltas, (delta) => (count += delta));
}
