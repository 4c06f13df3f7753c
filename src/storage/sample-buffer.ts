import type { Histogram } from '#model/histogram';
import type { Millis } from '#model/time';

/** What a sample is. Staleness is a kind of its own: the bits of a StaleNaN do not survive JavaScript arithmetic. */
export const KIND_FLOAT = 0;
export const KIND_STALE = 1;
export const KIND_HISTOGRAM = 2;
export type SampleKind = typeof KIND_FLOAT | typeof KIND_STALE | typeof KIND_HISTOGRAM;

/**
 * Samples of one series in columns, timestamps ascending without equals. The caller owns it; a reader appends and never
 * keeps it. The arrays are replaced when the buffer grows: take them after the last append.
 */
export class SampleBuffer {
  length = 0;
  t: Float64Array;
  v: Float64Array;
  kind: Uint8Array;
  /** Sparse: set where `kind` is KIND_HISTOGRAM. */
  histograms: (Histogram | undefined)[] = [];

  constructor(capacity = 256) {
    this.t = new Float64Array(capacity);
    this.v = new Float64Array(capacity);
    this.kind = new Uint8Array(capacity);
  }

  /** Forgets the samples, keeps the memory. */
  clear(): void {
    this.length = 0;
    if (this.histograms.length > 0) this.histograms = [];
  }

  /** Forgets all samples but the first `length`. */
  truncate(length: number): void {
    this.length = length;
    if (this.histograms.length > length) this.histograms.length = length;
  }

  /** Makes room for `count` more samples; do this before writing to the columns directly. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.t.length) return;
    const capacity = Math.max(needed, this.t.length * 2);
    this.t = grown(this.t, new Float64Array(capacity));
    this.v = grown(this.v, new Float64Array(capacity));
    this.kind = grown(this.kind, new Uint8Array(capacity));
  }

  pushFloat(t: Millis, v: number): void {
    if (this.length === this.t.length) this.reserve(1);
    const i = this.length++;
    this.t[i] = t;
    this.v[i] = v;
    this.kind[i] = KIND_FLOAT;
  }

  pushStale(t: Millis): void {
    if (this.length === this.t.length) this.reserve(1);
    const i = this.length++;
    this.t[i] = t;
    this.v[i] = Number.NaN;
    this.kind[i] = KIND_STALE;
  }

  pushHistogram(t: Millis, histogram: Histogram): void {
    if (this.length === this.t.length) this.reserve(1);
    const i = this.length++;
    this.t[i] = t;
    this.v[i] = histogram.sum;
    this.kind[i] = KIND_HISTOGRAM;
    this.histograms[i] = histogram;
  }
}

function grown<T extends Float64Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
