import { type MessagePort, workerData } from 'node:worker_threads';
import type { BlockMeta } from '#block/meta';
import { collectSoon } from '#lib/heap';
import { type BlockWriterPort, inlineBlockWriter } from '#tsdb/compaction';
import { serve } from './channel.ts';

/** What the background thread is started with. */
export interface BackgroundWorkerData {
  /** From the ingest thread. */
  readonly requests: MessagePort;
}

/**
 * With each request of the head comes a reference to its memory, which must not outlive the head; and a merge leaves much
 * behind, while it may be hours until the next one.
 */
function lettingGo<Request>(write: (request: Request) => Promise<BlockMeta | null>): typeof write {
  return (request) => write(request).finally(collectSoon);
}

// Inline for this thread: it has nothing else to do.
serve((workerData as BackgroundWorkerData).requests, {
  ...inlineBlockWriter,
  compactHead: lettingGo(inlineBlockWriter.compactHead),
  compactEnded: lettingGo(inlineBlockWriter.compactEnded),
  compactLate: lettingGo(inlineBlockWriter.compactLate),
  compactBlocks: lettingGo(inlineBlockWriter.compactBlocks),
} satisfies BlockWriterPort);
