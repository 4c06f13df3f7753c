import { parentPort, workerData } from 'node:worker_threads';
import { createLog, type LogOptions } from '#lib/log';
import { serve } from './channel.ts';
import { createQueryService, type QuerySettings } from './query-service.ts';

/** What a query thread is started with. */
export interface QueryWorkerData {
  readonly settings: QuerySettings;
  readonly cancel: SharedArrayBuffer;
  readonly log: Pick<LogOptions, 'level' | 'format'>;
}

const { settings, cancel, log } = workerData as QueryWorkerData;
serve(parentPort!, createQueryService(settings, new Int32Array(cancel), createLog(log)));
