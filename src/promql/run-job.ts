import { BarographError } from '#lib/errors';
import { compareUtf8 } from '#lib/utf8';
import type { Histogram } from '#model/histogram';
import type { Labels } from '#model/labels';
import { createMatcher, type Matcher, type MatcherSpec } from '#model/matcher';
import type { TimeRange } from '#model/time';
import type { Querier, Queryable } from '#storage/queryable';
import { KIND_STALE, SampleBuffer } from '#storage/sample-buffer';
import { type CachedJobOptions, runCachedJob } from './cache/range-job.ts';
import { evaluateInstant, evaluateRange, evaluateTogether, type QueryOptions } from './engine.ts';
import { type ExplainedNode, Explanation } from './explain.ts';
import { federate } from './federate.ts';

import type {
  FederateJob,
  LabelNamesJob,
  LabelValuesJob,
  NewestJob,
  QueryAnswer,
  QueryJob,
  SeriesJob,
  TogetherJob,
  TogetherResult,
  VectorColumns,
} from './job.ts';
import { encodeData, encodeLabelSets } from './json.ts';
import { QueryGuard } from './limits.ts';
import { parse } from './parse.ts';
import { encodeResultPoints } from './points.ts';
import { adviseRecordingRule, recordingSaving } from './recording-rule.ts';
import type { Frame, QueryResult } from './value.ts';

const encoder = new TextEncoder();
/** Of a page of /federate at a time: a part of 80,000 series is not much beside the page of a million. */
const FEDERATED_PART_BYTES = 8 << 20;
const TRUNCATED = 'results truncated due to limit';

export type { DataHistory } from './cache/run-cached.ts';

export type JobOptions = CachedJobOptions;

/** Answers a job from this storage. Rejects with the engine's errors. */
export async function runJob(storage: Queryable, job: QueryJob, options: JobOptions): Promise<QueryAnswer> {
  switch (job.kind) {
    case 'instant':
    case 'range':
      return runExpression(storage, job, options);
    case 'together':
      return runTogether(storage, job, options);
    case 'series':
      return withQuerier(storage, job.range, (querier) => runSeries(querier, job, options));
    case 'label-names':
      return withQuerier(storage, job.range, (querier) =>
        runLabels(querier, job, (q, m) => q.labelNames(m, job.limit)),
      );
    case 'label-values':
      return withQuerier(storage, job.range, (querier) =>
        runLabels(querier, job, (q, m) => q.labelValues(job.name, m, job.limit)),
      );
    case 'newest':
      return withQuerier(storage, job.range, (querier) => runNewest(querier, job, options));
    case 'federate':
      return runFederate(storage, job, options);
  }
}

type ExpressionJob = Extract<QueryJob, { kind: 'instant' | 'range' }>;

async function runExpression(storage: Queryable, job: ExpressionJob, options: JobOptions): Promise<QueryAnswer> {
  const own = job.lookbackDelta === null ? options : { ...options, lookbackDelta: job.lookbackDelta };
  if (job.form === 'explain') return explain(storage, job, own);
  const cached = job.kind === 'range' ? await runCachedJob(storage, job, own) : null;
  if (cached !== null) return cached;
  const result = await evaluate(storage, job, own);
  return { ...encoded(result, job, options), statistics: result.statistics, series: seriesOf(result) };
}

function evaluate(storage: Queryable, job: ExpressionJob, options: QueryOptions): Promise<QueryResult> {
  return job.kind === 'instant' ? evaluateInstant(storage, job, options) : evaluateRange(storage, job, options);
}

/** Evaluates, forgets the result and gives what each part of the expression cost. */
async function explain(storage: Queryable, job: ExpressionJob, options: QueryOptions): Promise<QueryAnswer> {
  const explanation = new Explanation();
  const result = await evaluate(storage, job, { ...options, explanation });
  const { warnings, infos, statistics } = result;
  const tree = explanation.tree();
  const data = { tree, series: seriesOf(result), statistics, recordingRule: recordingRule(tree, job, options) };
  return { kind: 'json', data: encoder.encode(JSON.stringify(data)), warnings, infos, statistics };
}

/** A rule for the costly part of the expression, with what it would save; null when there is no such part. */
function recordingRule(tree: ExplainedNode, job: ExpressionJob, { lookbackDelta, defaultStep }: QueryOptions) {
  const advice = adviseRecordingRule(parse(job.expr));
  const part = advice && partOf(tree, advice.expr);
  if (!advice || !part) return null;
  const queryRange = job.kind === 'range' ? job.end - job.start : 0;
  const { samplesRead, series } = part;
  const facts = { samplesRead, series: series ?? 0, queryRange, window: advice.window };
  return { ...advice, saving: recordingSaving({ ...facts, lookbackDelta, interval: defaultStep }) };
}

