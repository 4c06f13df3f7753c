import type { Clock } from '#lib/clock';
import { BarographError } from '#lib/errors';
import type { Log } from '#lib/log';
import type { StopSignal } from '#lib/stop-signal';
import type { QueryAnswer, QueryJob, QueryOrigin, QueryRunner, RunOptions } from '#promql/job';
import { clientText, jobText } from '#promql/query-activity';
import { FairQueue } from './fair-queue.ts';

/** One query thread as the pool sees it. */
export interface QueryThread {
  /** What the job that runs has loaded so far, by PROGRESS_SAMPLES and PROGRESS_BYTES. */
  readonly progress: Float64Array;
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
  /** When others hold all threads, rules get one more. */
  readonly threadForRules: boolean;
  readonly timeout: number;
  readonly spawn: () => T;
  readonly clock: Clock;
  readonly log: Log;
  /** Told how long each query waited (`queue_time`) and then ran (`inner_eval`), failed ones too. */
  readonly observe: (slice: 'queue_time' | 'inner_eval', seconds: number) => void;
}

export interface PoolRunOptions extends RunOptions {
  /** Called when a thread takes the job, with the numbers that tell how far it is. */
  readonly onStart?: (progress: Float64Array) => void;
}

/** How long a thread may take to notice that its job was stopped, before it is killed and replaced. */
const GRACE = 2_000;
/** How long the additional thread for rules is kept without work. */
const RETIRE_AFTER = 60_000;
const RULES = 'rules';

interface Waiting {
  readonly lane: string;
  readonly job: QueryJob;
  readonly since: number;
  readonly deadline: number;
  readonly options: PoolRunOptions;
  /** Ends the waiting. */
  readonly settle: (outcome: Promise<QueryAnswer>) => void;
  isTaken: boolean;
  /** Stops watching for what ends the waiting early. */
  leaveEarly: () => void;
}

/**
 * Runs jobs on a fixed number of threads: one is there at once, the others when they are needed, or by `fill`. Clients take turns; rules are a client that never waits for the others: when no
 * rule runs, the next free thread is theirs, and when none is free they get one more for a while. A job that passes its
 * deadline (waiting included) or whose caller is gone is asked to stop; a thread that does not listen, or that dies, is
 * replaced, and nothing else is harmed.
 */
export class QueryPool<T extends QueryThread> implements QueryRunner {
  private readonly options: QueryPoolOptions<T>;
  /** The one that worked last comes first: its code is compiled, and what it read is at hand. */
  private readonly idle: T[] = [];
  private readonly threads = new Set<T>();
  private readonly queue = new FairQueue<Waiting>();
  private rulesRunning = 0;
  private closed = false;
  /** The additional thread for rules, and how to stop it from retiring while it waits. */
  private extra: { readonly thread: T; cancelRetirement: () => void } | null = null;

  constructor(options: QueryPoolOptions<T>) {
    this.options = options;
    this.idle.push(this.spawn());
  }

  /** Starts the threads that are not there yet. */
  fill(): void {
    while (!this.closed && this.size < this.options.size) this.idle.push(this.spawn());
  }

  /** Threads that are alive, for broadcasting changes to them. */
  get all(): ReadonlySet<T> {
    return this.threads;
  }

