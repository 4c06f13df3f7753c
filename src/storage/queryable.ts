import type { Labels } from '#model/labels';
import type { Matcher } from '#model/matcher';
import type { Millis, TimeRange } from '#model/time';
import type { SampleBuffer } from './sample-buffer.ts';

/** Samples that can be asked for. Implementations: memory, head, block, fan-out, remote. */
export interface Queryable {
  /** A view of the data as it is now; later commits do not show in it. */
  querier(range: TimeRange): Querier;
}

/** What the reader will do with the samples; storage may use it to read less, never to return less than was asked. */
export interface SelectHints {
  readonly start: Millis;
  readonly end: Millis;
  readonly step?: Millis;
  /** The function around the selector, e.g. 'rate'. 'series' = the labels alone are wanted, no samples will be read. */
  readonly func?: string;
  readonly limit?: number;
  /** Of each series only the newest sample is wanted, be it a staleness marker: `read` may leave out those before it. */
  readonly newest?: boolean;
  /** The series may come in any order: to put many in order costs more than to read them. */
  readonly anyOrder?: boolean;
}

/** One reader. `close` gives back what it pinned; use it on every path. */
export interface Querier {
  select(matchers: readonly Matcher[], hints: SelectHints): SeriesSet;
  /** Sorted by UTF-8 bytes, unique. */
  labelNames(matchers: readonly Matcher[], limit?: number): Promise<LabelResult>;
  labelValues(name: string, matchers: readonly Matcher[], limit?: number): Promise<LabelResult>;
  close(): void;
}

export interface LabelResult {
  readonly values: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Series sorted by Labels over the whole set, unless any order was asked for, each Labels once. Batches of at most 256 series whose bytes are already in
 * memory: waiting happens per batch. A batch is valid until the next call of `next`.
 */
export interface SeriesSet {
  next(): Promise<readonly Series[] | null>;
  /** Complete once `next` has returned null. */
  readonly warnings: readonly string[];
}

export interface Series {
  readonly labels: Labels;
  /** The value of one label, '' when it is absent. There where it is less work than to make all labels. */
  label?(name: string): string;
  /** Appends the samples of the querier's range (by hints) to `out`, ascending. Stale markers are included. */
  read(out: SampleBuffer): void;
}
