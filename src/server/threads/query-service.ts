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
import { isRehearsal, Rehearsal } from './rehearsal.ts';

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
  /** The data as of now; queries that run keep the data that they began with. */
  update(state: DbState): Promise<void>;
  configure(settings: QuerySettings): void;
  run(request: QueryRequest): Promise<Transferred<QueryAnswer> | QueryAnswer>;
}

export function createQueryService(
  initial: QuerySettings,
  control: QueryControl,
  { log, heap }: QueryServiceParts,
): QueryService {
  let settings = initial;
  let reader: DbReader | null = null;
  let current: DbState | null = null;
  let updating: Promise<void> = Promise.resolve();
  const rehearsal = new Rehearsal();
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
    update: (state) => {
      const next = updating.then(async () => {
        if (reader) await reader.update(state);
        else reader = await DbReader.open(state, { log });
        if (current?.head.generation !== state.head.generation) collectSoon();
        current = state;
      });
      // One after the other, also when one of them fails.
      updating = next.catch(() => {});
      return next;
    },
    run: async ({ job, deadline }) => {
      if (!reader || !current) throw new Error('BUG: a query before the data was opened');
      const history = dataHistory(current, systemClock.now());
      const storage = isRehearsal(job) ? await rehearsal.dataFor(job) : reader;
      return transferred(
        await runJob(storage, job, { ...settings, deadline, signal, progress, history, ...(heap ? { heap } : {}) }),
      );
    },
  };
}

interface QueryServiceParts {
  readonly log: Log;
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
