import type { Histogram } from '#model/histogram';
import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';

/**
 * A batch of at most 256 series over all steps of a query, series-major: the value of series s at step i is
 * `values[s * steps + i]`, and it exists where `present[s * steps + i]` is 1 (NaN is a real value).
 * A consumer may keep a Frame; its producer never touches it again.
 */
export interface Frame {
  readonly labels: readonly Labels[];
  readonly steps: number;
  readonly values: Float64Array;
  readonly present: Uint8Array;
  /** By the same index as `values`; null when the frame has none. */
  readonly histograms: (Histogram | undefined)[] | null;
}

/** The steps of a query: `start + i * step` for i < count. An instant query has one. */
export interface StepGrid {
  readonly start: Millis;
  readonly step: Millis;
  readonly count: number;
}

export interface QueryStatistics {
  /** As Prometheus counts them: each step's view of each sample. */
  readonly totalQueryableSamples: number;
  readonly peakSamples: number;
  readonly seriesRead: number;
  readonly samplesRead: number;
  readonly timingsMs: { readonly parse: number; readonly plan: number; readonly run: number };
}

/** What a query came to. Annotations are complete texts, `PromQL warning: … (1:5)`, unique, in order of appearance. */
export type QueryResult = {
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  readonly statistics: QueryStatistics;
} & (
  | { readonly type: 'vector'; readonly at: Millis; readonly frames: readonly Frame[] }
  | { readonly type: 'matrix'; readonly grid: StepGrid; readonly frames: readonly Frame[] }
  /** A range selector at the top of an instant query: the raw samples. */
  | { readonly type: 'raw-matrix'; readonly series: readonly RawSeries[] }
  | { readonly type: 'scalar'; readonly at: Millis; readonly value: number }
  | { readonly type: 'string'; readonly at: Millis; readonly value: string }
);

export interface RawSeries {
  readonly labels: Labels;
  readonly t: Float64Array;
  readonly v: Float64Array;
  readonly histograms: readonly (Histogram | undefined)[] | null;
}
