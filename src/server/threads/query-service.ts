import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { systemClock } from '#lib/clock';
import { collectSoon } from '#lib/heap';
import type { Log } from '#lib/log';
import type { Millis } from '#model/time';
import type { QueryAnswer, QueryJob } from '#promql/job';
import type { HeapWatch } from '#promql/limits';
import { runJob } from '#promql/run-job';
import { DbReader } from '#tsdb/db-reader';
import type { DbState } from '#tsdb/state';
import { Transferred } from './channel.ts';
import { dataHistory } from './data-history.ts';

/** What every query of a thread shares. */
export interface QuerySettings {
  readonly lookbackDelta: Millis;
  /** Default step of subqueries: the global evaluation interval. */
  readonly defaultStep: Millis;
  readonly maxSamples: number;
  /** Bytes of one query, as it counts them. */
  readonly maxBytes: number;
}

/** Memory that a query thread shares with the pool. */
export interface QueryControl {
  /** `cancel[0]` is set to 1 to stop the query that runs. */
  readonly cancel: Int32Array;
  /** What the query that runs has loaded, by PROGRESS_SAMPLES and PROGRESS_BYTES. */
  readonly progress: Float64Array;
}

export function createQueryControl(): QueryControl {
  return { cancel: new Int32Array(new SharedArrayBuffer(4)), progress: new Float64Array(new SharedArrayBuffer(16)) };
}

export interface QueryRequest {
  readonly job: QueryJob;
  /** Unix ms. */
  readonly deadline: Millis;
}

/** A query thread's side of the channel. */
export interface QueryService {
  configure(settings: QuerySettings): void;
  /** Waits for the first data. */
  run(request: QueryRequest): Promise<Transferred<QueryAnswer> | QueryAnswer>;
}

export function createQueryService(
  initial: QuerySettings,
  control: QueryControl,
  { log, heap, states }: QueryServiceParts,
): QueryService {
  let settings = initial;
  const data = new QueryData(states, log);
  const { cancel, progress } = control;
  const signal = {
    get aborted() {
      return Atomics.load(cancel, 0) === 1;
    },
  };
  return {
    configure: (next) => {
      settings = next;
    },
    run: async ({ job, deadline }) => {
      const { reader, state } = await data.now();
      const history = dataHistory(state, systemClock.now());
      return transferred(
        await runJob(reader, job, { ...settings, deadline, signal, progress, history, ...(heap ? { heap } : {}) }),
      );
    },
  };
}

/** Data that can be asked. */
interface OpenData {
  readonly reader: DbReader;
  readonly state: DbState;
}

/** What a query thread reads, kept up to date by what comes through a port. Queries that run keep the data that they began with. */
class QueryData {
  private readonly states: MessagePort;
  private readonly log: Log;
  private current: OpenData | null = null;
  private readonly first: Promise<void>;
  private tellFirst: (opened: Promise<void>) => void = () => {};
  private updating: Promise<void> = Promise.resolve();

  constructor(states: MessagePort, log: Log) {
    this.states = states;
    this.log = log;
    this.first = new Promise((resolve) => {
      this.tellFirst = resolve;
    });
    // Who needs it hears of a failure.
    this.first.catch(() => {});
    states.on('message', (state: DbState) => this.take(state));
    // The process may end while nobody asks.
    states.unref();
  }

  /** The data with everything that was told before this call. Rejects when it cannot be opened. */
  async now(): Promise<OpenData> {
    // They may stand behind what has woken the thread.
    for (let next = receiveMessageOnPort(this.states); next; next = receiveMessageOnPort(this.states)) {
      this.take(next.message as DbState);
    }
    await this.updating;
    if (!this.current) await this.first;
    return this.current!;
  }

  /** One after the other, also when one of them fails. */
  private take(state: DbState): void {
    const next = this.updating.then(() => this.open(state));
    this.tellFirst(next);
    this.updating = next.catch((error: unknown) =>
      this.log.warn('A query thread did not take the new data', { error }),
    );
  }

  private async open(state: DbState): Promise<void> {
    const before = this.current;
    if (before) await before.reader.update(state);
    const reader = before?.reader ?? (await DbReader.open(state, { log: this.log }));
    this.current = { reader, state };
    if (before?.state.head.generation !== state.head.generation) collectSoon();
  }
}

interface QueryServiceParts {
  readonly log: Log;
  /** The data as it changes, of a StateFeed. */
  readonly states: MessagePort;
  /** The heap of this thread, when nothing but queries is in it. */
  readonly heap?: HeapWatch;
}

/** Finished bytes are handed over, not copied. */
function transferred(answer: QueryAnswer): Transferred<QueryAnswer> {
  if (answer.kind === 'columns') return new Transferred(answer, [answer.vector.values.buffer as ArrayBuffer]);
  if (answer.kind === 'newest' || answer.kind === 'together') return new Transferred(answer, []);
  const bytes = answer.kind === 'text' ? answer.text : answer.data;
  const whole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
  return new Transferred(answer, whole ? [bytes.buffer as ArrayBuffer] : []);
}
