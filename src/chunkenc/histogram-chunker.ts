import type { CounterResetHint, Histogram } from '#model/histogram';
import { spreadBuckets } from './histogram-buckets.ts';
import type { HistogramNumbers } from './histogram-counts.ts';
import { type HistogramChunkKind, HistogramEncoder } from './histogram-encoder.ts';
import { fitHistogram, type HistogramTail } from './histogram-fit.ts';
import { EMPTY_LAYOUT, type HistogramLayout } from './histogram-layout.ts';

/** Aimed at: chunks are cut so that they get about as long. */
const TARGET_BYTES = 1024;
/** A chunk is not cut for its length before it has so many. */
const LEAST_SAMPLES = 10;
const MOST_SAMPLES_MERGED = 120;
/** The count has 14 bits in the encodings with start times. */
const MOST_SAMPLES = 0x3fff;

/** One sample of a series of histograms. null = a staleness marker; `start` = NO_START where it is not known. */
export interface HistogramSample {
  readonly t: number;
  readonly histogram: Histogram | null;
  readonly start: number;
}

/** A chunk that is complete. */
export interface FinishedChunk {
  readonly encoding: number;
  readonly minTime: number;
  readonly maxTime: number;
  readonly data: Uint8Array;
}

/**
 * Where chunks end, beside where the next sample does not fit: as in Prometheus' head, by length, evenly up to the
 * multiples of `chunkRange`; or, null, every 120 samples, as when it merges overlapping blocks.
 */
export type ChunkRange = number | null;

interface OpenChunk {
  readonly samples: HistogramSample[];
  readonly isGauge: boolean;
  readonly reset: CounterResetHint;
  layout: HistogramLayout;
  encoder: HistogramEncoder;
}

/** Makes chunks of the consecutive histograms of a series, all of one kind: the same chunks that Prometheus makes. */
export class HistogramChunker {
  private readonly kind: HistogramChunkKind;
  private readonly chunkRange: ChunkRange;
  private readonly finished: FinishedChunk[] = [];
  private open: OpenChunk | null = null;
  private nextAt = 0;
  private hasPredictedEnd = false;

  constructor(kind: HistogramChunkKind, chunkRange: ChunkRange) {
    this.kind = kind;
    this.chunkRange = chunkRange;
  }

  /** Adds a sample, later than all before. */
  append(sample: HistogramSample): void {
    const { open } = this;
    if (open === null) this.begin(sample, this.resetOf(sample, 'unknown'));
    else if (this.mustCut(open, sample.t)) {
      this.begin(sample, this.resetOf(sample, this.resetAfterCut(open, sample)));
      this.hasPredictedEnd = false;
    } else this.appendTo(open, sample);
  }

  /** The chunks, in order of time. */
  finish(): readonly FinishedChunk[] {
    this.close();
    return this.finished;
  }

  private appendTo(open: OpenChunk, sample: HistogramSample): void {
    const fit = fitHistogram(tailOf(open), sample.histogram);
    if (!fit.fits) {
      this.begin(sample, this.resetOf(sample, this.kind.isInteger || fit.reset === 'reset' ? fit.reset : 'unknown'));
      return;
    }
    if (fit.layout) this.encodeAgain(open, fit.layout);
    open.samples.push(sample);
    encode(open, sample);
  }

  private begin(sample: HistogramSample, reset: CounterResetHint): void {
    this.close();
    const layout = sample.histogram ?? EMPTY_LAYOUT;
    const encoder = new HistogramEncoder(this.kind, layout, reset);
    this.open = { samples: [sample], isGauge: reset === 'gauge', reset, layout, encoder };
    encode(this.open, sample);
    if (this.chunkRange !== null) this.nextAt = rangeEnd(sample.t, this.chunkRange);
  }

  private close(): void {
    const { open } = this;
    if (open === null) return;
    const { samples, encoder } = open;
    const data = encoder.bytes.slice();
    const times = { minTime: samples[0]!.t, maxTime: samples[samples.length - 1]!.t };
    this.finished.push({ encoding: encoder.encoding, ...times, data });
    this.open = null;
  }

  private encodeAgain(open: OpenChunk, layout: HistogramLayout): void {
    open.layout = layout;
    open.encoder = new HistogramEncoder(this.kind, layout, open.reset);
    for (const sample of open.samples) encode(open, sample);
  }

  private resetOf({ histogram }: HistogramSample, found: CounterResetHint): CounterResetHint {
    const hint = histogram?.counterResetHint;
    return hint === 'gauge' || hint === 'reset' ? hint : found;
  }

  private resetAfterCut(open: OpenChunk, { histogram }: HistogramSample): CounterResetHint {
    if (this.chunkRange === null) return 'unknown';
    const { reset } = fitHistogram(tailOf(open), histogram);
    return this.kind.isInteger || reset === 'reset' ? reset : 'not-reset';
  }

  private mustCut(open: OpenChunk, t: number): boolean {
    const { encoder, samples } = open;
    if (encoder.count >= MOST_SAMPLES) return true;
    if (this.chunkRange === null) return encoder.count >= MOST_SAMPLES_MERGED;
    const first = samples[0]!.t;
    const latest = this.hasPredictedEnd ? rangeEnd(first, this.chunkRange) : this.nextAt;
    if (!this.hasPredictedEnd && encoder.length >= TARGET_BYTES / 4) {
      const last = samples[samples.length - 1]!.t;
      this.nextAt = predictedEnd(first, last, { latest: this.nextAt, ratio: TARGET_BYTES / encoder.length });
      this.hasPredictedEnd = true;
    }
    const isDue = t >= this.nextAt || encoder.length >= TARGET_BYTES * 2;
    return isDue && (encoder.count >= LEAST_SAMPLES || t >= latest);
  }
}

function encode({ layout, encoder }: OpenChunk, { t, histogram, start }: HistogramSample): void {
  encoder.append(t, histogram && numbersIn(layout, histogram), start);
}

function numbersIn(layout: HistogramLayout, histogram: Histogram): HistogramNumbers {
  const { count, zeroCount, sum } = histogram;
  const positive = { spans: histogram.positiveSpans, buckets: histogram.positiveBuckets };
  const negative = { spans: histogram.negativeSpans, buckets: histogram.negativeBuckets };
  const positiveBuckets = spreadBuckets(positive, layout.positiveSpans);
  return { count, zeroCount, sum, positiveBuckets, negativeBuckets: spreadBuckets(negative, layout.negativeSpans) };
}

function tailOf({ layout, samples, isGauge }: OpenChunk): HistogramTail {
  return { layout, last: samples[samples.length - 1]!.histogram, isGauge };
}

function rangeEnd(t: number, range: number): number {
  return Math.floor(t / range) * range + range;
}

/** The end of a chunk such that chunks of equal length fill the time up to `latest`, when it is `ratio` from full. */
function predictedEnd(start: number, last: number, { latest, ratio }: { latest: number; ratio: number }): number {
  const chunks = (latest - start) / ((last - start + 1) * ratio);
  return chunks <= 1 ? latest : Math.trunc(start + (latest - start) / Math.floor(chunks));
}
