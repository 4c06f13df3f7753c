import type { ExemplarData } from '#dashboards/exemplars';
import { badAnswer, type RequestOptions, request } from './server.ts';

export type LabelSet = Readonly<Record<string, string>>;

/** A sample as the API writes it: Unix seconds, and the value as text (`NaN`, `+Inf` among them). */
export type SamplePair = readonly [seconds: number, value: string];

/** A native histogram as the API writes it; buckets are [boundary rule, low, high, count]. */
export interface HistogramJson {
  readonly count: string;
  readonly sum: string;
  readonly buckets?: readonly (readonly [number, string, string, string])[];
}

type HistogramPair = readonly [seconds: number, value: HistogramJson];

export interface VectorSample {
  readonly metric: LabelSet;
  readonly value?: SamplePair;
  readonly histogram?: HistogramPair;
}

export interface MatrixSeries {
  readonly metric: LabelSet;
  readonly values?: readonly SamplePair[];
  readonly histograms?: readonly HistogramPair[];
}

export type QueryResult =
  | { readonly resultType: 'vector'; readonly result: readonly VectorSample[] }
  | { readonly resultType: 'matrix'; readonly result: readonly MatrixSeries[] }
  | { readonly resultType: 'scalar' | 'string'; readonly result: SamplePair };

/** An answer of /api/v1 with what came beside the data. */
export interface Answer<T> {
  readonly data: T;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  /** From sending to having read the answer. */
  readonly tookMillis: number;
}

