import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { collectSoon } from '#lib/heap';
import { createLog, type Log, type LogOptions } from '#lib/log';
import { inlineBlockWriter } from '#tsdb/compaction';
import type { DbState } from '#tsdb/state';
import type { BackgroundWorkerData } from './background-worker.ts';
import { connect, inline, type Remote } from './channel.ts';
import { createIngestService, type IngestService } from './ingest-service.ts';
import type { IngestWorkerData } from './ingest-worker.ts';
import type { QuerySettings } from './query-service.ts';
import {
  inlineQueryThread,
  type QueryThreadOptions,
  spawnQueryThread,
  type UpdatableQueryThread,
} from './query-thread.ts';

/** The threads beside the main one, behind plain interfaces. */
export interface Threads {
  readonly ingest: Remote<IngestService>;
  /** Starts a query thread over this state of the data. */
  query(settings: QuerySettings, state: QueryThreadOptions['state']): UpdatableQueryThread;
  /** Starts what writes blocks; what it is asked before waits. Again: nothing happens. */
  startBackground(): void;
  /** Ends ingest and background threads; close the ingest service before. */
  stop(): Promise<void>;
}

export interface ThreadsOptions {
  /** All roles in this thread. */
  readonly inline: boolean;
  readonly log: Log;
  readonly logOptions: Pick<LogOptions, 'level' | 'format'>;
  readonly onState: (state: DbState) => void;
  /** Hears the ids of the watchers (`ingest.watch`) that a scrape feeds, when its samples can be read. */
  readonly onFed: (ids: readonly string[]) => void;
  /** A thread that must not end has ended: the process cannot go on. */
  readonly onDeath: (role: string, error: unknown) => void;
}

/** Of the ingest thread: what a scrape leaves behind is dead before the next one, so that a small nursery does. */
const YOUNG_MB = 12;

export function startThreads(options: ThreadsOptions): Threads {
  const { logOptions } = options;
  const query = options.inline ? inlineQueryThread : spawnQueryThread;
  const common = {
    query: (settings: QuerySettings, state: QueryThreadOptions['state']) => query({ settings, state, log: logOptions }),
  };
  if (options.inline) {
    const service = createIngestService({
      log: createLog(logOptions),
      blockWriter: inlineBlockWriter,
      onState: options.onState,
      onFed: options.onFed,
    });
    return { ...common, ingest: inline(service), startBackground: () => {}, stop: () => Promise.resolve() };
  }
  return { ...common, ...startWorkers(options) };
}

function startWorkers({
  logOptions,
  onState,
  onFed,
  onDeath,
}: ThreadsOptions): Pick<Threads, 'ingest' | 'startBackground' | 'stop'> {
  const work = new MessageChannel();
  const states = new MessageChannel();
  let generation = 0;
  states.port1.on('message', (state: DbState) => {
    onState(state);
    if (state.head.generation !== generation) collectSoon();
    generation = state.head.generation;
  });
  const fed = new MessageChannel();
  fed.port1.on('message', onFed);
  const ingest = new Worker(new URL('./ingest-worker.js', import.meta.url), {
    workerData: {
      ...{ log: logOptions, background: work.port2, states: states.port2, fed: fed.port2 },
    } satisfies IngestWorkerData,
    transferList: [work.port2, states.port2, fed.port2],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
  const { remote, fail } = connect<IngestService>(ingest);
  let stopping = false;
  const watch = (role: string, worker: Worker) => {
    worker.on('error', (error) => {
      fail(error);
      if (!stopping) onDeath(role, error);
    });
    return worker;
  };
  watch('ingest', ingest);
  let background: Worker | null = null;
  return {
    ingest: remote,
    startBackground: () => {
      background ??= watch('background', startBackgroundWorker(work.port1));
    },
    stop: async () => {
      stopping = true;
      states.port1.close();
      fed.port1.close();
      await Promise.all([ingest.terminate(), background?.terminate()]);
    },
  };
}

function startBackgroundWorker(requests: MessagePort): Worker {
  return new Worker(new URL('./background-worker.js', import.meta.url), {
    workerData: { requests } satisfies BackgroundWorkerData,
    transferList: [requests],
  });
}