  run(job: QueryJob, options: PoolRunOptions = {}): Promise<QueryAnswer> {
    const { clock } = this.options;
    const { signal, origin, timeout = this.options.timeout } = options;
    if (this.closed) return Promise.reject(stopped('the server is shutting down', 'promql-canceled'));
    if (signal?.aborted) return Promise.reject(canceled(signal));
    const lane = laneOf(origin);
    if (!this.makeRoom(lane)) return Promise.reject(this.tooMany());
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        ...{ lane, job, options, since: clock.now() },
        deadline: clock.now() + Math.min(timeout, this.options.timeout),
        isTaken: false,
        leaveEarly: () => {},
        settle: (outcome) => {
          waiting.isTaken = true;
          waiting.leaveEarly();
          outcome.then(resolve, reject);
        },
      };
      this.queue.push(lane, waiting);
      this.dispatch();
      if (!waiting.isTaken) this.limitWaiting(waiting);
    });
  }

  /** Takes a job out of the queue when its time is up or its caller is gone, before a thread takes it. */
  private limitWaiting(waiting: Waiting): void {
    const { clock } = this.options;
    const { lane, deadline, options } = waiting;
    const { signal } = options;
    const leave = (error: BarographError) => {
      if (this.queue.remove(lane, waiting)) waiting.settle(Promise.reject(error));
    };
    const abort = () => leave(canceled(signal));
    const cancelTimer = clock.after(deadline - clock.now(), () => leave(timedOut('query queue')));
    signal?.addEventListener('abort', abort, { once: true });
    waiting.leaveEarly = () => {
      cancelTimer();
      signal?.removeEventListener('abort', abort);
    };
  }

  /** Refuses new jobs and ends all threads; jobs that run or wait are rejected as canceled. */
  close(): void {
    this.closed = true;
    this.extra?.cancelRetirement();
    for (const { settle } of this.queue.drain()) settle(Promise.reject(canceled()));
    for (const thread of this.threads) thread.kill();
    this.threads.clear();
  }

  private spawn(): T {
    const thread = this.options.spawn();
    this.threads.add(thread);
    return thread;
  }

  /** A full queue has room for one more of a short lane: the longest lane gives up its newest. Rules always get in. */
  private makeRoom(lane: string): boolean {
    if (lane === RULES || this.queue.size < this.options.maxWaiting) return true;
    const displaced = this.queue.displace(lane);
    displaced?.settle(Promise.reject(this.tooMany()));
    return displaced !== undefined;
  }

  private tooMany(): BarographError {
    return new BarographError(`too many queries: ${this.options.maxWaiting} are waiting already`, {
      kind: 'unavailable',
      code: 'too-many-queries',
      hint: 'Try again in a moment, ask for less at a time, or start the server with more --threads or --query.max-concurrency.',
    });
  }

  /** Without the additional one. */
  private get size(): number {
    return this.threads.size - (this.extra === null ? 0 : 1);
  }

  private dispatch(): void {
    if (this.idle.length === 0 && this.queue.size > 0) this.fill();
    while (this.idle.length > 0 && this.queue.size > 0) this.start(this.idle.shift()!, this.next()!);
    if (!this.options.threadForRules || this.rulesRunning > 0 || !this.queue.has(RULES)) return;
    this.extra ??= { thread: this.spawn(), cancelRetirement: () => {} };
    this.extra.cancelRetirement();
    this.start(this.extra.thread, this.queue.take(RULES)!);
  }

  private next(): Waiting | undefined {
    return this.queue.take(this.rulesRunning === 0 && this.queue.has(RULES) ? RULES : undefined);
  }

  private start(thread: T, waiting: Waiting): void {
    waiting.options.onStart?.(thread.progress);
    waiting.settle(this.runOn(thread, waiting));
  }

  private async runOn(thread: T, { lane, job, since, deadline, options }: Waiting): Promise<QueryAnswer> {
    const { clock, observe } = this.options;
    const { signal, origin } = options;
    const started = clock.now();
    observe('queue_time', (started - since) / 1000);
    const running = thread.run(job, deadline);
    let reason: BarographError | null = null;
    let killed = false;
    let cancelKill = () => {};
    const stop = (because: BarographError) => {
      reason ??= because;
      thread.cancel();
      cancelKill();
      cancelKill = clock.after(GRACE, () => {
        killed = true;
        thread.kill();
      });
    };
    const abort = () => stop(canceled(signal));
    const cancelDeadline = clock.after(deadline - clock.now(), () => stop(timedOut('expression evaluation')));
    signal?.addEventListener('abort', abort, { once: true });
    if (lane === RULES) this.rulesRunning++;
    let isLost = false;
    try {
      return await running.finally(() => observe('inner_eval', (clock.now() - started) / 1000));
    } catch (error) {
      isLost = killed || isDeath(error);
      if (isLost) this.mourn(job, origin, killed);
      if (this.closed) throw canceled();
      // The thread only knows that it was told to stop.
      throw reason !== null && (killed || isCancel(error)) ? reason : error;
    } finally {
      cancelDeadline();
      cancelKill();
      signal?.removeEventListener('abort', abort);
      if (lane === RULES) this.rulesRunning--;
      if (isLost) this.replace(thread);
      else this.free(thread);
    }
  }

  private free(thread: T): void {
    if (this.closed) return;
    if (this.extra?.thread === thread) {
      this.extra.cancelRetirement = this.options.clock.after(RETIRE_AFTER, () => this.retire(thread));
    } else this.idle.unshift(thread);
    this.dispatch();
  }

  private retire(thread: T): void {
    this.extra = null;
    this.threads.delete(thread);
    thread.kill();
  }

  private replace(thread: T): void {
    this.threads.delete(thread);
    if (this.closed) return;
    thread.kill();
    if (this.extra?.thread === thread) this.extra = null;
    else this.idle.push(this.spawn());
    this.dispatch();
  }

  private mourn(job: QueryJob, origin: QueryOrigin | undefined, killed: boolean): void {
    if (this.closed) return;
    const why = killed ? 'did not stop when it was told to' : 'used too much memory';
    const fields = { query: jobText(job).slice(0, 1000), client: clientText(origin) };
    this.options.log.warn(`A query thread was replaced: its query ${why}`, fields);
  }
}

/** A dashboard is a client of its own, whoever looks at it. */
function laneOf(origin: QueryOrigin | undefined): string {
  if (origin === undefined) return '';
  if (origin.kind === 'rule') return RULES;
  const { address, userAgent, dashboard } = origin.client;
  return JSON.stringify([address, userAgent, dashboard]);
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

function isCancel(error: unknown): boolean {
  return error instanceof BarographError && error.code === 'promql-canceled';
}

function timedOut(where: string): BarographError {
  return stopped(`query timed out in ${where}`, 'promql-timeout');
}

function canceled(signal?: StopSignal): BarographError {
  if (signal?.reason instanceof BarographError) return signal.reason;
  return stopped('query was canceled in expression evaluation', 'promql-canceled');
}

function stopped(message: string, code: string): BarographError {
  return new BarographError(message, { kind: 'unavailable', code });
}