function partOf(tree: ExplainedNode, text: string): ExplainedNode | null {
  if (tree.text === text) return tree;
  for (const child of tree.children) {
    const found = partOf(child, text);
    if (found) return found;
  }
  return null;
}

function encoded(result: QueryResult, job: ExpressionJob, options: QueryOptions): QueryAnswer {
  const { infos } = result;
  const cut = job.limit > 0 && hasMoreSeries(result, job.limit);
  const warnings = cut ? [...result.warnings, TRUNCATED] : result.warnings;
  if (job.form === 'columns') return { kind: 'columns', vector: vectorColumns(result), warnings, infos };
  new QueryGuard(options).hold(textBytes(result));
  const points = job.form === 'points' ? encodeResultPoints(result, pixelsOf(job)) : null;
  if (points !== null) return { kind: 'points', data: points.data, warnings, infos };
  return { kind: 'json', data: encodeData(result, { statistics: job.stats, limit: job.limit }), warnings, infos };
}

function pixelsOf(job: ExpressionJob): number {
  return job.kind === 'range' ? (job.pixels ?? 0) : 0;
}

// A value as text with its time, as in the answers of real dashboards; in pieces, joined, and as bytes.
const TEXT_BYTES = 32 * 3;

/** What the answer takes as text, roughly: it is made as a whole. */
function textBytes(result: QueryResult): number {
  if (result.type === 'raw-matrix') return result.series.reduce((sum, { t }) => sum + t.length, 0) * TEXT_BYTES;
  if (result.type !== 'vector' && result.type !== 'matrix') return 0;
  let samples = 0;
  for (const { present } of result.frames) for (let i = 0; i < present.length; i++) samples += present[i]!;
  return samples * TEXT_BYTES;
}

function seriesOf(result: QueryResult): number {
  switch (result.type) {
    case 'vector':
    case 'matrix':
      return result.frames.reduce((sum, { labels }) => sum + labels.length, 0);
    case 'raw-matrix':
      return result.series.length;
    case 'scalar':
    case 'string':
      return 1;
  }
}

function hasMoreSeries(result: QueryResult, limit: number): boolean {
  switch (result.type) {
    case 'vector':
      return countExceeds(result.frames, limit, ({ present }) => present.reduce((sum, one) => sum + one, 0));
    case 'matrix':
      return countExceeds(result.frames, limit, ({ labels }) => labels.length);
    case 'raw-matrix':
      return result.series.length > limit;
    case 'scalar':
    case 'string':
      return false;
  }
}

function countExceeds(frames: readonly Frame[], limit: number, count: (frame: Frame) => number): boolean {
  let total = 0;
  for (const frame of frames) {
    total += count(frame);
    if (total > limit) return true;
  }
  return false;
}

const NO_RULE_RESULT = 'rule result is not a vector or scalar';

/** What a rule takes: a vector, or a scalar as one element without labels. */
function vectorColumns(result: QueryResult): VectorColumns {
  if (result.type === 'scalar') return { labels: [[]], values: Float64Array.of(result.value) };
  if (result.type !== 'vector') {
    throw new BarographError(NO_RULE_RESULT, {
      kind: 'bad-request',
      code: 'promql-execution',
    });
  }
  const labels: (readonly string[])[] = [];
  const values: number[] = [];
  const histograms = new Map<number, Histogram>();
  for (const frame of result.frames) {
    frame.labels.forEach((series, i) => {
      if (frame.present[i] !== 1) return;
      const histogram = frame.histograms?.[i];
      if (histogram) histograms.set(labels.length, histogram);
      labels.push(series.pairs);
      values.push(frame.values[i]!);
    });
  }
  return { labels, values: Float64Array.from(values), ...(histograms.size > 0 ? { histograms } : {}) };
}

async function runTogether(storage: Queryable, job: TogetherJob, options: QueryOptions): Promise<QueryAnswer> {
  const results = await evaluateTogether(storage, job, options);
  return { kind: 'together', results: results.map(togetherResult), warnings: [], infos: [] };
}

function togetherResult(result: QueryResult | BarographError): TogetherResult {
  if (result instanceof BarographError) return { error: result.message, seconds: 0 };
  const { parse, plan, run } = result.statistics.timingsMs;
  const seconds = (parse + plan + run) / 1000;
  if (result.type !== 'vector' && result.type !== 'scalar') return { error: NO_RULE_RESULT, seconds };
  return { vector: vectorColumns(result), seconds, statistics: result.statistics };
}

