import type { CounterResetHint } from '#model/histogram';
import { BitWriter } from './bit-writer.ts';
import {
  ENCODING_FLOAT_HISTOGRAM,
  ENCODING_FLOAT_HISTOGRAM_ST,
  ENCODING_HISTOGRAM,
  ENCODING_HISTOGRAM_ST,
} from './encoding.ts';
import { FloatCounts, type HistogramCounts, type HistogramNumbers, IntegerCounts } from './histogram-counts.ts';
import { type HistogramLayout, putLayout } from './histogram-layout.ts';
import { StartTimes } from './start-times.ts';
import { putVarbitInt } from './varbit.ts';

const HEADER_BYTES = 3;

/** The two highest bits of a byte of the header: what is known of a counter reset before the chunk. */
const RESET_BITS: Readonly<Record<CounterResetHint, number>> = {
  unknown: 0,
  'not-reset': 0x40,
  reset: 0x80,
  gauge: 0xc0,
};

/** Which of the four encodings of histograms. */
export interface HistogramChunkKind {
  readonly isInteger: boolean;
  readonly hasStarts: boolean;
}

/**
 * Makes one chunk of histograms of one layout, byte for byte as Prometheus does (docs/formats/chunks.md). What may stand
 * in one chunk is decided by the caller.
 */
export class HistogramEncoder {
  readonly encoding: number;
  count = 0;
  private readonly kind: HistogramChunkKind;
  private readonly out = new BitWriter(512);
  private readonly counts: HistogramCounts;
  private readonly starts = new StartTimes();
  private readonly reset: number;
  private lastT = 0;
  private delta = 0;

  constructor(kind: HistogramChunkKind, layout: HistogramLayout, reset: CounterResetHint) {
    this.kind = kind;
    this.encoding = encodingOf(kind);
    this.reset = RESET_BITS[reset];
    this.counts = kind.isInteger ? new IntegerCounts(layout) : new FloatCounts(layout);
    this.out.reset(HEADER_BYTES);
    putLayout(this.out, layout);
  }

  /** Bytes so far. */
  get length(): number {
    return this.out.length;
  }

  /** Adds a sample; null = a staleness marker. Times ascend. `start` counts where the kind has starts. */
  append(t: number, numbers: HistogramNumbers | null, start: number): void {
    if (this.count === 0) putVarbitInt(this.out, t);
    else {
      const delta = t - this.lastT;
      putVarbitInt(this.out, delta - this.delta);
      this.delta = delta;
    }
    this.counts.put(this.out, numbers);
    if (this.kind.hasStarts) this.starts.put(this.out, t, start);
    this.lastT = t;
    this.count++;
  }

  /** The finished chunk; valid until the next sample. */
  get bytes(): Uint8Array {
    const { out, count, reset, kind } = this;
    out.set(0, (count >>> 8) | (kind.hasStarts ? reset : 0));
    out.set(1, count & 0xff);
    out.set(2, kind.hasStarts ? this.starts.header : reset);
    return out.bytes;
  }
}

function encodingOf({ isInteger, hasStarts }: HistogramChunkKind): number {
  if (isInteger) return hasStarts ? ENCODING_HISTOGRAM_ST : ENCODING_HISTOGRAM;
  return hasStarts ? ENCODING_FLOAT_HISTOGRAM_ST : ENCODING_FLOAT_HISTOGRAM;
}
