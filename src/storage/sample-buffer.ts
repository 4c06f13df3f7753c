import type { ColumnPlace } from '#lib/kernel-heap';
import type { Histogram } from '#model/histogram';
import type { Millis } from '#model/time';

/** What a sample is. Staleness is a kind of its own: the bits of a StaleNaN do not survive JavaScript arithmetic. */
export const KIND_FLOAT = 0;
export const KIND_STALE = 1;
export const KIND_HISTOGRAM = 2;
/** A start time that is not known. */
export const NO_START = 0;
export type SampleKind = typeof KIND_FLOAT | typeof KIND_STALE | typeof KIND_HISTOGRAM;

/** Columns of a fixed length in the memory of this thread's kernels. */
export interface PlacedColumns {
  readonly t: Float64Array;
  readonly v: Float64Array;
  readonly kind: Uint8Array;
  readonly place: ColumnPlace;
}

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
  /** When the counter of each sample began to count; 0 = not known. Null as long as that is known of none. */
  starts: Float64Array | null = null;
  /** Whether there may be staleness markers. */
  hasStale = false;
  /** Where the columns lie in the memory of this thread's kernels; null: elsewhere. */
  place: ColumnPlace | null = null;
  /** The columns that `clear` goes back to. */
  private readonly home: PlacedColumns | null;
  private spareStarts: Float64Array | null = null;

  constructor(capacity = 256, home: PlacedColumns | null = null) {
    this.home = home;
    this.t = home ? home.t : new Float64Array(capacity);
    this.v = home ? home.v : new Float64Array(capacity);
    this.kind = home ? home.kind : new Uint8Array(capacity);
    this.place = home ? home.place : null;
  }

  /** Forgets the samples, keeps the memory. */
  clear(): void {
    if (this.histograms.length > 0) this.histograms = [];
    if (this.starts) {
      this.spareStarts = this.starts.fill(NO_START, 0, this.length);
      this.starts = null;
    }
    this.length = 0;
    this.hasStale = false;
    if (this.home !== null && this.place === null) this.goHome(this.home);
  }

  private goHome({ t, v, kind, place }: PlacedColumns): void {
    this.t = t;
    this.v = v;
    this.kind = kind;
    this.place = place;
    this.spareStarts = null;
  }

  /** Forgets all samples but the first `length`. */
  truncate(length: number): void {
    this.starts?.fill(NO_START, length, this.length);
    this.length = length;
    if (this.histograms.length > length) this.histograms.length = length;
  }

  /** Makes room for `count` more samples; do this before writing to the columns directly. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.t.length) return;
    const capacity = Math.max(needed, this.t.length * 2);
    this.place = null;
    this.spareStarts = null;
    this.t = grown(this.t, new Float64Array(capacity));
    this.v = grown(this.v, new Float64Array(capacity));
    this.kind = grown(this.kind, new Uint8Array(capacity));
    if (this.starts) this.starts = grown(this.starts, new Float64Array(capacity));
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
    this.hasStale = true;
  }

  pushHistogram(t: Millis, histogram: Histogram): void {
    if (this.length === this.t.length) this.reserve(1);
    const i = this.length++;
    this.t[i] = t;
    this.v[i] = histogram.sum;
    this.kind[i] = KIND_HISTOGRAM;
    this.histograms[i] = histogram;
  }

  /** Says when the counter of sample `i` began to count. */
  setStart(i: number, start: Millis): void {
    if (start === NO_START && this.starts === null) return;
    this.starts ??= this.spareStarts ?? new Float64Array(this.t.length);
    this.starts[i] = start;
  }

  /** Appends sample `i` of another buffer as it is. */
  pushFrom(from: SampleBuffer, i: number): void {
    const kind = from.kind[i];
    if (kind === KIND_FLOAT) this.pushFloat(from.t[i]!, from.v[i]!);
    else if (kind === KIND_HISTOGRAM) this.pushHistogram(from.t[i]!, from.histograms[i]!);
    else this.pushStale(from.t[i]!);
    if (from.starts) this.setStart(this.length - 1, from.starts[i]!);
  }

  /** Removes the samples from `from` on for which `isKept` does not hold; the others move up. */
  retain(from: number, isKept: (i: number) => boolean): void {
    const { t, v, kind, histograms, starts, length } = this;
    let kept = from;
    for (let i = from; i < length; i++) {
      if (!isKept(i)) continue;
      t[kept] = t[i]!;
      v[kept] = v[i]!;
      kind[kept] = kind[i]!;
      if (histograms.length > 0) histograms[kept] = histograms[i];
      if (starts) starts[kept] = starts[i]!;
      kept++;
    }
    // What is appended next has no start time before it is told.
    starts?.fill(NO_START, kept, length);
    this.length = kept;
  }
}

function grown<T extends Float64Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
