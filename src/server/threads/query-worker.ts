import { parentPort, workerData } from 'node:worker_threads';
import { createLog, type LogOptions } from '#lib/log';
import { serve } from './channel.ts';
import { createQueryService, type QueryControl, type QuerySettings } from './query-service.ts';

/** What a query thread is started with. */
export interface QueryWorkerData {
  readonly settings: QuerySettings;
  readonly control: QueryControl;
  readonly log: Pick<LogOptions, 'level' | 'format'>;
}

const { settings, control, log } = workerData as QueryWorkerData;
serve(parentPort!, createQueryService(settings, control, createLog(log)));