interface Envelope<T> {
  readonly status: string;
  readonly data: T;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

/** Where Prometheus' API is asked: this server's own, or another one's through it. */
export interface PrometheusRequest extends RequestOptions {
  /** The path that stands for `/api/v1`. */
  readonly base?: string | undefined;
}

/** Asks a path below /api/v1. Throws RequestError. */
export async function prometheus<T>(path: string, { base, ...options }: PrometheusRequest = {}): Promise<Answer<T>> {
  const sent = performance.now();
  const response = await request(`${base ?? '/api/v1'}/${path}`, options);
  if (response.status === 204) return { data: undefined as T, warnings: [], infos: [], tookMillis: 0 };
  const body = await readEnvelope<T>(response);
  return {
    data: body.data,
    warnings: body.warnings ?? [],
    infos: body.infos ?? [],
    tookMillis: performance.now() - sent,
  };
}

async function readEnvelope<T>(response: Response): Promise<Envelope<T>> {
  try {
    return (await response.json()) as Envelope<T>;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw badAnswer(response.status);
  }
}

export interface InstantQuery {
  readonly query: string;
  /** Unix seconds; now when left out. */
  readonly time?: number;
  readonly limit?: number;
}

/** /api/v1/query, as POST so that a long expression fits. */
export function queryInstant(query: InstantQuery, signal?: AbortSignal, base?: string): Promise<Answer<QueryResult>> {
  const sent = signal === undefined ? {} : { signal };
  return prometheus('query', { method: 'POST', params: { ...query }, ...sent, base });
}

export interface RangeQuery {
  readonly query: string;
  /** Unix seconds. */
  readonly start: number;
  readonly end: number;
  /** Seconds. */
  readonly step: number;
}

/** /api/v1/query_range, as POST so that a long expression fits. */
export function queryRange(query: RangeQuery, signal?: AbortSignal, base?: string): Promise<Answer<QueryResult>> {
  return prometheus('query_range', {
    method: 'POST',
    params: { ...query },
    ...(signal === undefined ? {} : { signal }),
    base,
  });
}

/** /api/v1/query_exemplars: those of the series that an expression selects. */
export function queryExemplars(
  query: Omit<RangeQuery, 'step'>,
  signal?: AbortSignal,
  base?: string,
): Promise<Answer<ExemplarData | undefined>> {
  const sent = signal === undefined ? {} : { signal };
  return prometheus('query_exemplars', { method: 'POST', params: { ...query }, ...sent, base });
}

export type Health = 'up' | 'down' | 'unknown';

export interface ActiveTarget {
  readonly discoveredLabels: LabelSet;
  readonly labels: LabelSet;
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  readonly globalUrl: string;
  readonly lastError: string;
  /** RFC 3339; the year 1 before the first scrape. */
  readonly lastScrape: string;
  /** Seconds. */
  readonly lastScrapeDuration: number;
  readonly health: Health;
  readonly scrapeInterval: string;
  readonly scrapeTimeout: string;
  readonly growingLabels?: readonly GrowingLabel[];
}

/** A label that gets ever new values, each of which makes new series. */
export interface GrowingLabel {
  readonly label: string;
  /** The values stay and become ever more, or each is gone after some minutes and others come. */
  readonly kind: 'growing' | 'passing';
  /** About how many were new within the hour or day, at all targets of the job. */
  readonly values: number;
  readonly within: 'hour' | 'day';
  /** The worst ones. */
  readonly metrics: readonly string[];
  readonly hasOthers: boolean;
  /** RFC 3339. */
  readonly since: string;
  /** YAML of metric_relabel_configs that helps; null where nothing does without harm. */
  readonly rule: string | null;
}

export interface DroppedTarget {
  readonly discoveredLabels: LabelSet;
  readonly scrapePool?: string;
}

export interface TargetsJson {
  readonly activeTargets: readonly ActiveTarget[];
  readonly droppedTargets: readonly DroppedTarget[];
  /** How many were dropped, per pool: the list may be cut. */
  readonly droppedTargetCounts: Readonly<Record<string, number>> | null;
  /** Found, but impossible to scrape. Left out when there are none. */
  readonly rejectedTargets?: readonly RejectedTarget[];
}

interface RejectedTarget {
  readonly discoveredLabels: LabelSet;
  readonly scrapePool: string;
  readonly error: string;
}

/** One discovery of one job, of /status/discovery. Times are RFC 3339. */
export interface DiscoveryJson {
  readonly job: string;
  /** `static`, `file`, `kubernetes`, … */
  readonly mechanism: string;
  readonly error: string | null;
  readonly errorSince: string | null;
  readonly targets: number;
  readonly lastUpdate: string | null;
}

type RuleHealth = 'ok' | 'err' | 'unknown';

export interface ActiveAlertJson {
  readonly labels: LabelSet;
  readonly annotations: LabelSet;
  readonly state: 'pending' | 'firing' | 'inactive';
  readonly activeAt: string;
  readonly value: string;
  readonly keepFiringSince?: string;
}

export interface RuleJson {
  readonly type: 'recording' | 'alerting';
  readonly name: string;
  readonly query: string;
  readonly labels?: LabelSet;
  readonly annotations?: LabelSet;
  readonly health: RuleHealth;
  readonly lastError?: string;
  readonly lastEvaluation: string;
  /** Seconds. */
  readonly evaluationTime: number;
  readonly state?: 'pending' | 'firing' | 'inactive' | 'unknown';
  /** Seconds. */
  readonly duration?: number;
  readonly keepFiringFor?: number;
  readonly alerts?: readonly ActiveAlertJson[];
  readonly advice?: RuleAdviceJson;
}

/** Mistakes in a rule, and its expression without them. */
export interface RuleAdviceJson {
  readonly findings: readonly string[];
  readonly query?: string;
}

export interface RuleGroupJson {
  readonly name: string;
  readonly file: string;
  /** Seconds. */
  readonly interval: number;
  readonly limit: number;
  readonly evaluationTime: number;
  readonly lastEvaluation: string;
  readonly rules: readonly RuleJson[];
}

export interface MetadataEntry {
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

export interface TopEntry {
  readonly name: string;
  readonly value: number;
}

export interface TsdbStatus {
  readonly headStats: {
    readonly numSeries: number;
    readonly numLabelPairs: number;
    readonly chunkCount: number;
    readonly minTime: number;
    readonly maxTime: number;
  };
  readonly seriesCountByMetricName: readonly TopEntry[];
  readonly labelValueCountByLabelName: readonly TopEntry[];
  readonly memoryInBytesByLabelName: readonly TopEntry[];
  readonly seriesCountByLabelValuePair: readonly TopEntry[];
}

/** A metric of the head; `newPerHour` are about as many new series within the last hour. */
export interface MetricJson {
  readonly name: string;
  readonly series: number;
  readonly newPerHour: number;
  readonly usedBy: readonly string[];
}

/** The answer of status/cardinality, as far as pages use it. */
export interface CardinalityJson {
  readonly series: number;
  readonly metrics: readonly MetricJson[];
  readonly churn: readonly MetricJson[];
  readonly unused: {
    readonly metrics: number;
    readonly series: number;
    readonly top: readonly Omit<MetricJson, 'usedBy'>[];
    readonly rule: string;
  };
  readonly usesSince: string;
}
