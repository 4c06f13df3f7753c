import type { PageFormat } from '#exposition/accept';
import type { StopSignal } from '#lib/stop-signal';
import type { Histogram } from '#model/histogram';
import type { MatcherSpec } from '#model/matcher';
import type { Millis, TimeRange } from '#model/time';
import type { CachedRange } from './cache/range-text.ts';
import type { CacheReport } from './cache/run-cached.ts';
import type { QueryStatistics } from './value.ts';

export type { CachedRange } from './cache/range-text.ts';
export type { CacheOutcome, CacheReport } from './cache/run-cached.ts';

/**
 * How a query is answered: JSON of the API's `data` member, columns for rules, what each part of it cost, as JSON, or
 * points: the columns of a range query's floats for pages (docs/formats/query-stream.md), and JSON of what is not that.
 */
export type AnswerForm = 'json' | 'columns' | 'explain' | 'points';

interface ExpressionJob {
  readonly expr: string;
  /** Null: the server's own. */
  readonly lookbackDelta: Millis | null;
  /** Include the statistics in the JSON. */
  readonly stats: boolean;
  /** At most this many series in the result; 0 = all. */
  readonly limit: number;
  readonly form: AnswerForm;
  /** Asked of made-up data, so that code is compiled before somebody waits for it. The data is kept until the last one. */
  readonly rehearsal?: 'goes-on' | 'ends';
}

export interface InstantJob extends ExpressionJob {
  readonly kind: 'instant';
  readonly at: Millis;
}

export interface RangeJob extends ExpressionJob, TimeRange {
  readonly kind: 'range';
  readonly step: Millis;
  /** Of points: the width of the picture, for which many more are thinned; absent or 0: all of them. */
  readonly pixels?: number;
  /**
   * What is known of the same expression at the same step and phase; the answer then tells what to know from now on.
   * Absent: the cache takes no part.
   */
  readonly cache?: { readonly known: CachedRange | null };
}

interface SelectionJob {
  /** Series that any of these sets selects. Empty: all series (labels and values only). */
  readonly selectors: readonly (readonly MatcherSpec[])[];
  readonly range: TimeRange;
  readonly limit: number;
}

export interface SeriesJob extends SelectionJob {
  readonly kind: 'series';
}

export interface LabelNamesJob extends SelectionJob {
  readonly kind: 'label-names';
}

export interface LabelValuesJob extends SelectionJob {
  readonly kind: 'label-values';
  readonly name: string;
}

/** The newest sample of each selected series at `at`, for /federate: a part of them, as bytes of a page. */
export interface FederateJob {
  readonly kind: 'federate';
  readonly selectors: readonly (readonly MatcherSpec[])[];
  readonly at: Millis;
  readonly externalLabels: readonly string[];
  readonly format: PageFormat;
  /** What the answer with the part before said; null for the first one. */
  readonly after: readonly string[] | null;
}

/** The newest sample of each selected series in the range, staleness markers included. */
export interface NewestJob extends SelectionJob {
  readonly kind: 'newest';
}

/** Instant queries of one moment on the same data, for rules: what several have in common is computed once. */
export interface TogetherJob {
  readonly kind: 'together';
  readonly exprs: readonly string[];
  readonly at: Millis;
}

/** One question to the stored data. Plain data: it crosses threads. */
export type QueryJob =
  | InstantJob
  | RangeJob
  | TogetherJob
  | SeriesJob
  | LabelNamesJob
  | LabelValuesJob
  | FederateJob
  | NewestJob;

/** An instant vector as columns: series i has the labels `labels[i]` (name, value, … pairs) and the value `values[i]`. */
export interface VectorColumns {
  readonly labels: readonly (readonly string[])[];
  readonly values: Float64Array;
  /** By series, where its sample is a native histogram. */
  readonly histograms?: ReadonlyMap<number, Histogram>;
}

/** What one of the expressions that were evaluated together came to, and the time for what it alone needed. */
export type TogetherResult = { readonly seconds: number } & (
  | { readonly vector: VectorColumns; readonly statistics: QueryStatistics }
  | { readonly error: string }
);

/** One sample per series, as columns; `stale[i]` is 1 where it is a staleness marker. */
export interface NewestColumns {
  readonly labels: readonly (readonly string[])[];
  readonly t: Float64Array;
  readonly values: Float64Array;
  readonly stale: Uint8Array;
}

export type QueryAnswer = {
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  /** Of an expression: what evaluating it took. */
  readonly statistics?: QueryStatistics;
  /** Of an expression: the series of its result. */
  readonly series?: number;
} & (
  | { readonly kind: 'json'; readonly data: Uint8Array; readonly cache?: CacheReport }
  | { readonly kind: 'points'; readonly data: Uint8Array; readonly cache?: CacheReport }
  | { readonly kind: 'columns'; readonly vector: VectorColumns }
  /** In the order of the job's expressions. */
  | { readonly kind: 'together'; readonly results: readonly TogetherResult[] }
  | { readonly kind: 'newest'; readonly newest: NewestColumns }
  /** `after`: what to ask for the next part with; null: this was the last one. */
  | { readonly kind: 'text'; readonly text: Uint8Array; readonly after: readonly string[] | null }
);

/** Runs jobs: a pool of threads in the server. Rejects with the errors of the engine, or `promql-canceled`. */
export interface QueryRunner {
  run(job: QueryJob, options?: RunOptions): Promise<QueryAnswer>;
}

/** Who asks. Queries of one client take turns with those of others; rules have a turn of their own. */
export type QueryOrigin =
  | { readonly kind: 'http'; readonly client: HttpClient; readonly method: string; readonly path: string }
  | { readonly kind: 'rule'; readonly file: string; readonly group: string };

/** What is known of somebody who asks over HTTP; unknown parts are empty. */
export interface HttpClient {
  readonly address: string;
  readonly userAgent: string;
  /** The dashboard whose panel asks, as Grafana says in X-Dashboard-Uid. */
  readonly dashboard: string;
}

export interface RunOptions {
  /** Ends the query. A `BarographError` as its reason becomes the query's error. */
  readonly signal?: StopSignal;
  /** Absent: the server itself. */
  readonly origin?: QueryOrigin;
  /** Milliseconds from now; at most (and by default) the server's --query.timeout. */
  readonly timeout?: Millis;
  /** A range query may be answered from the results cache. */
  readonly cache?: boolean;
}