async function withQuerier<T>(storage: Queryable, range: TimeRange, run: (querier: Querier) => Promise<T>): Promise<T> {
  const querier = storage.querier(range);
  try {
    return await run(querier);
  } finally {
    querier.close();
  }
}

function matcherSets(selectors: readonly (readonly MatcherSpec[])[]): Matcher[][] {
  return selectors.map((specs) => specs.map(createMatcher));
}

async function runSeries(
  querier: Querier,
  { selectors, range, limit }: SeriesJob,
  options: QueryOptions,
): Promise<QueryAnswer> {
  let found: Labels[] = [];
  const warnings = new Set<string>();
  const guard = new QueryGuard(options);
  for (const matchers of matcherSets(selectors)) {
    const set = querier.select(matchers, { ...range, func: 'series', ...(limit > 0 ? { limit } : {}) });
    for (let batch = await set.next(); batch; batch = await set.next()) {
      guard.check();
      guard.takeSeries(batch.length);
      for (const { labels } of batch) found.push(labels);
    }
    for (const warning of set.warnings) warnings.add(warning);
  }
  // One selector gives its series in order and each once.
  if (selectors.length > 1) found = uniqueSorted(found);
  if (limit > 0 && found.length > limit) warnings.add(TRUNCATED);
  const shown = limit > 0 ? found.slice(0, limit) : found;
  return { kind: 'json', data: encodeLabelSets(shown), warnings: [...warnings], infos: [] };
}

function uniqueSorted(found: Labels[]): Labels[] {
  found.sort((a, b) => a.compare(b));
  return found.filter((labels, i) => i === 0 || labels.compare(found[i - 1]!) !== 0);
}

type LabelLookup = (querier: Querier, matchers: readonly Matcher[]) => ReturnType<Querier['labelNames']>;

async function runLabels(
  querier: Querier,
  { selectors, limit }: LabelNamesJob | LabelValuesJob,
  lookUp: LabelLookup,
): Promise<QueryAnswer> {
  const sets = selectors.length === 0 ? [[]] : matcherSets(selectors);
  const results = [];
  for (const matchers of sets) results.push(await lookUp(querier, matchers));
  const warnings = new Set(results.flatMap((result) => result.warnings));
  const single = results.length === 1 ? results[0]!.values : null;
  const values = single ?? [...new Set(results.flatMap((result) => result.values))].sort(compareUtf8);
  if (limit > 0 && values.length > limit) warnings.add(TRUNCATED);
  const data = encoder.encode(JSON.stringify(limit > 0 ? values.slice(0, limit) : values));
  return { kind: 'json', data, warnings: [...warnings], infos: [] };
}

async function runNewest(
  querier: Querier,
  { selectors, range, limit }: NewestJob,
  options: QueryOptions,
): Promise<QueryAnswer> {
  const labels: (readonly string[])[] = [];
  const seen = new Set<string>();
  const warnings = new Set<string>();
  const newest = new SampleBuffer();
  const buffer = new SampleBuffer();
  const guard = new QueryGuard(options);
  for (const matchers of matcherSets(selectors)) {
    const set = querier.select(matchers, { ...range });
    for (let batch = await set.next(); batch; batch = await set.next()) {
      guard.check();
      guard.takeSeries(batch.length);
      for (const series of batch) {
        if (seen.has(series.labels.key) || (limit > 0 && labels.length >= limit)) continue;
        seen.add(series.labels.key);
        buffer.clear();
        series.read(buffer);
        const last = buffer.length - 1;
        if (last < 0) continue;
        labels.push(series.labels.pairs);
        if (buffer.kind[last] === KIND_STALE) newest.pushStale(buffer.t[last]!);
        else newest.pushFloat(buffer.t[last]!, buffer.v[last]!);
      }
    }
    for (const warning of set.warnings) warnings.add(warning);
  }
  const { length, t, v, kind } = newest;
  const columns = { t: t.slice(0, length), values: v.slice(0, length), stale: kind.slice(0, length) };
  return { kind: 'newest', newest: { labels, ...columns }, warnings: [...warnings], infos: [] };
}

async function runFederate(storage: Queryable, job: FederateJob, options: QueryOptions): Promise<QueryAnswer> {
  // Left-open, as every window of Prometheus 3: a sample exactly as old as the lookback is too old.
  const range = { start: job.at - options.lookbackDelta + 1, end: job.at };
  return withQuerier(storage, range, async (querier) => {
    const guard = new QueryGuard(options);
    const { externalLabels, format, after } = job;
    const part = await federate(querier, {
      ...{ matcherSets: matcherSets(job.selectors), range, externalLabels, format, after },
      maxBytes: FEDERATED_PART_BYTES,
      check: () => guard.check(),
    });
    return { kind: 'text', ...part, warnings: [], infos: [] };
  });
}
