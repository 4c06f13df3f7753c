import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { liveHeapBytes, usedHeapBytes } from '#lib/heap';
import { createLog, type LogOptions } from '#lib/log';
import { serve } from './channel.ts';
import { createQueryService, type QueryControl, type QuerySettings } from './query-service.ts';

/** What a query thread is started with. */
export interface QueryWorkerData {
  readonly settings: QuerySettings;
  readonly control: QueryControl;
  /** States of the data come in here. */
  readonly states: MessagePort;
  readonly log: Pick<LogOptions, 'level' | 'format'>;
  /** Live bytes of the heap at which a query is ended. V8's own limit is higher: reaching that one ends the thread. */
  readonly maxHeapBytes: number;
}

const { settings, control, states, log, maxHeapBytes } = workerData as QueryWorkerData;
const heap = { maxBytes: maxHeapBytes, used: usedHeapBytes, live: liveHeapBytes };
serve(parentPort!, createQueryService(settings, control, { log: createLog(log), states, heap }));
