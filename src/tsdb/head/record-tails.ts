import { fitHistogram } from '#chunkenc/histogram-fit';
import { EMPTY_LAYOUT } from '#chunkenc/histogram-layout';
import { putRecord, RecordState, readRecord, type SampleRecord } from '#chunkenc/sample-record';
import { STALE_HIGH, STALE_LOW } from '#chunkenc/value-bits';
import { ByteReader, ByteWriter } from '#lib/varint';
import { type CounterResetHint, equalHistograms, type Histogram } from '#model/histogram';
import type { SealedChunk } from './chunk-chains.ts';

const MOST_SAMPLES = 120;
const MOST_BYTES = 1 << 14;

/** What the writer remembers of a series whose newest chunk is one of records. */
interface Tail {
  /** What the next record refers to. */
  state: RecordState;
  bytes: number;
  /** Histograms and floats do not stand in one chunk. Staleness markers go with either. */
  hasHistograms: boolean;
  /** The last sample, if it was a histogram. */
  last: Histogram | null;
}

/**
 * The encoders of the open chunks of records: one object for each series that has histograms or start times, none for the
 * others. Each histogram is written with what is known of a counter reset before it.
 */
export class RecordTails {
  private readonly tails = new Map<number, Tail>();
  private readonly out = new ByteWriter(1024);

  /** Whether the last sample of the series is this histogram. */
  isSame(series: number, histogram: Histogram): boolean {
    const last = this.tails.get(series)?.last;
    return last ? equalHistograms(last, histogram) : false;
  }

  /** Whether a sample belongs into the chunks of records that the series has: one like those in it. */
  takes(series: number, { high, low, histogram }: SampleRecord): boolean {
    const tail = this.tails.get(series);
    return tail !== undefined && (tail.hasHistograms === (histogram !== null) || isMarker(high, low));
  }

  /** Whether the open chunk, with `count` samples, takes this one. */
  hasRoom(series: number, sample: SampleRecord, count: number): boolean {
    return this.takes(series, sample) && count < MOST_SAMPLES && this.tails.get(series)!.bytes < MOST_BYTES;
  }

  /** The bytes of a sample, valid until the next call; `isFirst` = it begins a chunk. */
  encode(series: number, sample: SampleRecord, isFirst: boolean): Uint8Array {
    const hint = this.hintOf(series, sample);
    const tail = isFirst ? this.begin(series, sample) : this.tails.get(series)!;
    const { out } = this;
    out.clear();
    putRecord(out, withHint(sample, isFirst && hint === 'not-reset' ? 'unknown' : hint), tail.state);
    tail.bytes += out.length;
    tail.last = sample.histogram;
    return out.bytes;
  }

  /** Takes over from a sealed chunk of another head: the next sample begins a chunk. */
  adopt(series: number, { data, count, minTime }: Pick<SealedChunk, 'data' | 'count' | 'minTime'>): void {
    const input = new ByteReader(data);
    const state = new RecordState();
    let last: SampleRecord = { t: minTime, high: 0, low: 0, histogram: null, start: 0 };
    for (let i = 0; i < count; i++) last = readRecord(input, state);
    const hasHistograms = state.histogram !== null;
    this.tails.set(series, { state, bytes: data.length, hasHistograms, last: last.histogram });
  }

  /** The series that have a tail, and whether it is one of histograms. */
  *entries(): Generator<readonly [series: number, hasHistograms: boolean]> {
    for (const [series, { hasHistograms }] of this.tails) yield [series, hasHistograms];
  }

  /** Whether the series has a tail of histograms; null: it has none. */
  kindOf(series: number): boolean | null {
    return this.tails.get(series)?.hasHistograms ?? null;
  }

  /** Goes on with an open or sealed chunk that stands in the arena. */
  resume(series: number, chunk: Pick<SealedChunk, 'data' | 'count' | 'minTime'>, hasHistograms: boolean): void {
    this.adopt(series, chunk);
    this.tails.get(series)!.hasHistograms = hasHistograms;
  }

  /** The series goes on without records. */
  forget(series: number): void {
    this.tails.delete(series);
  }

  private begin(series: number, sample: SampleRecord): Tail {
    const isSame = this.takes(series, sample);
    const hasHistograms = isSame ? this.tails.get(series)!.hasHistograms : sample.histogram !== null;
    const tail: Tail = { state: new RecordState(), bytes: 0, hasHistograms, last: null };
    this.tails.set(series, tail);
    return tail;
  }

  private hintOf(series: number, { histogram }: SampleRecord): CounterResetHint {
    if (histogram === null) return 'unknown';
    const { counterResetHint } = histogram;
    if (counterResetHint === 'gauge' || counterResetHint === 'reset') return counterResetHint;
    const tail = this.tails.get(series);
    if (!tail?.hasHistograms) return 'unknown';
    const { last } = tail;
    const isOther = last !== null && (last.isInteger === true) !== (histogram.isInteger === true);
    if (isOther || last?.counterResetHint === 'gauge') return 'unknown';
    return fitHistogram({ layout: last ?? EMPTY_LAYOUT, last, isGauge: false }, histogram).reset;
  }
}

function withHint(sample: SampleRecord, counterResetHint: CounterResetHint): SampleRecord {
  const { histogram } = sample;
  if (histogram === null || histogram.counterResetHint === counterResetHint) return sample;
  return { ...sample, histogram: { ...histogram, counterResetHint } };
}

function isMarker(high: number, low: number): boolean {
  return high === STALE_HIGH && low === STALE_LOW;
}
