import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { collectSoon, HeapKeeper } from '#lib/heap';
import { createLog, type LogOptions } from '#lib/log';
import type { DbState } from '#tsdb/state';
import { blockWriterOver } from './background-port.ts';
import { serve } from './channel.ts';
import { createIngestService } from './ingest-service.ts';

/** What the ingest thread is started with. */
export interface IngestWorkerData {
  readonly log: Pick<LogOptions, 'level' | 'format'>;
  /** To the background thread. */
  readonly background: MessagePort;
  /** Here the edition of every new state of the data. */
  readonly editions: MessagePort;
  /** Here the ids of those whom scrapes feed. */
  readonly fed: MessagePort;
}

const { log, background, editions, fed } = workerData as IngestWorkerData;
let generation = 0;
const onState = (state: DbState) => {
  editions.postMessage(state.edition);
  // Lets go of the head before this one.
  if (state.head.generation !== generation) collectSoon();
  generation = state.head.generation;
};
const onFed = (ids: readonly string[]) => fed.postMessage(ids);
const blockWriter = blockWriterOver(background);
serve(parentPort!, createIngestService({ log: createLog(log), blockWriter, onState, onFed }));

/** The first pages of targets leave much behind; afterwards there is little. */
const LOOK_INTERVAL = 15_000;

const keeper = new HeapKeeper();
setInterval(() => keeper.look(), LOOK_INTERVAL).unref();
