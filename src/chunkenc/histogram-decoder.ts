import type { CounterResetHint, Histogram } from '#model/histogram';
import { BitReader } from './bit-reader.ts';
import type { TimeBounds } from './columns.ts';
import { ENCODING_HISTOGRAM, ENCODING_HISTOGRAM_ST, isFloatEncoding, sampleCount } from './encoding.ts';
import { FloatCounts, IntegerCounts } from './histogram-counts.ts';
import { readLayout } from './histogram-layout.ts';
import { NO_START, StartTimes } from './start-times.ts';
import { readVarbitInt } from './varbit.ts';

const HEADER_BYTES = 3;
const HINTS: readonly CounterResetHint[] = ['unknown', 'not-reset', 'reset', 'gauge'];

/** Where decoded histograms go. */
export interface HistogramSink {
  readonly length: number;
  pushHistogram(t: number, histogram: Histogram): void;
  pushStale(t: number): void;
  /** When sample `i` began to count. Not called where that is not known. */
  setStart(i: number, start: number): void;
}

/** A chunk with its encoding, as blocks have it. */
export interface EncodedChunk {
  readonly encoding: number;
  readonly data: Uint8Array;
}

const input = new BitReader();

/** Appends the samples of a chunk of histograms, of any of the four encodings. Throws `corrupt-data` when it is damaged. */
export function decodeHistograms(
  { encoding, data }: EncodedChunk,
  { start, end }: TimeBounds,
  out: HistogramSink,
): void {
  input.begin('histogram chunk', data, HEADER_BYTES);
  if (isFloatEncoding(encoding)) throw input.malformed(`encoding ${encoding} is none of histograms`);
  const isInteger = encoding === ENCODING_HISTOGRAM || encoding === ENCODING_HISTOGRAM_ST;
  const starts = startsOf(encoding, data);
  const layout = readLayout(input);
  const counts = isInteger ? new IntegerCounts(layout) : new FloatCounts(layout);
  const total = sampleCount(encoding, data);
  const header = HINTS[data[starts ? 0 : 2]! >>> 6]!;
  const kind = isInteger ? { isInteger } : {};
  let t = 0;
  let delta = 0;
  for (let i = 0; i < total; i++) {
    if (i === 0) t = readVarbitInt(input);
    else {
      delta += readVarbitInt(input);
      t += delta;
    }
    const numbers = counts.read(input);
    const began = starts ? starts.read(input, t) : NO_START;
    if (t < start) continue;
    if (t > end) break;
    if (numbers === null) out.pushStale(t);
    else out.pushHistogram(t, { ...layout, ...numbers, ...kind, counterResetHint: hintOf(header, i) });
    if (began !== NO_START) out.setStart(out.length - 1, began);
  }
}

function startsOf(encoding: number, data: Uint8Array): StartTimes | null {
  if (encoding < ENCODING_HISTOGRAM_ST) return null;
  const starts = new StartTimes();
  starts.begin(data[2]!);
  return starts;
}

/**
 * What a sample knows of a reset before it: within a chunk there is none. What the header says of the first one holds only
 * if the chunk before is still there, so nothing is said, as in Prometheus.
 */
function hintOf(header: CounterResetHint, i: number): CounterResetHint {
  if (header === 'gauge') return 'gauge';
  return i > 0 ? 'not-reset' : 'unknown';
}
