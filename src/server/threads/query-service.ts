import type { Log } from '#lib/log';
import type { Millis } from '#model/time';
import type { QueryAnswer, QueryJob } from '#promql/job';
import { runJob } from '#promql/run-job';
import { DbReader } from '#tsdb/db-reader';
import type { DbState } from '#tsdb/state';
import { Transferred } from './channel.ts';

/** What every query of a thread shares. */
export interface QuerySettings {
  readonly lookbackDelta: Millis;
  /** Default step of subqueries: the global evaluation interval. */
  readonly defaultStep: Millis;
  readonly maxSamples: number;
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

/** `cancel[0]` is set to 1 by the pool to stop the query that runs. */
export function createQueryService(initial: QuerySettings, cancel: Int32Array, log: Log): QueryService {
  let settings = initial;
  let reader: DbReader | null = null;
  let updating: Promise<void> = Promise.resolve();
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
      });
      // One after the other, also when one of them fails.
      updating = next.catch(() => {});
      return next;
    },
    run: async ({ job, deadline }) => {
      if (!reader) throw new Error('BUG: a query before the data was opened');
      Atomics.store(cancel, 0, 0);
      return transferred(await runJob(reader, job, { ...settings, deadline, signal }));
    },
  };
}

/** Finished bytes are handed over, not copied. */
function transferred(answer: QueryAnswer): Transferred<QueryAnswer> {
  if (answer.kind === 'columns') return new Transferred(answer, [answer.vector.values.buffer as ArrayBuffer]);
  if (answer.kind === 'newest' || answer.kind === 'together') return new Transferred(answer, []);
  const bytes = answer.kind === 'json' ? answer.data : answer.text;
  const whole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
  return new Transferred(answer, whole ? [bytes.buffer as ArrayBuffer] : []);
}
