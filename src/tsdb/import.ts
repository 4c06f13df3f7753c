import { isDirectory, makeWritableDir } from '#lib/fs';
import { importBlocks } from './import/blocks.ts';
import { importOpenMetrics } from './import/open-metrics.ts';
import type { ImportStep } from './import/step.ts';

export type { ImportStep } from './import/step.ts';

/**
 * Takes samples into the data directory `dir`, of a server that runs or not: from a directory with blocks (of Prometheus,
 * Thanos or our own), or from a file in the OpenMetrics format. Once more changes nothing. Rejects with `bad-request` or
 * `corrupt-data` at the first thing that cannot be read; the blocks before it are there.
 */
export async function* importInto(dir: string, source: string): AsyncGenerator<ImportStep> {
  await makeWritableDir(dir);
  yield* (await isDirectory(source)) ? importBlocks(source, dir) : importOpenMetrics(source, dir);
}
