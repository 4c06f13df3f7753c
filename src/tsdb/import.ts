import type { BlockMeta } from '#block/meta';
import { isDirectory, makeWritableDir } from '#lib/fs';
import { importBlocks } from './import/blocks.ts';
import { importOpenMetrics } from './import/open-metrics.ts';

/** One block of an import is done. */
export interface ImportStep {
  readonly done: number;
  readonly of: number;
  readonly meta: BlockMeta;
  /** It was there before: nothing was written. */
  readonly isPresent: boolean;
}

/**
 * Takes samples into the data directory `dir`, of a server that runs or not: from a directory with blocks (of Prometheus,
 * Thanos or our own), or from a file in the OpenMetrics format. Once more changes nothing. Rejects with `bad-request` or
 * `corrupt-data` at the first thing that cannot be read; the blocks before it are there.
 */
export async function* importInto(dir: string, source: string): AsyncGenerator<ImportStep> {
  await makeWritableDir(dir);
  yield* (await isDirectory(source)) ? importBlocks(source, dir) : importOpenMetrics(source, dir);
}
