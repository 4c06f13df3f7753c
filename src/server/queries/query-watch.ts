import type { Clock } from '#lib/clock';
import { BarographError, errorMessage } from '#lib/errors';
import { StopSource } from '#lib/stop-signal';
import type { QueryAnswer, QueryJob, QueryRunner, RunOptions, TogetherJob } from '#promql/job';
import { PROGRESS_BYTES, PROGRESS_SAMPLES } from '#promql/limits';
import { clientText, jobText, type LiveQuery, type QueryActivity, type SlowQuery } from '#promql/query-activity';
import type { QueryStatistics } from '#promql/value';
import type { PoolRunOptions } from '../threads/query-pool.ts';
import type { ActiveQueries } from './active-queries.ts';
import { MetricUses } from './metric-uses.ts';
import type { QueryLog } from './query-log.ts';
import { SLOW_SECONDS, SlowQueries } from './slow-queries.ts';

export interface QueryWatchOptions {
  readonly pool: { run(job: QueryJob, options: PoolRunOptions): Promise<QueryAnswer> };
  readonly active: ActiveQueries;
  readonly log: QueryLog;
  readonly clock: Clock;
}

interface Watched {
  readonly id: string;
  readonly job: QueryJob;
  readonly options: RunOptions;
  readonly client: string;
  readonly arrived: number;
  readonly stop: StopSource;
  /** What follows is set when a thread takes the job. Monotonic ms beside the time of day. */
  started: { readonly at: number; readonly monotonic: number; readonly progress: Float64Array } | null;
  release: () => void;
}

/** Knows every query that waits or runs, can end each, and keeps the books of those that ended. */
export class QueryWatch implements QueryRunner, QueryActivity {
  private readonly options: QueryWatchOptions;
  private readonly watched = new Map<string, Watched>();
  /** What clients asked for; rules are not clients. */
  readonly uses = new MetricUses();
  private readonly slowQueries = new SlowQueries();
  private ids = 0;

  constructor(options: QueryWatchOptions) {
    this.options = options;
  }

  async run(job: QueryJob, options: RunOptions = {}): Promise<QueryAnswer> {
    const { clock, pool } = this.options;
    const watched = this.watch(job, options);
    const arrived = clock.monotonic();
    const { stop: signal } = watched;
    const leave = () => signal.abort(options.signal?.reason);
    if (options.signal?.aborted) leave();
    options.signal?.addEventListener('abort', leave, { once: true });
    this.watched.set(watched.id, watched);
    let answer: QueryAnswer | null = null;
    let error: unknown = null;
    try {
      answer = await pool.run(job, { ...options, signal, onStart: (progress) => this.onStart(watched, progress) });
      return answer;
    } catch (failure) {
      error = failure;
      throw failure;
    } finally {
      options.signal?.removeEventListener('abort', leave);
      this.watched.delete(watched.id);
      watched.release();
      this.enter(watched, { answer, error, arrived });
    }
  }

  private watch(job: QueryJob, options: RunOptions): Watched {
    return {
      id: String(++this.ids),
      job,
      options,
      client: clientText(options.origin),
      arrived: this.options.clock.now(),
      stop: new StopSource(),
      started: null,
      release: () => {},
    };
  }

  running(): LiveQuery[] {
    return [...this.watched.values()].map(({ id, job, client, arrived, started }) => ({
      ...{ id, query: jobText(job), kind: job.kind, ...timesOf(job), client, arrived },
      started: started?.at ?? null,
      samples: started?.progress[PROGRESS_SAMPLES] ?? 0,
      bytes: Math.trunc(started?.progress[PROGRESS_BYTES] ?? 0),
    }));
  }

  slow(): SlowQuery[] {
    return this.slowQueries.list();
  }

  kill(id: string): boolean {
    const watched = this.watched.get(id);
    watched?.stop.abort(killed());
    return watched !== undefined;
  }

  private onStart(watched: Watched, progress: Float64Array): void {
    const { clock, active } = this.options;
    const { job, client } = watched;
    watched.started = { at: clock.now(), monotonic: clock.monotonic(), progress };
    const started = new Date(clock.now()).toISOString();
    watched.release = active.add({ query: jobText(job), client, started });
  }

