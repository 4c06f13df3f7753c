import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { errorMessage } from '#lib/errors';
import { createLog, type Log, type LogOptions } from '#lib/log';
import { inlineBlockWriter } from '#tsdb/compaction';
import type { BackgroundWorkerData } from './background-worker.ts';
import { inline, type Remote } from './channel.ts';
import { createIngestService, type IngestService } from './ingest-service.ts';
import { type IngestThread, spawnIngestThread } from './ingest-thread.ts';
import type { QuerySettings } from './query-service.ts';
import { type ConfigurableQueryThread, inlineQueryThread, spawnQueryThread } from './query-thread.ts';

/** The threads beside the main one, behind plain interfaces. */
export interface Threads {
  readonly ingest: Remote<IngestService>;
  /** Starts a query thread over the data of the ingest thread, which may be opened later. */
  query(settings: QuerySettings): ConfigurableQueryThread;
  /** Starts what writes blocks; what it is asked before waits. Again: nothing happens. */
  startBackground(): void;
  /** Ends ingest and background threads; close the ingest service before. */
  stop(): Promise<void>;
}

export interface ThreadsOptions {
  /** All roles in this thread. */
  readonly inline: boolean;
  /** The ingest thread, if it runs already. */
  readonly ingest: IngestThread | null;
  readonly log: Log;
  readonly logOptions: Pick<LogOptions, 'level' | 'format'>;
  /** Hears the edition of every new state of the data. */
  readonly onEdition: (edition: number) => void;
  /** Hears the ids of the watchers (`ingest.watch`) that a scrape feeds, when its samples can be read. */
  readonly onFed: (ids: readonly string[]) => void;
  /** A thread that must not end has ended: the process cannot go on. */
  readonly onDeath: (role: string, error: unknown) => void;
}

export function startThreads(options: ThreadsOptions): Threads {
  const { logOptions } = options;
  if (options.inline) {
    const service = createIngestService({
      log: createLog(logOptions),
      blockWriter: inlineBlockWriter,
      onState: ({ edition }) => options.onEdition(edition),
      onFed: options.onFed,
    });
    const ingest = inline(service);
    const query = queriesOver(ingest, (settings, states) => inlineQueryThread({ settings, states, log: logOptions }));
    return { query, ingest, startBackground: () => {}, stop: () => Promise.resolve() };
  }
  const workers = startWorkers(options);
  const query = queriesOver(workers.ingest, (settings, states) =>
    spawnQueryThread({ settings, states, log: logOptions }),
  );
  return { ...workers, query };
}

/** Connects new query threads with the ingest thread: data goes from the one to the other, and not by way of this thread. */
function queriesOver(
  ingest: Remote<IngestService>,
  start: (settings: QuerySettings, states: MessagePort) => ConfigurableQueryThread,
): Threads['query'] {
  return (settings) => {
    const { port1, port2 } = new MessageChannel();
    // When the ingest thread is gone, the process ends.
    ingest.feed(port1, [port1]).catch(errorMessage);
    return start(settings, port2);
  };
}

function startWorkers({
  ingest: early,
  logOptions,
  onEdition,
  onFed,
  onDeath,
}: ThreadsOptions): Pick<Threads, 'ingest' | 'startBackground' | 'stop'> {
  const ingest = early ?? spawnIngestThread(logOptions);
  ingest.editions.on('message', onEdition);
  ingest.fed.on('message', onFed);
  let stopping = false;
  const died = (role: string) => (error: unknown) => {
    if (!stopping) onDeath(role, error);
  };
  ingest.onDeath(died('ingest'));
  let background: Worker | null = null;
  return {
    ingest: ingest.remote,
    startBackground: () => {
      background ??= startBackgroundWorker(ingest.background).on('error', died('background'));
    },
    stop: async () => {
      stopping = true;
      ingest.editions.close();
      ingest.fed.close();
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
