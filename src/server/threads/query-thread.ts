import { type MessagePort, Worker } from 'node:worker_threads';
import type { LogOptions } from '#lib/log';
import { createLog } from '#lib/log';
import type { QueryAnswer, QueryJob } from '#promql/job';
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

/** A query thread whose settings can be changed. */
export interface ConfigurableQueryThread extends QueryThread {
  configure(settings: QuerySettings): Promise<void>;
}

export interface QueryThreadOptions {
  readonly settings: QuerySettings;
  /** States of the data come in here, of a StateFeed; queries wait for the first. It belongs to the thread then. */
  readonly states: MessagePort;
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
export function spawnQueryThread({ settings, states, log }: QueryThreadOptions): ConfigurableQueryThread {
  const maxHeapBytes = Math.max(SMALLEST_HEAP_BYTES, settings.maxBytes * HEAP_PER_QUERY_BYTE);
  const control = createQueryControl();
  const worker = new Worker(new URL('./query-worker.js', import.meta.url), {
    workerData: { settings, control, states, log, maxHeapBytes } satisfies QueryWorkerData,
    transferList: [states],
    resourceLimits: { maxOldGenerationSizeMb: Math.ceil((maxHeapBytes * LIMIT_PER_HEAP_BYTE) / 2 ** 20) },
  });
  const { remote, fail } = connect<QueryService>(worker);
  worker.on('error', (error) => fail(threadDeath(error)));
  worker.on('exit', (code) => fail(threadDeath(`exit code ${code}`)));
  // The process may end while queries run.
  worker.unref();
  return threadOver(remote, { control, kill: () => void worker.terminate() });
}

/** The same in this thread: a query then holds up everything else, and cannot be stopped from outside. */
export function inlineQueryThread({ settings, states, log }: QueryThreadOptions): ConfigurableQueryThread {
  const control = createQueryControl();
  const remote = inline(createQueryService(settings, control, { log: createLog(log), states }));
  return threadOver(remote, { control, kill: () => {} });
}

type QueryRemote = ReturnType<typeof connect<QueryService>>['remote'];

function threadOver(
  remote: QueryRemote,
  { control, kill }: Pick<QueryThread, 'kill'> & { readonly control: QueryControl },
): ConfigurableQueryThread {
  return {
    progress: control.progress,
    cancel: () => void Atomics.store(control.cancel, 0, 1),
    kill,
    configure: (settings) => remote.configure(settings),
    run: async (job: QueryJob, deadline: number) => {
      // Here and not in the thread: a cancel that comes before the thread begins must not be lost.
      Atomics.store(control.cancel, 0, 0);
      control.progress.fill(0);
      return (await remote.run({ job, deadline })) as QueryAnswer;
    },
  };
}
