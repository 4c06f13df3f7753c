import { Worker } from 'node:worker_threads';
import { errorMessage } from '#lib/errors';
import type { LogOptions } from '#lib/log';
import { createLog } from '#lib/log';
import type { QueryAnswer, QueryJob } from '#promql/job';
import type { DbState } from '#tsdb/state';
import { connect, inline } from './channel.ts';
import { type QueryThread, threadDeath } from './query-pool.ts';
import {
  createQueryControl,
  createQueryService,
  type QueryControl,
  type QueryService,
  type QuerySettings,
} from './query-service.ts';
import type { QueryWorkerData } from './query-worker.ts';

/** A query thread that also hears of changes. */
export interface UpdatableQueryThread extends QueryThread {
  update(state: DbState): Promise<void>;
  configure(settings: QuerySettings): Promise<void>;
}

export interface QueryThreadOptions {
  readonly settings: QuerySettings;
  /** May come later: queries wait for it. */
  readonly state: DbState | Promise<DbState>;
  readonly log: Pick<LogOptions, 'level' | 'format'>;
}

/** Beside what a query counts there are its plan, its answer as text and what its estimate does not know. */
const HEAP_PER_QUERY_BYTE = 2;
/**
 * V8's limit ends the thread, and the whole process when one allocation overshoots it by far: it is only for what is
 * never checked.
 */
const LIMIT_PER_HEAP_BYTE = 2;
const SMALLEST_HEAP_BYTES = 512 * 2 ** 20;

/** Starts a worker thread for queries. */
export function spawnQueryThread({ settings, state, log }: QueryThreadOptions): UpdatableQueryThread {
  const maxHeapBytes = Math.max(SMALLEST_HEAP_BYTES, settings.maxBytes * HEAP_PER_QUERY_BYTE);
  const control = createQueryControl();
  const worker = new Worker(new URL('./query-worker.js', import.meta.url), {
    workerData: { settings, control, log, maxHeapBytes } satisfies QueryWorkerData,
    resourceLimits: { maxOldGenerationSizeMb: Math.ceil((maxHeapBytes * LIMIT_PER_HEAP_BYTE) / 2 ** 20) },
  });
  const { remote, fail } = connect<QueryService>(worker);
  worker.on('error', (error) => fail(threadDeath(error)));
  worker.on('exit', (code) => fail(threadDeath(`exit code ${code}`)));
  // The process may end while queries run.
  worker.unref();
  return threadOver(remote, state, { control, kill: () => void worker.terminate() });
}

/** The same in this thread: a query then holds up everything else, and cannot be stopped from outside. */
export function inlineQueryThread({ settings, state, log }: QueryThreadOptions): UpdatableQueryThread {
  const control = createQueryControl();
  const remote = inline(createQueryService(settings, control, { log: createLog(log) }));
  return threadOver(remote, state, { control, kill: () => {} });
}

type QueryRemote = ReturnType<typeof connect<QueryService>>['remote'];

function threadOver(
  remote: QueryRemote,
  state: QueryThreadOptions['state'],
  { control, kill }: Pick<QueryThread, 'kill'> & { readonly control: QueryControl },
): UpdatableQueryThread {
  const opened = Promise.resolve(state).then((first) => remote.update(first));
  // A failure shows at the first query.
  opened.catch(errorMessage);
  return {
    progress: control.progress,
    cancel: () => void Atomics.store(control.cancel, 0, 1),
    kill,
    update: (next) => remote.update(next),
    configure: (settings) => remote.configure(settings),
    run: async (job: QueryJob, deadline: number) => {
      // Here and not in the thread: a cancel that comes before the thread begins must not be lost.
      Atomics.store(control.cancel, 0, 0);
      control.progress.fill(0);
      await opened;
      return (await remote.run({ job, deadline })) as QueryAnswer;
    },
  };
}