  /** Enters a query that ended into the books. */
  private enter({ job, options, client, started }: Watched, outcome: Outcome): void {
    const { clock, log } = this.options;
    const { answer, error, arrived } = outcome;
    const now = clock.monotonic();
    const queueSeconds = ((started?.monotonic ?? now) - arrived) / 1000;
    const runSeconds = started ? (now - started.monotonic) / 1000 : 0;
    // As in Prometheus: what does not parse was no query.
    if (isParseError(error)) return;
    if (isUse(job) && options.origin?.kind === 'http') this.uses.add(jobText(job));
    // Nobody asks about the parts of what was quick.
    if (!log.enabled && runSeconds < SLOW_SECONDS) return;
    const at = clock.now();
    for (const run of runsOf(job, { answer, seconds: runSeconds })) {
      const failure = run.error ?? (error === null ? null : errorMessage(error));
      log.write({ ...run, origin: options.origin, error: failure, queueSeconds, runSeconds: run.seconds }, at);
      const { statistics, series } = run;
      const cost = statistics && { series, samplesRead: statistics.samplesRead };
      if (run.isUse) this.slowQueries.note({ ...run, client, byRule: options.origin?.kind === 'rule', at, cost });
    }
  }
}

/** Whether the answer is made of the samples of what was asked for; lists of names and explanations are not. */
function isUse(job: QueryJob): boolean {
  if (job.kind === 'federate') return true;
  return (job.kind === 'instant' || job.kind === 'range') && job.form !== 'explain';
}

/** One expression of a job that ended. */
interface ExpressionRun {
  readonly query: string;
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly seconds: number;
  readonly statistics: QueryStatistics | null;
  readonly series: number;
  /** Its own, where the job as a whole has succeeded. */
  readonly error: string | null;
  /** An explained query was looked at, not used. */
  readonly isUse: boolean;
}

/** The expressions that a job evaluated; none for jobs that list series and labels. */
function runsOf(job: QueryJob, { answer, seconds }: { answer: QueryAnswer | null; seconds: number }): ExpressionRun[] {
  if (job.kind === 'together') return togetherRuns(job, { answer, seconds });
  if (job.kind !== 'instant' && job.kind !== 'range') return [];
  const cost = { statistics: answer?.statistics ?? null, series: answer?.series ?? 0 };
  return [{ query: job.expr, ...expressionTimes(job), seconds, ...cost, error: null, isUse: job.form !== 'explain' }];
}

/** Rules that were evaluated together: each has the time that it alone needed. */
function togetherRuns(
  { exprs, at }: TogetherJob,
  { answer, seconds }: { answer: QueryAnswer | null; seconds: number },
): ExpressionRun[] {
  const results = answer?.kind === 'together' ? answer.results : [];
  return exprs.map((query, i) => {
    const result = results[i];
    const asked = {
      query,
      start: at,
      end: at,
      step: 0,
      seconds: result?.seconds ?? seconds / exprs.length,
      isUse: true,
    };
    if (!result || 'error' in result) return { ...asked, statistics: null, series: 0, error: result?.error ?? null };
    return { ...asked, statistics: result.statistics, series: result.vector.labels.length, error: null };
  });
}

interface Outcome {
  readonly answer: QueryAnswer | null;
  readonly error: unknown;
  /** Monotonic. */
  readonly arrived: number;
}

function isParseError(error: unknown): boolean {
  return error instanceof BarographError && error.code === 'promql-parse';
}

function timesOf(job: QueryJob): Pick<LiveQuery, 'start' | 'end' | 'step'> {
  if (job.kind === 'instant' || job.kind === 'range') return expressionTimes(job);
  if (job.kind === 'federate' || job.kind === 'together') return { start: job.at, end: job.at, step: null };
  return { ...job.range, step: null };
}

function expressionTimes(job: Extract<QueryJob, { kind: 'instant' | 'range' }>) {
  if (job.kind === 'instant') return { start: job.at, end: job.at, step: 0 };
  return { start: job.start, end: job.end, step: job.step };
}

function killed(): BarographError {
  return new BarographError('the query was ended by an operator of this server', {
    kind: 'unavailable',
    code: 'promql-canceled',
    hint: 'Somebody ended it in the list of running queries: ask them before you run it again.',
  });
}
