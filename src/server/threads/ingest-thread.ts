import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { LogOptions } from '#lib/log';
import { connect, type Remote } from './channel.ts';
import type { IngestService } from './ingest-service.ts';
import type { IngestWorkerData } from './ingest-worker.ts';

/** The ingest thread, with the other ends of its ports. */
export interface IngestThread {
  readonly remote: Remote<IngestService>;
  /** Here come its requests to the background thread. */
  readonly background: MessagePort;
  /** The edition of every new state of the data. */
  readonly editions: MessagePort;
  /** The ids of the watchers that a scrape feeds. */
  readonly fed: MessagePort;
  /** Calls `hear` when the thread has died, also when that was before. */
  onDeath(hear: (error: unknown) => void): void;
  terminate(): Promise<unknown>;
}

/** Of the ingest thread: what a scrape leaves behind is dead before the next one, so that a small nursery does. */
const YOUNG_MB = 12;

/** Starts the thread. What it is asked before it is there waits. */
export function spawnIngestThread(log: Pick<LogOptions, 'level' | 'format'>): IngestThread {
  const work = new MessageChannel();
  const editions = new MessageChannel();
  const fed = new MessageChannel();
  const worker = new Worker(new URL('./ingest-worker.js', import.meta.url), {
    workerData: {
      ...{ log, background: work.port2, editions: editions.port2, fed: fed.port2 },
    } satisfies IngestWorkerData,
    transferList: [work.port2, editions.port2, fed.port2],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
  const { remote, fail } = connect<IngestService>(worker);
  const death = new Promise<unknown>((resolve) => {
    worker.on('error', (error) => {
      fail(error);
      resolve(error);
    });
  });
  return {
    ...{ remote, background: work.port1, editions: editions.port1, fed: fed.port1 },
    onDeath: (hear) => void death.then(hear),
    terminate: () => worker.terminate(),
  };
}
