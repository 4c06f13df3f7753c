import { FROM_OUT_OF_ORDER } from '#block/meta';
import { BarographError } from '#lib/errors';
import { isDirectory, makeWritableDir } from '#lib/fs';
import type { Millis } from '#model/time';
import { blockDirs, importBlocks } from './import/blocks.ts';
import { importHead } from './import/head.ts';
import { importOpenMetrics } from './import/open-metrics.ts';
import type { ImportStep } from './import/step.ts';

export type { ImportStep } from './import/step.ts';

/**
 * Takes samples into the data directory `dir`, of a server that runs or not: from a data directory (of Prometheus, Thanos or
 * our own) with its blocks and its head, from a single block, or from a file in the OpenMetrics format. Once more changes
 * nothing. Rejects with `bad-request` or `corrupt-data` at the first thing that cannot be read, and with `corrupt-data` at
 * the end when parts of a head could not be; what came before is there.
 */
export async function* importInto(dir: string, source: string): AsyncGenerator<ImportStep> {
  await makeWritableDir(dir);
  yield* (await isDirectory(source)) ? importDirectory(source, dir) : importOpenMetrics(source, dir);
}

async function* importDirectory(source: string, dir: string): AsyncGenerator<ImportStep> {
  const blocks = await blockDirs(source);
  let blocksEnd: Millis = Number.NEGATIVE_INFINITY;
  let steps = 0;
  for await (const step of importBlocks(blocks, dir)) {
    steps++;
    const { maxTime, compaction } = step.meta;
    if (!compaction.hints?.includes(FROM_OUT_OF_ORDER)) blocksEnd = Math.max(blocksEnd, maxTime);
    yield step;
  }
  for await (const step of importHead(source, dir, blocksEnd)) {
    steps++;
    yield step;
  }
  if (steps === 0) throw nothingThere(source);
}

function nothingThere(source: string): BarographError {
  return new BarographError(`${source} holds no blocks, and no write-ahead log with samples`, {
    kind: 'bad-request',
    code: 'no-blocks',
    hint: 'Name the folder of --storage.tsdb.path, a snapshot, a block, or a file in the OpenMetrics format.',
  });
}
