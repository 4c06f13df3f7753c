import type { ServerOptions } from './options.ts';
import { type IngestThread, spawnIngestThread } from './threads/ingest-thread.ts';

/** What of a server works already while the rest of the program is being loaded; null: nothing. */
export type HeadStart = IngestThread | null;

/**
 * Starts the thread that holds the data, and has it read what can be read before the directory is its own. Imports little, so
 * that it can be called before the server's own code is there.
 */
export function headStart({ query, logOptions, dataDir, blockDuration }: ServerOptions): HeadStart {
  if (query.threads === 0) return null;
  const thread = spawnIngestThread(logOptions);
  // Opening tells what is wrong.
  thread.remote.readAhead({ dir: dataDir, minBlockDuration: blockDuration.min }).catch(() => {});
  return thread;
}
