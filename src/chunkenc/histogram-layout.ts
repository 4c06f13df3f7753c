import { CUSTOM_BOUNDS_SCHEMA, type Span } from '#model/histogram';
import type { BitReader } from './bit-reader.ts';
import type { BitWriter } from './bit-writer.ts';
import { fromBits, highBits, lowBits } from './value-bits.ts';
import { putVarbitInt, putVarbitUint, readVarbitInt, readVarbitUint } from './varbit.ts';

/** What all histograms of a chunk have in common. */
export interface HistogramLayout {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly positiveSpans: readonly Span[];
  readonly negativeSpans: readonly Span[];
  readonly customBounds: Float64Array | null;
}

/** The layout of a chunk that begins with a staleness marker. */
export const EMPTY_LAYOUT: HistogramLayout = {
  schema: 0,
  zeroThreshold: 0,
  positiveSpans: [],
  negativeSpans: [],
  customBounds: null,
};

const LOWEST_KNOWN_SCHEMA = -9;
const HIGHEST_KNOWN_SCHEMA = 52;
/** A zero threshold of 2^n is the byte n + 244, for n from -243 to 10. */
const THRESHOLD_BIAS = 244;
const MOST_THRESHOLD_BYTE = 254;
const RAW_THRESHOLD = 255;
const MOST_BUCKETS = 1 << 20;
/** Bounds with up to three decimals are stored as thousandths. */
const LARGEST_THOUSANDTHS = 33_554_430;

/** Writes a layout at the beginning of a chunk. */
export function putLayout(out: BitWriter, layout: HistogramLayout): void {
  putZeroThreshold(out, layout.zeroThreshold);
  putVarbitInt(out, layout.schema);
  putSpans(out, layout.positiveSpans);
  putSpans(out, layout.negativeSpans);
  if (layout.schema === CUSTOM_BOUNDS_SCHEMA) putBounds(out, layout.customBounds ?? new Float64Array(0));
}

/** Reads a layout. Throws `corrupt-data` for a schema that is none. */
export function readLayout(input: BitReader): HistogramLayout {
  const zeroThreshold = readZeroThreshold(input);
  const schema = readVarbitInt(input);
  const isCustom = schema === CUSTOM_BOUNDS_SCHEMA;
  if (!isCustom && (schema < LOWEST_KNOWN_SCHEMA || schema > HIGHEST_KNOWN_SCHEMA)) {
    throw input.malformed(`schema ${schema} is not known`);
  }
  const positiveSpans = readSpans(input);
  const negativeSpans = readSpans(input);
  return { schema, zeroThreshold, positiveSpans, negativeSpans, customBounds: isCustom ? readBounds(input) : null };
}

/** How many buckets spans describe. */
export function bucketCount(spans: readonly Span[]): number {
  return spans.reduce((sum, { length }) => sum + length, 0);
}

function putZeroThreshold(out: BitWriter, threshold: number): void {
  const exponent = Math.log2(threshold);
  const byte = exponent + THRESHOLD_BIAS;
  if (threshold === 0) out.put(0, 8);
  else if (Number.isInteger(exponent) && 2 ** exponent === threshold && byte >= 1 && byte <= MOST_THRESHOLD_BYTE) {
    out.put(byte, 8);
  } else {
    out.put(RAW_THRESHOLD, 8);
    out.put64(highBits(threshold), lowBits(threshold));
  }
}

function readZeroThreshold(input: BitReader): number {
  const byte = input.bits(8);
  if (byte === 0) return 0;
  return byte === RAW_THRESHOLD ? readFloat(input) : 2 ** (byte - THRESHOLD_BIAS);
}

function putSpans(out: BitWriter, spans: readonly Span[]): void {
  putVarbitUint(out, spans.length);
  for (const { offset, length } of spans) {
    putVarbitUint(out, length);
    putVarbitInt(out, offset);
  }
}

function readSpans(input: BitReader): Span[] {
  const spans: Span[] = [];
  let buckets = 0;
  for (let left = readVarbitUint(input); left > 0; left--) {
    const length = readVarbitUint(input);
    buckets += length;
    if (buckets > MOST_BUCKETS) throw input.malformed('a histogram has too many buckets');
    spans.push({ length, offset: readVarbitInt(input) });
  }
  return spans;
}

function putBounds(out: BitWriter, bounds: Float64Array): void {
  putVarbitUint(out, bounds.length);
  for (const bound of bounds) {
    const thousandths = Math.round(bound * 1000);
    if (bound >= 0 && bound * 1000 <= LARGEST_THOUSANDTHS && thousandths / 1000 === bound) {
      putVarbitUint(out, thousandths + 1);
    } else {
      out.put(0, 1);
      out.put64(highBits(bound), lowBits(bound));
    }
  }
}

function readBounds(input: BitReader): Float64Array {
  const count = readVarbitUint(input);
  if (count > MOST_BUCKETS) throw input.malformed('a histogram has too many bounds');
  const bounds = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const thousandths = readVarbitUint(input);
    bounds[i] = thousandths === 0 ? readFloat(input) : (thousandths - 1) / 1000;
  }
  return bounds;
}

function readFloat(input: BitReader): number {
  const high = input.bits(32);
  return fromBits(high, input.bits(32));
}
