import type { Exemplar } from '#model/exemplar';
import type { Histogram } from '#model/histogram';
import type { Labels } from '#model/labels';
import type { MetricMetadata } from '#model/metadata';
import type { Millis } from '#model/time';

/** Samples of others from further ahead are not to be taken: a wrong clock would block their series until then. */
export const MAX_AHEAD: Millis = 10 * 60_000;

declare const ref: unique symbol;
/** Names a series to its storage. An integer < 2^53, a hint: storage may refuse one it no longer knows. */
export type SeriesRef = number & { readonly [ref]: true };

/** "No reference yet": storage looks the labels up. */
export const UNKNOWN_REF = 0 as SeriesRef;

/** Why one sample was not taken. Values, not errors: they happen per sample and are counted. */
export const REJECTED_OUT_OF_ORDER = -1;
/** @public For storages with an out-of-order window. */
export const REJECTED_TOO_OLD = -2;
export const REJECTED_OUT_OF_BOUNDS = -3;
export const REJECTED_DUPLICATE = -4;
export const REJECTED_SERIES_LIMIT = -5;
export type Rejection = -1 | -2 | -3 | -4 | -5;

/** What may come with a sample. */
export interface SampleExtra {
  readonly exemplars?: readonly Exemplar[];
  readonly metadata?: MetricMetadata;
  /** When the counter began, where the source says so. */
  readonly startTime?: Millis;
}

/** What a commit did. */
export interface AppendReport {
  readonly samples: number;
  readonly newSeries: number;
  /** Counts by reason; samples that were taken are not in here. */
  readonly rejected: RejectionCounts;
  /** Exemplars that were not taken since their series has newer ones. */
  readonly exemplarsOutOfOrder: number;
}

export interface RejectionCounts {
  readonly outOfOrder: number;
  readonly tooOld: number;
  readonly outOfBounds: number;
  readonly duplicate: number;
  readonly seriesLimit: number;
}

/**
 * One transaction of one writer, dead after `commit` or `rollback`. Nothing is visible to readers before the commit, and
 * then all of it at once. Order within a series is the order of calls. A positive result is the series' ref for next time;
 * a negative one says why this sample was refused (the others stand). A sample with the timestamp and value of the one
 * before it is taken silently (no-op); one with another value is a duplicate.
 */
export interface Appender {
  /**
   * Whether `ref` still names its series here. If so, `Labels.EMPTY` may be given in place of its labels until the end of
   * the transaction.
   */
  knows(ref: SeriesRef): boolean;
  /**
   * Storage may name all its series anew: replaces refs of before by those of now. Refs of series that it no longer has, and
   * of longer ago, stay as they are.
   */
  renew(refs: Float64Array): void;
  float(ref: SeriesRef, labels: Labels, t: Millis, v: number, extra?: SampleExtra): SeriesRef | Rejection;
  /**
   * Appends `values[i]` to the series `refs[i]` at `times[i]`, or all at one time, for `i` from `from` on, as `float` would.
   * Ends before the first one that `float` has to decide: whose ref is not known, or that is not simply taken. Gives its `i`;
   * `refs.length` when there is none. May always end at once.
   */
  floats(refs: Float64Array, times: Millis | Float64Array, values: Float64Array, from: number): number;
  histogram(ref: SeriesRef, labels: Labels, t: Millis, h: Histogram, extra?: SampleExtra): SeriesRef | Rejection;
  /** A staleness marker as a sample, which may be late. Explicit: a JS number does not keep StaleNaN's bits. */
  stale(ref: SeriesRef, labels: Labels, t: Millis): SeriesRef | Rejection;
  /**
   * A staleness marker because the writer does not see the series any more. Out of order it is refused, within the
   * out-of-order window too: somebody else went on writing the series, and it must not get a gap.
   */
  end(ref: SeriesRef, labels: Labels, t: Millis): SeriesRef | Rejection;
  /** Resolves when the WAL has accepted the batch: it then survives the death of the process. */
  commit(): Promise<AppendReport>;
  rollback(): void;
}

/** Something samples can be written to. */
export interface Appendable {
  appender(): Appender;
}
