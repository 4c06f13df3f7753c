import type { Clock } from '#lib/clock';
import { BarographError } from '#lib/errors';
import type { Log } from '#lib/log';
import type { QueryAnswer, QueryJob, QueryRunner, RunOptions } from '#promql/job';

/** One query thread as the pool sees it. */
export interface QueryThread {
  /** Rejects when the thread dies. */
  run(job: QueryJob, deadline: number): Promise<QueryAnswer>;
  /** Asks the job that runs to stop; it does so at its next check. */
  cancel(): void;
  /** Ends the thread at once. */
  kill(): void;
}

export interface QueryPoolOptions<T extends QueryThread> {
  readonly size: number;
  /** Queries that may wait; more are refused. */
  readonly maxWaiting: number;
  readonly timeout: number;
  readonly spawn: () => T;
  readonly clock: Clock;
  readonly log: Log;
  /** Told how long each query waited (`queue_time`) and then ran (`inner_eval`), failed ones too. */
  readonly observe: (slice: 'queue_time' | 'inner_eval', seconds: number) => void;
}

/** How long a thread may take to notice that its job was stopped, before it is killed and replaced. */
const GRACE = 2_000;

interface Waiting {
  readonly job: QueryJob;
  readonly since: number;
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
  readonly settle: (outcome: Promise<QueryAnswer>) => void;
}

/**
 * Runs jobs on a fixed number of threads, first come first served. A job that passes its deadline or whose caller is gone
 * is asked to stop; a thread that does not listen, or that dies, is replaced, and nothing else is harmed.
 */
export class QueryPool<T extends QueryThread> implements QueryRunner {
  private readonly options: QueryPoolOptions<T>;
  private readonly idle: T[] = [];
  private readonly threads = new Set<T>();
  private waiting: Waiting[] = [];
  private closed = false;

  constructor(options: QueryPoolOptions<T>) {
    this.options = options;
    for (let i = 0; i < options.size; i++) this.addThread();
  }

  /** Threads that are alive, for broadcasting changes to them. */
  get all(): ReadonlySet<T> {
    return this.threads;
  }

  run(job: QueryJob, { signal, timeout = this.options.timeout }: RunOptions = {}): Promise<QueryAnswer> {
    const { clock, maxWaiting } = this.options;
    if (this.closed) return Promise.reject(stopped('the server is shutting down', 'promql-canceled'));
    if (signal?.aborted) return Promise.reject(canceled());
    if (this.waiting.length >= maxWaiting) {
      const message = `too many queries: ${maxWaiting} are waiting already`;
      return Promise.reject(new BarographError(message, { kind: 'unavailable', code: 'too-many-queries' }));
    }
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        job,
        since: clock.now(),
        deadline: clock.now() + Math.min(timeout, this.options.timeout),
        signal,
        settle: (outcome) => {
          cancelTimer();
          signal?.removeEventListener('abort', abort);
          outcome.then(resolve, reject);
        },
      };
      const leave = (error: BarographError) => {
        if (!this.waiting.includes(waiting)) return;
        this.waiting = this.waiting.filter((other) => other !== waiting);
        waiting.settle(Promise.reject(error));
      };
      const abort = () => leave(canceled());
      const cancelTimer = clock.after(waiting.deadline - clock.now(), () => leave(timedOut('query queue')));
      signal?.addEventListener('abort', abort, { once: true });
      this.waiting.push(waiting);
      this.dispatch();
    });
  }

  /** Refuses new jobs and ends all threads; jobs that run or wait are rejected as canceled. */
  close(): void {
    this.closed = true;
    for (const { settle } of this.waiting.splice(0)) settle(Promise.reject(canceled()));
    for (const thread of this.threads) thread.kill();
    this.threads.clear();
  }

  private addThread(): void {
    const thread = this.options.spawn();
    this.threads.add(thread);
    this.idle.push(thread);
  }

  private dispatch(): void {
    while (this.idle.length > 0 && this.waiting.length > 0) {
      const thread = this.idle.shift()!;
      const next = this.waiting.shift()!;
      next.settle(this.runOn(thread, next));
    }
  }

  private async runOn(thread: T, { job, since, deadline, signal }: Waiting): Promise<QueryAnswer> {
    const { clock, observe } = this.options;
    const started = clock.now();
    observe('queue_time', (started - since) / 1000);
    const running = thread.run(job, deadline);
    let killed: BarographError | null = null;
    const stop = (reason: BarographError) => {
      thread.cancel();
      cancelKill = clock.after(GRACE, () => {
        killed = reason;
        thread.kill();
      });
    };
    let cancelKill = () => {};
    const abort = () => stop(canceled());
    const cancelDeadline = clock.after(deadline - clock.now(), () => stop(timedOut('expression evaluation')));
    signal?.addEventListener('abort', abort, { once: true });
    try {
      const answer = await running.finally(() => observe('inner_eval', (clock.now() - started) / 1000));
      this.free(thread);
      return answer;
    } catch (error) {
      if (killed ?? isDeath(error)) this.replace(thread, job);
      else this.free(thread);
      throw this.closed ? canceled() : (killed ?? error);
    } finally {
      cancelDeadline();
      cancelKill();
      signal?.removeEventListener('abort', abort);
    }
  }

  private free(thread: T): void {
    if (this.closed) return;
    this.idle.push(thread);
    this.dispatch();
  }

  private replace(thread: T, job: QueryJob): void {
    this.threads.delete(thread);
    if (this.closed) return;
    const expr = 'expr' in job ? job.expr : job.kind;
    this.options.log.warn('A query thread was replaced: its query used too much time or memory', { expr });
    thread.kill();
    this.addThread();
    this.dispatch();
  }
}

/** The error with which `QueryThread.run` rejects when its thread is gone. */
export function threadDeath(cause: unknown): BarographError {
  return new BarographError('the query used too much memory and was stopped', {
    kind: 'bad-request',
    code: 'promql-thread-died',
    hint: 'Select fewer series or a shorter range.',
    cause,
  });
}

function isDeath(error: unknown): boolean {
  return error instanceof BarographError && error.code === 'promql-thread-died';
}

function timedOut(where: string): BarographError {
  return stopped(`query timed out in ${where}`, 'promql-timeout');
}

function canceled(): BarographError {
  return stopped('query was canceled in expression evaluation', 'promql-canceled');
}

function stopped(message: string, code: string): BarographError {
  return new BarographError(message, { kind: 'unavailable', code });
}
