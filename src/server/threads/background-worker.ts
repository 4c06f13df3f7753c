import { type MessagePort, workerData } from 'node:worker_threads';
import { inlineBlockWriter } from '#tsdb/compaction';
import { serve } from './channel.ts';

/** What the background thread is started with. */
export interface BackgroundWorkerData {
  /** From the ingest thread. */
  readonly requests: MessagePort;
}

// Inline for this thread: it has nothing else to do.
serve((workerData as BackgroundWorkerData).requests, inlineBlockWriter);
